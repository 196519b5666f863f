import { test } from 'node:test';
import { complains, isQuiet, one } from './planted.ts';

test('clock, chance, network and environment outside src/lib and main.ts are violations', () => {
  const uses = [
    'Date.now();',
    'new Date();',
    'new Date;',
    'Date();',
    'performance.now();',
    'process.hrtime.bigint();',
    'AbortSignal.timeout(5);',
    "import { performance } from 'node:perf_hooks';",
    'setTimeout(done, 1);',
    'setInterval(done, 1);',
    'Math.random();',
    'crypto.randomUUID();',
    "import { randomUUID } from 'node:crypto';",
    "import { randomBytes as chance } from 'crypto';",
    "import { setTimeout } from 'node:timers/promises';",
    "fetch('http://localhost');",
    'const net = { fetch };',
    'globalThis.fetch(url);',
    'process.env.HOME;',
    'const { HOME } = process.env;',
  ];
  complains(
    'outside src/lib',
    uses.map((text) => one('src/engine/a.ts', text)),
  );
  isQuiet(
    ['src/lib/a.ts', 'src/main.ts', 'tools/a.ts', 'bench/a.ts'].map((path) => one(path, uses.slice(0, 3).join('\n'))),
  );
});

test('their look-alikes are none', () => {
  const texts = [
    'new Date(0); new Date(value);',
    'clock.setTimeout(done); reads.fetch(url);',
    'function a(fetch: () => void) { fetch(); }',
    'const a = { fetch: 1 };',
    'interface A { fetch?: typeof fetch; setTimeout(): void }',
    "const text = 'Date.now()'; // Date.now() and Math.random()",
    '/new Date\\(\\)/.test(`process.env ${text}`);',
    "import { createHash } from 'node:crypto';",
    'class A { setTimeout() {} }',
  ];
  isQuiet(texts.map((text) => one('src/engine/a.ts', text)));
});

test('a timer in a test is a violation, the present is none', () => {
  complains('a timer in a test', [
    one('src/engine/a.test.ts', 'await new Promise((done) => setTimeout(done, 5));'),
    one('test/a.ts', "import { setTimeout } from 'node:timers/promises';"),
  ]);
  isQuiet([one('src/engine/a.test.ts', 'const day = new Date(); Math.random(); await fetch(url); process.env.CI;')]);
});

import { test } from 'node:test';
import { complains, isQuiet, one } from './planted.ts';

test('promises, stubs, empty names and paths of one machine are violations', () => {
  complains('promise', [
    one('src/lib/a.ts', 'const a = 1; // TODO: more'),
    one('src/lib/a.ts', '/* FIXME */'),
    one('src/web/a.tsx', 'const a = <b>{/* XXX */}</b>;'),
    one('docs/a.md', 'TODO'),
    one('.ci/run', '# FIXME'),
  ]);
  complains('stub', [
    one('src/lib/a.ts', "throw new Error('not implemented');"),
    one('src/lib/a.ts', '// Not yet implemented.'),
  ]);
  complains('says nothing', [
    one('src/lib/a.ts', '/** One. */\nexport class SyncManager {}'),
    one('src/lib/a.ts', '/** One. */\nexport const dateHelpers = 1;'),
    one('src/lib/a.ts', 'interface StoreImpl {}\n/** One. */\nexport type { StoreImpl };'),
    one('src/lib/a.ts', '/** One. */\nexport function fieldService() {}'),
  ]);
  complains(
    'named for nothing',
    ['src/lib/utils.ts', 'src/common/a.md', 'src/web/helpers/a.md', 'test/shared/a.ts'].map((path) => one(path, '')),
  );
  complains('one machine', [
    one('src/lib/a.ts', "const a = '/home/ann/x';"),
    one('docs/a.md', 'see /tmp/x'),
    one('tools/a.sh', 'cd /root/x'),
  ]);
});

test('a registry that is named, and a file that is not in kebab-case, are violations', () => {
  complains('is a registry', [
    one('package-lock.json', '"resolved": "https://registry.example.org/a/-/a-1.0.0.tgz"'),
    one('Dockerfile', 'RUN npm ci --registry https://npm.example.com'),
  ]);
  complains(
    'kebab-case',
    ['src/lib/atMost.ts', 'src/web/Rail.tsx', 'test/at_most.test.ts'].map((path) => one(path, '')),
  );
  isQuiet([one('src/lib/at-most.ts', "const file = 'src/connectors/registry.ts';"), one('src/web/rail.test.tsx', '')]);
});

test('a value of an app that is called so, and ordinary words and addresses, are none', () => {
  isQuiet([
    one(
      'src/lib/a.ts',
      "const type = 'TODO'; const mask = `XXX-${type}`; const url = 'http://x//y'; const r = /\\/\\/ TODO/;",
    ),
    one('src/lib/a.ts', '/** One. */\nexport const implicit = 1;\n/** Two. */\nexport const serviced = 1;\n'),
    one('src/lib/a.ts', "const url = 'https://example.com/home/x'; const path = tmpdir();"),
    one('tools/a.sh', 'd=${TMPDIR:-/tmp}/x'),
  ]);
});

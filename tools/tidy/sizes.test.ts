import { test } from 'node:test';
import { complains, isQuiet, lines, one } from './planted.ts';
import { maxFileLines, maxFunctionLines } from './sizes.ts';

test('a long file and a long function are violations at one line too many', () => {
  complains('300', [one('src/lib/a.ts', lines(maxFileLines + 1)), one('test/a.tsx', lines(maxFileLines + 1))]);
  isQuiet([one('src/lib/a.ts', lines(maxFileLines)), one('docs/a.md', lines(400))]);
  const body = (count: number) => lines(count - 2);
  complains('a function of 61 lines', [
    one('src/lib/a.ts', `function a() {\n${body(maxFunctionLines + 1)}}`),
    one('bench/a.ts', `const a = () => {\n${body(maxFunctionLines + 1)}};`),
    one('tools/a.ts', `class A { b() {\n${body(maxFunctionLines + 1)}} }`),
  ]);
  isQuiet([
    one('src/lib/a.ts', `/** Does. */\nfunction a() {\n${body(maxFunctionLines)}}`),
    one('src/lib/a.test.ts', `describe('a', () => {\n${body(100)}});`),
  ]);
});

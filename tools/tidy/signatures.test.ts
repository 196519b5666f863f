import { test } from 'node:test';
import { complains, isQuiet, one } from './planted.ts';

test('an exported thing without a doc comment is a violation', () => {
  complains('without a doc comment', [
    one('src/lib/a.ts', 'export const a = 1;'),
    one('src/lib/a.ts', '// A comment.\nexport function a() {}'),
    one('src/lib/a.ts', 'export interface A {}'),
    one('src/lib/a.ts', 'export type A = 1;'),
    one('src/lib/a.ts', 'const a = 1;\nexport { a };'),
    one('src/lib/a.ts', 'export default function () {}'),
    one('src/lib/a.ts', '/** One. */\nexport const a = 1;\nexport class B {}'),
  ]);
  isQuiet([
    one('src/lib/a.ts', '/** One. */\nexport const a = 1;\nconst b = 2;\nvoid b;'),
    one(
      'src/lib/a.ts',
      '/** One. */\nexport function a(x: 1): 1;\nexport function a(x: 2): 2;\nexport function a(x: unknown) { return x; }',
    ),
    one('src/lib/a.ts', "export { b } from './b.ts';\nexport * from './c.ts';"),
    one('src/lib/a.test.ts', 'export const a = 1;'),
    one('test/a.ts', 'export const a = 1;'),
  ]);
});

test('a yes or no as a parameter of an exported function is a violation', () => {
  const documented = (text: string) => one('src/lib/a.ts', `/** One. */\n${text}`);
  complains('bare yes or no', [
    documented('export function a(deep: boolean) {}'),
    documented('export const a = (name: string, deep?: boolean) => deep;'),
    documented('export function a(deep = false) {}'),
    documented('export function a(deep: boolean | undefined) {}'),
    documented('export class A { b(deep: boolean) {} }'),
  ]);
  isQuiet([
    documented('export function a({ deep = false }: { deep?: boolean }) {}'),
    documented('export function a(value: boolean) {}'),
    documented('export function a(item: boolean | string) {}'),
    documented('export function a(check: (item: string) => boolean) {}'),
    documented('function b(deep: boolean) {}'),
  ]);
});

test('a bare yes or no that is given to a function is a violation, to a method or by a name it is none', () => {
  complains('given a bare yes or no', [
    one('src/lib/a.ts', 'list(feed, true);'),
    one('tools/a.ts', 'const found = await list(false);\nvoid found;'),
  ]);
  isQuiet([
    one('src/lib/a.ts', 'socket.setNoDelay(true); list(feed, { deep: true }); list(feed, "deep");'),
    one('src/web/a.tsx', 'setOpen(true);'),
    one('src/lib/a.test.ts', 'equal(found, true);'),
  ]);
});

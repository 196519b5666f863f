import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse, type Texts } from './sources.ts';
import { checkUnused } from './unused.ts';

/** What is said to be exported for nobody. */
function unused(texts: Texts): string[] {
  return checkUnused(parse(texts)).map(({ path, message }) => `${path} ${message.split(' ')[0]}`);
}

test('a value that no other file imports, and a type that nobody speaks of, are violations', () => {
  assert.deepEqual(
    unused({
      'src/lib/a.ts': 'export const one = 1;\nexport function two() { return one; }\nexport interface Three {}',
      'src/lib/b.ts': "import { four } from './a.ts';\nexport class Five {}\nvoid four;",
    }),
    ['src/lib/a.ts one', 'src/lib/a.ts two', 'src/lib/a.ts Three', 'src/lib/b.ts Five'],
  );
});

test('what is imported by name, by all names, when it is needed or through another file, is used', () => {
  const exports = 'export const one = 1;\nexport type Two = 2;\nexport default function run() {}';
  const users = [
    "import { one as first, type Two } from './a.ts'; void first;",
    "import * as all from './a.ts'; void all;",
    "const { one } = await import('./a.ts'); void one; type T = import('./a.ts').Two;",
    "export { one, type Two } from './a.ts';",
    "export * from './a.ts';",
  ];
  for (const user of users) assert.deepEqual(unused({ 'src/lib/a.ts': exports, 'src/lib/b.ts': user }), [], user);
});

test('a type may be exported for a signature of its own file, and a template for what it becomes', () => {
  assert.deepEqual(
    unused({
      'src/lib/a.ts': 'export interface Two {}\nexport function one(two: Two) { return two; }',
      'src/lib/b.ts': "import { one } from './a.ts'; void one;",
      'tools/new-connector/connector.ts': 'export const connector = 1;',
    }),
    [],
  );
});

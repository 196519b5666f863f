import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tidy } from './tidy.ts';

test('violations come in the order of files and lines', () => {
  const told = tidy({
    'src/lib/b.ts': '\n// TODO one\n// TODO two',
    'src/lib/a.ts': '// TODO',
  });
  assert.deepEqual(
    told.map(({ path, line }) => `${path}:${line}`),
    ['src/lib/a.ts:1', 'src/lib/b.ts:2', 'src/lib/b.ts:3'],
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eachOnce } from './each-once.ts';

test('records that wait for the same choice are shown once, with all that wait for it', () => {
  const candidates = (...ids: string[]) => ids.map((id) => ({ side: id.startsWith('a') ? 'a' : 'b', id }));
  const of = (id: string, ...ids: string[]) => ({ id, sync: 'people', candidates: candidates(...ids) });
  const shown = eachOnce([of('1', 'a1', 'b1', 'b2'), of('2', 'b1', 'b2', 'a1'), of('3', 'a9', 'b3'), of('4')]);
  assert.deepEqual(
    shown.map(({ records }) => records),
    [['1', '2'], ['3'], ['4']],
  );
});

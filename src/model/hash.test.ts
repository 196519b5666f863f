import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashValue } from './hash.ts';
import type { Value } from './value.ts';

test('D1 options of a multi-select in another order are the same value; of a list, whose first entry is the main one, they are not', () => {
  const isSame = (one: Value, other: Value) => hashValue(one, 7) === hashValue(other, 7);
  assert.ok(isSame(['Bonn', 'Rom'], ['Rom', 'Bonn']));
  assert.ok(!isSame(['Bonn', 'Rom'], ['Bonn']));
  const [bonn, rom] = [{ value: 'Bonn' }, { value: 'Rom' }];
  assert.ok(!isSame([bonn, rom], [rom, bonn]));
});

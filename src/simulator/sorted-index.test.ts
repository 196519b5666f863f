import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SortedIndex } from './sorted-index.ts';

test('an index stays sorted however its ids come, move and go', () => {
  const act = fc.record({
    id: fc.integer({ min: 0, max: 9 }),
    key: fc.integer({ min: 0, max: 5 }),
    goes: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
      const index = new SortedIndex<number>();
      const model = new Map<string, number>();
      for (const { id, key, goes } of acts) {
        if (goes) index.delete(String(id));
        else index.set(String(id), key);
        if (goes) model.delete(String(id));
        else model.set(String(id), key);
      }
      const expected = [...model].sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1)).map(([id]) => id);
      assert.deepEqual(
        Array.from({ length: index.length }, (_, position) => index.at(position)),
        expected,
      );
      for (let key = -1; key <= 6; key++) {
        assert.equal(index.from(key), expected.filter((id) => (model.get(id) ?? 0) < key).length);
        assert.equal(index.behind(key), expected.filter((id) => (model.get(id) ?? 0) <= key).length);
      }
    }),
  );
});

test('many ids at once land where one by one would put them', () => {
  const [one, many] = [new SortedIndex<string>(), new SortedIndex<string>()];
  const entries = ['b', 'a', 'd', 'c', 'a'].map((key, place) => ({ key, tie: 0, id: String(place) }));
  for (const { id, key } of entries) one.set(id, key);
  many.load(entries);
  for (let position = 0; position < 5; position++) assert.equal(many.at(position), one.at(position));
});

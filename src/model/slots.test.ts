import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mapping } from '../../test/model/example.ts';
import { Slots } from './slots.ts';

test('M10 a slot belongs to fields, transform and options, and to nothing else', () => {
  const slots = new Slots({});
  const plain = slots.ofMapping(mapping('a', 'b'));
  assert.equal(
    slots.ofMapping(
      mapping('a', 'b', { direction: 'a-to-b', wins: 'b', fill: 'if-empty', empty: 'keeps', group: 'x' }),
    ),
    plain,
  );
  const changed = [
    mapping('a', 'c'),
    mapping(['a', 'a2'], 'b'),
    mapping('a', 'b', { options: { x: 'y' } }),
    mapping('a', 'b', { transform: { 'a-to-b': 'trim(value)' } }),
  ].map((one) => slots.ofMapping(one));
  assert.equal(new Set([plain, ...changed]).size, 5);
});

test('M10 a slot is never given twice, whatever became of the mapping that had it', () => {
  const first = new Slots({});
  first.ofMapping(mapping('a', 'b'));
  first.ofMapping(mapping('c', 'd'));
  const second = new Slots(first.given);
  assert.equal(second.ofMapping(mapping('e', 'f')), 2);
  assert.equal(second.ofMapping(mapping('a', 'b')), 0, 'one that comes back is the same field still');
  assert.equal(second.ofAssociation({ a: 'x', b: 'y', enabled: true }), 0, 'associations count on their own');
  assert.deepEqual(Object.keys(first.given).length, 2, 'what was given before is not touched');
});

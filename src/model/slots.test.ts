import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mapping } from '../../test/model/example.ts';
import { Slots } from './slots.ts';

const shown = { a: new Set(['a', 'c', 'e', 'x']), b: new Set(['b', 'd', 'f', 'y']) };

test('M10 a slot belongs to fields, transform, options and the table of owners, and to nothing else', () => {
  const slots = new Slots({});
  const plain = slots.ofMapping(mapping('a', 'b'));
  const same = mapping('a', 'b', { direction: 'a-to-b', wins: 'b', fill: 'if-empty', empty: 'keeps', group: 'x' });
  assert.equal(slots.ofMapping(same), plain);
  const changed = [
    mapping('a', 'c'),
    mapping(['a', 'a2'], 'b'),
    mapping('a', 'b', { options: { x: 'y' } }),
    mapping('a', 'b', { transform: { 'a-to-b': 'trim(value)' } }),
  ].map((one) => slots.ofMapping(one));
  changed.push(slots.ofMapping(mapping('a', 'b'), { ann: 'bo' }));
  assert.equal(new Set([plain, ...changed]).size, 6);
});

test('M10 a slot is never given twice: a mapping that was taken out and comes back is a first meeting', () => {
  const first = new Slots({});
  first.ofMapping(mapping('a', 'b'));
  first.ofMapping(mapping('c', 'd'));
  const second = new Slots(first.kept(shown));
  assert.equal(second.ofMapping(mapping('c', 'd')), 1);
  assert.equal(second.ofMapping(mapping('e', 'f')), 2);
  const third = new Slots(second.kept(shown));
  assert.equal(third.ofMapping(mapping('a', 'b')), 3);
});

test('F23 a mapping whose field the app does not show now keeps its slot', () => {
  const first = new Slots({});
  first.ofMapping(mapping('a', 'b'));
  const without = new Slots(first.kept(shown)).kept({ a: new Set(), b: shown.b });
  assert.equal(new Slots(without).ofMapping(mapping('a', 'b')), 0);
});

test('associations count on their own', () => {
  const slots = new Slots({});
  slots.ofMapping(mapping('a', 'b'));
  assert.equal(slots.ofAssociation({ a: 'x', b: 'y', enabled: true }), 0);
  assert.equal(slots.ofAssociation({ a: 'x', b: 'y', label: 'primary', enabled: true }), 1);
});

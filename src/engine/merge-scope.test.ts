import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newLink } from './decision.ts';
import { agreed, decided, moment, pairOf, rulesFor, seen } from './example.ts';
import { merge } from './merge.ts';

const full = { first: 'Ann', phone: '1', city: 'Bonn' };

test('G3 I13 a pair that left the filter and is excluded is not removed when one of its records goes', () => {
  const filter = { 'a-to-b': { field: 'city', op: 'equals' as const, value: 'Bonn' } };
  const rules = rulesFor({ direction: 'a-to-b', filter, leaving: 'exclude', deletions: { a: 'archive' } });
  const excluded = decided(rules, agreed(rules, full, full), { ...full, city: 'Rom' }, full).link;
  assert.equal(excluded?.status, 'excluded');
  const gone = decided(rules, excluded, null, full);
  assert.deepEqual([gone.writes.b, gone.link?.status, gone.link?.stage], [null, 'excluded', 'gone']);
  assert.equal(decided(rules, agreed(rules, full, full), null, full).writes.b?.op, 'archive', 'one that is in sync');
});

test('F1 a matched pair that is another sync’s by the route is none of ours, and is not counted as excluded', () => {
  const rules = rulesFor({ route: { field: 'city', 'a-to-b': ['Rom'] } });
  const first = decided(rules, null, full, full);
  assert.deepEqual([first.link, first.drop], [null, []]);
  const matched = merge(
    rules,
    { pair: pairOf(newLink('1', { a: 'a1', b: 'b1' }), seen('a1', full), seen('b1', full)), fresh: null, drop: [] },
    () => null,
    moment,
  );
  assert.deepEqual([matched.link, matched.drop], [null, ['1']]);
  assert.equal(decided(rules, agreed(rules, full, full), full, full).link?.status, 'excluded', 'one that was ours');
});

test('X4 a frozen field is looked at again when its hour is over', () => {
  const rules = rulesFor({ mappings: [{ a: 'city', b: 'city' }] });
  const [mapping] = rules.mappings;
  const flips = {
    [mapping?.slot as number]: { repeats: 3, turns: 6, last: 'a' as const, hashes: [], at: moment.now - 60_000 },
  };
  const link = agreed(rules, full, full, { flips });
  const frozen = decided(rules, link, { ...full, city: 'Rom' }, full);
  assert.deepEqual([frozen.writes.b, frozen.link?.problem?.category], [null, 'looping']);
  assert.equal(frozen.laterSeconds, 3_600);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agreed, field, moment, pairOf, rulesFor, type Settings, seen } from './example.ts';
import { merge } from './merge.ts';

const values = { first: 'Ann', phone: null, city: 'Bonn', stage: 'lead' };
const stage = { a: { fields: [field('stage')] } };
const route = { field: 'stage', 'a-to-b': ['lead'] };

test('A2 a record that lives on as another type’s ends its pair: nothing is lost, removed or made again', () => {
  for (const deletions of ['ignore', 'archive', 'delete'] as const) {
    const { link, writes } = gone('moved', { deletions: { b: deletions } }, values);
    assert.deepEqual([link?.status, link?.stage, link?.problem], ['excluded', 'gone', null]);
    assert.deepEqual(writes, { a: null, b: null });
  }
});

test('F1 a pair of which one record is gone and the other is another sync’s by now is forgotten', () => {
  const { link, drop } = gone('missing', { route }, { ...values, stage: 'customer' });
  assert.deepEqual([link, drop], [null, ['1']]);
  assert.equal(gone('missing', { route }, values).link?.problem?.category, 'deleted-in-b');
});

function gone(how: 'missing' | 'moved', settings: Settings, now: typeof values) {
  const rules = rulesFor(settings, stage);
  const pair = pairOf(agreed(rules, values, values), seen('a1', now), { ...seen('b1', {}), gone: how });
  return merge(rules, { pair, fresh: null, drop: [] }, () => null, moment);
}

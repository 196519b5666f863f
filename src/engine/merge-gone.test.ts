import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newLink } from './decision.ts';
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

test('G3 F1 a record that left the filter is left alone when its partner goes; once it is back in it, a person is told', () => {
  const rules = rulesFor({
    filter: { 'a-to-b': { field: 'city', op: 'equals', value: 'Bonn' } },
    deletions: { b: 'delete' },
  });
  const left = (city: string) => {
    const link = agreed(rules, values, values, { status: 'excluded' });
    const pair = pairOf(link, seen('a1', { ...values, city }), seen('b1', null));
    return merge(rules, { pair, fresh: null, drop: [] }, () => null, moment);
  };
  assert.deepEqual([left('Rom').link?.status, left('Rom').writes.a], ['excluded', null]);
  assert.deepEqual([left('Bonn').link?.problem?.category, left('Bonn').writes.a], ['deleted-in-b', null]);
});

test('G2 a record that was last seen before its mate came is looked at before the two are paired', () => {
  const meet = (answered: number) => {
    const pair = pairOf(null, seen('a1', values, { answered }), seen('b1', values, { firstSeen: 15 }));
    const fresh = newLink('1', { a: 'a1', b: 'b1' });
    return merge(rulesFor({}, stage), { pair, fresh, drop: [] }, () => null, moment);
  };
  assert.deepEqual(meet(10).reread, { a: 'yes', b: 'no' });
  assert.equal(meet(10).link?.stage, 'open');
  assert.deepEqual(meet(16).reread, { a: 'no', b: 'no' });
  assert.equal(meet(16).link?.stage, 'active');
});

test('G2 what may have been typed into a new record keeps it, whatever its partner said before it went', () => {
  const rules = rulesFor({ deletions: { a: 'delete' } });
  const slot = rules.mappings.find(({ name }) => name === 'city')?.slot as number;
  const lost = { ...seen('a1', { ...values, city: 'Rom' }), gone: 'archived' as const };
  const decide = (city: string, version: string) => {
    const link = agreed(rules, { ...values, city: null }, { ...values, city: null });
    const slots = { [slot]: { written: [null], before: [null], source: link.base.a[slot] as number } };
    link.pending.b = { op: 'create', state: 'accepted', asked: 5, sentAt: 1, version: '1', slots, edges: {} };
    const pair = pairOf(link, lost, seen('b1', { ...values, city }, { version }));
    return merge(rules, { pair, fresh: null, drop: [] }, () => null, moment);
  };
  const typed = decide('Bonn', '2');
  assert.deepEqual([typed.link?.problem?.category, typed.writes.b], ['deleted-in-a', null]);
  assert.equal(decide('Unknown', '1').writes.b?.op, 'delete', 'the app filled it in');
});

function gone(how: 'missing' | 'moved', settings: Settings, now: typeof values) {
  const rules = rulesFor(settings, stage);
  const pair = pairOf(agreed(rules, values, values), seen('a1', now), { ...seen('b1', {}), gone: how });
  return merge(rules, { pair, fresh: null, drop: [] }, () => null, moment);
}

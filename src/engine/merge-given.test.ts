import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Partners } from '../model/decision.ts';
import type { Association } from '../model/field.ts';
import type { Rules } from '../model/rules.ts';
import type { Values } from '../model/value.ts';
import { newLink } from './decision.ts';
import { field, moment, pairOf, rulesFor, seen, written } from './example.ts';
import { mergeAlone } from './merge-alone.ts';

const firms: Association = { name: 'firms', label: 'Firms', to: 'firms', many: 'one', writable: 'always' };

test('F1 a record made in a routed object gets the first value of its route, unless a mapping gives it another', () => {
  const route = { field: 'stage', 'a-to-b': ['customer', 'partner'] };
  const rules = rulesFor({ route }, { a: { fields: [field('stage')] } });
  assert.equal(madeOnA(rules, { first: 'Ann' })?.stage, 'customer');
  const mapped = rulesFor({ route }, { a: { fields: [field('stage')] }, b: { fields: [field('stage')] } });
  assert.equal(madeOnA(mapped, { first: 'Ann', stage: 'partner' })?.stage, 'partner');
  assert.equal(madeOnA(mapped, { first: 'Ann', stage: null })?.stage, 'customer');
});

test('A1 a required association is waited for while its far record has no partner; without one a record is none of the sync’s', () => {
  const rules = rulesFor(
    { associations: [{ a: 'firms', b: 'firms' }] },
    { a: { associations: [firms] }, b: { associations: [{ ...firms, required: true }] } },
  );
  const alone = (values: Values, partners: Partners) =>
    mergeAlone(
      rules,
      pairOf(null, seen('a1', values), null),
      'a',
      newLink('1', { a: 'a1', b: null }),
      partners,
      moment,
    );
  const waiting = alone({ first: 'Ann', firms: ['f1'] }, () => null);
  assert.deepEqual([waiting.link?.status, waiting.writes.b, waiting.waits.length], ['waiting', null, 1]);
  const made = alone({ first: 'Ann', firms: ['f1'] }, () => 'g1');
  assert.deepEqual(written(made, 'b')?.firms, ['g1']);
  const unrelated = alone({ first: 'Ann', firms: [] }, () => 'g1');
  assert.deepEqual([unrelated.link?.status, unrelated.link?.problem, unrelated.writes.b], ['excluded', null, null]);
});

function madeOnA(rules: Rules, values: Values): Values | null {
  const pair = pairOf(null, null, seen('b1', values));
  return written(
    mergeAlone(rules, pair, 'b', newLink('1', { a: null, b: 'b1' }), () => null, moment),
    'a',
  );
}

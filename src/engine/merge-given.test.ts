import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Partners } from '../model/decision.ts';
import type { Association } from '../model/field.ts';
import type { Link } from '../model/link.ts';
import type { Rules } from '../model/rules.ts';
import type { Values } from '../model/value.ts';
import { newLink } from './decision.ts';
import { agreed, decided, field, moment, pairOf, rulesFor, seen, written } from './example.ts';
import { mergeAlone } from './merge-alone.ts';
import { addDue } from './plan.ts';

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

test('A1 an association that can only be given to a new record is waited for, and never written later', () => {
  const once = { ...firms, writable: 'once' as const };
  const rules = rulesFor(
    { associations: [{ a: 'firms', b: 'firms' }] },
    { a: { associations: [firms] }, b: { associations: [once] } },
  );
  const alone = mergeAlone(
    rules,
    pairOf(null, seen('a1', { first: 'Ann', firms: ['f1'] }), null),
    'a',
    newLink('1', { a: 'a1', b: null }),
    () => null,
    moment,
  );
  assert.deepEqual([alone.link?.status, alone.writes.b], ['waiting', null]);
  const both = { first: 'Ann', phone: null, city: null };
  const linked = decided(
    rules,
    agreed(rules, both, both),
    { ...both, firms: ['f1'] },
    { ...both, firms: [] },
    () => 'g1',
  );
  assert.deepEqual([linked.writes.b, linked.waits, linked.link?.status], [null, [], 'in-sync']);
});

test('G4 a record that waited for its far record is no accident: it passes the create brake', () => {
  const rules = rulesFor(
    { associations: [{ a: 'firms', b: 'firms' }] },
    { a: { associations: [firms] }, b: { associations: [{ ...firms, required: true }] } },
  );
  const due = (link: Link | null) => {
    const pair = pairOf(link, seen('a1', { first: 'Ann', firms: ['f1'] }), null);
    const made = mergeAlone(rules, pair, 'a', link ?? newLink('1', { a: 'a1', b: null }), () => 'g1', moment);
    const sum = { create: 0, update: 0, empty: 0, archive: 0 };
    addDue(rules, sum, [made], moment.salt);
    return sum.create;
  };
  assert.equal(due(null), 1);
  assert.equal(due({ ...newLink('1', { a: 'a1', b: null }), status: 'waiting' }), 0);
});

function madeOnA(rules: Rules, values: Values): Values | null {
  const pair = pairOf(null, null, seen('b1', values));
  return written(
    mergeAlone(rules, pair, 'b', newLink('1', { a: null, b: 'b1' }), () => null, moment),
    'a',
  );
}

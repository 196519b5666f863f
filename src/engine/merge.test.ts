import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileRules } from '../model/compile.ts';
import type { Moment } from '../model/decision.ts';
import type { Field, Schema } from '../model/field.ts';
import { normaliseSync } from '../model/file/normalise.ts';
import type { SyncInput } from '../model/file/schema.ts';
import type { Link, Pair } from '../model/link.ts';
import type { Rules } from '../model/rules.ts';
import type { Seen } from '../model/seen.ts';
import { across, type Side, type Value, type Values } from '../model/value.ts';
import { newLink } from './decision.ts';
import { hashSide } from './detect.ts';
import { merge } from './merge.ts';

const moment: Moment = { now: 1_000_000, lastAsked: 10, salt: 7 };

test('M1 at the first meeting equal values are linked only, empty ones filled, unequal ones go to the default app', () => {
  const rules = rulesOf({});
  const meeting = meet(
    rules,
    { first: 'Ann', phone: null, city: 'Bonn' },
    { first: 'Ann', phone: '1', city: 'Köln' },
    null,
  );
  const { writes, conflicts, link } = meeting;
  assert.deepEqual(writes.a?.intent.values, { phone: '1' });
  assert.deepEqual(writes.b?.intent.values, { city: 'Bonn' });
  assert.equal(conflicts, 1);
  assert.ok(link?.base.a[slotOf(rules, 'first')]);
});

test('M2 a change on one side flows, whoever the default app is', () => {
  for (const side of ['a', 'b'] as const) {
    for (const winner of ['a', 'b'] as const) {
      const rules = rulesOf({ default: winner });
      const decision = meet(rules, ...edit(side, { city: 'Rom' }, {}), agreed(rules));
      assert.deepEqual(decision.writes[across(side)]?.intent.values, { city: 'Rom' });
      assert.equal(decision.writes[side], null);
      assert.equal(decision.conflicts, 0);
    }
  }
});

test('M3 the same change on both sides only moves the bases', () => {
  const rules = rulesOf({});
  const decision = meet(rules, { ...base, city: 'Rom' }, { ...base, city: 'Rom' }, agreed(rules));
  assert.deepEqual([decision.writes.a, decision.writes.b], [null, null]);
  assert.equal(decision.change, 'update');
});

test('M4 a field changed on both sides goes to the side the rule names', () => {
  for (const winner of ['a', 'b'] as const) {
    const rules = rulesOf({ default: winner });
    const decision = meet(rules, { ...base, city: 'Rom' }, { ...base, city: 'Oslo' }, agreed(rules));
    const wanted = winner === 'a' ? 'Rom' : 'Oslo';
    assert.deepEqual(decision.writes[across(winner)]?.intent.values, { city: wanted });
    assert.equal(decision.conflicts, 1);
  }
  const rules = rulesOf({ default: 'a', mappings: ['default', { a: 'city', b: 'city', wins: 'b' }] });
  const decision = meet(rules, { ...base, city: 'Rom' }, { ...base, city: 'Oslo' }, agreed(rules));
  assert.deepEqual(decision.writes.a?.intent.values, { city: 'Oslo' });
});

test("M4 in a conflict the winner's empty value gives way to the other", () => {
  const rules = rulesOf({ default: 'a' });
  const decision = meet(rules, { ...base, city: null }, { ...base, city: 'Oslo' }, agreed(rules));
  assert.deepEqual(decision.writes.a?.intent.values, { city: 'Oslo' });
});

test('D3 the latest change is the one that was noticed later, and the default app where both were noticed in one run', () => {
  const rules = rulesOf({ default: 'a', mappings: [{ a: 'city', b: 'city', wins: 'latest' }] });
  const later = (a: number, b: number) => {
    const link = agreed(rules);
    const pair = pairOf({ ...base, city: 'Rom' }, { ...base, city: 'Oslo' }, link);
    (pair.a as Seen).changed = a;
    (pair.b as Seen).changed = b;
    return merge(rules, { pair, fresh: null, drop: [] }, () => null, moment);
  };
  assert.deepEqual(later(5, 8).writes.a?.intent.values, { city: 'Oslo' });
  assert.deepEqual(later(8, 5).writes.b?.intent.values, { city: 'Rom' });
  assert.deepEqual(later(11, 12).writes.b?.intent.values, { city: 'Rom' });
});

test('M5 nothing changed, nothing is written: equality is not asserted again', () => {
  const rules = rulesOf({});
  const link = agreed(rules, { city: 'Bonn' }, { city: 'BONN GMBH' });
  const decision = meet(rules, { ...base, city: 'Bonn' }, { ...base, city: 'BONN GMBH' }, link);
  assert.deepEqual([decision.writes.a, decision.writes.b, decision.change], [null, null, 'none']);
});

test('M6 a write holds only the fields that differ', () => {
  const rules = rulesOf({});
  const decision = meet(rules, { ...base, city: 'Rom', phone: '9' }, base, agreed(rules));
  assert.deepEqual(decision.writes.b?.intent.values, { city: 'Rom', phone: '9' });
});

test('M7 a cleared field flows by default, stays by setting, and a conflict never clears', () => {
  const flows = rulesOf({});
  assert.deepEqual(meet(flows, { ...base, city: null }, base, agreed(flows)).writes.b?.intent.values, { city: null });
  const keeps = rulesOf({ mappings: [{ a: 'city', b: 'city', empty: 'keeps' }] });
  const kept = meet(keeps, { ...base, city: null }, base, agreed(keeps));
  assert.deepEqual([kept.writes.b, kept.change], [null, 'update']);
  const both = meet(flows, { ...base, city: 'Rom' }, { ...base, city: null }, agreed(flows));
  assert.deepEqual(both.writes.b?.intent.values, { city: 'Rom' });
  assert.equal(both.writes.a, null);
});

test('M8 the fields of a group move together', () => {
  const rules = rulesOf({
    default: 'b',
    mappings: [
      { a: 'city', b: 'city', group: 'address' },
      { a: 'phone', b: 'phone', group: 'address' },
    ],
  });
  const decision = meet(rules, { ...base, city: 'Rom' }, { ...base, phone: '7' }, agreed(rules));
  assert.deepEqual(decision.writes.a?.intent.values, { city: 'Bonn', phone: '7' });
  assert.equal(decision.writes.b, null);
});

test('M8 D2 a group of which one app shows only a part is left alone until all of it is shown', () => {
  const rules = rulesOf({ mappings: ['city', 'phone'].map((name) => ({ a: name, b: name, group: 'address' })) });
  const { city: _, ...part } = base;
  const hidden = meet(rules, { ...base, phone: null }, { ...part, phone: '7' }, null);
  assert.deepEqual([hidden.writes.a, hidden.writes.b], [null, null]);
  const shown = meet(rules, { ...base, phone: null }, { ...base, city: null, phone: '7' }, hidden.link);
  assert.deepEqual(shown.writes.b?.intent.values, { city: 'Bonn', phone: null });
});

test('M8 a group that may only be filled is filled where all of it is empty, and never in part', () => {
  const rules = rulesOf({
    direction: 'a-to-b',
    default: 'b',
    mappings: [
      { a: 'city', b: 'city', group: 'address' },
      { a: 'phone', b: 'phone', group: 'address' },
    ],
  });
  const moved = { ...base, city: 'Rom', phone: '7' };
  const half = { ...base, city: null };
  assert.equal(meet(rules, moved, half, agreed(rules, base, half)).writes.b, null);
  const none = { ...half, phone: null };
  const filled = meet(rules, moved, none, agreed(rules, base, none));
  assert.deepEqual(filled.writes.b?.intent.values, { city: 'Rom', phone: '7' });
});

test('M9 in a one-way sync the source is never written, and an edited target keeps its value until the source changes', () => {
  const rules = rulesOf({ direction: 'a-to-b' });
  const link = agreed(rules);
  const edited = meet(rules, base, { ...base, city: 'Oslo' }, link);
  assert.deepEqual([edited.writes.a, edited.writes.b], [null, null]);
  const moved = meet(rules, { ...base, city: 'Rom' }, { ...base, city: 'Oslo' }, edited.link as Link);
  assert.deepEqual(moved.writes.b?.intent.values, { city: 'Rom' });
  const filling = rulesOf({ direction: 'a-to-b', default: 'b' });
  const kept = meet(filling, { ...base, city: 'Rom' }, { ...base, city: 'Oslo' }, agreed(filling));
  assert.deepEqual([kept.writes.a, kept.writes.b], [null, null]);
  const filled = meet(filling, { ...base, city: 'Rom' }, { ...base, city: null }, agreed(filling));
  assert.deepEqual(filled.writes.b?.intent.values, { city: 'Rom' });
});

test('M10 a changed transform makes its field a first meeting again; a changed winner keeps the base', () => {
  const before = rulesOf({ mappings: [{ a: 'city', b: 'city' }] });
  const link = agreed(before, { city: 'Bonn' }, { city: 'Köln' });
  const winner = rulesOf({ mappings: [{ a: 'city', b: 'city', wins: 'b' }] }, before);
  assert.equal(meet(winner, { ...base, city: 'Bonn' }, { ...base, city: 'Köln' }, link).writes.a, null);
  const transform = { 'a-to-b': 'upper(value)', 'b-to-a': 'lower(value)' };
  const other = rulesOf({ mappings: [{ a: 'city', b: 'city', transform }] }, before);
  const decision = meet(other, { ...base, city: 'Bonn' }, { ...base, city: 'Köln' }, link);
  assert.deepEqual(decision.writes.b?.intent.values, { city: 'BONN' });
});

test('D1 an app that shortens what it stores never sends the short form back', () => {
  const rules = rulesOf({});
  const link = agreed(rules, { city: 'Brown Fox' }, { city: 'Brow' });
  const decision = meet(rules, { ...base, city: 'Brown Fox' }, { ...base, city: 'Brow' }, link);
  assert.deepEqual([decision.writes.a, decision.writes.b], [null, null]);
});

test('D2 a field that is absent from an answer is left alone', () => {
  const rules = rulesOf({});
  const { city: _, ...absent } = base;
  const decision = meet(rules, absent, { ...base, city: 'Rom' }, agreed(rules));
  assert.deepEqual([decision.writes.a, decision.writes.b], [null, null]);
});

test('G1 a deletion is ignored by default: the pair fails and nothing is written', () => {
  const rules = rulesOf({});
  const decision = meet(rules, null, base, agreed(rules));
  assert.deepEqual([decision.writes.a, decision.writes.b], [null, null]);
  assert.equal(decision.link?.problem?.category, 'deleted-in-a');
});

test('G2 edit beats delete: the policy removes an untouched partner only', () => {
  const rules = rulesOf({ deletions: { a: 'archive' } });
  assert.equal(meet(rules, null, base, agreed(rules)).writes.b?.op, 'archive');
  const edited = meet(rules, null, { ...base, city: 'Rom' }, agreed(rules));
  assert.equal(edited.writes.b, null);
  assert.equal(edited.link?.status, 'failing');
});

test('F1 a record that leaves the filter goes on by default, and is excluded where leaving excludes; returning merges with the kept base', () => {
  const filter = { 'a-to-b': { field: 'city', op: 'equals' as const, value: 'Bonn' } };
  const keep = rulesOf({ filter, direction: 'a-to-b' });
  assert.equal(meet(keep, { ...base, city: 'Rom' }, base, agreed(keep)).writes.b?.op, 'update');
  const exclude = rulesOf({ filter, direction: 'a-to-b', leaving: 'exclude' });
  const left = meet(exclude, { ...base, city: 'Rom' }, base, agreed(exclude));
  assert.deepEqual([left.writes.b, left.link?.status], [null, 'excluded']);
  const back = meet(exclude, { ...base, phone: '9' }, base, left.link as Link);
  assert.deepEqual(back.writes.b?.intent.values, { phone: '9' });
});

test('X4 a field that is written back and forth is frozen and reported', () => {
  const rules = rulesOf({});
  let link = agreed(rules);
  let seen = { a: { ...base, city: 'x' } as Values, b: { ...base } as Values };
  let turns = 0;
  for (; turns < 20; turns++) {
    const decision = meet(rules, seen.a, seen.b, link);
    if (decision.link?.problem?.category === 'looping') break;
    const side: Side = decision.writes.b ? 'b' : 'a';
    const city = decision.writes[side]?.intent.values.city as Value;
    const written = { ...seen, [side]: { ...seen[side], city } };
    link = agreed(rules, written.a, written.b, decision.link as Link);
    // An automation on the written side at once turns the value into the other one.
    seen = { ...written, [side]: { ...written[side], city: city === 'x' ? 'y' : 'x' } };
  }
  assert.ok(turns < 10, `frozen after ${turns} turns`);
});

const base: Values = { first: 'Ann', phone: '1', city: 'Bonn', email: 'ann@example.com' };

function rulesOf(input: Omit<Partial<SyncInput>, 'mappings'> & { mappings?: unknown }, previous?: Rules): Rules {
  const sides = { a: { account: 'x', object: 'people' }, b: { account: 'y', object: 'people' } };
  const settings = normaliseSync({ require: [], ...sides, ...input } as SyncInput);
  const slots = previous ? (slotsOf.get(previous) ?? {}) : {};
  const schemas = { a: schema('left'), b: schema('right') };
  const users = { a: [], b: [] };
  const compiled = compileRules({ sync: 's', version: 1, settings, schemas, slots, users, neighbours: [], now: 0 });
  assert.ok('rules' in compiled, JSON.stringify(compiled));
  slotsOf.set(compiled.rules, compiled.slots);
  return compiled.rules;
}

const slotsOf = new WeakMap<Rules, Record<string, number>>();

function schema(app: string): Schema {
  const field = (name: string, type: Field['type']): Field => ({ name, label: name, type, writable: 'always' });
  const fields = [field('first', 'text'), field('phone', 'text'), field('city', 'text'), field('email', 'email')];
  const can = { create: 'yes', update: 'yes', archive: 'yes', delete: 'yes' } as const;
  return { app, object: 'people', label: 'people', fields, associations: [], keys: ['email'], can };
}

function slotOf(rules: Rules, field: string): number {
  return rules.mappings.find((mapping) => mapping.fields.a[0] === field)?.slot as number;
}

/** A link whose bases hold these values on each side. */
function agreed(rules: Rules, a: Values = {}, b: Values = {}, from = newLink('1', { a: 'a1', b: 'b1' })): Link {
  const link: Link = { ...from, stage: 'active', status: 'in-sync', base: { a: [], b: [] } };
  for (const mapping of rules.mappings) {
    for (const [side, values] of [
      ['a', { ...base, ...a }],
      ['b', { ...base, ...b }],
    ] as const) {
      const now = mapping.fields[side].map((name) => values[name] ?? null);
      link.base[side][mapping.slot] = hashSide(mapping, side, now, values, moment.salt);
    }
  }
  return link;
}

function edit(side: Side, values: Values, others: Values): [Values, Values] {
  const edited = { ...base, ...values };
  const left = { ...base, ...others };
  return side === 'a' ? [edited, left] : [left, edited];
}

function pairOf(a: Values | null, b: Values | null, link: Link | null): Pair {
  const seen = (id: string, values: Values | null): Seen =>
    values
      ? { id, values, answered: 1, firstSeen: 1, changed: 1 }
      : { id, values: {}, answered: 1, firstSeen: 1, changed: 1, gone: 'missing' };
  return { link, a: seen('a1', a), b: seen('b1', b), work: { a: null, b: null } };
}

function meet(rules: Rules, a: Values | null, b: Values | null, link: Link | null) {
  const fresh = link ? null : newLink('1', { a: 'a1', b: 'b1' });
  return merge(rules, { pair: pairOf(a, b, link), fresh, drop: [] }, () => null, moment);
}

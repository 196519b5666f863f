import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Partners } from '../model/decision.ts';
import type { Rules } from '../model/rules.ts';
import type { Side, Values } from '../model/value.ts';
import { newLink } from './decision.ts';
import { agreed, decided, field, moment, pairOf, rulesFor, seen, written } from './example.ts';
import { mergeAlone } from './merge-alone.ts';

const full: Values = { first: 'Ann', phone: '1', city: 'Bonn' };

test('W1 a new record is made across with all its mapped values, and its empty fields are agreed on as empty', () => {
  const rules = rulesFor();
  const decision = alone(rules, 'a', { ...full, phone: null });
  assert.deepEqual(written(decision, 'b'), { first: 'Ann', city: 'Bonn' });
  assert.equal(Object.keys(decision.writes.b?.intent.slots ?? {}).length, 3);
  assert.equal(decision.writes.b?.op, 'create');
  assert.deepEqual([decision.change, decision.link?.status], ['insert', 'in-sync']);
});

test('D2 a field that the source does not show is left out and not agreed on', () => {
  const { writes } = alone(rulesFor(), 'a', { first: 'Ann', city: 'Bonn' });
  assert.deepEqual(Object.keys(writes.b?.intent.values ?? {}).sort(), ['city', 'first']);
  assert.equal(Object.values(writes.b?.intent.slots ?? {}).filter(({ source }) => source === 0).length, 1);
});

test('D2 F16 what an app filled in while the source did not show the field gives way to the value once it is shown', () => {
  const rules = rulesFor({ default: 'b' });
  const link = agreed(rules, full, { ...full, phone: 'Unknown' });
  const { slot } = rules.mappings.find(({ name }) => name.includes('phone')) as Rules['mappings'][number];
  link.base.a[slot] = 0;
  assert.deepEqual(written(decided(rules, link, full, { ...full, phone: 'Unknown' }), 'b'), { phone: '1' });
  const still = decided(rules, link, { ...full, phone: null }, { ...full, phone: 'Unknown' });
  assert.deepEqual([still.writes, still.change], [{ a: null, b: null }, 'update']);
  assert.deepEqual(
    written(decided(rules, link, full, { ...full, phone: '7' }), 'a'),
    { phone: '7' },
    'a person typed it',
  );
});

test('M8 D2 what was not shown of a group as the other record was made goes across with it, and never gives way to nothing', () => {
  const mappings = ['phone', 'city'].map((name) => ({ a: name, b: name, group: 'address' }));
  const rules = rulesFor({ default: 'b', mappings });
  const link = agreed(rules, full, { ...full, phone: null });
  link.base.a[rules.mappings[0]?.slot as number] = 0;
  const decision = decided(rules, link, full, { ...full, phone: null });
  assert.deepEqual([written(decision, 'a'), written(decision, 'b')], [null, { phone: '1' }]);
});

test('D2 a record of which another sync saw a part as it made it is looked at before it is made across', () => {
  const made = seen('a1', { first: 'Ann' }, { answered: 9, firstSeen: 9 });
  const link = newLink('1', { a: 'a1', b: null });
  const decision = mergeAlone(rulesFor(), pairOf(null, made, null), 'a', link, () => null, moment);
  assert.deepEqual([decision.reread, decision.writes.b], [{ a: 'yes', b: 'no' }, null]);
});

test('F1 I13 a record outside the filter is excluded and never made', () => {
  const rules = rulesFor({ filter: { 'a-to-b': { field: 'city', op: 'equals', value: 'Rom' } } });
  const decision = alone(rules, 'a', full);
  assert.deepEqual([decision.writes.b, decision.link?.status], [null, 'excluded']);
  assert.equal(alone(rules, 'b', full).writes.a?.op, 'create');
});

test('M9 I11 nothing is made in the source of a one-way sync, and no row is kept of what it will not take', () => {
  const decision = alone(rulesFor({ direction: 'a-to-b' }), 'b', full);
  assert.deepEqual([decision.writes.a, decision.link], [null, null]);
});

test('F1 a record of another sync of the route is none of ours', () => {
  const rules = rulesFor({ route: { field: 'city', 'a-to-b': ['Rom'] } });
  assert.equal(alone(rules, 'a', full).link, null);
  assert.equal(alone(rules, 'a', { ...full, city: 'Rom' }).writes.b?.op, 'create');
});

test('an app that cannot make records is told about, not asked', () => {
  const rules = rulesFor({}, { b: { can: { create: 'no' } } });
  const decision = alone(rules, 'a', full);
  assert.deepEqual([decision.writes.b, decision.link?.problem?.category], [null, 'read-only']);
});

test('a field that the app requires must have a value before the record is made', () => {
  const rules = rulesFor(
    {},
    { b: { fields: [field('number', { required: true })] }, a: { fields: [field('number')] } },
  );
  assert.equal(alone(rules, 'a', { ...full, number: null }).link?.problem?.category, 'required-missing');
  assert.equal(alone(rules, 'a', { ...full, number: '7' }).writes.b?.op, 'create');
});

test('a value that cannot be converted fails the record before anything is sent', () => {
  const option = (value: string) => ({ value, label: value });
  const stage = (values: string[]) => ({
    fields: [field('stage', { type: 'select', options: values.map(option) })],
  });
  const rules = rulesFor(
    { mappings: [{ a: 'stage', b: 'stage', options: { lead: 'L' } }] },
    { a: stage(['lead', 'old']), b: stage(['L']) },
  );
  const decision = alone(rules, 'a', { stage: 'old' });
  assert.equal(decision.writes.b, null);
  assert.equal(decision.link?.status, 'failing');
});

test('A1 a new record takes along the edges whose far records have partners, and waits for the others', () => {
  const decision = alone(withFirms(), 'a', { ...full, firms: ['x1', 'x0'] });
  assert.deepEqual(written(decision, 'b'), { ...full, firms: ['y1'] });
  assert.equal(decision.link?.status, 'waiting');
  assert.deepEqual(decision.waits[0]?.far, { side: 'a', object: 'firms', id: 'x0', acrossObject: 'firms' });
});

test('A1 a reference that must not be null waits for its far record before the record is made', () => {
  const decision = alone(withFirms([field('firms', { required: true })]), 'a', { ...full, firms: ['x0'] });
  assert.deepEqual([decision.writes.b, decision.link?.status], [null, 'waiting']);
  assert.equal(decision.waits.length, 1);
});

test('W6 a create claims its match keys, so that no other sync makes the same record at once', () => {
  const decision = alone(rulesFor({ match: [['phone'], ['first']] }), 'a', full);
  assert.equal(decision.writes.b?.intent.claims.length, 2);
  assert.deepEqual(alone(rulesFor({ match: [['phone']] }), 'a', { ...full, phone: null }).writes.b?.intent.claims, []);
});

const partners: Partners = (_side, _object, id) => (id === 'x1' ? 'y1' : null);

function withFirms(fields: ReturnType<typeof field>[] = []): Rules {
  const firms = { name: 'firms', label: 'firms', to: 'firms', many: 'many', writable: 'always' } as const;
  return rulesFor(
    {
      associations: [{ a: 'firms', b: 'firms' }],
      mappings: ['first', 'phone', 'city'].map((name) => ({ a: name, b: name })),
    },
    { a: { associations: [firms] }, b: { associations: [firms], fields } },
  );
}

function alone(rules: Rules, side: Side, values: Values) {
  const me = seen(`${side}1`, values);
  const ids = { a: null, b: null, [side]: me.id };
  const pair = side === 'a' ? pairOf(null, me, null) : pairOf(null, null, me);
  return mergeAlone(rules, pair, side, newLink('1', ids), partners, moment);
}

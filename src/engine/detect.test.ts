import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashValues } from '../model/hash.ts';
import type { Link, Pending } from '../model/link.ts';
import type { Rules } from '../model/rules.ts';
import type { Seen } from '../model/seen.ts';
import type { Value, Values } from '../model/value.ts';
import { detect, editedSince, hashSide } from './detect.ts';
import { agreed, moment, pairOf, rulesFor, seen } from './example.ts';

const rules = rulesFor({ mappings: [{ a: 'city', b: 'city' }] });

test('D1 a change is judged against what that side itself showed: changed, new and absent are told apart', () => {
  const link = agreed(rules, { city: 'Brown Fox' }, { city: 'Bro' });
  assert.deepEqual(states(link, { city: 'Brown Fox' }, { city: 'Bro' }), [], 'as agreed, though unequal');
  assert.deepEqual(states(link, { city: 'Brown Fox' }, { city: 'Brown' }), [{ a: 'same', b: 'changed' }]);
  assert.deepEqual(states(link, {}, { city: 'Bro' }), [{ a: 'absent', b: 'same' }]);
  assert.deepEqual(states(null, { city: null }, { city: '' }), [{ a: 'new', b: 'new' }]);
});

test('D2 an empty field is not an absent one', () => {
  const link = agreed(rules, { city: 'Bonn' }, { city: 'Bonn' });
  assert.deepEqual(states(link, { city: null }, { city: 'Bonn' }), [{ a: 'changed', b: 'same' }]);
});

test('D1 a write that was accepted: the form the app gave it is our echo, and any other value is an edit made since', () => {
  for (const [shown, expected] of [
    ['brown fox', []],
    ['Brown', []],
    ['Paris', [{ a: 'same', b: 'changed' }]],
  ] as const) {
    const link = pending('accepted', 'Brown Fox', 'Bonn');
    assert.deepEqual(states(link, { city: 'Brown Fox' }, { city: shown }), expected, shown);
  }
});

test('a write of unknown outcome landed only if the record moved from its pre-image towards it', () => {
  const link = pending('sent', 'Brown Fox', 'Bonn');
  const landed = detect(rules, pairOf(link, at({ city: 'Brown Fox' }), at({ city: 'brown' })), moment.salt);
  assert.deepEqual([landed.settled, landed.fields], ['yes', []]);
  assert.equal(landed.link?.pending.b, null);
  assert.deepEqual(states(link, { city: 'Brown Fox' }, { city: 'Bonn' }), [{ a: 'changed', b: 'same' }], 'not landed');
  assert.deepEqual(states(link, { city: 'Brown Fox' }, { city: 'Paris' }), [{ a: 'changed', b: 'changed' }], 'edited');
});

test('a write is judged by its pre-image and not by the base, which may be older', () => {
  // Agreed on Bonn; then b was edited to "Rom 1", and a conflict wrote "Rom" over it.
  const link = pending('sent', 'Rom', 'Rom 1');
  const edited = states(link, { city: 'Rom' }, { city: 'Rom 1' });
  assert.deepEqual(edited, [{ a: 'changed', b: 'changed' }], 'an edit that looks like an echo is still an edit');
});

test('R3 only an observation that was asked later settles a write', () => {
  const link = pending('sent', 'Rom', 'Bonn');
  const early = pairOf(link, at({ city: 'Rom' }), seen('b1', { city: 'Rom' }, { answered: 15 }));
  const found = detect(rules, early, moment.salt);
  assert.deepEqual([found.unsettled, found.settled], [{ a: false, b: true }, 'no']);
});

test('settling moves only the bases of the fields that were written', () => {
  const two = rulesFor({ mappings: ['city', 'phone'].map((name) => ({ a: name, b: name })) });
  const link = { ...agreed(two, { city: 'Bonn', phone: '1' }, { city: 'Bonn', phone: '1' }) };
  link.pending = pending('accepted', 'Rom', 'Bonn', two).pending;
  const found = detect(
    two,
    pairOf(link, at({ city: 'Rom', phone: '1' }), at({ city: 'Rom', phone: '2' })),
    moment.salt,
  );
  assert.deepEqual(
    found.fields.map(({ mapping, states: now }) => [mapping.name, now]),
    [['phone', { a: 'same', b: 'changed' }]],
  );
});

test('M10 of a mapping that is out of force, what was written stays open until it is back: agreed upon is what the app made of it', () => {
  const two = rulesFor({ mappings: ['city', 'phone'].map((name) => ({ a: name, b: name })) });
  const [city, phone] = two.mappings;
  const slots = { 0: written('Bonn'), 1: written('12345') };
  const link = { ...agreed(two, {}, {}), base: { a: [], b: [] } };
  const made: Link = {
    ...link,
    pending: { a: null, b: { op: 'create', state: 'accepted', asked: 20, slots, edges: {} } as unknown as Pending },
  };
  const b = seen('b1', { city: 'Bonn', phone: '123' }, { answered: 30 });
  const settled = detect({ ...two, mappings: [city as never] }, pairOf(made, at({ city: 'Bonn' }), b), moment.salt);
  assert.deepEqual(settled.link?.pending.b?.slots, { 1: slots[1] });
  const back = detect(
    two,
    pairOf(
      settled.link,
      at({ city: 'Bonn', phone: '456' }),
      seen('b1', { city: 'Bonn', phone: '123' }, { answered: 40 }),
    ),
    moment.salt,
  );
  assert.deepEqual(
    back.fields.map(({ mapping, states: found }) => [mapping.slot, found]),
    [[phone?.slot, { a: 'changed', b: 'same' }]],
  );
});

test('F16 what an app fills in by itself in a new record is its form of empty, not an edit', () => {
  assert.deepEqual(newRecord('Unknown', '1', null), []);
});

test('I3 what is typed into a new record, before it was seen, fills the field that is still empty across', () => {
  assert.deepEqual(newRecord('Rom', '2', null), [{ a: 'new', b: 'new' }]);
  assert.deepEqual(newRecord('Rom', undefined, null), [{ a: 'new', b: 'new' }], 'nobody knows how it was made');
  assert.deepEqual(
    newRecord('Rom', '2', 'Bonn'),
    [{ a: 'changed', b: 'same' }],
    'a value typed there speaks for itself',
  );
});

test('I3 D2 what is typed into a new record is kept for a field that the other app did not show, until that holds something', () => {
  assert.deepEqual(newRecord('Rom', '2', undefined, 0), [{ a: 'absent', b: 'new' }]);
  assert.deepEqual(newRecord('Rom', '2', null, 0), [{ a: 'new', b: 'new' }]);
  assert.deepEqual(newRecord('Rom', '2', 'Bonn', 0), [{ a: 'new', b: 'same' }]);
  assert.deepEqual(newRecord('Unknown', '1', null, 0), [{ a: 'new', b: 'same' }], 'the app filled it in');
});

test('a field that a transform reads counts as a change of its mapping', () => {
  const transform = { 'a-to-b': 'value + record.phone' };
  const reading = rulesFor({ mappings: [{ a: 'city', b: 'city', direction: 'a-to-b', transform }] });
  const link = agreed(reading, { city: 'Bonn', phone: '1' }, { city: 'Bonn1' });
  const pair = pairOf(link, at({ city: 'Bonn', phone: '2' }), at({ city: 'Bonn1' }));
  assert.deepEqual(detect(reading, pair, moment.salt).fields[0]?.states, { a: 'changed', b: 'same' });
});

test('G2 edited since means a mapped field of that side moved, or a write there is not settled', () => {
  const link = agreed(rules, { city: 'Bonn' }, { city: 'Bonn' });
  const edited = (values: Values, by = link) => editedSince(rules, by, 'b', at(values), moment.salt);
  assert.equal(edited({ city: 'Bonn', phone: '9' }), false, 'phone is not mapped');
  assert.equal(edited({ city: 'Rom' }), true);
  assert.equal(edited({}), false, 'absent');
  assert.equal(edited({ city: 'Bonn' }, pending('sent', 'Rom', 'Bonn')), true);
});

test('G2 what a write to the other side was made from counts as agreed, though nobody has seen what came of it', () => {
  const made = pending('accepted', 'Rom', null);
  const source = { ...made, base: { a: [], b: [] } };
  const edited = (city: Value) => editedSince(rules, source, 'a', at({ city }), moment.salt);
  assert.deepEqual([edited('Rom'), edited('Oslo')], [false, true]);
});

test('a record that is gone is neither compared nor settled', () => {
  const found = detect(
    rules,
    pairOf(pending('sent', 'Rom', 'Bonn'), at({ city: 'Rom' }), seen('b1', null)),
    moment.salt,
  );
  assert.deepEqual([found.live, found.settled, found.fields], [{ a: true, b: false }, 'no', []]);
});

/** A link that agreed on Bonn, with a write to b under way: `city` from `before`, asked for with number 15. */
function pending(state: Pending['state'], written: Value, before: Value, by: Rules = rules): Link {
  const record = { city: 'Bonn', phone: '1' };
  const link = agreed(by, record, record);
  const [mapping] = by.mappings;
  assert.ok(mapping);
  const source = hashSide(mapping, 'a', [written], { city: written }, moment.salt);
  const slots = { [mapping.slot]: { written: [written], before: [before], source } };
  return { ...link, pending: { a: null, b: { op: 'update', state, asked: 15, sentAt: 1, slots, edges: {} } } };
}

function at(values: Values): Seen {
  return seen('1', values);
}

function states(link: Link | null, a: Values, b: Values) {
  return detect(rules, pairOf(link, at(a), at(b)), moment.salt).fields.map((each) => each.states);
}

/** A record was made in b (as version 1, where the app tells) with its city left empty; now it shows this one, and a shows that one. */
function newRecord(city: Value, version: string | undefined, across: Value | undefined, source?: 0) {
  const link = agreed(rules, { city: null }, {});
  const { pending: made } = pending('accepted', null, null);
  link.pending.b = { ...(made.b as Pending), op: 'create', ...(version === undefined ? {} : { version: '1' }) };
  link.pending.b.slots[0] = { written: [null], before: [null], source: source ?? (link.base.a[0] as number) };
  const pair = pairOf(link, at(across === undefined ? {} : { city: across }), {
    ...at({ city }),
    ...(version === undefined ? {} : { version }),
  });
  return detect(rules, pair, moment.salt).fields.map((each) => each.states);
}

function written(value: string) {
  return { written: [value], before: [null], source: hashValues([value], moment.salt) };
}

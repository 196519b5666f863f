import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compiled, contacts, customers, field, input, mapping, problemsOf, schema } from '../../test/model/example.ts';
import type { CompileInput } from './compile.ts';
import type { Schema } from './field.ts';
import type { Mapping } from './rules.ts';
import type { SyncSettings } from './settings.ts';

function mappingsOf(more: Partial<SyncSettings>, other: Partial<CompileInput> = {}): Mapping[] {
  return compiled(input(more, other)).rules.mappings;
}

function only(
  a: Schema,
  b: Schema,
  one: ReturnType<typeof mapping>,
  more: Partial<SyncSettings> = {},
): Mapping | undefined {
  return mappingsOf({ mappings: [one], match: 'none', require: [], ...more }, { schemas: { a, b } })[0];
}

/** The places of all problems, after the sync's own. */
function places(more: Partial<SyncSettings>, other: Partial<CompileInput> = {}): string[] {
  return problemsOf(input(more, other)).map(({ path }) => {
    assert.deepEqual(path.slice(0, 2), ['syncs', 'contacts']);
    return path.slice(2).join('.');
  });
}

test('a mapping writes where the sync’s direction, its own, its types and its fields let it', () => {
  const [text, closed, once, number] = [
    field('t'),
    field('t', 'text', { writable: 'never' }),
    field('t', 'text', { writable: 'once' }),
    field('t', 'number'),
  ];
  const pair = (a: typeof text, b: typeof text, more: Partial<SyncSettings> = {}, one = mapping('t', 't')) => {
    const found = only(schema('l', [a]), schema('r', [b]), one, more);
    return found && { writes: found.writes, creates: found.creates };
  };
  const both = { a: true, b: true };
  const toB = { a: false, b: true };
  assert.deepEqual(pair(text, text), { writes: both, creates: both });
  assert.deepEqual(pair(text, text, { direction: 'a-to-b' }), { writes: toB, creates: toB });
  assert.deepEqual(pair(text, text, {}, mapping('t', 't', { direction: 'a-to-b' })), { writes: toB, creates: toB });
  assert.equal(pair(text, text, { direction: 'b-to-a' }, mapping('t', 't', { direction: 'a-to-b' })), undefined);
  assert.deepEqual(pair(closed, text), { writes: toB, creates: toB });
  assert.deepEqual(pair(once, text), { writes: toB, creates: both });
  assert.deepEqual(pair(number, text), { writes: toB, creates: toB });
  assert.equal(pair(text, text, {}, mapping('t', 't', { enabled: false })), undefined);
});

test('a mapping that cannot flow is refused with the reason', () => {
  const refuse = (a: Schema, b: Schema, one = mapping('t', 't'), more: Partial<SyncSettings> = {}) =>
    problemsOf(input({ mappings: [one], match: 'none', ...more }, { schemas: { a, b } }))[0];
  const of = (type: Parameters<typeof field>[1], more = {}) => schema('x', [field('t', type, more)]);
  assert.match(refuse(of('number'), of('date'))?.message ?? '', /number.*date/);
  assert.match(
    refuse(of('number'), of('text'), mapping('t', 't', { direction: 'b-to-a' }))?.message ?? '',
    /text is not always/,
  );
  assert.match(
    refuse(of('text', { writable: 'never' }), of('text', { writable: 'never' }))?.message ?? '',
    /read-only/,
  );
  assert.match(
    refuse(of('text'), of('text', { writable: 'never' }), mapping('t', 't'), { direction: 'a-to-b' })?.message ?? '',
    /read-only/,
  );
});

test('a wrong mapping is refused where it stands', () => {
  const wrong = (...mappings: (ReturnType<typeof mapping> | 'default')[]) => places({ mappings });
  assert.deepEqual(wrong(mapping('email', 'mail')), ['mappings.0.b']);
  assert.deepEqual(wrong('default', mapping('emial', 'email')), ['mappings.1.a']);
  assert.deepEqual(wrong(mapping('email', 'email'), mapping('org', 'email')), ['mappings.1.b']);
  assert.deepEqual(wrong(mapping(['first_name', 'first_name'], 'name')), ['mappings.0.a']);
  assert.deepEqual(wrong(mapping([], 'email')), ['mappings.0.a']);
  assert.deepEqual(wrong(mapping(['first_name', 'last_name'], ['name', 'company'])), ['mappings.0.b']);
  assert.deepEqual(wrong(mapping(['first_name', 'birthday'], 'name')), ['mappings.0.a']);
  assert.deepEqual(wrong(mapping('stage', 'stage', { options: { leed: 'L' } })), ['mappings.0.options.leed']);
  assert.deepEqual(wrong(mapping('stage', 'stage', { options: { lead: 'L', customer: 'L' } })), [
    'mappings.0.options.customer',
  ]);
  assert.deepEqual(wrong(mapping('phone', 'phone', { transform: { 'a-to-b': 'trim(value)' } })), [
    'mappings.0.transform',
  ]);
  assert.deepEqual(wrong(mapping('phone', 'phone', { direction: 'a-to-b', transform: { 'a-to-b': 'trm(value)' } })), [
    'mappings.0.transform.a-to-b',
  ]);
  assert.deepEqual(
    wrong(mapping('org', ['name', 'company'], { direction: 'a-to-b', transform: { 'a-to-b': 'trim(value)' } })),
    ['mappings.0.transform.a-to-b'],
  );
});

test('one option may stand for two where the mapping goes one way', () => {
  const one = mapping('stage', 'stage', { direction: 'a-to-b', options: { lead: 'L', customer: 'L' } });
  const found = only(contacts(), customers(), one);
  assert.deepEqual(
    ['lead', 'customer'].map((value) => found?.convert('a', [value], {})),
    [{ values: ['L'] }, { values: ['L'] }],
  );
});

test('a person’s own mapping takes the place of the default one with its fields', () => {
  const names = mappingsOf({
    mappings: ['default', mapping('phone', 'company'), mapping('birthday', 'birthday', { enabled: false })],
  }).map((one) => one.name);
  assert.deepEqual(names, ['first_name + last_name = name', 'email', 'stage', 'phone = company']);
  assert.deepEqual(mappingsOf({ mappings: 'none' }), []);
});

test('a transform stands in for the types, is compared by what it makes, and reads its record', () => {
  const a = schema('l', [field('city'), field('country'), field('n', 'number')]);
  const b = schema('r', [field('place'), field('born', 'date')]);
  const place = only(
    a,
    b,
    mapping('city', 'place', { direction: 'a-to-b', transform: { 'a-to-b': 'join([value, record.country], ", ")' } }),
  );
  assert.deepEqual(place?.convert('a', ['Berlin'], { city: 'Berlin', country: 'DE' }), { values: ['Berlin, DE'] });
  const records = { a: { city: 'Berlin', country: 'DE' }, b: {} };
  assert.deepEqual(
    [place?.equal(['Berlin'], ['Berlin, DE'], records), place?.equal(['Berlin'], ['Bonn'], records)],
    [true, false],
  );
  const both = { 'a-to-b': 'upper(value)', 'b-to-a': 'lower(value)' };
  const cased = only(a, b, mapping('city', 'place', { transform: both }));
  assert.deepEqual([cased?.equal(['x'], ['X']), cased?.equal(['y'], ['X'])], [true, false]);
  assert.deepEqual(cased?.convert('b', ['X'], {}), { values: ['x'] });
  const year = only(
    a,
    b,
    mapping('n', 'born', { direction: 'a-to-b', transform: { 'a-to-b': 'string(value) + "-01-01"' } }),
  );
  assert.deepEqual(year?.convert('a', ['1999'], {}), { values: ['1999-01-01'] });
});

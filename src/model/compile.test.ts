import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  association,
  compiled,
  contacts,
  customers,
  field,
  input,
  mapping,
  options,
  problemsOf,
  schema,
} from '../../test/model/example.ts';
import type { CompileInput } from './compile.ts';
import type { SyncSettings } from './settings.ts';

const readOnly = { create: 'no', update: 'no', archive: 'no', delete: 'no' } as const;

/** The places of all problems, after the sync's own. */
function places(more: Partial<SyncSettings>, other: Partial<CompileInput> = {}): string[] {
  return problemsOf(input(more, other)).map(({ path }) => {
    assert.deepEqual(path.slice(0, 2), ['syncs', 'contacts']);
    return path.slice(2).join('.');
  });
}

test('contacts and customers compile with nothing but their accounts and objects', () => {
  const { rules, fields } = compiled(input());
  assert.deepEqual(
    rules.mappings.map((one) => one.name),
    ['first_name + last_name = name', 'email', 'phone', 'org = company', 'birthday', 'stage'],
  );
  assert.deepEqual(rules.writes, { a: true, b: true });
  assert.deepEqual(fields.a, ['birthday', 'email', 'first_name', 'last_name', 'org', 'phone', 'stage']);
  assert.deepEqual(fields.b, ['birthday', 'company', 'email', 'name', 'phone', 'stage']);
});

test('all that a sync looks at is read: mapped, matched, filtered, required, routed, associated, transformed', () => {
  const company = association('company', 'companies', { means: 'person.company' });
  const a = { ...contacts(), associations: [company] };
  const settings: Partial<SyncSettings> = {
    mappings: [
      mapping('org', 'company', { direction: 'a-to-b', transform: { 'a-to-b': 'default(value, record.phone)' } }),
    ],
    match: [['email']],
    require: ['last_name'],
    filter: { 'a-to-b': { any: [{ field: 'birthday', op: 'known' }] } },
    route: { field: 'stage', values: ['lead'] },
    associations: [{ a: 'company', b: 'company_id', enabled: true }],
  };
  const b = { ...customers(), associations: [association('company_id', 'public.companies')] };
  const { fields, rules } = compiled(input(settings, { schemas: { a, b } }));
  assert.deepEqual(fields.a, ['birthday', 'company', 'email', 'last_name', 'org', 'phone', 'stage']);
  assert.deepEqual(fields.b, ['company', 'company_id', 'email']);
  assert.deepEqual(rules.mappings[0]?.reads, { a: ['phone'], b: [] });
});

test('M10 slots stay with their fields from one compilation to the next', () => {
  const first = compiled(input());
  const second = compiled(
    input(
      { mappings: ['default', mapping('org', 'company', { options: undefined, wins: 'b' })] },
      { slots: first.slots },
    ),
  );
  const slot = (result: typeof first, name: string) => result.rules.mappings.find((one) => one.name === name)?.slot;
  for (const name of ['email', 'org = company']) assert.equal(slot(second, name), slot(first, name));
  assert.equal(new Set(first.rules.mappings.map((one) => one.slot)).size, first.rules.mappings.length);
});

test('F1 a record starts by route, direction, filter and require, in this order', () => {
  const filter = { 'a-to-b': { field: 'stage', op: 'equals', value: 'customer' } } as const;
  const { starts } = compiled(input({ filter })).rules;
  assert.deepEqual(starts('a', { email: 'a@x', stage: 'customer' }), { is: 'in' });
  assert.deepEqual(starts('a', { email: 'a@x', stage: 'lead' }), {
    is: 'out',
    why: 'it does not match the filter a-to-b',
  });
  assert.deepEqual(starts('a', { email: ' ', stage: 'customer' }), { is: 'out', why: 'it has no email' });
  assert.deepEqual(starts('b', { email: 'a@x' }), { is: 'in' });
  assert.equal(starts('b', {}).is, 'out');
  const oneWay = compiled(input({ direction: 'a-to-b' })).rules;
  assert.deepEqual(oneWay.starts('b', { email: 'a@x' }), { is: 'out', why: 'the sync goes a-to-b only' });
  assert.deepEqual(oneWay.writes, { a: false, b: true });
});

test('require: by default an e-mail address where both objects mean a person, else what is listed', () => {
  const deals = { a: schema('deals', [field('name')]), b: schema('deals', [field('name')]) };
  assert.deepEqual(compiled(input({}, { schemas: deals })).rules.starts('a', {}), { is: 'in' });
  const listed = compiled(input({ require: ['org', 'first_name'] })).rules;
  assert.equal(listed.starts('a', { org: 'x', first_name: 'Ann' }).is, 'in');
  assert.equal(listed.starts('a', { org: 'x' }).is, 'out');
  assert.equal(listed.starts('b', { company: 'x', name: 'Ann Lee' }).is, 'in', 'on b the mapped fields count');
  assert.equal(listed.starts('b', { company: 'x' }).is, 'out');
  assert.deepEqual(places({ require: ['email', 'nope'] }), ['require.1']);
});

test('a route leaves other records to other syncs, on b by what they would become', () => {
  const b = schema('leads', [
    field('email', 'email'),
    field('stage', 'select', { options: options('lead', 'customer') }),
  ]);
  const { starts } = compiled(
    input({ route: { field: 'stage', values: ['lead'] } }, { schemas: { a: contacts(), b } }),
  ).rules;
  assert.equal(starts('a', { email: 'a@x', stage: 'lead' }).is, 'in');
  assert.equal(starts('a', { email: 'a@x', stage: 'customer' }).is, 'elsewhere');
  assert.equal(starts('a', { email: 'a@x', stage: null }).is, 'elsewhere');
  assert.deepEqual(
    ['lead', 'customer', null].map((stage) => starts('b', { email: 'a@x', stage }).is),
    ['in', 'elsewhere', 'in'],
  );
  assert.deepEqual(places({ route: { field: 'nope', values: [] } }), ['route.field']);
  assert.deepEqual(places({ route: { field: 'stage', values: ['lead', 'boss'] } }), ['route.a-to-b.1']);
});

test('a role that was found by a column’s name counts like one that the app names', () => {
  const a = schema('contacts', [field('land', 'text', { means: 'person.country' })], { means: 'person' });
  const b = schema('people', [field('country'), field('domain')]);
  const given = input(
    { mappings: [mapping('land', 'country')], match: [[{ a: 'land', b: 'domain' }]] },
    { schemas: { a, b } },
  );
  const { rules } = compiled(given);
  assert.equal(rules.mappings[0]?.equal(['Sweden'], ['SE']), true);
  assert.equal(rules.match[0]?.specs[0]?.id.b, 'domain:domain');
});

test('associations say whether a sync of the far objects exists, and where they may be written', () => {
  const a = {
    ...contacts(),
    associations: [association('company', 'companies', { means: 'person.company' }), association('boss', 'contacts')],
  };
  const b = {
    ...customers(),
    associations: [
      association('company_id', 'public.companies', { writable: 'never' }),
      association('boss_id', 'public.customers'),
    ],
  };
  const schemas = { a, b };
  const given = input(
    {
      associations: [
        { a: 'company', b: 'company_id', enabled: true },
        { a: 'boss', b: 'boss_id', enabled: true },
      ],
    },
    { schemas },
  );
  const [company, boss] = compiled(given).rules.associations;
  assert.deepEqual(
    [company?.farSync, company?.writes, company?.name],
    ['none', { a: true, b: false }, 'company = company_id'],
  );
  assert.equal(boss?.farSync, 'exists', 'the sync itself joins people with people');
  const neighbours = [{ a: 'companies', b: 'public.companies' }];
  assert.equal(compiled({ ...given, neighbours }).rules.associations[0]?.farSync, 'exists');
  assert.equal(compiled(input({}, { schemas })).rules.associations.length, 2);
  const wrong = (...associations: { a: string; b: string; enabled: boolean }[]) =>
    places({ associations }, { schemas });
  assert.deepEqual(wrong({ a: 'nope', b: 'boss_id', enabled: true }), ['associations.0.a']);
  assert.deepEqual(wrong({ a: 'boss', b: 'boss_id', enabled: true }, { a: 'company', b: 'boss_id', enabled: true }), [
    'associations.1.b',
  ]);
});

test('what cannot work is refused at the door', () => {
  const closed = { ...customers(), can: readOnly };
  assert.deepEqual(places({ direction: 'a-to-b', mappings: 'none' }, { schemas: { a: contacts(), b: closed } }), [
    'direction',
  ]);
  assert.deepEqual(places({}, { schemas: { a: { ...contacts(), can: readOnly }, b: closed } }), ['direction']);
  assert.deepEqual(places({ b: { account: 'crm', object: 'contacts' } }), ['b']);
  const noArchive = { ...customers(), can: { ...customers().can, archive: 'no' } as const };
  const [problem] = problemsOf(
    input({ deletions: { a: 'archive', b: 'delete' } }, { schemas: { a: contacts(), b: noArchive } }),
  );
  assert.deepEqual(
    [problem?.path.slice(2), problem?.allowed],
    [
      ['deletions', 'a'],
      ['ignore', 'delete'],
    ],
  );
  assert.deepEqual(places({ filter: { 'b-to-a': { all: [{ field: 'x', op: 'known' }] } } }), [
    'filter.b-to-a.all.0.field',
  ]);
  assert.ok(
    places({ mappings: [mapping('x', 'y')], match: [['z']], require: ['w'] }).length === 4,
    'all problems are said at once',
  );
});

test('with one side read-only, a two-way sync flows to the other', () => {
  const { rules } = compiled(input({}, { schemas: { a: contacts(), b: { ...customers(), can: readOnly } } }));
  assert.deepEqual(rules.writes, { a: true, b: false });
  assert.ok(rules.mappings.every((one) => !one.writes.b && !one.creates.b));
});

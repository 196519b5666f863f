import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type TestPostgres, testPostgres } from '../../../test/partners/postgres.ts';
import { create, done, objectOn, passOver } from '../../../test/partners/postgres-passes.ts';
import type { ObjectType } from '../../connector/contract.ts';
import type { Field } from '../../model/field.ts';
import { listedIn } from './checks.ts';
import { connector } from './connector.ts';
import { humanised } from './table.ts';

describe('tables as objects', () => {
  let shop: TestPostgres;
  before(async () => {
    shop = await testPostgres();
  });
  after(() => shop.close());

  const fieldOf = (object: ObjectType, name: string): Field | undefined =>
    Array.isArray(object.fields) ? object.fields.find((field) => field.name === name) : undefined;

  test('every type of column is a field of a fitting type, with its limits and options', async () => {
    await shop.query(`
      create type stage as enum ('lead', 'won deal'); create domain short as varchar(5) not null;
      create domain colour as text check (value in ('red', 'dark green'));
      create table kinds (
        id int primary key, t text, v varchar(20), c char(4), i bigint, n numeric(10, 2), f float8, m money, b boolean, d date,
        ts timestamp, tz timestamptz, e stage, es stage[], l text[], u uuid, j jsonb, s short default 'x', col colour,
        st varchar(9) check (st in ('on', 'it''s')), g text generated always as (v || '!') stored, ip inet, x xml);
      comment on table kinds is 'All kinds'; comment on column kinds.t is 'Free text'`);
    const kinds = await objectOn(shop.session(), 'public.kinds');
    const shown = (name: string) => {
      const { type, maxLength, decimals, options, writable, required, label } = fieldOf(kinds, name) as Field;
      return { type, maxLength, decimals, options: options?.map((option) => option.value), writable, required, label };
    };
    const field = (type: string, more: object = {}) => ({
      ...{
        type,
        maxLength: undefined,
        decimals: undefined,
        options: undefined,
        writable: 'always',
        required: undefined,
      },
      ...more,
    });
    assert.equal(kinds.label, 'All kinds');
    assert.deepEqual(shown('t'), field('text', { label: 'Free text' }));
    assert.deepEqual(shown('id'), field('integer', { label: 'Id', decimals: 0, writable: 'once', required: true }));
    assert.deepEqual(shown('v'), field('text', { label: 'V', maxLength: 20 }));
    assert.deepEqual(shown('c'), field('text', { label: 'C', maxLength: 4 }));
    assert.deepEqual(shown('n'), field('number', { label: 'N', decimals: 2 }));
    assert.deepEqual(shown('m'), field('money', { label: 'M', decimals: 2 }));
    assert.deepEqual(shown('e'), field('select', { label: 'E', options: ['lead', 'won deal'] }));
    assert.deepEqual(shown('es'), field('multi-select', { label: 'Es', options: ['lead', 'won deal'] }));
    assert.deepEqual(shown('s'), field('text', { label: 'S', maxLength: 5 }));
    assert.deepEqual(shown('col'), field('select', { label: 'Col', options: ['red', 'dark green'] }));
    assert.deepEqual(shown('st'), field('select', { label: 'St', maxLength: 9, options: ['on', "it's"] }));
    assert.deepEqual(shown('g'), field('text', { label: 'G', writable: 'never' }));
    const types = Object.fromEntries(
      ['i', 'f', 'b', 'd', 'ts', 'tz', 'l', 'u', 'j', 'ip', 'x'].map((name) => [name, shown(name).type]),
    );
    assert.deepEqual(types, {
      ...{ i: 'integer', f: 'number', b: 'boolean', d: 'date', ts: 'datetime', tz: 'datetime', l: 'list', u: 'text' },
      ...{ j: 'long-text', ip: 'text', x: 'long-text' },
    });
    assert.ok(
      (kinds.fields as Field[]).every((one) => one.means === undefined),
      'roles are found by the engine',
    );
  });

  test('values are exact, whatever the settings of the database', async () => {
    await shop.query(`
      do $$ begin execute format('alter database %I set datestyle = ''German, DMY''', current_database());
        execute format('alter database %I set timezone = ''Asia/Kolkata''', current_database()); end $$`);
    const session = shop.session();
    const kinds = await objectOn(session, 'public.kinds');
    const values = {
      ...{
        id: '1',
        t: ' two  spaces ',
        v: 'x',
        c: 'ab',
        i: '9007199254740993',
        n: '12345678.90',
        f: '0.1',
        m: '-12.30',
      },
      ...{ b: false, d: '2024-02-29', ts: '2024-02-29T23:59:59.123Z', tz: '1950-06-15T00:00:00.000Z', e: 'lead' },
      ...{
        es: ['won deal', 'lead'],
        l: [{ value: 'a,"b"\\' }, { value: 'NULL' }],
        u: 'c0ffee00-0000-4000-8000-000000000000',
      },
      ...{ j: '{"a": [1, 2]}', s: 'yes', col: 'red', st: "it's", ip: '10.0.0.1', x: '<a>b</a>' },
    };
    const image = done((await create(session, kinds, [values]))[0]).image;
    assert.deepEqual(image, { ...values, g: 'x!' });
    await shop.query(
      `set datestyle = 'ISO'; update kinds set f = 'NaN', n = 'NaN', d = 'infinity', tz = '-infinity', ts = '0044-03-15 BC', t = '', l = '{}'`,
    );
    const names = ['f', 'n', 'd', 'tz', 'ts', 't', 'l'];
    const shown = (await kinds.reads.byIds(session, ['1'], names)).records[0]?.values;
    assert.deepEqual(shown, {
      ...{ f: 'NaN', n: 'NaN', d: 'infinity', tz: '-infinity', ts: '0044-03-15T00:00:00 BC', t: null, l: null },
    });
    await shop.query(
      `update kinds set f = 1.5e-7, d = '12026-01-01', tz = '9999-12-31 23:59:59.9999Z', ts = '0001-01-01'`,
    );
    const wide = (await kinds.reads.byIds(session, ['1'], names)).records[0]?.values;
    assert.deepEqual(
      [wide?.f, wide?.d, wide?.tz, wide?.ts],
      ['0.00000015', '12026-01-01', '9999-12-31T23:59:59.999Z', '0001-01-01T00:00:00.000Z'],
    );
  });

  test('names with quotes, dots, spaces and capitals are names like any other', async () => {
    await shop.query(`
      create schema "We ird";
      create table "We ird"."Tab""le.X" ("Key ""1" text, "Key.2" date, "select" text, "$1" int unique, primary key ("Key ""1", "Key.2"));
      create table "We ird"."Far"("id" int primary key, "tab Id" text, "tab Day" date, foreign key ("tab Id", "tab Day") references "We ird"."Tab""le.X");
      create index on "We ird"."Far" ("tab Id")`);
    const session = shop.session();
    const object = await objectOn(session, 'We ird.Tab"le.X');
    const row = { 'Key "1': `a'b"`, 'Key.2': '2026-11-23', select: 'x', $1: '1' };
    const [made, twin] = await create(session, object, [row, { ...row, 'Key.2': '2026-11-24' }]);
    const id = `["a'b\\"","2026-11-23"]`;
    assert.deepEqual(done(made).image, row);
    assert.equal(done(made).done, id);
    assert.ok(twin && 'refused' in twin && twin.refused.existingId === id && twin.refused.field === '$1');
    assert.deepEqual([...(await passOver(session, object, ['select'])).records.keys()], [id]);
    const far = await objectOn(session, 'We ird.Far');
    assert.deepEqual(
      far.associations?.map(({ name, to, many }) => ({ name, to, many })),
      [{ name: 'tab Id,tab Day', to: 'We ird.Tab"le.X', many: 'one' }],
    );
    assert.deepEqual(done((await create(session, far, [{ id: '1', 'tab Id,tab Day': [id] }]))[0]).image, {
      id: '1',
      'tab Id,tab Day': [id],
    });
  });

  test('a foreign key is an association where the far key is an id, and a field where it means something', async () => {
    await shop.query(`
      create table companies (id text primary key, name text); create table countries (code char(2) primary key);
      create table contacts (
        id serial primary key, email text unique, company_id text references companies, boss int references contacts,
        country_code char(2) references countries, phone text unique not null)`);
    const contacts = await objectOn(shop.session(), 'public.contacts');
    assert.deepEqual(
      contacts.associations?.map(({ name, label, to }) => [name, label, to]),
      [
        ['company_id', 'Company', 'public.companies'],
        ['boss', 'Boss', 'public.contacts'],
      ],
    );
    assert.equal(fieldOf(contacts, 'company_id'), undefined);
    assert.equal(fieldOf(contacts, 'country_code')?.type, 'text');
    assert.deepEqual(contacts.keys, ['email', 'phone', 'id'], 'unique columns first');
    assert.equal(fieldOf(contacts, 'id')?.writable, 'never', 'numbers from a sequence are the table’s own');
  });

  test('the key is the primary key, else a unique index over columns that are never null', async () => {
    await shop.query(`
      create table by_index (a int not null, b int not null, c int not null, d int unique, unique (a, b));
      create unique index on by_index (c) where a > 0; create unique index on by_index (lower(b::text));
      create table parts (id int, k int, primary key (id, k)) partition by list (k);
      create table part1 partition of parts for values in (1);
      create table parent (id int primary key, note text); create table child (more text) inherits (parent);
      insert into parent values (1, 'parent'); insert into child values (1, 'child', 'x');
      create view seen as select * from parent; create unlogged table fast (id int primary key)`);
    const session = shop.session();
    const objects = typeof connector.objects === 'function' ? await connector.objects(session) : [];
    const names = objects.map((object) => object.name);
    assert.ok(
      ['public.by_index', 'public.parts', 'public.parent', 'public.fast'].every((name) => names.includes(name)),
    );
    assert.ok(!names.some((name) => /part1|child|seen|^pg_|^information_schema/.test(name)), names.join());
    await shop.query('insert into by_index values (1, 2, 3, 4)');
    const listed = await passOver(session, await objectOn(session, 'public.by_index'), []);
    assert.deepEqual([...listed.records.keys()], ['["1","2"]']);
    const parent = await passOver(session, await objectOn(session, 'public.parent'), ['note']);
    assert.deepEqual(
      [...parent.records.values()].map((record) => record.values),
      [{ note: 'parent' }],
    );
  });
});

test('a simple list in a check is understood in each form PostgreSQL shows it in, and nothing else is', () => {
  assert.deepEqual(listedIn(`CHECK ((a = ANY (ARRAY['x'::text, 'it''s, "y"'::text])))`, 'a'), ['x', `it's, "y"`]);
  assert.deepEqual(
    listedIn(
      `CHECK ((("Odd ""a")::text = ANY ((ARRAY['x'::character varying, 'y]'::character varying])::text[])))`,
      'Odd "a',
    ),
    ['x', 'y]'],
  );
  assert.deepEqual(
    listedIn(
      `CHECK (((a)::text = ANY (ARRAY[('x'::character varying)::text, ('y'::character varying(9))::text])))`,
      'a',
    ),
    ['x', 'y'],
  );
  for (const other of [
    `CHECK ((a <> ALL (ARRAY['x'::text])))`,
    `CHECK ((b = ANY (ARRAY['x'::text])))`,
    `CHECK ((a = ANY (ARRAY[lower('x'::text)])))`,
    `CHECK (((a = ANY (ARRAY['x'::text])) OR (b > 0)))`,
    `CHECK ((length(a) > 3))`,
  ]) {
    assert.equal(listedIn(other, 'a'), null, other);
  }
});

test('technical names are put into words', () => {
  const names = { first_name: 'First name', firstName: 'First name', ID: 'ID', vatNo: 'Vat no', 'a  b': 'A b', _: '_' };
  for (const [name, words] of Object.entries(names)) assert.equal(humanised(name), words);
});

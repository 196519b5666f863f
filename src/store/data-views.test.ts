import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { seededRandom } from '../lib/random.ts';
import type { Field, Schema } from '../model/field.ts';
import type { Values } from '../model/value.ts';
import { keepDataView } from './data-views.ts';
import { applySettings, workspaceId } from './installation.ts';
import { postgresStore } from './postgres-store.ts';
import { deleteSync } from './removal.ts';
import { rigSettings } from './suite/rig.ts';
import { postgres15, startTestServer, type TestDatabase, type TestServer } from './test-server.ts';

viewsOn('the embedded PostgreSQL', undefined);
if (existsSync(postgres15)) viewsOn('PostgreSQL 15', postgres15);

function viewsOn(place: string, binaries: string | undefined): void {
  describe(`the views of records on ${place}`, () => {
    let server: TestServer;
    before(async () => {
      server = await startTestServer(binaries);
    });
    after(() => server.stop());
    const inWorld = async (check: (world: World) => Promise<void>) => {
      const world = await worldIn(await server.database());
      await check(world);
      await world.close();
    };
    test('every field is a column of its type; what does not fit is null and never an error', () => inWorld(typed));
    test('the view follows the fields, keeps its grants, and goes with the object', () => inWorld(follows));
    test('a role reads the views and nothing else; another workspace has a schema and a role of its own', () =>
      inWorld(reads));
  });
}

async function typed({ rows, put, keep }: World): Promise<void> {
  await put('1', {
    'First Name': 'Ann',
    amount: '12.50',
    active: true,
    born: '1990-02-28',
    seen: '2026-11-23T10:42:00.000Z',
    tags: ['x', 'y'],
    emails: [{ value: 'a@x.example', label: 'work' }],
    select: 'odd',
    company: ['77'],
    deals: ['1', '2'],
  });
  await put('2', { amount: 'many', active: 'perhaps', born: '2026-02-31', seen: 'yesterday', tags: null });
  assert.equal(await keep(schema()), 'made');
  const [one, two] = await rows('select * from data.crm_contacts order by id');
  assert.deepEqual(one, {
    id: '1',
    first_name: 'Ann',
    amount: '12.50',
    active: true,
    born: '1990-02-28',
    seen: new Date('2026-11-23T10:42:00.000Z'),
    tags: ['x', 'y'],
    emails: ['a@x.example'],
    select: 'odd',
    company: '77',
    deals: ['1', '2'],
  });
  const { id, ...rest } = two as Record<string, unknown>;
  assert.equal(id, '2');
  assert.ok(Object.values(rest).every((value) => value === null));
}

async function follows({ rows, put, keep, sync, db }: World): Promise<void> {
  await put('1', { city: 'Bonn' });
  await keep(schema());
  assert.equal(await keep(schema()), 'kept');
  await rows('grant select on data.crm_contacts to pg_monitor');
  const other = { ...schema(), fields: [text('city'), text('City'), text("it's"), text('Straße'), text('42')] };
  assert.equal(await keep(other), 'made');
  const [one] = await rows('select * from data.crm_contacts');
  assert.deepEqual(Object.keys(one as object), ['id', 'city', 'city_2', 'it_s', 'stra_e', '_42', 'company', 'deals']);
  const [granted] = await rows(`select has_table_privilege('pg_monitor', 'data.crm_contacts', 'select') as yes`);
  assert.equal(granted?.yes, true);
  // What somebody built on it stands: the view is left as it was.
  await rows('create view public.mine as select city_2 from data.crm_contacts');
  await keep(schema());
  assert.equal((await rows('select * from public.mine')).length, 1);
  await deleteSync(db, sync);
  assert.equal((await rows(`select to_regclass('data.crm_contacts') as gone`))[0]?.gone, null);
}

async function reads({ rows, put, keep, other }: World): Promise<void> {
  await put('1', { city: 'Bonn' });
  await keep(schema());
  const elsewhere = await other();
  assert.equal(await elsewhere(), 'made');
  await rows('set role syncline_data');
  assert.equal((await rows('select * from data.crm_contacts')).length, 1);
  assert.equal((await rows('select * from data.links')).length, 0);
  for (const table of ['syncline.record', 'syncline.account', 'syncline.link', 'data_2_other.crm_contacts'])
    await assert.rejects(rows(`select * from ${table}`), /permission denied/);
  await assert.rejects(rows('create table data.mine (id integer)'), /permission denied/);
  await rows('reset role');
  assert.equal((await rows('select * from data_2_other.crm_contacts')).length, 0);
}

type World = Awaited<ReturnType<typeof worldIn>>;

/** A database with a feed of contacts, and a connection that may take other roles. */
async function worldIn(database: TestDatabase) {
  const { db } = database;
  const client = new pg.Client(database.connection);
  await client.connect();
  const close = async () => {
    await client.end();
    await database.close();
  };
  const store = postgresStore(db);
  const make = async (key: string) => {
    const account = { app: 'toy', settings: {}, secrets: {} };
    const ends = { a: { account: 'crm', object: 'contacts' }, b: { account: 'shop', object: 'public.customers' } };
    const settings = { accounts: { crm: account, shop: account }, syncs: { people: rigSettings(ends) } };
    return applySettings(db, await workspaceId(db, key), settings, { random: seededRandom(1) });
  };
  const applied = await make('default');
  const feed = applied.feeds['crm/contacts'] as string;
  const put = async (id: string, values: Values) => {
    const records = [{ id, values, keys: {} }];
    await store.observe(feed, {
      asked: await store.ask(),
      how: 'direct',
      ordered: false,
      records,
      gone: [],
      fields: Object.keys(values),
    });
  };
  const other = async () => {
    const { feeds } = await make('other');
    return () => keepDataView(db, feeds['crm/contacts'] as string, schema());
  };
  const rows = async (statement: string) => (await client.query(statement)).rows as Record<string, unknown>[];
  const keep = (given: Schema) => keepDataView(db, feed, given);
  return { db, rows, put, keep, other, close, sync: applied.syncs.people as string };
}

// node-postgres makes a local time of a date; here it stays as it is written.
pg.types.setTypeParser(1082, (value) => value);

function text(name: string): Field {
  return { name, label: name, type: 'text', writable: 'always' };
}

function schema(): Schema {
  const field = (name: string, type: Field['type']): Field => ({ ...text(name), type });
  const far = (name: string, many: 'one' | 'many') => ({
    name,
    label: name,
    to: name,
    many,
    writable: 'always' as const,
  });
  return {
    app: 'toy',
    object: 'contacts',
    label: 'Contacts',
    fields: [
      text('First Name'),
      field('amount', 'money'),
      field('active', 'boolean'),
      field('born', 'date'),
      field('seen', 'datetime'),
      field('tags', 'multi-select'),
      field('emails', 'list'),
      field('select', 'select'),
    ],
    associations: [far('company', 'one'), far('deals', 'many')],
    keys: [],
    can: { create: 'yes', update: 'yes', archive: 'yes', delete: 'yes' },
  };
}

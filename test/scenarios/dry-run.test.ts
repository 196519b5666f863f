import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { startSimulator } from '../../src/connectors/hubspot/simulator.ts';
import { must } from '../../src/lib/assert.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { ServedSimulator } from '../../src/simulator/simulator.ts';
import type { Db } from '../../src/store/db.ts';
import { type TestPostgres, testPostgres } from '../partners/postgres.ts';
import { type FileContent, type Installation, install, type Ran } from './installation.ts';

suite('a dry run changes nothing anywhere, and the run that follows does exactly what it said', () => {
  let hubspot: ServedSimulator;
  let shop: TestPostgres;
  let installation: Installation;
  before(async () => {
    hubspot = await startSimulator({ port: 0, clock: systemClock, records: 120, settings: { limits: 'off' } });
    shop = await testPostgres();
    installation = await install();
    await fill(hubspot, shop);
  });
  after(async () => {
    await hubspot?.stop();
    await shop?.close();
  });

  /** A dry run, then the real one. */
  async function compare(file: FileContent): Promise<Ran> {
    const untouched = await dump(hubspot, shop, installation);
    let said: string[] = [];
    const dry = await installation.sync(file, {
      dryRun: 'yes',
      lookInto: async (db) => {
        said = await writesIn(db);
      },
    });
    assert.deepEqual(await dump(hubspot, shop, installation), untouched, 'the dry run left its trace');
    const known = await writesIn(installation.db);
    const real = await installation.sync(file);
    const did = without(await writesIn(installation.db), known);
    assert.deepEqual(without(did, without(said, known)), [], 'was done and had not been said');
    assert.deepEqual(without(without(said, known), did), [], 'was said and not done');
    assert.deepEqual(real.syncs, dry.syncs, 'counts');
    assert.equal(real.exit, dry.exit);
    return real;
  }

  test('of a first sync', async () => {
    const { syncs, events } = await compare(fileOf(hubspot, shop));
    const { companies, contacts } = syncs;
    assert.ok(events.some(({ kind, name, count }) => kind === 'syncing' && name === 'contacts' && count > 50));
    assert.ok(must(companies).b.created > 0 && must(companies).a.created > 0, JSON.stringify(companies));
    assert.ok(must(contacts).b.created > 0 && must(contacts).a.created > 0, JSON.stringify(contacts));
    assert.ok(must(contacts).linked > 0 && must(contacts).conflicts > 0);
  });

  test('of edits, cleared fields, moved associations and removed records', async () => {
    const people = hubspot.admin.records('contacts').filter((record) => record.values.email);
    const id = (n: number) => must(people[n]).id;
    hubspot.admin.edit('contacts', {
      update: [
        { id: id(0), values: { jobtitle: 'Promoted' } },
        { id: id(1), values: { phone: '' } },
        { id: id(2), values: { firstname: 'Both', lastname: 'Changed' } },
      ],
      archive: [id(3)],
    });
    await shop.query(`update customers set last_name = 'Here too' where email = lower($1)`, [
      must(people[2]).values.email,
    ]);
    await shop.query(`update customers set company_id = (select min(id) from companies) where email = lower($1)`, [
      must(people[4]).values.email,
    ]);
    await shop.query(`delete from customers where email = lower($1)`, [must(people[5]).values.email]);
    await shop.query(
      `insert into customers (email, first_name, last_name) values ('late@shop.example.com', 'Late', 'Comer')`,
    );
    const { syncs } = await compare(fileOf(hubspot, shop));
    const { contacts } = syncs;
    assert.deepEqual([must(contacts).a.created, must(contacts).b.deleted, must(contacts).a.archived], [1, 1, 1]);
  });

  test('of changed settings', async () => {
    const file = fileOf(hubspot, shop, { mappings: ['default', { a: 'zip', b: 'extra' }] });
    const { syncs } = await compare(file);
    assert.ok(must(syncs.contacts).b.updated > 0);
  });

  test('of nothing', async () => {
    const file = fileOf(hubspot, shop, { mappings: ['default', { a: 'zip', b: 'extra' }] });
    const { syncs } = await compare(file);
    for (const sync of Object.values(syncs)) assert.deepEqual([sync.a, sync.b], [nothing, nothing]);
  });
});

const nothing = { created: 0, updated: 0, archived: 0, deleted: 0 };

function fileOf(hubspot: ServedSimulator, shop: TestPostgres, more: object = {}): FileContent {
  const brakes = { create: 'off', update: 'off', empty: 'off', archive: 'off' };
  const pair = (a: string, b: string) => ({ a: { account: 'crm', object: a }, b: { account: 'shop', object: b } });
  return {
    accounts: { crm: hubspot.account, shop: { app: 'postgres', secrets: { url: shop.url } } },
    syncs: {
      contacts: {
        ...pair('contacts', 'public.customers'),
        brakes,
        deletions: { a: 'delete', b: 'archive' },
        ...more,
      },
      companies: { ...pair('companies', 'public.companies'), brakes },
    },
  };
}

/** Some of the contacts and companies are in the shop as well, equal or not; others are only there. */
async function fill(hubspot: ServedSimulator, shop: TestPostgres): Promise<void> {
  await shop.query(`
    create table companies (id bigint generated always as identity primary key, name text, domain text, phone text);
    create table customers (id bigint generated always as identity primary key, email text, first_name text,
      last_name text, phone text, job_title text, town text, extra text, company_id bigint references companies)`);
  for (const { values } of hubspot.admin.records('companies').slice(0, 8)) {
    await shop.query('insert into companies (name, domain) values ($1, $2)', [values.name, values.domain]);
  }
  await shop.query(`insert into companies (name, domain) values ('Only Here', 'only-here.example.org')`);
  for (const { values } of hubspot.admin.records('contacts').slice(0, 40)) {
    if (!values.email) continue;
    await shop.query(`insert into customers (email, first_name, last_name) values (lower($1), $2, 'Other')`, [
      values.email,
      values.firstname,
    ]);
  }
  await shop.query(
    `insert into customers (email, last_name, company_id)
      select 'new' || n || '@only-here.example.org', 'New ' || n, (select max(id) from companies) from generate_series(1, 15) n`,
  );
}

/** All that stands in both apps and in the state. */
async function dump(hubspot: ServedSimulator, shop: TestPostgres, installation: Installation): Promise<object> {
  const rows = async (sql: string) => (await shop.query(sql)).rows;
  return {
    changes: hubspot.admin.changes().length,
    contacts: hubspot.admin.records('contacts'),
    companies: hubspot.admin.records('companies'),
    customers: await rows('select xmin, * from customers order by id'),
    firms: await rows('select xmin, * from companies order by id'),
    state: await installation.state(),
  };
}

/** Every write of the history, in words that do not depend on the ids that new records are given. */
async function writesIn(db: Db): Promise<string[]> {
  const names = await db.rows<{ id: string; object: string; name: string }>(
    `select r.id, f.object, lower(coalesce(r.content ->> 'email', r.content ->> 'domain', r.content ->> 'name')) as name
      from record r join feed f on f.id = r.feed`,
  );
  const nameOf = new Map(names.map(({ id, object, name }) => [`${object} ${id}`, name]));
  const company = new Map(names.flatMap(({ id, object, name }) => (/compan/.test(object) ? [[id, name]] : [])));
  const rows = await db.rows<{ object: string; record: string; what: unknown[] }>(
    `select f.object, h.record, json_build_array(s.key, h.side, h.op, h.before, h.after, h.rule, h.edges) as what
      from history h join sync s on s.id = h.sync
        join feed f on f.id = case h.side when 'a' then s.a_feed else s.b_feed end`,
  );
  const writes = rows.map(({ object, record, what }) => {
    const text = JSON.stringify(what).replace(/\[("[^"]*",?)+\]/g, (list) =>
      JSON.stringify((JSON.parse(list) as string[]).map((id) => company.get(id) ?? id)),
    );
    return `${nameOf.get(`${object} ${record}`)} ${text}`;
  });
  return writes.sort();
}

/** The first list less the second, entry by entry. */
function without(list: string[], less: string[]): string[] {
  const left = new Map<string, number>();
  for (const each of less) left.set(each, (left.get(each) ?? 0) + 1);
  return list.filter((each) => {
    const count = left.get(each) ?? 0;
    left.set(each, count - 1);
    return count <= 0;
  });
}

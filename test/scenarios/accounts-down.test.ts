import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { startSimulator } from '../../src/connectors/hubspot/simulator.ts';
import { must } from '../../src/lib/assert.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { ServedSimulator } from '../../src/simulator/simulator.ts';
import { freePort } from '../partners/free-port.ts';
import { type TestPostgres, testPostgres } from '../partners/postgres.ts';
import { type Installation, install, textOf } from './installation.ts';

const nothing = { created: 0, updated: 0, archived: 0, deleted: 0 };

suite('an app that cannot be used holds up the syncs of its account only', () => {
  let hubspot: ServedSimulator;
  let shop: TestPostgres;
  let installation: Installation;
  /** An address that nobody listens at. */
  let nobody: string;
  before(async () => {
    nobody = `http://127.0.0.1:${await freePort()}`;
    hubspot = await startSimulator({ port: 0, clock: systemClock, records: 12, settings: { limits: 'off' } });
    shop = await testPostgres();
    await shop.query(
      ['customers', 'staff']
        .map((name) => `create table ${name} (id uuid primary key default gen_random_uuid(), email text, name text);`)
        .join('\n'),
    );
    installation = await install();
  });
  after(async () => {
    await hubspot?.stop();
    await shop?.close();
  });

  const mappings = [
    { a: 'email', b: 'email' },
    { a: 'lastname', b: 'name' },
  ];
  const contacts = { account: 'crm', object: 'contacts' };
  /** HubSpot with two tables, and a second HubSpot account, in the given state. */
  const fileOf = (other: { baseUrl: string; token?: string }, crm: object = {}) => ({
    accounts: {
      crm: { ...hubspot.account, ...crm },
      other: {
        app: 'hubspot',
        settings: { baseUrl: other.baseUrl },
        secrets: { token: other.token ?? must(hubspot.account.secrets.token) },
      },
      shop: { app: 'postgres', secrets: { url: shop.url } },
    },
    syncs: {
      people: { a: contacts, b: { account: 'shop', object: 'public.customers' }, mappings },
      staff: {
        a: { account: 'other', object: 'contacts' },
        b: { account: 'shop', object: 'public.staff' },
        direction: 'a-to-b',
        match: [['email']],
        mappings,
      },
    },
  });
  const revoked = () => fileOf({ baseUrl: hubspot.url, token: 'pat-revoked' });
  const alive = () => fileOf({ baseUrl: hubspot.url });
  const count = async (table: string) => (await shop.query(`select count(*)::int as n from ${table}`)).rows[0].n;
  const people = () => hubspot.admin.records('contacts').filter(({ values }) => values.email).length;

  test('a new sync on it is left for later and named, the others run, exit 1; nothing of it is saved', async () => {
    const file = fileOf({ baseUrl: nobody });
    const ran = await installation.sync(file);
    assert.equal(ran.exit, 1);
    assert.equal(must(ran.syncs.people).b.created, people());
    assert.deepEqual([must(ran.syncs.staff).b, must(ran.syncs.staff).failing], [nothing, 0]);
    const [note] = ran.notes;
    assert.match(must(note), /^line \d+, column 3: accounts\.other: .*could not be reached.*\(not finished: staff\)$/);
    const line = Number(/\d+/.exec(must(note))?.[0]);
    assert.match(textOf(file).split('\n')[line - 1] ?? '', /^ {2}other:/);
    const [saved] = await installation.db.rows<{ n: number }>(`select count(*) as n from syncline.sync`);
    assert.equal(saved?.n, 1);
  });

  test('a first sync that cannot run yet needs no consent for the others', async () => {
    const ran = await installation.sync(revoked(), { consent: 'ask' });
    assert.equal(ran.exit, 1);
    assert.deepEqual(must(ran.syncs.people).b, nothing);
  });

  test('a wrong file is refused all the same', async () => {
    const file = revoked();
    file.syncs.people.mappings = [{ a: 'emale', b: 'email' }];
    const { message } = await installation.refusal(file);
    assert.match(message, /no field emale/);
  });

  test('once it answers, its sync asks for consent and runs', async () => {
    assert.equal((await installation.sync(alive(), { consent: 'ask' })).exit, 3);
    const ran = await installation.sync(alive());
    assert.equal(ran.exit, 0, ran.notes.join());
    assert.equal(must(ran.syncs.staff).b.created, people());
  });

  test('a token that was revoked is said at its account, what the table got meanwhile is not lost', async () => {
    await shop.query(`insert into customers (email, name) values ('new@example.com', 'New')`);
    const ran = await installation.sync(revoked());
    assert.equal(ran.exit, 1);
    assert.match(ran.notes.join(), /accounts\.other: .*401.*reconnect the account.*\(not finished: staff\)/);
    assert.equal(must(ran.syncs.people).a.created, 1, 'the other sync on the table went on');
    assert.equal(must(ran.syncs.staff).inSync, people() - 1, 'its records stand as they stood');
    const later = await installation.sync(alive());
    assert.equal(later.exit, 0);
    assert.equal(must(later.syncs.staff).b.created, 1);
  });

  test('F2 records that came while one of two syncs could not be compiled are matched by it later, not made twice', async () => {
    hubspot.admin.edit('contacts', { create: [{ email: 'while@example.com', lastname: 'While' }] });
    await shop.query(`insert into staff (email, name) values ('while@example.com', 'While')`);
    // The tables are read now; those of the sync that is down with the keys that it will look for.
    assert.equal((await installation.sync(revoked())).exit, 1);
    const before = await count('staff');
    const ran = await installation.sync(alive());
    assert.equal(ran.exit, 0, JSON.stringify(ran.syncs));
    assert.deepEqual([must(ran.syncs.staff).linked, must(ran.syncs.staff).b], [1, nothing]);
    assert.equal(await count('staff'), before);
  });

  test('where nothing can run that ran before, each sync ends as a failure of its account, exit 1', async () => {
    const file = fileOf({ baseUrl: nobody }, { settings: { baseUrl: nobody } });
    const ran = await installation.sync(file);
    assert.equal(ran.exit, 1);
    assert.deepEqual(
      ran.notes.map((note) => /accounts\.(\w+).*not finished: (\w+)/.exec(note)?.slice(1)),
      [
        ['crm', 'people'],
        ['other', 'staff'],
      ],
    );
    assert.equal(must(ran.syncs.people).inSync, people());
  });

  test('a second file on the same data need not name the accounts of the first', async () => {
    const { accounts, syncs } = alive();
    await shop.query(`create table suppliers (id uuid primary key default gen_random_uuid(), email text, name text)`);
    const { crm, shop: ours } = accounts;
    const suppliers = { ...syncs.people, b: { account: 'shop', object: 'public.suppliers' } };
    const ran = await installation.sync({ accounts: { crm, shop: ours }, syncs: { suppliers } });
    assert.equal(ran.exit, 0, ran.notes.join());
    assert.equal(ran.only.b.created, people());
    const first = { accounts: { other: accounts.other, shop: ours }, syncs: { staff: syncs.staff } };
    assert.equal((await installation.sync(first)).exit, 0);
  });
});

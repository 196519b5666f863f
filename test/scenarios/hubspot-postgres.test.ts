import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { startSimulator } from '../../src/connectors/hubspot/simulator.ts';
import { must } from '../../src/lib/assert.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { SimRecord } from '../../src/simulator/sim-record.ts';
import type { ServedSimulator } from '../../src/simulator/simulator.ts';
import { type TestPostgres, testPostgres } from '../partners/postgres.ts';
import { type FileContent, type Installation, install, type Ran } from './installation.ts';

const contacts = 25_000;
const sameStamp = 12_000;
/** Of the contacts with an e-mail address: rows that hold the same, rows that lack or differ, rows twice. */
const equalRows = 9_000;
const fillingRows = 2_000;
const otherRows = 2_000;
const duplicates = 300;
/** Rows of people whom HubSpot does not have; some stand there twice. */
const newPeople = 1_500;
const newTwice = 40;
const withoutEmail = 100;

suite('HubSpot with 25,000 contacts and a PostgreSQL table', () => {
  let hubspot: ServedSimulator;
  let shop: TestPostgres;
  let installation: Installation;
  let file: FileContent;
  let people: SimRecord[];
  let first: Ran;
  before(async () => {
    const settings = { limits: 'off' } as const;
    const options = {
      port: 0,
      clock: systemClock,
      records: contacts,
      sameStamp,
      emailCase: 'mixed',
      settings,
    } as const;
    hubspot = await startSimulator(options);
    shop = await testPostgres();
    installation = await install();
    people = hubspot.admin.records('contacts').filter((record) => record.values.email);
    await fill(shop, people);
    file = fileOf(hubspot, shop);
    first = await installation.sync(file);
  });
  after(async () => {
    await hubspot?.stop();
    await shop?.close();
  });

  test('F2 every record is linked, made or reported as ambiguous, and none is made twice', async () => {
    const matched = equalRows + fillingRows + otherRows - duplicates;
    const madeInShop = people.length - matched - duplicates;
    const { only } = first;
    assert.equal(only.linked, matched);
    assert.deepEqual([only.a.created, only.b.created], [newPeople, madeInShop]);
    // Of each ambiguous match the contact and both rows; of people twice in the table the one who came second.
    assert.deepEqual(only.problems, { 'ambiguous-match': 3 * duplicates, 'duplicate-in-target': newTwice });
    assert.equal(only.inSync, matched + madeInShop + newPeople);
    assert.equal(only.excluded, contacts - people.length + withoutEmail);
    assert.equal(first.exit, 1, 'some wait for a person');
    const now = hubspot.admin.records('contacts');
    assert.equal(now.length, contacts + newPeople);
    assert.equal(new Set(now.map(addressOf).filter(Boolean)).size, people.length + newPeople, 'no address twice');
    const { rows } = await shop.query(
      'select count(*)::int as n from customers where email is not null group by lower(email) having count(*) > 1',
    );
    assert.equal(rows.length, duplicates + newTwice, 'no address is there twice that was not before');
  });

  test('M1 what was linked or made is equal, the default app wins, and empty fields are filled from the other side', async () => {
    assert.equal(first.only.conflicts, otherRows);
    const byAddress = new Map(hubspot.admin.records('contacts').map((record) => [addressOf(record), record.values]));
    const { rows } = await shop.query(
      `select lower(min(email)) as email, min(last_name) as last_name, min(company) as company, min(job_title) as job_title
        from customers where email is not null group by lower(email) having count(*) = 1`,
    );
    assert.equal(rows.length, first.only.inSync - newTwice);
    for (const row of rows) {
      const contact = must(byAddress.get(row.email), 'the contact');
      const theirs = [contact.lastname, contact.company, contact.jobtitle].map((value) => value || null);
      assert.deepEqual([row.last_name, row.company, row.job_title], theirs);
    }
  });

  test('the first sync takes at most 1.05 times the fewest calls', (t) => {
    const { a } = first.only;
    const pages = (records: number) => Math.ceil(records / 100);
    // HubSpot knows no condition, so what is changed there is read again just before.
    const least = pages(contacts) + pages(a.created) + 2 * pages(a.updated);
    const calls = must(first.calls.crm);
    t.diagnostic(`${calls} calls to HubSpot, the fewest are ${least}: ${(calls / least).toFixed(3)} times`);
    t.diagnostic(`${first.calls.shop} statements on PostgreSQL; ${first.seconds} s`);
    assert.ok(calls <= 1.05 * least, `${calls} calls, the fewest are ${least}`);
  });

  test('M5 the second run writes nothing', async () => {
    const { only } = await installation.sync(file);
    assert.deepEqual([only.a, only.b, only.linked, only.conflicts], [nothing, nothing, 0, 0]);
    assert.deepEqual(only.problems, first.only.problems);
  });

  test('F10 12,000 contacts changed at one moment, beyond the 10,000 that a search shows, all arrive', async () => {
    const boundary = 600_000;
    hubspot.admin.set({ stampMilliseconds: boundary });
    hubspot.admin.advance(boundary - (hubspot.admin.state().now % boundary));
    const update = people.slice(-sameStamp).map(({ id }, n) => ({ id, values: { jobtitle: `Promoted ${n}` } }));
    hubspot.admin.edit('contacts', { update });
    const { only } = await installation.sync(file);
    assert.deepEqual([only.a, only.b], [nothing, { ...nothing, updated: sameStamp }]);
    const { rows } = await shop.query(
      `select count(distinct job_title)::int as n from customers where job_title like 'Promoted %'`,
    );
    assert.equal(rows[0].n, sameStamp);
  });
});

const nothing = { created: 0, updated: 0, archived: 0, deleted: 0 };

function addressOf({ values }: SimRecord): string {
  return String(values.email ?? '').toLowerCase();
}

function fileOf(hubspot: ServedSimulator, shop: TestPostgres): FileContent {
  const { account } = hubspot;
  // The simulator lets everything through, so the connector need not hold back either.
  const settings = { ...account.settings, callsPerTenSeconds: 100_000, searchesPerSecond: 1_000 };
  return {
    accounts: { crm: { ...account, settings }, shop: { app: 'postgres', secrets: { url: shop.url } } },
    syncs: {
      people: { a: { account: 'crm', object: 'contacts' }, b: { account: 'shop', object: 'public.customers' } },
    },
  };
}

/** The table: rows that match contacts by e-mail (in another case), some twice, and people whom HubSpot does not have. */
async function fill(shop: TestPostgres, people: SimRecord[]): Promise<void> {
  await shop.query(
    `create table customers (id bigint generated always as identity primary key, email text, first_name text,
      last_name text, phone text, company text, job_title text, note text)`,
  );
  const rows = people.slice(0, equalRows).map(rowOf);
  const filling = people.slice(equalRows, equalRows + fillingRows);
  const others = people.slice(equalRows + fillingRows, equalRows + fillingRows + otherRows);
  for (const [n, person] of filling.entries()) {
    rows.push({ ...rowOf(person), job_title: person.values.jobtitle ? null : `Job ${n}`, company: null });
  }
  for (const [n, person] of others.entries()) rows.push({ ...rowOf(person), last_name: `Other ${n}` });
  for (const person of people.slice(0, duplicates)) rows.push({ ...rowOf(person), first_name: 'Twin' });
  for (let n = 0; n < newPeople; n++) rows.push(newRow(n));
  for (let n = 0; n < newTwice; n++) rows.push({ ...newRow(n), email: `NEW${n}@Shop.example.com` });
  for (let n = 0; n < withoutEmail; n++) rows.push({ ...newRow(n), email: null, last_name: `Nobody ${n}` });
  await shop.query(
    `insert into customers (email, first_name, last_name, phone, company, job_title)
      select email, first_name, last_name, phone, company, job_title
      from jsonb_to_recordset($1::jsonb) as r (email text, first_name text, last_name text, phone text, company text, job_title text)`,
    [JSON.stringify(rows)],
  );
}

interface Row {
  email: string | null;
  first_name: string | null;
  last_name: string | null;
  phone: string | null;
  company: string | null;
  job_title: string | null;
}

/** The contact as the table has it: what is equal to a person is equal here, though it is written otherwise. */
function rowOf({ values }: SimRecord): Row {
  const text = (name: string) => (values[name] ? String(values[name]) : null);
  return {
    email: must(text('email')).toLowerCase(),
    first_name: text('firstname'),
    last_name: text('lastname'),
    phone: text('phone'),
    company: text('company'),
    job_title: text('jobtitle'),
  };
}

function newRow(n: number): Row {
  const email = `new${n}@shop.example.com`;
  return { email, first_name: 'New', last_name: `Person ${n}`, phone: null, company: 'Shop', job_title: null };
}

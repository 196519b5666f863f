import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { startSimulator as startGoogle } from '../../src/connectors/google-contacts/simulator.ts';
import { startSimulator as startHubspot } from '../../src/connectors/hubspot/simulator.ts';
import { must } from '../../src/lib/assert.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { ServedSimulator } from '../../src/simulator/simulator.ts';
import { type TestPostgres, testPostgres } from '../partners/postgres.ts';
import { type FileContent, type Installation, install, type Ran } from './installation.ts';

type Lists = Record<string, Record<string, string>[]>;

const contacts = 40;
const none = { created: 0, updated: 0, archived: 0, deleted: 0 };

suite('The same contact among three apps: HubSpot with Google Contacts, HubSpot with a PostgreSQL table', () => {
  let hubspot: ServedSimulator;
  let google: ServedSimulator;
  let shop: TestPostgres;
  let installation: Installation;
  let file: FileContent;
  before(async () => {
    const settings = { limits: 'off' } as const;
    hubspot = await startHubspot({ port: 0, clock: systemClock, records: contacts, settings });
    google = await startGoogle({ port: 0, clock: systemClock, settings });
    shop = await testPostgres();
    await shop.query(
      `create table customers (id bigint generated always as identity primary key, email text, first_name text,
        last_name text, phone text, job_title text)`,
    );
    installation = await install();
    file = fileOf(hubspot, google, shop);
  });
  after(async () => {
    await hubspot?.stop();
    await google?.stop();
    await shop?.close();
  });

  const run = async (): Promise<Ran> => {
    const ran = await installation.sync(file);
    assert.equal(ran.exit, 0, JSON.stringify(ran.syncs));
    return ran;
  };
  const isQuiet = async () => {
    const ran = await run();
    for (const [name, { a, b }] of Object.entries(ran.syncs)) assert.deepEqual({ a, b }, { a: none, b: none }, name);
    return ran;
  };
  const inHubspot = (email: string) =>
    must(hubspot.admin.records('contacts').find(({ values }) => values.email === email));
  const inGoogle = (email: string) =>
    must(google.admin.records('contacts').find(({ values }) => (values as Lists).emailAddresses?.[0]?.value === email));
  const inShop = async (email: string) =>
    must((await shop.query('select * from customers where email = $1', [email])).rows[0]);
  const writesOf = (ran: Ran) =>
    Object.values(ran.syncs)
      .flatMap(({ a, b }) => [a, b])
      .reduce((sum, { created, updated }) => sum + created + updated, 0);
  let email = '';

  test('every contact arrives everywhere once, and then there is silence', async () => {
    await run();
    const withEmail = hubspot.admin.records('contacts').filter(({ values }) => values.email);
    email = String(must(withEmail[0]).values.email);
    assert.equal(google.admin.records('contacts').length, withEmail.length);
    assert.equal((await shop.query('select count(*)::int as n from customers')).rows[0].n, withEmail.length);
    await isQuiet();
    google.admin.resetCalls();
    const quiet = await isQuiet();
    assert.deepEqual(google.admin.calls(), { 'GET /v1/contactGroups': 1, 'GET /v1/people/me/connections': 1 });
    assert.ok((quiet.calls.crm ?? 0) <= 20, `HubSpot was called ${quiet.calls.crm} times for nothing`);
  });

  test('an edit in Google arrives in HubSpot and from there in the shop, once', async () => {
    const { id, values } = inGoogle(email);
    const organizations = [{ ...(values as Lists).organizations?.[0], title: 'Admiral' }];
    google.admin.edit('contacts', { update: [{ id, values: { organizations } }] });
    const ran = await run();
    const later = await run();
    assert.equal(inHubspot(email).values.jobtitle, 'Admiral');
    assert.equal((await inShop(email)).job_title, 'Admiral');
    assert.equal(writesOf(ran) + writesOf(later), 2, 'one write for each of the two others');
    await isQuiet();
  });

  test('an edit in the shop arrives in HubSpot and from there in Google, once', async () => {
    await shop.query('update customers set last_name = $1 where email = $2', ['Of The Shop', email]);
    const ran = await run();
    const later = await run();
    assert.equal(inHubspot(email).values.lastname, 'Of The Shop');
    assert.equal((inGoogle(email).values as Lists).names?.[0]?.familyName, 'Of The Shop');
    assert.equal(writesOf(ran) + writesOf(later), 2);
    await isQuiet();
  });

  test('an edit in HubSpot arrives in both others, once; a new contact too', async () => {
    hubspot.admin.edit('contacts', {
      update: [{ id: inHubspot(email).id, values: { jobtitle: 'Captain' } }],
      create: [{ email: 'new@example.com', firstname: 'New', lastname: 'Person' }],
    });
    const ran = await run();
    const later = await run();
    assert.equal((inGoogle(email).values as Lists).organizations?.[0]?.title, 'Captain');
    assert.equal((await inShop(email)).job_title, 'Captain');
    assert.equal((inGoogle('new@example.com').values as Lists).names?.[0]?.givenName, 'New');
    assert.equal((await inShop('new@example.com')).first_name, 'New');
    assert.equal(writesOf(ran) + writesOf(later), 4);
    await isQuiet();
  });

  test('a contact that was new in Google is found in the shop, and nowhere twice', async () => {
    const created = {
      names: [{ givenName: 'Gil', familyName: 'Google' }],
      emailAddresses: [{ value: 'gil@example.com' }],
    };
    google.admin.edit('contacts', { create: [created] });
    await run();
    await run();
    assert.equal((await inShop('gil@example.com')).last_name, 'Google');
    const twins = google.admin
      .records('contacts')
      .filter((one) => (one.values as Lists).emailAddresses?.[0]?.value === 'gil@example.com');
    assert.equal(twins.length, 1);
    await isQuiet();
  });
});

function fileOf(hubspot: ServedSimulator, google: ServedSimulator, shop: TestPostgres): FileContent {
  const crm = { ...hubspot.account.settings, callsPerTenSeconds: 100_000, searchesPerSecond: 1_000 };
  const book = { ...google.account.settings, readsPerMinute: 100_000, writesPerMinute: 100_000 };
  const a = { account: 'crm', object: 'contacts' };
  return {
    accounts: {
      crm: { ...hubspot.account, settings: crm },
      book: { ...google.account, settings: book },
      shop: { app: 'postgres', secrets: { url: shop.url } },
    },
    syncs: {
      phones: { a, b: { account: 'book', object: 'contacts' } },
      customers: { a, b: { account: 'shop', object: 'public.customers' } },
    },
  };
}

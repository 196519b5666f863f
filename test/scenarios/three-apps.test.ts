import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { startSimulator as startGoogle } from '../../src/connectors/google-contacts/simulator.ts';
import { startSimulator as startHubspot } from '../../src/connectors/hubspot/simulator.ts';
import { startSimulator as startSalesforce } from '../../src/connectors/salesforce/simulator.ts';
import { must } from '../../src/lib/assert.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { ServedSimulator } from '../../src/simulator/simulator.ts';
import { type FileContent, type Installation, install, type Ran } from './installation.ts';

type Lists = Record<string, Record<string, string>[]>;

const contacts = 40;
const none = { created: 0, updated: 0, archived: 0, deleted: 0 };

suite('The same contact among three apps: HubSpot with Salesforce, HubSpot with Google Contacts', () => {
  let hubspot: ServedSimulator;
  let google: ServedSimulator;
  let salesforce: ServedSimulator;
  let installation: Installation;
  let file: FileContent;
  before(async () => {
    const settings = { limits: 'off' } as const;
    hubspot = await startHubspot({ port: 0, clock: systemClock, records: contacts, settings });
    google = await startGoogle({ port: 0, clock: systemClock, settings });
    salesforce = await startSalesforce({ port: 0, clock: systemClock, settings });
    installation = await install();
    file = fileOf(hubspot, google, salesforce);
  });
  after(async () => {
    await hubspot?.stop();
    await google?.stop();
    await salesforce?.stop();
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
  const inSalesforce = (email: string) =>
    must(salesforce.admin.records('Contact').find(({ values }) => values.Email === email));
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
    assert.equal(salesforce.admin.records('Contact').length, withEmail.length);
    await isQuiet();
    google.admin.resetCalls();
    const quiet = await isQuiet();
    assert.deepEqual(google.admin.calls(), { 'GET /v1/contactGroups': 1, 'GET /v1/people/me/connections': 1 });
    assert.ok((quiet.calls.sales ?? 0) <= 12, `Salesforce was called ${quiet.calls.sales} times for nothing`);
    assert.ok((quiet.calls.crm ?? 0) <= 20, `HubSpot was called ${quiet.calls.crm} times for nothing`);
  });

  test('an edit in Google arrives in HubSpot and from there in Salesforce, once', async () => {
    const { id, values } = inGoogle(email);
    const organizations = [{ ...(values as Lists).organizations?.[0], title: 'Admiral' }];
    google.admin.edit('contacts', { update: [{ id, values: { organizations } }] });
    const ran = await run();
    const later = await run();
    assert.equal(inHubspot(email).values.jobtitle, 'Admiral');
    assert.equal(inSalesforce(email).values.Title, 'Admiral');
    assert.equal(writesOf(ran) + writesOf(later), 2, 'one write for each of the two others');
    await isQuiet();
  });

  test('an edit in Salesforce arrives in HubSpot and from there in Google, once', async () => {
    const { id } = inSalesforce(email);
    salesforce.admin.edit('Contact', { update: [{ id, values: { LastName: 'Of The Sales' } }] });
    const ran = await run();
    const later = await run();
    assert.equal(inHubspot(email).values.lastname, 'Of The Sales');
    assert.equal((inGoogle(email).values as Lists).names?.[0]?.familyName, 'Of The Sales');
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
    assert.equal(inSalesforce(email).values.Title, 'Captain');
    assert.equal((inGoogle('new@example.com').values as Lists).names?.[0]?.givenName, 'New');
    assert.equal(inSalesforce('new@example.com').values.FirstName, 'New');
    assert.equal(writesOf(ran) + writesOf(later), 4);
    await isQuiet();
  });

  test('a contact that was new in Google is found in Salesforce, and nowhere twice', async () => {
    const created = {
      names: [{ givenName: 'Gil', familyName: 'Google' }],
      emailAddresses: [{ value: 'gil@example.com' }],
    };
    google.admin.edit('contacts', { create: [created] });
    await run();
    await run();
    assert.equal(inSalesforce('gil@example.com').values.LastName, 'Google');
    const twins = google.admin
      .records('contacts')
      .filter((one) => (one.values as Lists).emailAddresses?.[0]?.value === 'gil@example.com');
    assert.equal(twins.length, 1);
    await isQuiet();
  });
});

function fileOf(hubspot: ServedSimulator, google: ServedSimulator, salesforce: ServedSimulator): FileContent {
  const crm = { ...hubspot.account.settings, callsPerTenSeconds: 100_000, searchesPerSecond: 1_000 };
  const book = { ...google.account.settings, readsPerMinute: 100_000, writesPerMinute: 100_000 };
  const a = { account: 'crm', object: 'contacts' };
  return {
    accounts: {
      crm: { ...hubspot.account, settings: crm },
      book: { ...google.account, settings: book },
      sales: salesforce.account,
    },
    syncs: {
      phones: { a, b: { account: 'book', object: 'contacts' } },
      buyers: { a, b: { account: 'sales', object: 'Contact' } },
    },
  };
}

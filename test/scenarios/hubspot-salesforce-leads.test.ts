import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { Connection } from 'jsforce';
import { startSimulator as startHubspot } from '../../src/connectors/hubspot/simulator.ts';
import { startSimulator as startSalesforce } from '../../src/connectors/salesforce/simulator.ts';
import { must } from '../../src/lib/assert.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { ServedSimulator } from '../../src/simulator/simulator.ts';
import { type FileContent, type Installation, install, type Ran } from './installation.ts';

const none = { created: 0, updated: 0, archived: 0, deleted: 0 };

suite('HubSpot contacts and Salesforce leads and contacts, routed by lifecycle stage', () => {
  let hubspot: ServedSimulator;
  let salesforce: ServedSimulator;
  let installation: Installation;
  before(async () => {
    hubspot = await startHubspot({ port: 0, clock: systemClock, settings: { limits: 'off' } });
    salesforce = await startSalesforce({ port: 0, clock: systemClock });
    installation = await install();
    hubspot.admin.edit('contacts', {
      create: [
        { email: 'lead@example.com', firstname: 'Lea', lastname: 'Dee', company: 'Acme', lifecyclestage: 'lead' },
        { email: 'customer@example.com', firstname: 'Cus', lastname: 'Tom', lifecyclestage: 'customer' },
        { email: 'both@example.com', firstname: 'Bo', lastname: 'Th', lifecyclestage: 'customer' },
      ],
    });
    salesforce.admin.edit('Account', { create: [{ Name: 'Acme' }] });
    salesforce.admin.edit('Lead', {
      create: [{ Email: 'their-lead@example.com', FirstName: 'Their', LastName: 'Lead', Company: 'Bolt' }],
    });
    salesforce.admin.edit('Contact', {
      create: [
        { Email: 'their-contact@example.com', LastName: 'Contact', Title: 'CEO' },
        { Email: 'Both@example.com', LastName: 'Th', Title: 'CTO' },
      ],
    });
  });
  after(async () => {
    await hubspot?.stop();
    await salesforce?.stop();
  });

  const run = async (): Promise<Ran> => {
    const ran = await installation.sync(fileOf(hubspot, salesforce));
    assert.equal(ran.exit, 0, JSON.stringify(ran.syncs));
    return ran;
  };
  const isQuiet = async () => {
    const ran = await run();
    for (const [name, { a, b }] of Object.entries(ran.syncs)) assert.deepEqual({ a, b }, { a: none, b: none }, name);
  };
  const live = (simulator: ServedSimulator, object: string, email: string) =>
    simulator.admin
      .records(object)
      .filter(({ archivedAt, values }) => archivedAt === undefined && emailOf(values) === email);
  /** Everybody is once in HubSpot, and once in Salesforce: as a lead that is one still, or as a contact. */
  const noneTwice = (people: number) => {
    const here = hubspot.admin.records('contacts').map(({ values }) => emailOf(values));
    const leads = salesforce.admin.records('Lead').filter(({ values }) => values.IsConverted !== true);
    const there = [...leads, ...salesforce.admin.records('Contact')].map(({ values }) => emailOf(values));
    assert.deepEqual([here.length, new Set(here).size], [people, people], here.join(' '));
    assert.deepEqual([there.length, new Set(there).size], [people, people], there.join(' '));
  };

  test('a new lead becomes a lead, a new customer a contact, and theirs come with the stage of their sync', async () => {
    await run();
    noneTwice(5);
    const [lead] = live(salesforce, 'Lead', 'lead@example.com');
    assert.deepEqual([lead?.values.FirstName, lead?.values.Company], ['Lea', 'Acme']);
    assert.equal(live(salesforce, 'Contact', 'customer@example.com').length, 1);
    const stage = (email: string) => live(hubspot, 'contacts', email)[0]?.values.lifecyclestage;
    assert.deepEqual([stage('their-lead@example.com'), stage('their-contact@example.com')], ['lead', 'customer']);
    assert.equal(live(hubspot, 'contacts', 'both@example.com')[0]?.values.jobtitle, 'CTO');
    await isQuiet();
  });

  test('a promoted one: the lead becomes a contact by conversion, into the account of its company', async () => {
    const id = must(live(hubspot, 'contacts', 'lead@example.com')[0]).id;
    hubspot.admin.edit('contacts', { update: [{ id, values: { lifecyclestage: 'customer', jobtitle: 'Buyer' } }] });
    await run();
    noneTwice(5);
    const [lead] = live(salesforce, 'Lead', 'lead@example.com');
    const [contact] = live(salesforce, 'Contact', 'lead@example.com');
    assert.deepEqual([lead?.values.IsConverted, lead?.values.ConvertedContactId], [true, contact?.id]);
    const [account] = salesforce.admin.records('Account');
    assert.deepEqual([contact?.values.Title, contact?.values.AccountId], ['Buyer', account?.id]);
    await isQuiet();
  });

  test('one converted in Salesforce: the contact goes on where the lead was, and no other lead is made', async () => {
    const { url: instanceUrl, account } = salesforce;
    const conn = new Connection({ instanceUrl, accessToken: account.secrets.token, version: '62.0' });
    const leadId = must(live(salesforce, 'Lead', 'their-lead@example.com')[0]).id;
    const converted = await conn.soap.convertLead({
      leadId,
      convertedStatus: 'Closed - Converted',
      doNotCreateOpportunity: true,
      overwriteLeadSource: false,
      sendNotificationEmail: false,
    });
    assert.equal(converted.success, true);
    const ran = await run();
    noneTwice(5);
    assert.deepEqual([ran.syncs.leads?.problems, ran.syncs.contacts?.problems], [{}, {}]);
    const id = must(live(hubspot, 'contacts', 'their-lead@example.com')[0]).id;
    hubspot.admin.edit('contacts', { update: [{ id, values: { jobtitle: 'Head' } }] });
    await run();
    assert.equal(salesforce.admin.record('Contact', converted.contactId ?? '')?.values.Title, 'Head');
    salesforce.admin.edit('Contact', {
      update: [{ id: converted.contactId ?? '', values: { Phone: '+49 30 123456' } }],
    });
    await run();
    assert.equal(live(hubspot, 'contacts', 'their-lead@example.com')[0]?.values.phone, '+49 30 123456');
    noneTwice(5);
    await isQuiet();
  });

  test('a lead that comes later, and one that is deleted, are as they were in their own app', async () => {
    const [late = ''] = salesforce.admin.edit('Lead', {
      create: [{ Email: 'late@example.com', LastName: 'Late', Company: 'Core' }],
    }).created;
    await run();
    noneTwice(6);
    salesforce.admin.edit('Lead', { archive: [late] });
    const ran = await installation.sync(fileOf(hubspot, salesforce));
    assert.deepEqual(ran.syncs.leads?.problems, { 'deleted-in-b': 1 });
    assert.equal(live(hubspot, 'contacts', 'late@example.com').length, 1);
  });
});

function emailOf(values: Readonly<Record<string, unknown>>): string {
  return String(values.email ?? values.Email ?? '').toLowerCase();
}

function fileOf(hubspot: ServedSimulator, salesforce: ServedSimulator): FileContent {
  const a = { account: 'crm', object: 'contacts' };
  const route = (...stages: string[]) => ({ field: 'lifecyclestage', 'a-to-b': stages });
  return {
    accounts: { crm: hubspot.account, sf: salesforce.account },
    syncs: {
      leads: { a, b: { account: 'sf', object: 'Lead' }, route: route('lead', 'subscriber', 'marketingqualifiedlead') },
      contacts: {
        a,
        b: { account: 'sf', object: 'Contact' },
        route: route('customer', 'opportunity', 'salesqualifiedlead'),
      },
    },
  };
}

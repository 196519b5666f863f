import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { startSimulator as startHubspot } from '../../src/connectors/hubspot/simulator.ts';
import { startSimulator as startXero } from '../../src/connectors/xero/simulator.ts';
import { must } from '../../src/lib/assert.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { ServedSimulator } from '../../src/simulator/simulator.ts';
import { associated, byValue } from './hubspot-portal.ts';
import { type FileContent, type Installation, install, type Ran } from './installation.ts';

const none = { created: 0, updated: 0, archived: 0, deleted: 0 };

suite('Xero’s contacts are people and businesses: those with a first name go with contacts, the others with companies', () => {
  let hubspot: ServedSimulator;
  let xero: ServedSimulator;
  let installation: Installation;
  let file: FileContent;
  let first: Ran;
  before(async () => {
    const options = { port: 0, clock: systemClock, settings: { limits: 'off' } } as const;
    hubspot = await startHubspot(options);
    xero = await startXero(options);
    installation = await install();
    fill(hubspot, xero);
    file = fileOf(hubspot, xero);
    first = await installation.sync(file);
  });
  after(async () => {
    await hubspot?.stop();
    await xero?.stop();
    await installation?.close();
  });

  test('companies match by name and go across both ways by default mappings; no person becomes one', () => {
    assert.equal(first.exit, 0, JSON.stringify(first.syncs));
    const { a, b, linked } = must(first.syncs.companies);
    assert.deepEqual([a.created, b.created, linked], [1, 1, 1]);
    assert.deepEqual(names(hubspot, 'companies', 'name'), ['Acme Ltd', 'Hub Only', 'Xero Only']);
    assert.deepEqual(names(xero, 'contacts', 'Name'), ['Acme Ltd', 'Ann Lee', 'Hub Only', 'Xero Only']);
    const acme = byValue(hubspot, 'companies', 'name', 'Acme Ltd');
    assert.deepEqual([acme.values.city, acme.values.phone], ['Ulm', '+49 731 1234567']);
    assert.equal(must(first.syncs.people).a.created, 1, 'Ann is a person in HubSpot');
  });

  test('A1 an invoice hangs on the company that it is for', async () => {
    const [invoice] = hubspot.admin.records('invoices');
    assert.equal(must(invoice).values.hs_number, 'X-1');
    const acme = byValue(hubspot, 'companies', 'name', 'Acme Ltd');
    assert.deepEqual(await associated(hubspot, 'invoices', must(invoice).id, 'companies'), [acme.id]);
  });

  test('M5 a second run writes nothing', async () => {
    const again = await installation.sync(file);
    for (const [name, { a, b }] of Object.entries(again.syncs))
      assert.deepEqual({ name, a, b }, { name, a: none, b: none });
  });
});

function fill(hubspot: ServedSimulator, xero: ServedSimulator): void {
  hubspot.admin.edit('companies', {
    create: [
      { name: 'Acme Ltd', phone: '+49 731 1234567' },
      { name: 'Hub Only', city: 'Bern' },
    ],
  });
  const [acme = ''] = xero.admin.edit('contacts', {
    create: [
      { Name: 'Acme Ltd', 'Addresses.POBOX.City': 'Ulm' },
      { Name: 'Xero Only' },
      { Name: 'Ann Lee', FirstName: 'Ann', LastName: 'Lee', EmailAddress: 'ann@example.com' },
    ],
  }).created;
  const line = { LineItemID: 'l1', Description: 'Work', Quantity: 1, UnitAmount: 20, LineAmount: 20, TaxAmount: 0 };
  xero.admin.edit('invoices', {
    create: [{ Type: 'ACCREC', ContactID: acme, InvoiceNumber: 'X-1', CurrencyCode: 'EUR', lines: [line] }],
  });
}

function fileOf(hubspot: ServedSimulator, xero: ServedSimulator): FileContent {
  const sync = (a: string, b: string, more: object) => ({
    a: { account: 'crm', object: a },
    b: { account: 'books', object: b },
    ...more,
  });
  const those = (op: string) => ({ filter: { 'b-to-a': { all: [{ field: 'FirstName', op }] } } });
  return {
    accounts: { crm: hubspot.account, books: xero.account },
    syncs: {
      people: sync('contacts', 'contacts', those('known')),
      companies: sync('companies', 'contacts', those('unknown')),
      invoices: sync('invoices', 'invoices', { associations: [{ a: 'companies', b: 'contact' }] }),
    },
  };
}

function names({ admin }: ServedSimulator, object: string, field: string): string[] {
  return admin
    .records(object)
    .map(({ values }) => String(values[field]))
    .sort();
}

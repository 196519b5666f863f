import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { startSimulator as startHubspot } from '../../src/connectors/hubspot/simulator.ts';
import { startSimulator as startXero } from '../../src/connectors/xero/simulator.ts';
import { must } from '../../src/lib/assert.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { ServedSimulator } from '../../src/simulator/simulator.ts';
import { addInvoiceNumber, associated, byValue } from './hubspot-portal.ts';
import { type FileContent, type Installation, install, type Ran } from './installation.ts';

const inXero = 20;
const inHubspot = 15;
/** People whom both have, by their addresses. */
const inBoth = 5;

suite('Xero and HubSpot, both ways: contacts, items and invoices', () => {
  let xero: ServedSimulator;
  let hubspot: ServedSimulator;
  let installation: Installation;
  let file: Exclude<FileContent, string>;
  let first: Ran;
  before(async () => {
    const options = { port: 0, clock: systemClock, settings: { limits: 'off' } } as const;
    xero = await startXero(options);
    hubspot = await startHubspot(options);
    installation = await install();
    fill(xero, hubspot);
    await addInvoiceNumber(hubspot, 'xero_total');
    file = fileOf(xero, hubspot);
    first = await installation.sync(file);
  });
  after(async () => {
    await xero?.stop();
    await hubspot?.stop();
    await installation?.close();
  });

  test('people of one address meet, the others go across, both ways', () => {
    assert.equal(first.exit, 0, JSON.stringify(first.syncs));
    const { a, b, linked } = must(first.syncs.people);
    assert.deepEqual([a.created, b.created, linked], [inHubspot - inBoth, inXero - inBoth, inBoth]);
    const made = byValue(xero, 'contacts', 'EmailAddress', 'person25@example.com');
    assert.equal(made.values.Name, 'Bea Hub 25', 'named by first and last name');
    assert.equal(made.values['Addresses.POBOX.City'], 'Berlin');
  });

  test('items and products, with their prices', () => {
    assert.equal(byValue(hubspot, 'products', 'hs_sku', 'DESK').values.price, '199.99');
    assert.equal(byValue(xero, 'items', 'Code', 'LAMP').values['SalesDetails.UnitPrice'], 24.5);
  });

  test('A1 invoices hang on their contacts on both sides, with exact amounts and currencies', async () => {
    for (const invoice of xero.admin
      .records('invoices')
      .filter(({ values }) => /^X-/.test(String(values.InvoiceNumber)))) {
      const across = byValue(hubspot, 'invoices', 'hs_number', String(invoice.values.InvoiceNumber));
      assert.equal(across.values.hs_currency, invoice.values.CurrencyCode);
      assert.equal(across.values.xero_total, amounts[String(invoice.values.InvoiceNumber)]);
      const payer = must(xero.admin.record('contacts', String(invoice.values.ContactID)));
      const contact = byValue(hubspot, 'contacts', 'email', String(payer.values.EmailAddress));
      assert.deepEqual(await associated(hubspot, 'invoices', across.id, 'contacts'), [contact.id]);
    }
    const draft = byValue(xero, 'invoices', 'InvoiceNumber', 'H-1');
    assert.deepEqual([draft.values.Status, draft.values.CurrencyCode], ['DRAFT', 'EUR']);
    const payer = must(xero.admin.record('contacts', String(draft.values.ContactID)));
    assert.equal(payer.values.EmailAddress, 'person15@example.com');
  });

  test('A1 lines hang on their invoices and products, with exact prices', async () => {
    const desk = byValue(hubspot, 'products', 'hs_sku', 'DESK');
    for (const [number, amount] of Object.entries(amounts)) {
      const invoice = byValue(hubspot, 'invoices', 'hs_number', number);
      const [line, ...others] = await associated(hubspot, 'invoices', invoice.id, 'line_items');
      assert.deepEqual(others, []);
      const { values } = must(hubspot.admin.record('line_items', line ?? ''));
      assert.deepEqual([values.price, values.quantity, values.name], [amount, '1', 'Work']);
      if (number === 'X-1') assert.equal(values.hs_product_id, desk.id);
    }
  });

  test('M5 what both apps agree on is not written again', async () => {
    // The invoice that came from HubSpot got a line in Xero, which comes back.
    const { lines } = (await installation.sync(file)).syncs;
    assert.equal(lines?.b.created, 1);
    // Without the lines from here on: Xero takes sixty calls a minute.
    const { lines: _, ...syncs } = file.syncs as Record<string, unknown>;
    file = { ...file, syncs };
    const again = await installation.sync(file);
    assert.equal(again.exit, 0, JSON.stringify(again.syncs));
    for (const { a, b, linked } of Object.values(again.syncs)) {
      assert.deepEqual([a.created, a.updated, b.created, b.updated, linked], [0, 0, 0, 0, 0]);
    }
  });

  test('edits on both sides arrive across, once', async () => {
    const ours = byValue(xero, 'contacts', 'EmailAddress', 'person3@example.com');
    const theirs = byValue(hubspot, 'contacts', 'email', 'person18@example.com');
    xero.admin.edit('contacts', { update: [{ id: ours.id, values: { 'Phones.MOBILE.PhoneNumber': '0170 1' } }] });
    hubspot.admin.edit('contacts', { update: [{ id: theirs.id, values: { city: 'Hamburg' } }] });
    const ran = await installation.sync(file);
    assert.deepEqual([ran.syncs.people?.a.updated, ran.syncs.people?.b.updated], [1, 1]);
    assert.equal(byValue(hubspot, 'contacts', 'email', 'person3@example.com').values.mobilephone, '0170 1');
    const across = byValue(xero, 'contacts', 'EmailAddress', 'person18@example.com');
    assert.equal(across.values['Addresses.POBOX.City'], 'Hamburg');
    const quiet = await installation.sync(file);
    assert.deepEqual([quiet.syncs.people?.a.updated, quiet.syncs.people?.b.updated], [0, 0]);
  });

  test('A2 a contact that was merged in Xero makes its partner follow, and none is made anew', async () => {
    const [primary, other] = ['person6@example.com', 'person7@example.com'].map((email) =>
      byValue(xero, 'contacts', 'EmailAddress', email),
    );
    xero.admin.edit('contacts', { merge: [{ primary: must(primary).id, other: must(other).id }] });
    const ran = await installation.sync(file);
    assert.deepEqual([ran.syncs.people?.a.created, ran.syncs.people?.b.created], [0, 0], JSON.stringify(ran.syncs));
    assert.ok(
      !xero.admin.records('contacts').some(({ id, archivedAt }) => id === other?.id && archivedAt === undefined),
    );
  });

  test('an edit of a paid invoice is a named failure with its remedy, and nothing else stops', async () => {
    const [paid, open] = ['X-1', 'X-2'].map((number) => byValue(hubspot, 'invoices', 'hs_number', number));
    const source = byValue(xero, 'invoices', 'InvoiceNumber', 'X-1');
    xero.admin.edit('invoices', { update: [{ id: source.id, values: { Status: 'PAID', AmountPaid: 120.5 } }] });
    await installation.sync(file);
    assert.equal(must(hubspot.admin.record('invoices', must(paid).id)).values.hs_invoice_status, 'paid');
    const due = String(Date.parse('2027-03-01T00:00:00Z'));
    const update = [paid, open].map((invoice) => ({ id: must(invoice).id, values: { hs_due_date: due } }));
    hubspot.admin.edit('invoices', { update });
    const ran = await installation.sync(file);
    assert.equal(ran.exit, 1);
    assert.deepEqual(ran.syncs.invoices?.problems, { 'rejected-by-app': 1 });
    assert.equal(byValue(xero, 'invoices', 'InvoiceNumber', 'X-2').values.DueDate, '2027-03-01');
    assert.equal(byValue(xero, 'invoices', 'InvoiceNumber', 'X-1').values.DueDate, '2026-12-31');
  });
});

/** What Xero's invoices come to, tax included. */
const amounts: Record<string, string> = { 'X-1': '120.5', 'X-2': '0.01', 'X-3': '99999999.99' };

function fill({ admin: books }: ServedSimulator, { admin: crm }: ServedSimulator): void {
  const { created: people } = books.edit('contacts', {
    create: Array.from({ length: inXero }, (_, n) => ({
      Name: `Ann Books ${n}`,
      FirstName: 'Ann',
      LastName: `Books ${n}`,
      EmailAddress: `person${n}@example.com`,
    })),
  });
  const { created: contacts } = crm.edit('contacts', {
    create: Array.from({ length: inHubspot }, (_, index) => {
      const n = index + inXero - inBoth;
      const name = index < inBoth ? ['Ann', `Books ${n}`] : ['Bea', `Hub ${n}`];
      return { email: `person${n}@example.com`, firstname: name[0], lastname: name[1], city: 'Berlin' };
    }),
  });
  books.edit('items', { create: [{ Code: 'DESK', Name: 'Desk', 'SalesDetails.UnitPrice': 199.99 }] });
  crm.edit('products', { create: [{ hs_sku: 'LAMP', name: 'Lamp', price: '24.5' }] });
  const currencies = ['GBP', 'EUR', 'USD'];
  books.edit('invoices', {
    create: Object.entries(amounts).map(([InvoiceNumber, amount], n) => ({
      InvoiceNumber,
      ContactID: people[n],
      CurrencyCode: currencies[n],
      Status: 'AUTHORISED',
      Date: '2026-11-01',
      DueDate: '2026-12-31',
      lines: [
        {
          LineItemID: `l${n}`,
          Description: 'Work',
          Quantity: 1,
          UnitAmount: Number(amount),
          LineAmount: Number(amount),
          ...(n === 0 ? { ItemCode: 'DESK' } : {}),
        },
      ],
    })),
  });
  const [invoice = ''] = crm.edit('invoices', {
    create: [{ hs_number: 'H-1', hs_currency: 'EUR', hs_invoice_status: 'draft' }],
  }).created;
  crm.edit('invoices', { associate: [{ id: invoice, to: { object: 'contacts', id: contacts[0] ?? '' } }] });
}

function fileOf(xero: ServedSimulator, hubspot: ServedSimulator): Exclude<FileContent, string> {
  const fast = { callsPerTenSeconds: 100_000, searchesPerSecond: 1_000 };
  const crm = { ...hubspot.account, settings: { ...hubspot.account.settings, ...fast } };
  const sync = (a: string, b: string, more: object = {}) => ({
    a: { account: 'books', object: a },
    b: { account: 'crm', object: b },
    ...more,
  });
  const total = { a: 'Total', b: 'xero_total', direction: 'a-to-b' };
  return {
    accounts: { books: xero.account, crm },
    syncs: {
      people: sync('contacts', 'contacts'),
      goods: sync('items', 'products'),
      invoices: sync('invoices', 'invoices', { mappings: [total, 'default'] }),
      lines: sync('invoice_lines', 'line_items', { direction: 'a-to-b' }),
    },
  };
}

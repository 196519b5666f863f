import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { startSimulator as startHubspot } from '../../src/connectors/hubspot/simulator.ts';
import { startSimulator as startStripe } from '../../src/connectors/stripe/simulator.ts';
import { must } from '../../src/lib/assert.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { ServedSimulator } from '../../src/simulator/simulator.ts';
import { addInvoiceNumber, associated, byValue } from './hubspot-portal.ts';
import { type FileContent, type Installation, install, type Ran } from './installation.ts';

const people = 40;
/** Sold in these currencies: what one costs in minor units, and how that is written. */
const wares: [string, string, string][] = [
  ['eur', '1999', '19.99'],
  ['jpy', '1500', '1500'],
  ['usd', '0.25', '0.0025'],
  ['chf', '18050', '180.5'],
];

suite('Stripe into HubSpot: customers, products, invoices and their lines', () => {
  let stripe: ServedSimulator;
  let hubspot: ServedSimulator;
  let installation: Installation;
  let file: FileContent;
  let first: Ran;
  before(async () => {
    const options = { port: 0, clock: systemClock, settings: { limits: 'off' } } as const;
    stripe = await startStripe(options);
    hubspot = await startHubspot(options);
    installation = await install();
    fill(stripe);
    await addInvoiceNumber(hubspot, 'stripe_total');
    file = fileOf(stripe, hubspot);
    first = await installation.sync(file);
  });
  after(async () => {
    await stripe?.stop();
    await hubspot?.stop();
    await installation?.close();
  });

  test('everything goes across, and nothing fails', () => {
    assert.equal(first.exit, 0, JSON.stringify(first.syncs));
    assert.equal(first.syncs.people?.b.created, people);
    assert.equal(first.syncs.products?.b.created, wares.length);
    assert.equal(first.syncs.invoices?.b.created, people);
    assert.equal(first.syncs.lines?.b.created, people * 2);
  });

  test('amounts and currencies are exact', () => {
    for (const [index, [, , price]] of wares.entries()) {
      assert.equal(byValue(hubspot, 'products', 'hs_sku', `SKU-${index}`).values.price, price);
    }
    for (const invoice of stripe.admin.records('invoices')) {
      const across = byValue(hubspot, 'invoices', 'hs_number', String(invoice.values.number));
      assert.equal(across.values.hs_currency, String(invoice.values.currency).toUpperCase());
      assert.equal(across.values.stripe_total, totals[String(invoice.values.currency)]);
    }
    const amounts = hubspot.admin.records('line_items').map(({ values }) => [values.price, values.quantity]);
    for (const [, , price] of wares) assert.ok(amounts.some(([one, of]) => one === price && of === '3'));
  });

  test('A1 each invoice hangs on its contact, each line on its invoice and its product', async () => {
    for (const invoice of stripe.admin.records('invoices').slice(0, 8)) {
      const customer = must(stripe.admin.record('customers', String(invoice.values.customer)));
      const across = byValue(hubspot, 'invoices', 'hs_number', String(invoice.values.number));
      const contact = byValue(hubspot, 'contacts', 'email', String(customer.values.email));
      assert.deepEqual(await associated(hubspot, 'invoices', across.id, 'contacts'), [contact.id]);
      const lines = await associated(hubspot, 'invoices', across.id, 'line_items');
      assert.equal(lines.length, 2);
      const line = must(hubspot.admin.record('line_items', lines[0] ?? ''));
      const sku = `SKU-${wares.findIndex(([currency]) => currency === invoice.values.currency)}`;
      assert.equal(line.values.hs_product_id, byValue(hubspot, 'products', 'hs_sku', sku).id);
    }
  });

  test('M5 a second run writes nothing', async () => {
    const again = await installation.sync(file);
    assert.equal(again.exit, 0);
    for (const { a, b, linked } of Object.values(again.syncs)) {
      assert.deepEqual([a.created, a.updated, b.created, b.updated, linked], [0, 0, 0, 0, 0]);
    }
  });

  test('an edit, a new price, a payment and a new invoice arrive by the events', async () => {
    const [ann, payer] = stripe.admin.records('customers');
    const [invoice] = stripe.admin.records('invoices');
    const [product] = stripe.admin.records('products');
    assert.ok(ann && payer && invoice && product);
    stripe.admin.edit('customers', { update: [{ id: ann.id, values: { phone: '+49 30 123' } }] });
    const price = { currency: 'eur', unit_amount_decimal: '2999', product: product.id, active: true };
    const [priceId] = stripe.admin.edit('prices', { create: [price] }).created;
    stripe.admin.edit('products', { update: [{ id: product.id, values: { default_price: priceId } }] });
    stripe.admin.edit('invoices', { update: [{ id: invoice.id, values: { status: 'paid', amount_paid: 1 } }] });
    stripe.admin.edit('invoices', { create: [invoiceOf(payer.id, 'chf', 'NEW-1')] });
    const ran = await installation.sync(file);
    assert.equal(ran.exit, 0, JSON.stringify(ran.syncs));
    assert.equal(byValue(hubspot, 'contacts', 'email', String(ann.values.email)).values.phone, '+49 30 123');
    assert.equal(byValue(hubspot, 'products', 'hs_sku', 'SKU-0').values.price, '29.99');
    const paid = byValue(hubspot, 'invoices', 'hs_number', String(invoice.values.number));
    assert.equal(paid.values.hs_invoice_status, 'paid');
    const made = byValue(hubspot, 'invoices', 'hs_number', 'NEW-1');
    const contact = byValue(hubspot, 'contacts', 'email', String(payer.values.email));
    assert.deepEqual(await associated(hubspot, 'invoices', made.id, 'contacts'), [contact.id]);
    assert.deepEqual(
      [ran.syncs.people?.b.updated, ran.syncs.invoices?.b.created, ran.syncs.lines?.b.created],
      [1, 1, 2],
    );
  });
});

/** What an invoice comes to: three of a ware and a setup, with tax. */
const totals: Record<string, string> = { eur: '83.3', jpy: '5355', usd: '0.01', chf: '644.39' };

function fill({ admin }: ServedSimulator): void {
  const customers = Array.from({ length: people }, (_, n) => ({
    name: `Ann Lee ${n}`,
    email: `ann${n}@example.com`,
    'address.country': 'DE',
  }));
  const { created } = admin.edit('customers', { create: customers });
  for (const [index, [currency, minor]] of wares.entries()) {
    const [product = ''] = admin.edit('products', {
      create: [{ name: `Ware ${index}`, 'metadata.sku': `SKU-${index}` }],
    }).created;
    const price = { currency, unit_amount_decimal: minor, product, active: true };
    const [default_price] = admin.edit('prices', { create: [price] }).created;
    admin.edit('products', { update: [{ id: product, values: { default_price } }] });
    productIds[currency] = product;
  }
  const invoices = created.map((customer, n) => invoiceOf(customer, must(wares[n % wares.length])[0], `INV-${n}`));
  admin.edit('invoices', { create: invoices });
}

const productIds: Record<string, string> = {};

let lines = 0;

function invoiceOf(customer: string, currency: string, number: string): Record<string, unknown> {
  const [, minor] = must(wares.find(([one]) => one === currency));
  const line = (quantity: number, tax: number) => ({
    id: `il_${++lines}`,
    amount: Math.round(Number(minor) * quantity),
    quantity,
    unit_amount_decimal: minor,
    description: 'Goods',
    price: 'price_1',
    product: productIds[currency],
    tax,
  });
  const base = Math.round(Number(minor) * 3) + Math.round(Number(minor));
  const tax = Math.round(Number(must(totals[currency])) * (currency === 'jpy' ? 1 : 100)) - base;
  return { customer, currency, number, status: 'open', lines: [line(3, tax), line(1, 0)] };
}

function fileOf(stripe: ServedSimulator, hubspot: ServedSimulator): FileContent {
  // The simulators let everything through, so the connectors need not hold back either.
  const pay = { ...stripe.account, settings: { ...stripe.account.settings, callsPerSecond: 10_000 } };
  const fast = { callsPerTenSeconds: 100_000, searchesPerSecond: 1_000 };
  const crm = { ...hubspot.account, settings: { ...hubspot.account.settings, ...fast } };
  const sync = (a: string, b: string, more: object = {}) => ({
    a: { account: 'pay', object: a },
    b: { account: 'crm', object: b },
    direction: 'a-to-b',
    ...more,
  });
  return {
    accounts: { pay, crm },
    syncs: {
      people: sync('customers', 'contacts'),
      products: sync('products', 'products'),
      invoices: sync('invoices', 'invoices', { mappings: ['default', { a: 'total', b: 'stripe_total' }] }),
      lines: sync('invoice_lines', 'line_items'),
    },
  };
}

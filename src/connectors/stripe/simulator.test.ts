import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import Stripe from 'stripe';
import { systemClock } from '../../lib/clock.ts';
import { systemHttp } from '../../lib/http.ts';
import type { ServedSimulator } from '../../simulator/simulator.ts';
import { makeSimulator, type StripeOptions, signingSecret, startSimulator } from './simulator.ts';

const running: ServedSimulator[] = [];
after(() => Promise.all(running.map((simulator) => simulator.stop())));

/** Stripe's simulator with the vendor's own client on it. */
async function stripe(options: Partial<StripeOptions> = {}) {
  const simulator = await startSimulator({ port: 0, http: systemHttp, clock: systemClock, ...options });
  running.push(simulator);
  const { hostname: host, port } = new URL(simulator.url);
  const config = { host, port, protocol: 'http', maxNetworkRetries: 0, telemetry: false } as const;
  const clientWith = (key: string) => new Stripe(key, config);
  return { simulator, clientWith, client: clientWith(simulator.account.secrets.key ?? '') };
}

test('a customer is created, read, changed part by part, listed and deleted', async () => {
  const { client } = await stripe();
  const made = await client.customers.create({
    name: 'Ann Lee',
    email: 'ann@example.com',
    address: { line1: 'High Street 1', city: 'London', country: 'GB' },
    preferred_locales: ['en', 'de'],
    metadata: { tier: 'gold' },
  });
  const changed = await client.customers.update(made.id, { address: { city: 'Leeds' }, metadata: { tier: '' } });
  assert.deepEqual([changed.address?.line1, changed.address?.city], ['High Street 1', 'Leeds']);
  assert.deepEqual([changed.metadata, changed.preferred_locales], [{}, ['en', 'de']]);
  assert.equal((await client.customers.list({ email: 'ann@example.com' })).data.length, 1);
  assert.ok((await client.customers.del(made.id)).deleted);
  assert.ok((await client.customers.retrieve(made.id)).deleted, 'a deleted customer says so');
  assert.equal((await client.customers.list()).data.length, 0);
  await assert.rejects(client.customers.update(made.id, { name: 'x' }), { statusCode: 404, code: 'resource_missing' });
});

test('lists page newest first, and the client goes through all of them', async () => {
  const { client } = await stripe({ settings: { limits: 'off' } });
  for (let n = 0; n < 25; n++) await client.customers.create({ name: `Customer ${n}` });
  const names: string[] = [];
  for await (const { name } of client.customers.list({ limit: 10 })) names.push(name ?? '');
  assert.equal(names.length, 25);
  assert.equal(names[0], 'Customer 24');
});

test('refusals have type, code and parameter', async () => {
  const { client, clientWith } = await stripe();
  await assert.rejects(client.customers.create({ email: 'nonsense' }), {
    type: 'StripeInvalidRequestError',
    code: 'email_invalid',
    param: 'email',
  });
  await assert.rejects(client.products.create({ name: '' }), { code: 'parameter_invalid_empty' });
  await assert.rejects(client.customers.create({ phone: '1'.repeat(21) }), /at most 20 characters/);
  const unknown = { nonsense: 1 } as Stripe.CustomerCreateParams;
  await assert.rejects(client.customers.create(unknown), { code: 'parameter_unknown' });
  await assert.rejects(clientWith('sk_test_wrong').customers.list(), { type: 'StripeAuthenticationError' });
});

test('an idempotency key gives the first answer again for a day, and refuses other parameters', async () => {
  const { client, simulator } = await stripe();
  const key = { idempotencyKey: 'one' };
  const first = await client.customers.create({ name: 'Ann' }, key);
  const again = await client.customers.create({ name: 'Ann' }, key);
  assert.equal(again.id, first.id);
  assert.equal(again.lastResponse.headers['idempotent-replayed'], 'true');
  await assert.rejects(client.customers.create({ name: 'Ben' }, key), { type: 'StripeIdempotencyError' });
  simulator.admin.advance(25 * 3_600_000);
  assert.notEqual((await client.customers.create({ name: 'Ann' }, key)).id, first.id);
});

test('prices never change: a new one becomes the default before the old one is archived', async () => {
  const { client } = await stripe();
  const product = await client.products.create({
    name: 'Chair',
    default_price_data: { currency: 'eur', unit_amount: 1000 },
    expand: ['default_price'],
  });
  const old = product.default_price as Stripe.Price;
  assert.deepEqual([old.unit_amount, String(old.unit_amount_decimal)], [1000, '1000']);
  await assert.rejects(client.prices.update(old.id, { active: false }), /default price of its product/);
  const fresh = await client.prices.create({ product: product.id, currency: 'eur', unit_amount: 1250 });
  await client.products.update(product.id, { default_price: fresh.id });
  assert.equal((await client.prices.update(old.id, { active: false })).active, false);
  await assert.rejects(client.products.del(product.id), /cannot be deleted/);
  assert.equal((await client.products.update(product.id, { active: false })).active, false);
  assert.equal((await client.products.list({ active: true })).data.length, 0);
});

test('an invoice goes from draft to paid; its amounts are sums, and a finalized one is not editable', async () => {
  const { client } = await stripe();
  const { id: customer } = await client.customers.create({ name: 'Ann', email: 'ann@example.com' });
  const draft = await client.invoices.create({ customer, currency: 'jpy', auto_advance: false });
  for (const amount of [500, 1000])
    await client.invoiceItems.create({ customer, invoice: draft.id, amount, currency: 'jpy' });
  const open = await client.invoices.finalizeInvoice(draft.id);
  assert.deepEqual([open.status, open.total, open.amount_remaining, open.customer_name], ['open', 1500, 1500, 'Ann']);
  await assert.rejects(client.invoices.update(draft.id, { number: 'X' }), { code: 'invoice_not_editable' });
  await assert.rejects(client.invoices.del(draft.id), { code: 'invoice_not_editable' });
  const paid = await client.invoices.pay(draft.id);
  assert.deepEqual([paid.status, paid.amount_paid, paid.amount_remaining], ['paid', 1500, 0]);
  assert.equal((await client.invoices.listLineItems(draft.id)).data.length, 2);
});

test('events tell of everything, newest first, for 30 days', async () => {
  const { client, simulator } = await stripe();
  const { id } = await client.customers.create({ name: 'Ann' });
  await client.customers.update(id, { name: 'Anna' });
  await client.customers.del(id);
  const { data } = await client.events.list({ types: ['customer.created', 'customer.updated', 'customer.deleted'] });
  assert.deepEqual(
    data.map(({ type }) => type),
    ['customer.deleted', 'customer.updated', 'customer.created'],
  );
  assert.deepEqual(data[1]?.data.previous_attributes, { name: 'Ann' });
  simulator.admin.advance(31 * 86_400_000);
  assert.equal((await client.events.list()).data.length, 0);
});

test('webhooks are signed so that the client takes them, and nothing that was changed', async () => {
  const simulator = makeSimulator({ clock: systemClock, webhookUrl: 'https://sync.example.com/pay' });
  simulator.admin.edit('customers', { create: [{ name: 'Ann' }] });
  const [{ body, headers } = { body: '', headers: {} as Record<string, string> }] = simulator.courier?.take() ?? [];
  const { webhooks } = new Stripe('sk_test_x');
  const signature = headers['stripe-signature'] ?? '';
  assert.equal(webhooks.constructEvent(body, signature, signingSecret).type, 'customer.created');
  assert.throws(() => webhooks.constructEvent(`${body} `, signature, signingSecret));
});

test('more than 25 calls in a second are refused', async () => {
  const { client } = await stripe();
  const calls = await Promise.allSettled(Array.from({ length: 40 }, () => client.customers.list()));
  const refused = calls.filter(({ status }) => status === 'rejected');
  assert.ok(refused.length >= 10);
  assert.equal((refused[0] as PromiseRejectedResult).reason.type, 'StripeRateLimitError');
});

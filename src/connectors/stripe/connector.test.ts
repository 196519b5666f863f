import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noticesOf, simulatedRig } from '../../../test/connectors/simulated-rig.ts';
import { conformance, type DocumentedError, type Person, type Rig } from '../../connector/conformance.ts';
import { openSession } from '../../connector/open-session.ts';
import { must } from '../../lib/assert.ts';
import { silentLog } from '../../lib/log.ts';
import { seededRandom } from '../../lib/random.ts';
import { virtualClock } from '../../lib/virtual-clock.ts';
import type { Values } from '../../model/value.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import { simulatorHttp } from '../../simulator/simulator-http.ts';
import { connector } from './connector.ts';
import { makeSimulator, signingSecret } from './simulator.ts';

/** An object of Stripe's under test. */
interface Subject {
  object: string;
  record(n: number): Values;
  fields: Rig['fields'];
  bad: NonNullable<Rig['bad']>;
  /** How a person there gets rid of a record. */
  removal: 'archive' | 'purge';
}

const customers: Subject = {
  object: 'customers',
  record: (n) => ({
    email: `person${n}@example.com`,
    name: `Ann Lee ${n}`,
    description: `Engineer ${n}`,
    'address.city': 'Berlin',
    preferred_locales: ['de', 'en'],
  }),
  fields: { text: 'description', select: 'tax_exempt' },
  bad: { values: { email: 'not an address' }, category: 'invalid-value' },
  removal: 'archive',
};

const products: Subject = {
  object: 'products',
  record: (n) => ({ name: `Product ${n}`, description: `Sold as ${n}`, 'metadata.sku': `SKU-${n}` }),
  fields: { text: 'description' },
  bad: { values: { unit_label: 'much longer than twelve' }, category: 'too-long' },
  removal: 'archive',
};

const invoices: Subject = {
  object: 'invoices',
  record: (n) => ({ description: `For work ${n}`, currency: 'eur', customer: ['cus_payer'] }),
  fields: { text: 'description', datetime: 'due_date' },
  bad: { values: { number: 'longer than twenty-six characters' }, category: 'too-long' },
  removal: 'archive',
};

for (const subject of [customers, products, invoices]) {
  conformance(`stripe ${subject.object}`, async () => rigOf(subject));
}

test('F6 a cursor older than the events Stripe keeps has expired', async () => {
  const { reads, session, clock } = await open('customers');
  const { until } = await reads.page(session, { fields: [] });
  await clock.sleep(31 * 86_400_000);
  assert.ok((await reads.page(session, { fields: [], since: must(until) })).expired);
});

test('amounts are exact in currencies of two, no and three decimals, and finer than a cent', async () => {
  const { writes, reads, session } = await open('products');
  const prices: [string, string][] = [
    ['usd', '19.99'],
    ['jpy', '1500'],
    ['kwd', '12.345'],
    ['usd', '0.0025'],
    ['ugx', '500'],
    ['eur', '9999999.99'],
  ];
  const items = prices.map(([currency, price], n) => ({ token: `t${n}`, values: { name: `P${n}`, price, currency } }));
  const ids = (await must(writes.create).send(session, items)).map((result) => ('done' in result ? result.done : ''));
  const { records } = await reads.byIds(session, ids, ['price', 'currency']);
  assert.deepEqual(
    records.map(({ values }) => [values.currency, values.price]),
    prices,
  );
});

test('a new price replaces the old one, which is archived, and the same change twice makes one', async () => {
  const { writes, reads, session, simulator } = await open('products');
  const values = { name: 'Chair', price: '10', currency: 'eur' };
  const [made] = await must(writes.create).send(session, [{ token: 't', values }]);
  assert.ok(made && 'done' in made);
  const item = { id: made.done, values: { price: '12.5', name: 'Armchair' }, before: values };
  for (const _ of ['once', 'twice']) {
    const [result] = await must(writes.update).send(session, [item]);
    assert.ok(result && 'done' in result);
    assert.deepEqual([result.image?.price, result.image?.name], ['12.5', 'Armchair']);
  }
  const prices = simulator.admin.records('prices').map(({ values }) => [values.unit_amount_decimal, values.active]);
  assert.deepEqual(prices, [
    ['1000', false],
    ['1250', true],
  ]);
  const [none] = await must(writes.update).send(session, [{ ...item, values: { price: null } }]);
  assert.ok(none && 'refused' in none && none.refused.kind === 'invalid');
  const { records } = await reads.byIds(session, [made.done], ['price']);
  assert.equal(records[0]?.values.price, '12.5');
});

test('a change that Stripe forbids of a finalized invoice is refused by the app, with its remedy', async () => {
  const { writes, session, simulator } = await open('invoices');
  const [id = ''] = simulator.admin.edit('invoices', {
    create: [{ customer: 'cus_1', currency: 'eur', status: 'open', number: 'A-1' }],
  }).created;
  const [result] = await must(writes.update).send(session, [{ id, values: { number: 'A-2' }, before: {} }]);
  assert.ok(result && 'refused' in result);
  assert.equal(result.refused.category, 'rejected-by-app');
  assert.match(result.refused.message, /void the invoice/);
});

test('an idempotency key that comes back with other values leaves the outcome unknown', async () => {
  const { writes, session } = await open('customers');
  const { send } = must(writes.create);
  await send(session, [{ token: 'one', values: { name: 'Ann' } }]);
  const [result] = await send(session, [{ token: 'one', values: { name: 'Ben' } }]);
  assert.ok(result && 'unknown' in result);
});

test('a deleted customer is gone, a lost answer later finds the same one by its key', async () => {
  const { writes, reads, session, simulator } = await open('customers');
  const { until } = await reads.page(session, { fields: ['name'] });
  const [id = ''] = simulator.admin.edit('customers', { create: [{ name: 'Ann' }] }).created;
  simulator.admin.edit('customers', { archive: [id] });
  const page = await reads.page(session, { fields: ['name'], since: must(until) });
  assert.deepEqual([page.records, page.gone], [[], [{ id, how: 'missing' }]]);
  const items = [{ token: 'lost', values: { name: 'Ben' } }];
  simulator.admin.fault({ kind: 'drop-after' });
  await assert.doesNotReject(must(writes.create).send(session, items));
  const [again] = await must(writes.create).send(session, items);
  assert.ok(again && 'done' in again);
  assert.equal(simulator.admin.records('customers').length, 2);
});

test('lines are read with their invoice, however many it has, and those taken off are gone', async () => {
  const { reads, session, simulator } = await open('invoice_lines');
  const line = (n: number) => ({ id: `il_${n}`, amount: n * 100, quantity: n, unit_amount_decimal: '100' });
  const lines = Array.from({ length: 120 }, (_, n) => line(n + 1));
  const values = { customer: 'cus_1', currency: 'eur', lines };
  const [id = ''] = simulator.admin.edit('invoices', { create: [values] }).created;
  const full = await reads.page(session, { fields: ['amount', 'quantity', 'price', 'invoice'] });
  assert.equal(full.records.length, 120);
  assert.deepEqual(full.records.at(-1), {
    id: `${id}/il_120`,
    values: { amount: '120', quantity: '120', price: '1', invoice: [id] },
  });
  simulator.admin.edit('invoices', { update: [{ id, values: { lines: lines.slice(1) } }] });
  const changed = await reads.page(session, { fields: ['amount'], since: must(full.until) });
  assert.deepEqual(changed.gone, [{ id: `${id}/il_1`, how: 'missing' }]);
  assert.equal(changed.records.length, 119);
});

test('notices subscribed to are signed with the secret that Stripe tells once, and end when asked', async () => {
  const { session, simulator, clock } = await open('customers');
  const { subscribe, unsubscribe, verify, read } = must(connector.webhooks);
  const ask = { address: 'https://sync.example.com/notices/pay', objects: ['customers'], secret: 'not taken' };
  const { handles, secret } = await must(subscribe)(session, ask);
  const [id = ''] = simulator.admin.edit('customers', { create: [{ name: 'Ann' }] }).created;
  simulator.admin.edit('products', { create: [{ name: 'Chair' }] });
  const sent = simulator.courier?.take() ?? [];
  assert.equal(sent.length, 1, 'the products were not asked for');
  const notice = must(sent[0]);
  assert.equal(verify(notice, must(secret), clock.now()), 'genuine');
  assert.equal(verify(notice, signingSecret, clock.now()), 'forged');
  assert.deepEqual(read(notice), [{ object: 'customers', ids: [id] }]);
  await must(unsubscribe)(session, handles);
  await must(unsubscribe)(session, handles);
  simulator.admin.edit('customers', { update: [{ id, values: { name: 'Ben' } }] });
  assert.deepEqual(simulator.courier?.take(), []);
});

/** An object of an empty account. */
async function open(object: string) {
  const clock = virtualClock();
  const simulator = makeSimulator({ clock });
  const { settings, secrets } = simulator.accountAt(simulator.url);
  const http = simulatorHttp(simulator, clock);
  const parts = { account: 'pay', settings, secrets, http, clock, random: seededRandom(1), log: silentLog };
  const session = openSession(connector, parts);
  const objects = typeof connector.objects === 'function' ? await connector.objects(session) : connector.objects;
  const { reads, writes = {} } = must(objects.find(({ name }) => name === object));
  return { reads, writes, session, simulator, clock };
}

function rigOf(subject: Subject): Rig {
  const clock = virtualClock();
  const simulator = makeSimulator({ clock, webhookUrl: 'https://sync.example.com/notices/pay' });
  const { admin } = simulator;
  const [payer = ''] =
    subject.object === 'invoices' ? admin.edit('customers', { create: [{ name: 'Payer' }] }).created : [];
  const paid = (values: Values): Values => ('customer' in values ? { ...values, customer: [payer] } : values);
  return {
    connector,
    ...simulatedRig(simulator, clock),
    object: subject.object,
    record: (n) => paid(subject.record(n)),
    fields: subject.fields,
    bad: subject.bad,
    person: personOf(simulator, subject),
    webhook: {
      secret: signingSecret,
      notice: noticesOf(simulator, clock, subject.object, { [subject.fields.text]: 'noticed' }),
    },
    errors,
    cannot: {
      merge: 'Stripe has no merge of customers or products.',
      associations: 'The customer of an invoice is given once, when it is made.',
    },
  };
}

function personOf({ admin }: Simulator, { object, fields, removal }: Subject): Person {
  return {
    make: async (records) => admin.edit(object, { create: records.map(typed) }).created,
    edit: async (id, values) => void admin.edit(object, { update: [{ id, values: typed(values) }] }),
    remove: async (id) => void admin.edit(object, { [removal]: [id] }),
    async show(id) {
      const record = admin.record(object, id);
      return record && record.archivedAt === undefined ? (record.values as Values) : null;
    },
    count: async () => admin.records(object).filter((record) => record.archivedAt === undefined).length,
    async tie(ids) {
      admin.edit(object, { update: ids.map((id) => ({ id, values: { [fields.text]: 'tied' } })) });
    },
  };
}

/** Values as Stripe keeps them. */
function typed(values: Values): Record<string, unknown> {
  const { customer, ...rest } = values;
  return Array.isArray(customer) ? { ...rest, customer: customer[0] } : values;
}

/** The errors of docs.stripe.com/api/errors and of the client's StripeError. */
const errors: DocumentedError[] = [
  { name: 'bad request', status: 400, body: { error: { type: 'invalid_request_error' } }, kind: 'invalid' },
  { name: 'no key', status: 401, body: { error: { type: 'invalid_request_error' } }, kind: 'unauthorized' },
  { name: 'request failed', status: 402, body: { error: { type: 'card_error' } }, kind: 'invalid' },
  { name: 'permission', status: 403, body: { error: { type: 'invalid_request_error' } }, kind: 'forbidden' },
  { name: 'not found', status: 404, body: { error: { code: 'resource_missing' } }, kind: 'missing' },
  { name: 'conflict', status: 409, body: { error: { code: 'idempotency_key_in_use' } }, kind: 'throttled' },
  { name: 'key reused', status: 400, body: { error: { type: 'idempotency_error' } }, kind: 'broken' },
  { name: 'dependency', status: 424, body: { error: { type: 'api_error' } }, kind: 'unavailable' },
  { name: 'too fast', status: 429, body: { error: { code: 'rate_limit' } }, kind: 'throttled' },
  { name: 'locked', status: 429, body: { error: { code: 'lock_timeout' } }, kind: 'throttled' },
  { name: 'broken', status: 500, body: { error: { type: 'api_error' } }, kind: 'unavailable' },
  { name: 'unavailable', status: 503, body: '', kind: 'unavailable' },
];

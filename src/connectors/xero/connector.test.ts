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
import { makeSimulator, webhooksKey } from './simulator.ts';

/** A kind of Xero's elements under test. */
interface Subject {
  object: string;
  record(n: number): Values;
  fields: Rig['fields'];
  bad: NonNullable<Rig['bad']>;
  /** How a person there gets rid of a record. */
  remove(simulator: Simulator, id: string): void;
  cannot: Rig['cannot'];
}

const noAssociations = { associations: 'The contact of a document is given once, when it is made.' };

const contacts: Subject = {
  object: 'contacts',
  record: (n) => ({ Name: `Ann Lee ${n}`, FirstName: 'Ann', LastName: `Lee ${n}`, EmailAddress: `p${n}@example.com` }),
  fields: { text: 'LastName', select: 'DefaultCurrency' },
  bad: { values: { EmailAddress: 'not an address' }, category: 'invalid-value' },
  remove: ({ admin }, id) => void admin.edit('contacts', { archive: [id] }),
  cannot: { associations: 'Contacts hang on nothing.' },
};

const items: Subject = {
  object: 'items',
  record: (n) => ({ Code: `ITEM-${n}`, Name: `Item ${n}`, Description: `Sold as ${n}` }),
  fields: { text: 'Description', number: 'SalesDetails.UnitPrice' },
  bad: { values: { Name: 'n'.repeat(51) }, category: 'too-long' },
  remove: ({ admin }, id) => void admin.edit('items', { purge: [id] }),
  cannot: { associations: 'Items hang on nothing.', merge: 'Xero merges contacts alone.', webhooks: 'None of items.' },
};

const invoices: Subject = {
  object: 'invoices',
  record: (n) => ({ InvoiceNumber: `INV-${n}`, Reference: `For work ${n}`, contact: ['payer'], Total: `${n}.25` }),
  fields: { text: 'Reference', date: 'DueDate', select: 'CurrencyCode' },
  bad: { values: { InvoiceNumber: 'n'.repeat(256) }, category: 'too-long' },
  remove: ({ admin }, id) => void admin.edit('invoices', { update: [{ id, values: { Status: 'DELETED' } }] }),
  cannot: { ...noAssociations, merge: 'Xero merges contacts alone.' },
};

const quotes: Subject = {
  ...invoices,
  object: 'quotes',
  record: (n) => ({ QuoteNumber: `QU-${n}`, Summary: `For work ${n}`, contact: ['payer'] }),
  fields: { text: 'Summary', date: 'ExpiryDate' },
  bad: { values: { Title: 'n'.repeat(101) }, category: 'too-long' },
  remove: ({ admin }, id) => void admin.edit('quotes', { update: [{ id, values: { Status: 'DELETED' } }] }),
  cannot: { ...noAssociations, merge: 'Xero merges contacts alone.', webhooks: 'None of quotes.' },
};

for (const subject of [contacts, items, invoices, quotes]) {
  conformance(`xero ${subject.object}`, async () => rigOf(subject));
}

test('a person without a name of a contact is called by first and last name, phones and addresses stay apart', async () => {
  const { writes, reads, session, simulator } = await open('contacts');
  const values = { FirstName: 'Ann', LastName: 'Lee', Phone: '030 1', 'Billing.City': 'Berlin' };
  const [made] = await must(writes.create).send(session, [{ token: 't', values }]);
  assert.ok(made && 'done' in made);
  const [before] = (await reads.byIds(session, [made.done], ['Name', 'Phone', 'Billing.City', 'Billing.Country']))
    .records;
  assert.deepEqual(before?.values, {
    Name: 'Ann Lee',
    Phone: '030 1',
    'Billing.City': 'Berlin',
    'Billing.Country': null,
  });
  const change = { id: made.done, values: { 'Billing.Country': 'DE', Mobile: '0170' }, before: before?.values ?? {} };
  await must(writes.update).send(session, [change]);
  const { values: now } = must(simulator.admin.record('contacts', made.done));
  assert.equal(now['Addresses.POBOX.City'], 'Berlin');
  assert.equal(now['Addresses.POBOX.Country'], 'DE');
  assert.equal(now['Phones.DEFAULT.PhoneNumber'], '030 1');
});

test('a taken name is a duplicate that names who has it', async () => {
  const { writes, session, simulator } = await open('contacts');
  const [id] = simulator.admin.edit('contacts', { create: [{ Name: 'O"Hara \\ Sons' }] }).created;
  const [result] = await must(writes.create).send(session, [{ token: 't', values: { Name: 'O"Hara \\ Sons' } }]);
  assert.ok(result && 'refused' in result);
  assert.deepEqual([result.refused.kind, result.refused.existingId], ['duplicate', id]);
  assert.ok(!result.refused.message.includes('Hara'), 'no value in a message');
});

test('namesakes are told apart by their addresses, and nobody is made twice', async () => {
  const { writes, session, simulator } = await open('contacts');
  const ann = (email: string) => ({ FirstName: 'Ann', LastName: 'Lee', EmailAddress: email });
  const { send } = must(writes.create);
  const results = await send(session, [
    { token: '1', values: ann('ann@example.com') },
    { token: '2', values: ann('lee@example.com') },
  ]);
  assert.ok(results.every((result) => 'done' in result));
  const names = simulator.admin.records('contacts').map(({ values }) => values.Name);
  assert.deepEqual(names, ['Ann Lee', 'Ann Lee (lee@example.com)']);
  const [again] = await send(session, [{ token: '3', values: ann('ANN@example.com') }]);
  assert.ok(again && 'refused' in again && again.refused.kind === 'duplicate');
});

test('W3 a look-up that fails after a write leaves what was written as it is', async () => {
  const { writes, session, simulator } = await open('contacts');
  simulator.admin.edit('contacts', { create: [{ Name: 'Taken' }] });
  simulator.admin.fault({ kind: '500-before', match: { method: 'GET', path: '/api.xro/2.0/Contacts' }, times: 50 });
  const items = ['Free', 'Taken'].map((Name) => ({ token: Name, values: { Name } }));
  const [free, taken] = await must(writes.create).send(session, items);
  assert.ok(free && 'done' in free);
  assert.ok(taken && 'refused' in taken && taken.refused.kind === 'duplicate');
});

test('a paid invoice keeps what it says: refused by the app, with the remedy, and its batch-mates are done', async () => {
  const { writes, session, simulator } = await open('invoices');
  const [contact] = simulator.admin.edit('contacts', { create: [{ Name: 'Payer' }] }).created;
  const [draft = '', paid = '', part = ''] = simulator.admin.edit('invoices', {
    create: [
      { ContactID: contact, Status: 'AUTHORISED' },
      { ContactID: contact, Status: 'PAID' },
      { ContactID: contact, Status: 'AUTHORISED', AmountPaid: 5 },
    ],
  }).created;
  const items = [draft, paid, part].map((id) => ({ id, values: { Reference: 'new' }, before: {} }));
  const [one, ...others] = await must(writes.update).send(session, items);
  assert.ok(one && 'done' in one);
  for (const result of others) {
    assert.ok('refused' in result);
    assert.equal(result.refused.category, 'rejected-by-app');
    assert.match(result.refused.message, /take its payment or credit off in Xero first/);
  }
});

test('bills are no invoices, and those of other currencies than the organisation has are refused', async () => {
  const { writes, reads, session, simulator } = await open('invoices');
  const [contact = ''] = simulator.admin.edit('contacts', { create: [{ Name: 'Payer' }] }).created;
  simulator.admin.edit('invoices', { create: [{ Type: 'ACCPAY', ContactID: contact }] });
  assert.deepEqual((await reads.page(session, { fields: [] })).records, []);
  const values = { contact: [contact], CurrencyCode: 'JPY', Total: '5' };
  const [result] = await must(writes.create).send(session, [{ token: 't', values }]);
  assert.ok(result && 'refused' in result && result.refused.category === 'unknown-option');
});

test('without a tenant the only organisation of the sign-in is taken', async () => {
  const { session, simulator } = await open('contacts', { tenantId: '' });
  assert.equal((await connector.whoami(session)).label, 'Simulated Ltd');
  assert.ok(simulator.admin.calls()['GET /connections'], 'it was asked for');
});

test('the intent to receive is answered 200 to a good signature and 401 to a bad one, with an empty body', () => {
  const { webhooks } = connector;
  const body = '{"events":[],"firstEventSequence":0,"lastEventSequence":0,"entropy":"S0m3r4nd0mt3xt"}';
  // From Xero's own example of the key and the payload, by any HMAC.
  const good = 'x-xero-signature';
  const notice = (signature: string) => ({ method: 'POST', url: 'https://x', headers: { [good]: signature }, body });
  assert.deepEqual(webhooks?.handshake?.(notice('bad'), webhooksKey), { status: 401, body: '' });
  const simulator = makeSimulator({ clock: virtualClock(), webhookUrl: 'https://x' });
  simulator.admin.edit('contacts', { create: [{ Name: 'A' }] });
  const sent = must(simulator.courier?.take()[0]);
  assert.equal(webhooks?.handshake?.({ ...sent }, webhooksKey), undefined, 'a notice with events is none');
});

/** A kind of an empty organisation. */
async function open(object: string, more: Record<string, string> = {}) {
  const clock = virtualClock();
  const simulator = makeSimulator({ clock });
  const { settings, secrets } = simulator.accountAt(simulator.url);
  const http = simulatorHttp(simulator, clock);
  const random = seededRandom(1);
  const parts = { account: 'books', settings: { ...settings, ...more }, secrets, http, clock, random, log: silentLog };
  const session = openSession(connector, parts);
  const objects = typeof connector.objects === 'function' ? await connector.objects(session) : connector.objects;
  const { reads, writes = {} } = must(objects.find(({ name }) => name === object));
  return { reads, writes, session, simulator, clock };
}

function rigOf(subject: Subject): Rig {
  const clock = virtualClock();
  const simulator = makeSimulator({ clock, webhookUrl: 'https://sync.example.com/notices/books' });
  const { admin } = simulator;
  const isDocument = 'contact' in subject.record(1);
  const payer = isDocument ? admin.edit('contacts', { create: [{ Name: 'Payer' }] }).created : [];
  const { webhooks } = subject.cannot;
  return {
    connector,
    ...simulatedRig(simulator, clock),
    object: subject.object,
    record: (n) => (isDocument ? { ...subject.record(n), contact: payer } : subject.record(n)),
    fields: subject.fields,
    bad: subject.bad,
    person: personOf(simulator, subject),
    webhook: webhooks
      ? undefined
      : {
          secret: webhooksKey,
          notice: noticesOf(simulator, clock, subject.object, { [subject.fields.text]: 'noticed' }),
        },
    errors,
    cannot: { 'old notices': 'Xero signs no time.', ...subject.cannot },
  };
}

function personOf(simulator: Simulator, { object, fields, remove }: Subject): Person {
  const { admin } = simulator;
  const isThere = (id: string) => {
    const record = admin.record(object, id);
    return record && record.archivedAt === undefined && record.values.Status !== 'DELETED' ? record : undefined;
  };
  const merge = async (primary: string, other: string) =>
    admin.edit(object, { merge: [{ primary, other }] }).merged[0] ?? '';
  return {
    make: async (records) => admin.edit(object, { create: records.map(typed) }).created,
    edit: async (id, values) => void admin.edit(object, { update: [{ id, values: typed(values) }] }),
    remove: async (id) => remove(simulator, id),
    show: async (id) => (isThere(id)?.values as Values | undefined) ?? null,
    count: async () => admin.records(object).filter(({ id }) => isThere(id)).length,
    async tie(ids) {
      admin.edit(object, { update: ids.map((id) => ({ id, values: { [fields.text]: 'tied' } })) });
    },
    ...(object === 'contacts' ? { merge } : {}),
  };
}

/** Values as Xero keeps them. */
function typed({ contact, Total, ...values }: Values): Record<string, unknown> {
  const line = { Description: 'As typed', Quantity: 1, UnitAmount: Number(Total ?? 0), LineAmount: Number(Total ?? 0) };
  return contact === undefined ? values : { ...values, ContactID: (contact as string[])[0], lines: [line] };
}

/** The errors of developer.xero.com/documentation/api/accounting/responsecodes and of its page on limits. */
const errors: DocumentedError[] = [
  { name: 'validation', status: 400, body: { ErrorNumber: 10, Type: 'ValidationException' }, kind: 'invalid' },
  { name: 'token expired', status: 401, body: { Title: 'Unauthorized', Status: 401 }, kind: 'unauthorized' },
  { name: 'organisation', status: 403, body: { Title: 'Forbidden', Status: 403 }, kind: 'forbidden' },
  { name: 'not found', status: 404, body: 'The resource cannot be found', kind: 'missing' },
  {
    name: 'minute',
    status: 429,
    headers: { 'retry-after': '20', 'x-rate-limit-problem': 'minute' },
    body: '',
    kind: 'throttled',
  },
  { name: 'broken', status: 500, body: { Type: 'InternalServerError' }, kind: 'unavailable' },
  { name: 'no such method', status: 501, body: '', kind: 'unavailable' },
  { name: 'organisation offline', status: 503, body: '', kind: 'unavailable' },
];

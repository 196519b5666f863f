import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { AccountingApi, Contact, Invoice } from 'xero-node';
import { systemClock } from '../../lib/clock.ts';
import { hmacSha256 } from '../../lib/crypto.ts';
import { systemHttp } from '../../lib/http.ts';
import { simRequest } from '../../simulator/sim-request.ts';
import type { ServedSimulator } from '../../simulator/simulator.ts';
import { makeSimulator, startSimulator, webhooksKey, type XeroOptions } from './simulator.ts';

const running: ServedSimulator[] = [];
after(() => Promise.all(running.map((simulator) => simulator.stop())));

/** Xero's simulator with the vendor's own client on it. */
async function xero(options: Partial<XeroOptions> = {}) {
  const simulator = await startSimulator({ port: 0, http: systemHttp, clock: systemClock, ...options });
  running.push(simulator);
  const api = new AccountingApi(`${simulator.url}/api.xro/2.0`);
  api.accessToken = simulator.account.secrets.token ?? '';
  return { simulator, api, tenant: simulator.account.settings.tenantId ?? '' };
}

/** What the client throws: a text of JSON. */
async function failureOf(call: Promise<unknown>) {
  const thrown = await call.then(
    () => assert.fail('the call should fail'),
    (error: unknown) => error,
  );
  return JSON.parse(String(thrown)).response as {
    statusCode: number;
    body: Record<string, unknown>;
    headers: Record<string, string>;
  };
}

test('a contact is made, read, changed in parts and archived', async () => {
  const { api, tenant } = await xero();
  const { body } = await api.createContacts(tenant, {
    contacts: [
      { name: 'Ann Lee', firstName: 'Ann', emailAddress: 'ann@example.com', phones: [{ phoneNumber: '030 1' }] },
    ],
  });
  const [made] = body.contacts ?? [];
  assert.ok(made?.contactID && made.updatedDateUTC instanceof Date);
  const contacts = [{ contactID: made.contactID, lastName: 'Lee' }];
  const [changed] = (await api.updateOrCreateContacts(tenant, { contacts })).body.contacts ?? [];
  assert.deepEqual([changed?.firstName, changed?.lastName], ['Ann', 'Lee']);
  const archived = Contact.ContactStatusEnum.ARCHIVED;
  await api.updateContact(tenant, made.contactID, {
    contacts: [{ contactID: made.contactID, contactStatus: archived }],
  });
  assert.deepEqual((await api.getContacts(tenant)).body.contacts, []);
  const all = (await api.getContacts(tenant, undefined, undefined, undefined, undefined, 1, true)).body.contacts;
  assert.equal(all?.[0]?.contactStatus, 'ARCHIVED');
  assert.equal((await api.getContact(tenant, made.contactID)).body.contacts?.[0]?.contactStatus, 'ARCHIVED');
});

test('with summarizeErrors=false each element has its own errors, without it the call is refused', async () => {
  const { api, tenant } = await xero();
  const contacts = [{ name: 'Ann' }, { name: 'Ben', emailAddress: 'nonsense' }, { name: 'ann' }];
  const [one, two, three] = (await api.createContacts(tenant, { contacts }, false)).body.contacts ?? [];
  assert.equal(one?.statusAttributeString, 'OK');
  assert.equal(two?.validationErrors?.[0]?.message, 'Email address must be valid.');
  assert.match(three?.validationErrors?.[0]?.message ?? '', /already assigned to another contact/);
  const failure = await failureOf(api.createContacts(tenant, { contacts: [{ name: 'Ann' }] }));
  assert.equal(failure.statusCode, 400);
  assert.equal(failure.body.Type, 'ValidationException');
});

test('pages, ids, and what was modified since', async () => {
  const { api, tenant, simulator } = await xero();
  const create = Array.from({ length: 25 }, (_, n) => ({ Name: `Contact ${n}` }));
  const ids = simulator.admin.edit('contacts', { create }).created;
  const { body } = await api.getContacts(
    tenant,
    undefined,
    undefined,
    'ContactID ASC',
    undefined,
    3,
    true,
    false,
    undefined,
    10,
  );
  assert.equal(body.contacts?.length, 5);
  assert.deepEqual({ ...body.pagination }, { page: 3, pageSize: 10, pageCount: 3, itemCount: 25 });
  const some = await api.getContacts(tenant, undefined, undefined, undefined, ids.slice(0, 2));
  assert.equal(some.body.contacts?.length, 2);
  const before = new Date(simulator.clock.now() + 5000);
  simulator.admin.advance(10_000);
  simulator.admin.edit('contacts', { update: [{ id: ids[4] ?? '', values: { FirstName: 'New' } }] });
  const changed = (await api.getContacts(tenant, before)).body.contacts ?? [];
  assert.deepEqual(
    changed.map(({ contactID }) => contactID),
    [ids[4]],
  );
});

test('a merged contact is archived and names the one that is left', async () => {
  const { api, tenant, simulator } = await xero();
  const [primary = '', other = ''] = simulator.admin.edit('contacts', {
    create: [{ Name: 'A' }, { Name: 'B' }],
  }).created;
  simulator.admin.edit('contacts', { merge: [{ primary, other }] });
  const [merged] = (await api.getContact(tenant, other)).body.contacts ?? [];
  assert.deepEqual([merged?.contactStatus, merged?.mergedToContactID], ['ARCHIVED', primary]);
});

test('items, invoices and quotes; a paid invoice is not of valid status for modification', async () => {
  const { api, tenant, simulator } = await xero();
  const [item] =
    (await api.createItems(tenant, { items: [{ code: 'A', name: 'Chair', salesDetails: { unitPrice: 9.99 } }] })).body
      .items ?? [];
  assert.equal(item?.salesDetails?.unitPrice, 9.99);
  const [contact] = (await api.createContacts(tenant, { contacts: [{ name: 'Ann' }] })).body.contacts ?? [];
  const lineItems = [{ description: 'Chair', quantity: 3, unitAmount: 9.99, taxAmount: 6 }];
  const type = Invoice.TypeEnum.ACCREC;
  const ref = { contactID: contact?.contactID };
  const made = await api.createInvoices(tenant, {
    invoices: [{ type, contact: ref, lineItems, dueDate: '2026-12-31' }],
  });
  const [invoice] = made.body.invoices ?? [];
  assert.deepEqual([invoice?.subTotal, invoice?.total, invoice?.amountDue], [29.97, 35.97, 35.97]);
  assert.equal(invoice?.status, 'DRAFT');
  const id = invoice?.invoiceID ?? '';
  simulator.admin.edit('invoices', { update: [{ id, values: { Status: 'PAID', AmountPaid: 35.97 } }] });
  const failure = await failureOf(api.updateInvoice(tenant, id, { invoices: [{ reference: 'x' }] }));
  assert.match(JSON.stringify(failure.body), /Invoice not of valid status for modification/);
  const quote = { contact: ref, date: '2026-11-23', lineItems };
  assert.equal((await api.createQuotes(tenant, { quotes: [quote] })).body.quotes?.[0]?.total, 35.97);
  await api.deleteItem(tenant, item?.itemID ?? '');
  assert.deepEqual((await api.getItems(tenant)).body.items, []);
});

test('an idempotency key gives the first answer again', async () => {
  const { api, tenant } = await xero();
  const contacts = { contacts: [{ name: 'Ann' }] };
  const [first] = (await api.createContacts(tenant, contacts, false, 'key')).body.contacts ?? [];
  const [again] = (await api.createContacts(tenant, contacts, false, 'key')).body.contacts ?? [];
  assert.equal(again?.contactID, first?.contactID);
});

test('more than 60 calls in a minute are refused, and say which limit it was and when to come again', async () => {
  const { api, tenant } = await xero();
  for (let call = 0; call < 60; call++) await api.getOrganisations(tenant);
  const failure = await failureOf(api.getOrganisations(tenant));
  assert.equal(failure.statusCode, 429);
  assert.equal(failure.headers['x-rate-limit-problem'], 'minute');
  assert.ok(Number(failure.headers['retry-after']) > 0);
});

test('the token and the tenant are checked; refresh tokens are rotated', async () => {
  const { api, simulator } = await xero();
  assert.equal((await failureOf(api.getOrganisations('another'))).statusCode, 403);
  api.accessToken = 'wrong';
  assert.equal((await failureOf(api.getOrganisations('x'))).statusCode, 401);
  const { clientId = '', clientSecret = '' } = simulator.oauth ?? {};
  const redirect_uri = 'https://sync.example.com/back';
  const query = new URLSearchParams({ response_type: 'code', client_id: clientId, redirect_uri, state: 's' });
  const consent = simulator.handle(simRequest('GET', `/identity/connect/authorize?${query}`));
  const code = new URL(consent.headers.location ?? '').searchParams.get('code') ?? '';
  const token = (form: Record<string, string>) => {
    const body = new URLSearchParams({ ...form, client_id: clientId, client_secret: clientSecret }).toString();
    const reply = simulator.handle(simRequest('POST', '/connect/token', { body }));
    return { status: reply.status, ...JSON.parse(reply.body) };
  };
  const first = token({ grant_type: 'authorization_code', code, redirect_uri });
  const second = token({ grant_type: 'refresh_token', refresh_token: first.refresh_token });
  assert.notEqual(second.refresh_token, first.refresh_token);
  assert.equal(token({ grant_type: 'refresh_token', refresh_token: first.refresh_token }).status, 400);
});

test('webhooks hold ids and their sequence, signed with the key', () => {
  const simulator = makeSimulator({ clock: systemClock, webhookUrl: 'https://sync.example.com/books' });
  const [id] = simulator.admin.edit('contacts', { create: [{ Name: 'Ann' }] }).created;
  const [delivery] = simulator.courier?.take() ?? [];
  const { events, firstEventSequence, lastEventSequence } = JSON.parse(delivery?.body ?? '');
  assert.deepEqual([events[0].resourceId, events[0].eventCategory], [id, 'CONTACT']);
  assert.deepEqual([firstEventSequence, lastEventSequence], [1, 1]);
  assert.equal(delivery?.headers['x-xero-signature'], hmacSha256(webhooksKey, delivery?.body ?? '', 'base64'));
});

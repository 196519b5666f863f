import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idOf, type OnSimulator, onSimulator, refusalOf } from '../../../test/connectors/on-simulator.ts';
import { connector } from './connector.ts';
import { makeSimulator, type SalesforceOptions } from './simulator.ts';
import { externalId } from './simulator-org.ts';

const on = (options: Partial<SalesforceOptions> = {}, settings: Record<string, string> = {}): Promise<OnSimulator> =>
  onSimulator(connector, (clock) => makeSimulator({ clock, ...options }), settings);

test('a product’s price is an entry of the standard price book in its currency: made, changed, taken away', async () => {
  const crm = await on();
  const [made] = await crm.create('Product2', { Name: 'Desk', UnitPrice: '99.5', CurrencyIsoCode: 'EUR' });
  const id = idOf(made);
  assert.ok(made && 'done' in made && made.image?.UnitPrice === '99.5');
  const entry = () => crm.admin.records('PricebookEntry').find(({ values }) => values.Product2Id === id)?.values;
  assert.deepEqual([entry()?.CurrencyIsoCode, entry()?.UnitPrice], ['EUR', 99.5]);
  idOf((await crm.update('Product2', id, { UnitPrice: '12.25' }))[0]);
  assert.equal((await crm.read('Product2', id)).UnitPrice, '12.25');
  idOf((await crm.update('Product2', id, { UnitPrice: null }))[0]);
  assert.deepEqual([(await crm.read('Product2', id)).UnitPrice, entry()?.IsActive], [null, false]);
});

test('W3 a product whose price is refused is not made at all, and the others are', async () => {
  const crm = await on();
  const results = await crm.create(
    'Product2',
    { Name: 'A', UnitPrice: '1' },
    { Name: 'B', UnitPrice: '99999999999999999999' },
    { Name: 'C' },
  );
  idOf(results[0]);
  assert.equal(refusalOf(results[1]).kind, 'invalid');
  idOf(results[2]);
  const live = crm.admin.records('Product2').filter((record) => record.archivedAt === undefined);
  assert.deepEqual(
    live.map(({ values }) => values.Name),
    ['A', 'C'],
  );
});

test('A1 a deal’s contacts are its contact roles, and its account a lookup', async () => {
  const crm = await on();
  const [ann = '', bob = ''] = crm.make('Contact', { LastName: 'Lee' }, { LastName: 'Ek' });
  const [acme = ''] = crm.make('Account', { Name: 'Acme' });
  const deal = { Name: 'D', StageName: 'Prospecting', CloseDate: '2026-12-01' };
  const id = idOf((await crm.create('Opportunity', { ...deal, AccountId: [acme], Contacts: [ann] }))[0]);
  idOf((await crm.update('Opportunity', id, {}, { Contacts: { add: [bob], remove: [ann] } }))[0]);
  const { AccountId, Contacts } = await crm.read('Opportunity', id);
  assert.deepEqual([AccountId, Contacts], [[acme], [bob]]);
  crm.admin.edit('Contact', { archive: [ann] });
  const [refused] = await crm.create('Opportunity', { ...deal, Contacts: [ann] });
  assert.equal(refusalOf(refused).category, 'association-waiting');
  assert.equal(crm.admin.records('Opportunity').filter((record) => record.archivedAt === undefined).length, 1);
});

test('a task hangs on one record: a deal goes before an account, and the answer says so', async () => {
  const crm = await on();
  const [acme = ''] = crm.make('Account', { Name: 'Acme' });
  const [deal = ''] = crm.make('Opportunity', { Name: 'D', StageName: 'Prospecting', CloseDate: '2026-12-01' });
  const id = idOf((await crm.create('Task', { Subject: 'Call', 'WhatId/Account': [acme] }))[0]);
  assert.deepEqual((await crm.read('Task', id))['WhatId/Account'], [acme]);
  const add = (far: string) => ({ add: [far], remove: [] });
  const [result] = await crm.update('Task', id, {}, { 'WhatId/Account': add(acme), 'WhatId/Opportunity': add(deal) });
  assert.deepEqual(result, { done: id, image: { 'WhatId/Account': [], 'WhatId/Opportunity': [deal] } });
  idOf((await crm.update('Task', id, { Priority: null }, { 'WhatId/Opportunity': { add: [], remove: [deal] } }))[0]);
  const now = await crm.read('Task', id);
  assert.deepEqual([now['WhatId/Opportunity'], now.Priority], [[], 'Normal'], 'a priority is never empty');
});

test('an order’s items are entries of its price book, which it is given where it has none', async () => {
  const crm = await on({ currencies: 'one' });
  const [acme = ''] = crm.make('Account', { Name: 'Acme' });
  const product = idOf((await crm.create('Product2', { Name: 'Desk', UnitPrice: '10' }))[0]);
  const bare = idOf((await crm.create('Product2', { Name: 'Lamp' }))[0]);
  const order = idOf((await crm.create('Order', { Name: 'O-1', AccountId: [acme] }))[0]);
  const item = { OrderId: [order], Product2Id: [product], Quantity: '3', UnitPrice: '9.5' };
  const results = await crm.create('OrderItem', item, { ...item, Product2Id: [bare] }, { ...item, Product2Id: [] });
  const shown = await crm.read('OrderItem', idOf(results[0]));
  assert.deepEqual([shown.OrderId, shown.Product2Id, shown.TotalPrice], [[order], [product], '28.5']);
  assert.match(refusalOf(results[1]).message, /no active price/);
  assert.equal(refusalOf(results[2]).category, 'required-missing');
  const { TotalAmount, EffectiveDate, Status } = await crm.read('Order', order);
  assert.deepEqual([TotalAmount, EffectiveDate, Status], ['28.5', '2026-01-01', 'Draft']);
});

test('a contact who is an open lead becomes one by conversion, into the account of the lead’s company', async () => {
  const crm = await on();
  const [acme = ''] = crm.make('Account', { Name: 'Acme' });
  const [lead = '', nameless = ''] = crm.make(
    'Lead',
    { LastName: 'Lee', Company: 'ACME', Email: 'Ann@example.com', LeadSource: 'Web' },
    { LastName: 'Ek', Company: '[not provided]', Email: 'bo@example.com' },
  );
  const results = await crm.create(
    'Contact',
    { LastName: 'Lee', FirstName: 'Ann', Email: 'ann@example.com', Title: 'CEO' },
    { LastName: 'Ek', Email: 'bo@example.com' },
    { LastName: 'Wu', Email: 'wu@example.com' },
  );
  const id = idOf(results[0]);
  assert.equal(crm.admin.record('Lead', lead)?.values.ConvertedContactId, id);
  const { Title, LeadSource, AccountId } = await crm.read('Contact', id);
  assert.deepEqual([Title, LeadSource, AccountId], ['CEO', 'Web', [acme]]);
  assert.match(refusalOf(results[1]).message, new RegExp(`lead ${nameless} .*fill in the lead's company`));
  idOf(results[2]);
  // Its contact may not have been seen yet when the answer was lost.
  const again = refusalOf((await crm.create('Contact', { LastName: 'Lee', Email: 'ann@example.com' }))[0]);
  assert.deepEqual([again.kind, again.existingId], ['duplicate', id]);
  assert.equal(crm.admin.records('Contact').length, 2);
});

test('nobody who is a contact becomes a lead beside it; both can be had where leads are not converted', async () => {
  const lead = { LastName: 'Lee', Company: 'Acme', Email: 'ann@example.com' };
  const crm = await on();
  const [ann = ''] = crm.make('Contact', { LastName: 'Lee', Email: 'Ann@Example.com' });
  const refusal = refusalOf((await crm.create('Lead', lead))[0]);
  assert.equal(refusal.category, 'duplicate-in-target');
  assert.match(refusal.message, new RegExp(ann));
  const apart = await on({}, { convertLeads: 'no' });
  apart.make('Lead', lead);
  idOf((await apart.create('Contact', { LastName: 'Lee', Email: 'ann@example.com' }))[0]);
  idOf((await apart.create('Lead', lead))[0]);
  assert.equal(apart.admin.records('Lead').length, 2);
});

test('W2 with a field for our own ids a create that is sent again names the record it made', async () => {
  const crm = await on({ customFields: { Lead: [externalId('Syncline_Id__c')] } });
  assert.deepEqual(crm.type('Lead').writes?.create?.safety, [{ by: 'own-id' }, { by: 'window' }]);
  assert.deepEqual(crm.type('Account').writes?.create?.safety, [{ by: 'window' }]);
  const items = [{ values: { LastName: 'Lee', Company: 'Acme' }, token: 'a-token' }];
  const send = () => crm.type('Lead').writes?.create?.send(crm.session, items) ?? Promise.resolve([]);
  const id = idOf((await send())[0]);
  assert.deepEqual([refusalOf((await send())[0]).kind, refusalOf((await send())[0]).existingId], ['duplicate', id]);
});

test('each refusal is named by what it means', async () => {
  const crm = await on({
    duplicateRules: ['Account'],
    validationRules: [{ object: 'Contact', refuses: ({ Title }) => (Title === 'x' ? 'No such title' : undefined) }],
    settings: { searchLagMilliseconds: { atLeast: 60_000, atMost: 60_000 } },
  });
  const refused = async (values: Record<string, string | boolean | null>) =>
    refusalOf((await crm.create('Contact', { LastName: 'Lee', ...values }))[0]);
  const category = async (values: Record<string, string | null>) => (await refused(values)).category;
  assert.equal(await category({ Title: 'x' }), 'rejected-by-app');
  assert.equal(await category({ FirstName: 'x'.repeat(41) }), 'too-long');
  assert.equal(await category({ OwnerId: '005000000000009' }), 'association-waiting');
  assert.equal(await category({ Birthdate: 'yesterday' }), 'invalid-value');
  const long = 'Ann '.repeat(20);
  assert.ok(!(await refused({ FirstName: long })).message.includes(long.trim()), 'no value in a message');
  const [id = ''] = crm.make('Contact', { LastName: 'Ek' });
  assert.equal(refusalOf((await crm.update('Contact', id, { Title: 'CEO' }))[0]).kind, 'unavailable', 'locked');
  const lead = crm.make('Lead', { LastName: 'Ek', Company: 'Acme', Email: 'ek@example.com' })[0] ?? '';
  await crm.clock.sleep(120_000);
  crm.make('Account', { Name: 'Acme' });
  await crm.clock.sleep(120_000);
  idOf((await crm.create('Contact', { LastName: 'Ek', Email: 'ek@example.com' }))[0]);
  assert.equal(refusalOf((await crm.update('Lead', lead, { Title: 'CEO' }))[0]).category, 'read-only');
});

test('what an account is, who owns records, what is left of the day, and where signing in leads', async () => {
  const crm = await on();
  assert.deepEqual((await connector.whoami(crm.session)).label, 'Simulated Inc.');
  const emails = (await connector.users?.(crm.session))?.map(({ email }) => email);
  assert.deepEqual(emails, ['integration@example.com', 'ann.lee@example.com', 'bob.ito@example.com']);
  const daily = connector.limits.find(({ gauge }) => gauge === 'daily');
  const headers = { 'sforce-limit-info': 'api-usage=18/5000, per-app-api-usage=17/250(appName=sample)' };
  assert.deepEqual(daily?.observe?.({ status: 200, headers, text: '', json: <T>() => null as T }), {
    left: 4982,
    most: 5000,
  });
  const { oauth } = connector.auth as Extract<typeof connector.auth, { kind: 'oauth2' }>;
  const url = 'https://acme.my.salesforce.com';
  assert.deepEqual(oauth.settingsFrom?.({ instance_url: url, access_token: 'x' }), { baseUrl: url });
  const reason = await connector.absent?.(crm.session, 'contact');
  assert.match(reason ?? '', /called Contact/);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Connection, OAuth2 } from 'jsforce';
import { codeOf, salesforce } from './simulator-bench.ts';

const minute = 60_000;

test('A2 a merged contact says where it went, and what led to it leads to the survivor', async () => {
  const { conn, simulator } = await salesforce();
  const [ann, twin] = await conn.create('Contact', [{ LastName: 'Lee' }, { LastName: 'Lee', Phone: '7' }]);
  const task = await conn.create('Task', { Subject: 'Call', WhoId: twin?.id });
  simulator.admin.advance(5000);
  const merged = await conn.soap.merge({
    masterRecord: { type: 'Contact', Id: ann?.id ?? '' },
    recordToMergeIds: [twin?.id ?? ''],
  });
  assert.equal(merged.success, true);
  assert.equal((await conn.retrieve('Contact', ann?.id ?? '')).Phone, '7', 'gaps are filled');
  assert.equal((await conn.retrieve('Task', task.id ?? '')).WhoId, ann?.id);
  const { records } = await conn.query(`SELECT Id, MasterRecordId FROM Contact WHERE IsDeleted = true`, {
    scanAll: true,
  });
  assert.deepEqual(
    records.map(({ Id, MasterRecordId }) => [Id, MasterRecordId]),
    [[twin?.id, ann?.id]],
  );
});

test('a converted lead names its contact and account, cannot be changed, and is still there', async () => {
  const { conn } = await salesforce();
  const lead = await conn.create('Lead', { LastName: 'Lee', Company: 'Acme', Email: 'ann@example.com', City: 'Ulm' });
  const convert = {
    leadId: lead.id ?? '',
    doNotCreateOpportunity: true,
    overwriteLeadSource: false,
    sendNotificationEmail: false,
  };
  const refused = await conn.soap.convertLead({ ...convert, convertedStatus: 'Working - Contacted' });
  assert.equal(refused.success, false);
  const done = await conn.soap.convertLead({ ...convert, convertedStatus: 'Closed - Converted' });
  assert.equal(done.success, true);
  const contact = await conn.retrieve('Contact', done.contactId ?? '');
  assert.deepEqual([contact.Email, contact.MailingCity, contact.AccountId], ['ann@example.com', 'Ulm', done.accountId]);
  const after = await conn.retrieve('Lead', lead.id ?? '');
  assert.deepEqual([after.IsConverted, after.ConvertedContactId], [true, done.contactId]);
  assert.equal(await codeOf(conn.update('Lead', { Id: lead.id ?? '', City: 'Bonn' })), 'CANNOT_UPDATE_CONVERTED_LEAD');
});

test('F8 what is changed and deleted is listed by minutes, up to the oldest open transaction', async () => {
  const { conn, simulator } = await salesforce({
    settings: { searchLagMilliseconds: { atLeast: 3 * minute, atMost: 3 * minute } },
  });
  const [one, two, three] = await conn.create('Contact', [{ LastName: 'A' }, { LastName: 'B' }, { LastName: 'C' }]);
  const began = simulator.admin.state().now;
  simulator.admin.advance(2 * minute);
  simulator.admin.edit('Contact', {
    update: [{ id: two?.id ?? '', values: { Title: 'CEO' } }],
    archive: [three?.id ?? ''],
  });
  await conn.update('Contact', { Id: one?.id ?? '', Title: 'CTO' });
  simulator.admin.advance(minute);
  const now = () => new Date(simulator.admin.state().now);
  const list = () => conn.updated('Contact', new Date(began - 10 * minute), now());
  const early = await list();
  assert.deepEqual(early.ids, [one?.id, two?.id, three?.id], 'as they are for everybody');
  assert.ok(Date.parse(early.latestDateCovered) <= began + 2 * minute);
  assert.equal((await conn.retrieve('Contact', two?.id ?? '')).Title, null);
  const [locked] = await conn.update('Contact', [{ Id: two?.id ?? '', Title: 'x' }]);
  assert.equal(JSON.stringify(locked?.errors).includes('UNABLE_TO_LOCK_ROW'), true);
  assert.deepEqual((await conn.deleted('Contact', new Date(began - 10 * minute), now())).deletedRecords, []);
  simulator.admin.advance(3 * minute);
  assert.equal((await conn.retrieve('Contact', two?.id ?? '')).Title, 'CEO');
  const deleted = await conn.deleted('Contact', new Date(began - 10 * minute), now());
  assert.deepEqual(
    deleted.deletedRecords.map(({ id }) => id),
    [three?.id],
  );
  assert.ok(Date.parse(deleted.latestDateCovered) > began + 2 * minute);
  assert.equal(
    await codeOf(conn.deleted('Contact', new Date(began - 16 * 1440 * minute), now())),
    'INVALID_REPLICATION_DATE',
  );
  assert.equal(await codeOf(conn.updated('Contact', now(), now())), 'INVALID_REPLICATION_DATE');
});

test('a bulk query runs for a while and answers in pages of CSV', async () => {
  const { conn, simulator } = await salesforce({ records: 25 });
  const job = conn.bulk2.job('query', { id: await openJob(conn, 'SELECT Id, Email, CreatedDate FROM Contact') });
  assert.equal((await job.check()).state, 'InProgress');
  simulator.admin.advance(5000);
  assert.equal((await job.check()).state, 'JobComplete');
  const rows = await (await job.result()).toArray();
  assert.equal(rows.length, 25);
  assert.match(String(rows[0]?.CreatedDate), /^\d{4}-.*\.000Z$/);
});

test('a product has its price in the standard price book, an order’s items come from its price book, totals follow', async () => {
  const { conn } = await salesforce();
  const { records } = await conn.query('SELECT Id FROM Pricebook2 WHERE IsStandard = true');
  const Pricebook2Id = records[0]?.Id ?? '';
  const [product, account] = [
    await conn.create('Product2', { Name: 'Desk' }),
    await conn.create('Account', { Name: 'Acme' }),
  ];
  const entry = { Pricebook2Id, Product2Id: product.id, UnitPrice: 99.5, IsActive: true };
  const price = await conn.create('PricebookEntry', entry);
  assert.equal(await codeOf(conn.create('PricebookEntry', entry)), 'DUPLICATE_VALUE');
  const bare = { AccountId: account.id, EffectiveDate: '2026-11-23' };
  const [order, other] = await conn.create('Order', [{ ...bare, Pricebook2Id }, bare]);
  const item = { OrderId: order?.id, PricebookEntryId: price.id, Quantity: 3 };
  assert.equal(await codeOf(conn.create('OrderItem', { ...item, OrderId: other?.id })), 'FIELD_INTEGRITY_EXCEPTION');
  await conn.create('OrderItem', item);
  const read = await conn.retrieve('Order', order?.id ?? '');
  assert.deepEqual([read.TotalAmount, read.Status, read.StatusCode], [298.5, 'Draft', 'Draft']);
  assert.equal(await codeOf(conn.update('Order', { Id: other?.id ?? '', Status: 'Activated' })), 'FAILED_ACTIVATION');
  await conn.update('Order', { Id: order?.id ?? '', Status: 'Activated' });
  assert.equal(await codeOf(conn.create('OrderItem', item)), 'FIELD_INTEGRITY_EXCEPTION');
});

test('a deal’s stage sets its probability, and with products its amount is their sum whatever is written', async () => {
  const { conn } = await salesforce();
  const { records } = await conn.query('SELECT Id FROM Pricebook2 WHERE IsStandard = true');
  const product = await conn.create('Product2', { Name: 'Desk' });
  await conn.create('PricebookEntry', {
    Pricebook2Id: records[0]?.Id,
    Product2Id: product.id,
    UnitPrice: 10,
    IsActive: true,
  });
  const deal = await conn.create('Opportunity', {
    Name: 'D',
    StageName: 'Closed Won',
    CloseDate: '2026-12-01',
    Amount: 5,
  });
  const read = () => conn.retrieve('Opportunity', deal.id ?? '');
  assert.deepEqual([(await read()).Probability, (await read()).IsWon, (await read()).Amount], [100, true, 5]);
  await conn.create('OpportunityLineItem', { OpportunityId: deal.id, Product2Id: product.id, Quantity: 2 });
  await conn.update('Opportunity', { Id: deal.id ?? '', Amount: 1 });
  assert.deepEqual([(await read()).Amount, (await read()).HasOpportunityLineItem], [20, true]);
});

test('people’s own rules and duplicate rules refuse records', async () => {
  const { conn } = await salesforce({
    duplicateRules: ['Lead'],
    validationRules: [{ object: 'Account', refuses: ({ Name }) => (Name === 'Test' ? 'No tests here' : undefined) }],
  });
  assert.equal(await codeOf(conn.create('Account', { Name: 'Test' })), 'FIELD_CUSTOM_VALIDATION_EXCEPTION');
  const lead = { LastName: 'Lee', Company: 'Acme', Email: 'ann@example.com' };
  await conn.create('Lead', lead);
  assert.equal(await codeOf(conn.create('Lead', lead)), 'DUPLICATES_DETECTED');
});

test('OAuth: a code with PKCE gives a session with its address, refreshed until it is revoked', async () => {
  const { simulator } = await salesforce();
  const oauth2 = new OAuth2({
    loginUrl: simulator.url,
    clientId: simulator.oauth?.clientId,
    clientSecret: simulator.oauth?.clientSecret,
    redirectUri: 'http://127.0.0.1:9/back',
    useVerifier: true,
  });
  const consent = await fetch(oauth2.getAuthorizationUrl({ scope: 'api refresh_token', state: 's' }), {
    redirect: 'manual',
  });
  const code = new URL(consent.headers.get('location') ?? '').searchParams.get('code') ?? '';
  const granted = await oauth2.requestToken(code);
  assert.equal(granted.instance_url, simulator.url);
  const conn = new Connection({
    oauth2,
    instanceUrl: granted.instance_url,
    accessToken: granted.access_token,
    refreshToken: granted.refresh_token,
    version: '62.0',
  });
  assert.equal(
    (await conn.identity()).organization_id,
    (await conn.query('SELECT Id FROM Organization')).records[0]?.Id,
  );
  simulator.admin.advance(3 * 3_600_000);
  await conn.query('SELECT Id FROM Account');
  assert.notEqual(conn.accessToken, granted.access_token, 'a run-out session was refreshed');
  simulator.admin.revokeTokens();
  assert.notEqual(await codeOf(conn.query('SELECT Id FROM Account')), '');
});

async function openJob(conn: Connection, query: string): Promise<string> {
  const made = await conn.request<{ id: string }>({
    method: 'POST',
    url: '/services/data/v62.0/jobs/query',
    body: JSON.stringify({ operation: 'query', query }),
    headers: { 'content-type': 'application/json' },
  });
  return made.id;
}

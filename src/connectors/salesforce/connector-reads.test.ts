import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type OnSimulator, onSimulator } from '../../../test/connectors/on-simulator.ts';
import { connector } from './connector.ts';
import { makeSimulator, type SalesforceOptions } from './simulator.ts';
import { text } from './simulator-field.ts';

const on = (options: Partial<SalesforceOptions> = {}, settings: Record<string, string> = {}): Promise<OnSimulator> =>
  onSimulator(connector, (clock) => makeSimulator({ clock, ...options }), settings);

test('a lead that was converted has moved on: it is told, found by its id as that, and in no listing', async () => {
  const crm = await on();
  const [kept = '', converted = ''] = crm.make(
    'Lead',
    { LastName: 'A', Company: 'X' },
    { LastName: 'B', Company: 'Y' },
  );
  const { until } = await crm.pass('Lead');
  await crm.create('Contact', { LastName: 'B', Email: null });
  crm.admin.edit('Lead', { update: [{ id: converted, values: { Email: 'b@example.com' } }] });
  await crm.clock.sleep(5000);
  await crm.create('Contact', { LastName: 'B', Email: 'b@example.com' });
  const told = { id: converted, how: 'moved' };
  assert.deepEqual((await crm.pass('Lead', until)).gone.get(converted), told);
  assert.deepEqual([...(await crm.pass('Lead')).records.keys()], [kept]);
  const direct = await crm.type('Lead').reads.byIds(crm.session, [converted], []);
  assert.deepEqual(direct, { records: [], gone: [told] });
});

test('F8 a change of a long transaction is read once it is committed, however old its stamp', async () => {
  const minutes = { atLeast: 480_000, atMost: 480_000 };
  const crm = await on({ settings: { searchLagMilliseconds: minutes } });
  const [late = '', removed = ''] = crm.make('Contact', { LastName: 'A' }, { LastName: 'B' });
  await crm.clock.sleep(900_000);
  const first = await crm.pass('Contact');
  crm.admin.edit('Contact', { update: [{ id: late, values: { Title: 'CEO' } }], archive: [removed] });
  await crm.clock.sleep(240_000);
  const early = await crm.pass('Contact', first.until);
  assert.deepEqual([early.records.get(late)?.values.Title ?? null, early.gone.size], [null, 0]);
  await crm.clock.sleep(250_000);
  const then = await crm.pass('Contact', early.until);
  assert.equal(then.records.get(late)?.values.Title, 'CEO');
  assert.deepEqual(then.gone.get(removed), { id: removed, how: 'archived' });
});

test('R1 who was removed for good is told by the list of the deleted, and a list that was purged lists anew', async () => {
  const crm = await on();
  const [id = '', other = ''] = crm.make('Account', { Name: 'Acme' }, { Name: 'Bolt' });
  const { until } = await crm.pass('Account');
  crm.admin.edit('Account', { purge: [id] });
  await crm.clock.sleep(120_000);
  const pass = await crm.pass('Account', until);
  assert.deepEqual(pass.gone.get(id), { id, how: 'missing' });
  assert.ok(pass.records.has(other));
  const twoWeeks = 14 * 86_400;
  assert.equal(crm.type('Account').reads.cursorDays, twoWeeks / 86_400);
});

test('a price or a contact role that changes brings the product or deal again, whose own stamp stands still', async () => {
  const crm = await on({ currencies: 'one', records: 3 });
  const [deal = ''] = crm.make('Opportunity', { Name: 'D', StageName: 'Prospecting', CloseDate: '2026-12-01' });
  const [person = ''] = crm.make('Contact', { LastName: 'Lee' });
  await crm.clock.sleep(3_600_000);
  const products = await crm.pass('Product2');
  const deals = await crm.pass('Opportunity');
  const [product] = crm.admin.records('Product2');
  const entry = crm.admin.records('PricebookEntry').find(({ values }) => values.Product2Id === product?.id);
  assert.equal(products.records.get(product?.id ?? '')?.values.UnitPrice, String(entry?.values.UnitPrice));
  await crm.clock.sleep(3_600_000);
  crm.admin.edit('PricebookEntry', { update: [{ id: entry?.id ?? '', values: { UnitPrice: 7.5 } }] });
  crm.make('OpportunityContactRole', { OpportunityId: deal, ContactId: person });
  const changed = await crm.pass('Product2', products.until);
  assert.deepEqual(
    [...changed.records].map(([id, { values }]) => [id, values.UnitPrice]),
    [[product?.id, '7.5']],
  );
  assert.deepEqual((await crm.pass('Opportunity', deals.until)).records.get(deal)?.values.Contacts, [person]);
});

test('a large object is listed by a query job, page by page, as it is by queries', async () => {
  const crm = await on({ records: 2500, emailCase: 'mixed' });
  const plain = await crm.pass('Contact');
  const bulk = await on({ records: 2500, emailCase: 'mixed' }, { bulkFrom: '2000' });
  const pass = await bulk.pass('Contact');
  assert.equal(pass.records.size, 2500);
  assert.deepEqual(pass.records, plain.records);
  assert.ok(pass.until !== undefined);
  const { '/jobs/query': _, ...calls } = bulk.admin.calls();
  assert.equal(calls['GET /jobs/query/{id}/results'], 2);
  bulk.admin.edit('Contact', {
    update: [{ id: [...pass.records.keys()][0] ?? '', values: { Description: 'a "b",\r\nc' } }],
  });
  const again = await bulk.pass('Contact', undefined, ['Description']);
  assert.equal([...again.records.values()][0]?.values.Description, 'a "b",\r\nc');
});

test('a job that the org forgot begins the listing anew', async () => {
  const crm = await on({ records: 10 }, { bulkFrom: '5' });
  const { page } = crm.type('Contact').reads;
  const first = await page(crm.session, { fields: ['Email'] });
  const place = JSON.parse(JSON.parse(first.resume ?? '').place);
  crm.simulator.handle({
    method: 'DELETE',
    path: `/services/data/v62.0/jobs/query/${place.job}`,
    query: new URLSearchParams(),
    headers: { authorization: `Bearer ${crm.session.secrets.token}` },
    body: '',
    open: 1,
  });
  const next = await page(crm.session, { fields: ['Email'], resume: first.resume });
  assert.equal(next.expired, true);
});

test('an object with more fields than an address holds is read by ids, and shows the same', async () => {
  const wide = Array.from({ length: 400 }, (_, n) => text(`A_field_with_quite_a_long_name_${n}__c`, `Field ${n}`, 80));
  const crm = await on({ customFields: { Account: wide } });
  const [id = ''] = crm.make('Account', { Name: 'Acme', A_field_with_quite_a_long_name_399__c: 'x' });
  const { records } = await crm.pass('Account');
  assert.equal(records.get(id)?.values.A_field_with_quite_a_long_name_399__c, 'x');
  assert.ok((crm.admin.calls()['POST /composite/sobjects/{object}'] ?? 0) > 0);
});

test('what nobody was given is empty, and Salesforce’s own word for it too', async () => {
  const crm = await on();
  const [result] = await crm.create('Lead', { Email: 'a@example.com', LastName: null });
  assert.ok(result && 'done' in result);
  assert.equal(crm.admin.record('Lead', result.done)?.values.Company, '[not provided]');
  const { LastName, Company, Status } = await crm.read('Lead', result.done);
  assert.deepEqual([LastName, Company, Status], [null, null, 'Open - Not Contacted']);
});

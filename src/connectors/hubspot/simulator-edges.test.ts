import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AssociationSpec } from '@hubspot/api-client/lib/codegen/crm/associations/v4/index.js';
import { simRequest } from '../../simulator/sim-request.ts';
import { failureOf, hubspot } from './simulator-bench.ts';

/** Two contacts, two companies, and what a contact is associated with. */
async function office() {
  const { crm, simulator } = await hubspot();
  const [a = '', b = ''] = simulator.admin.edit('contacts', {
    create: [{ email: 'a@example.com' }, { email: 'b@example.com' }],
  }).created;
  const [x = '', y = ''] = simulator.admin.edit('companies', { create: [{ name: 'X' }, { name: 'Y' }] }).created;
  const v4 = crm.associations.v4;
  const companiesOf = async (id: string) => {
    const reply = await v4.batchApi.getPage('contacts', 'companies', { inputs: [{ id }] });
    const edges = reply.results[0]?.to ?? [];
    return edges.map((edge) => [String(edge.toObjectId), ...edge.associationTypes.map(({ typeId }) => typeId).sort()]);
  };
  return { crm, simulator, v4, companiesOf, a, b, x, y };
}

function spec(typeId = 0, category = 'HUBSPOT_DEFINED'): AssociationSpec {
  return { associationCategory: category as AssociationSpec['associationCategory'], associationTypeId: typeId };
}

test('the first company of a contact is its primary one, until another takes its place', async () => {
  const { crm, simulator, v4, companiesOf, a, x, y } = await office();
  const link = (id: string) => ({ inputs: [{ _from: { id: a }, to: { id } }] });
  assert.equal((await v4.batchApi.createDefault('contacts', 'companies', link(x))).status, 'COMPLETE');
  await v4.batchApi.createDefault('contacts', 'companies', link(y));
  assert.deepEqual(await companiesOf(a), [
    [x, 1, 279],
    [y, 279],
  ]);
  const stamp = (await crm.contacts.basicApi.getById(a)).updatedAt;
  simulator.admin.advance(5);
  await v4.basicApi.create('contacts', a, 'companies', y, [spec(1)]);
  assert.deepEqual(await companiesOf(a), [
    [x, 279],
    [y, 1, 279],
  ]);
  const contact = await crm.contacts.basicApi.getById(a, ['associatedcompanyid'], undefined, ['companies']);
  assert.equal(contact.properties.associatedcompanyid, y);
  assert.ok(contact.updatedAt > stamp, 'the primary company is a property of the contact');
  assert.deepEqual(
    contact.associations?.companies?.results.map(({ id, type }) => [id, type]),
    [
      [x, 'contact_to_company_unlabeled'],
      [y, 'contact_to_company_unlabeled'],
      [y, 'contact_to_company'],
    ],
  );
});

test('other associations leave the time of the last change alone', async () => {
  const { crm, simulator, v4, a } = await office();
  const [deal = ''] = simulator.admin.edit('deals', { create: [{ dealname: 'D' }] }).created;
  const before = await crm.deals.basicApi.getById(deal);
  simulator.admin.advance(5);
  await v4.basicApi.createDefault('deals', deal, 'contacts', a);
  assert.deepEqual((await crm.deals.basicApi.getById(deal)).updatedAt, before.updatedAt);
});

test('a batch read tells who has no association, and does not show archived far records', async () => {
  const { simulator, v4, companiesOf, a, b, x, y } = await office();
  for (const id of [x, y]) await v4.basicApi.createDefault('contacts', a, 'companies', id);
  const reply = await v4.batchApi.getPage('contacts', 'companies', { inputs: [{ id: a }, { id: b }] });
  assert.equal(reply.results.length, 1);
  assert.match(JSON.stringify(reply), /NO_ASSOCIATIONS_FOUND/);
  simulator.admin.edit('companies', { archive: [x] });
  assert.deepEqual(
    (await companiesOf(a)).map(([id]) => id),
    [y],
  );
  simulator.admin.edit('companies', { restore: [x] });
  assert.equal((await companiesOf(a)).length, 2);
});

test('labels are made, given and taken away in batches; a missing record fails alone', async () => {
  const { v4, companiesOf, b, x } = await office();
  const names = { name: 'billing', label: 'Billing', inverseLabel: 'Bills to' };
  const made = await v4.schema.definitionsApi.create('contacts', 'companies', names);
  const billing = spec(made.results[0]?.typeId, 'USER_DEFINED');
  const link = { _from: { id: b }, to: { id: x }, types: [billing] };
  const reply = await v4.batchApi.create('contacts', 'companies', { inputs: [link, { ...link, to: { id: '9' } }] });
  assert.deepEqual(
    reply.results.map(({ labels }) => labels),
    [['Primary', 'Billing']],
  );
  assert.match(JSON.stringify(reply), /company 9 does not exist/);
  const [back] = (await v4.schema.definitionsApi.getAll('companies', 'contacts')).results.filter(
    ({ label }) => label === 'Bills to',
  );
  assert.equal(back?.category, 'USER_DEFINED');
  await v4.batchApi.archiveLabels('contacts', 'companies', { inputs: [link] });
  assert.deepEqual(await companiesOf(b), [[x, 1, 279]]);
  await v4.batchApi.archive('contacts', 'companies', { inputs: [{ _from: { id: b }, to: [{ id: x }] }] });
  assert.deepEqual(await companiesOf(b), []);
});

test('a limit set by an admin holds', async () => {
  const { simulator, v4, a, x, y } = await office();
  const target = '/crm/v4/associations/definitions/configurations/contacts/companies/batch/create';
  const body = { inputs: [{ category: 'HUBSPOT_DEFINED', typeId: 279, maxToObjectIds: 1 }] };
  const headers = { authorization: `Bearer ${simulator.account.secrets.token}` };
  assert.equal(simulator.handle(simRequest('POST', target, { headers, body })).status, 200);
  await v4.basicApi.createDefault('contacts', a, 'companies', x);
  const failure = await failureOf(v4.basicApi.createDefault('contacts', a, 'companies', y));
  assert.match(failure.body.message ?? '', /more than 1/);
});

test('A2 a merged contact has the companies of both, and one primary', async () => {
  const { crm, v4, companiesOf, a, b, x, y } = await office();
  await v4.basicApi.createDefault('contacts', a, 'companies', x);
  await v4.basicApi.createDefault('contacts', b, 'companies', y);
  const merged = await crm.contacts.basicApi.merge({ primaryObjectId: a, objectIdToMerge: b });
  const expected = [
    [x, 1, 279],
    [y, 279],
  ];
  assert.deepEqual(await companiesOf(merged.id), expected);
  assert.deepEqual(await companiesOf(b), expected, 'by the old id too');
});

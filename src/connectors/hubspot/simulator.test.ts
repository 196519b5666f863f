import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemHttp } from '../../lib/http.ts';
import type { ServedSimulator } from '../../simulator/simulator.ts';
import { failureOf, hubspot } from './simulator-bench.ts';
import { appId } from './simulator-portal.ts';

test('a contact is created, read by id and by e-mail, changed and archived', async () => {
  const { crm } = await hubspot();
  const made = await crm.contacts.basicApi.create({
    properties: { email: ' Ann.Lee@Example.COM', firstname: ' Ann', phone: '030 1' },
    associations: [],
  });
  assert.equal(made.properties.email, 'ann.lee@example.com', 'trimmed and lower case');
  assert.equal(made.properties.firstname, ' Ann', 'other texts stay as they are');
  assert.equal(made.properties.hs_object_source_id, String(appId));
  assert.equal(made.properties.lastmodifieddate, made.updatedAt.toISOString());

  const read = await crm.contacts.basicApi.getById(
    'ann.lee@example.com',
    ['phone', 'jobtitle', 'nonsense'],
    undefined,
    undefined,
    false,
    'email',
  );
  assert.equal(read.id, made.id);
  assert.deepEqual(Object.keys(read.properties).sort(), [
    'createdate',
    'hs_object_id',
    'jobtitle',
    'lastmodifieddate',
    'phone',
  ]);
  assert.equal(read.properties.jobtitle, null);

  const changed = await crm.contacts.basicApi.update(made.id, { properties: { phone: '', jobtitle: 'CEO' } });
  assert.equal(changed.properties.jobtitle, 'CEO');
  assert.ok(changed.updatedAt >= made.updatedAt);

  await crm.contacts.basicApi.archive(made.id);
  assert.equal((await failureOf(crm.contacts.basicApi.getById(made.id))).code, 404);
  const archived = await crm.contacts.basicApi.getById(made.id, ['email'], undefined, undefined, true);
  assert.ok(archived.archived && archived.archivedAt);
  const listed = await crm.contacts.basicApi.getPage(100, undefined, undefined, undefined, undefined, true);
  assert.deepEqual(
    listed.results.map(({ id }) => id),
    [made.id],
  );
  const again = await crm.contacts.basicApi.create({ properties: { email: 'ann.lee@example.com' }, associations: [] });
  assert.notEqual(again.id, made.id, 'an archived contact’s address is free');
});

test('a second contact with one e-mail is refused with the id of the first', async () => {
  const { crm } = await hubspot();
  const first = await crm.contacts.basicApi.create({ properties: { email: 'a@example.com' }, associations: [] });
  const failure = await failureOf(
    crm.contacts.basicApi.create({ properties: { email: 'A@example.com ' }, associations: [] }),
  );
  assert.deepEqual([failure.code, failure.body.category], [409, 'CONFLICT']);
  assert.equal(failure.body.message, `Contact already exists. Existing ID: ${first.id}`);
});

test('A2 a merge makes a record with a new id that both old ids lead to', async () => {
  const { crm } = await hubspot();
  const [a, b] = await Promise.all(
    ['a', 'b'].map((name) =>
      crm.contacts.basicApi.create({
        properties: { email: `${name}@example.com`, firstname: name, ...(name === 'b' ? { phone: '7' } : {}) },
        associations: [],
      }),
    ),
  );
  assert.ok(a && b);
  const merged = await crm.contacts.basicApi.merge({ primaryObjectId: a.id, objectIdToMerge: b.id });
  assert.ok(merged.id !== a.id && merged.id !== b.id);
  for (const id of [a.id, b.id]) {
    const read = await crm.contacts.basicApi.getById(id, [
      'firstname',
      'phone',
      'email',
      'hs_merged_object_ids',
      'hs_additional_emails',
    ]);
    assert.equal(read.id, merged.id);
    const { firstname, phone, email, hs_additional_emails, hs_merged_object_ids } = read.properties;
    assert.deepEqual([firstname, phone, email, hs_additional_emails], ['a', '7', 'a@example.com', 'b@example.com']);
    assert.deepEqual(hs_merged_object_ids?.split(';'), [a.id, b.id]);
  }
  assert.equal((await crm.contacts.basicApi.getPage(100)).results.length, 1);
  const updated = await crm.contacts.batchApi.update({ inputs: [{ id: b.id, properties: { city: 'Ulm' } }] });
  assert.equal(updated.results[0]?.id, merged.id);
  await crm.contacts.basicApi.purge({ objectId: merged.id });
  assert.equal((await failureOf(crm.contacts.basicApi.getById(a.id))).code, 404);
});

test('lists page by 100 at most, through everything and once', async () => {
  const { crm } = await hubspot({ records: 250, settings: { limits: 'off' } });
  const all = await crm.contacts.getAll(100, undefined, ['email']);
  assert.equal(new Set(all.map(({ id }) => id)).size, 250);
  assert.equal((await failureOf(crm.contacts.basicApi.getPage(101))).code, 400);
});

test('limits: 190 in ten seconds, five searches in one, told in headers and by 429', async () => {
  const { crm, simulator } = await hubspot();
  const search = () => crm.contacts.searchApi.doSearchWithHttpInfo({ limit: 1 });
  for (let n = 0; n < 5; n++) assert.equal((await search()).headers['x-hubspot-ratelimit-max'], undefined);
  const tooMany = await failureOf(search());
  assert.deepEqual([tooMany.code, tooMany.body.policyName, tooMany.headers['retry-after']], [429, 'SECONDLY', '1']);
  const list = () => crm.contacts.basicApi.getPageWithHttpInfo(1);
  const first = await list();
  assert.deepEqual(
    [first.headers['x-hubspot-ratelimit-max'], first.headers['x-hubspot-ratelimit-remaining']],
    ['190', '189'],
  );
  for (let n = 1; n < 190; n++) await list();
  const refused = await failureOf(list());
  assert.deepEqual([refused.code, refused.body.policyName], [429, 'TEN_SECONDLY_ROLLING']);
  simulator.admin.advance(10_000);
  assert.equal((await list()).headers['x-hubspot-ratelimit-remaining'], '189');
});

test('date versions lead where v3 and v4 do, unknown ones nowhere', async () => {
  const { simulator } = await hubspot({ records: 3 });
  const status = async (path: string, method = 'GET', body?: string) => {
    const headers = { authorization: `Bearer ${simulator.account.secrets.token}` };
    return (await systemHttp.request({ method, url: simulator.url + path, headers, body })).status;
  };
  for (const path of [
    '/crm/objects/2026-09/contacts',
    '/crm/objects/2026-03/0-1',
    '/crm/properties/2026-09/contacts',
    '/crm/pipelines/2026-09/deals',
    '/crm/owners/2026-09',
    '/crm-object-schemas/2026-09/schemas',
    '/account-info/2026-09/details',
    '/crm/associations/2026-09/contacts/companies/labels',
    '/crm/objects/2026-09/contacts/101/associations/companies',
  ]) {
    assert.equal(await status(path), 200, path);
  }
  assert.equal(await status('/crm/objects/2026-09/contacts/search', 'POST', '{}'), 200);
  assert.equal(await status('/crm/objects/2031-01/contacts'), 404);
});

test('seeded data: the same for the same seed, in the past, associated, with mixed case where asked for', async () => {
  const { crm, simulator } = await hubspot({ records: 200, seed: 7, emailCase: 'mixed', sameStamp: 90 });
  const twin = await hubspot({ records: 200, seed: 7, emailCase: 'mixed', sameStamp: 90 });
  const facts = (one: ServedSimulator) => one.admin.records('contacts').map(({ id, values }) => ({ id, values }));
  assert.deepEqual(facts(twin.simulator), facts(simulator));
  const contacts = simulator.admin.records('contacts');
  const now = simulator.admin.state().now;
  assert.ok(contacts.every(({ createdAt, updatedAt }) => createdAt <= updatedAt && updatedAt < now - 3_000_000));
  const emails = contacts.map(({ values }) => String(values.email ?? '')).filter(Boolean);
  assert.equal(new Set(emails.map((email) => email.toLowerCase())).size, emails.length);
  assert.ok(emails.some((email) => email !== email.toLowerCase()));
  assert.deepEqual(
    Object.values(simulator.admin.state().objects)
      .map(({ live }) => live)
      .slice(0, 4),
    [200, 40, 20, 12],
  );
  const page = await crm.contacts.basicApi.getPage(100, undefined, ['email'], undefined, ['companies']);
  assert.ok(page.results.filter(({ associations }) => associations?.companies).length > 80);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testRig } from '../testing.ts';

test('an account is connected only when its app accepts it, and never shows its secrets', async () => {
  const rig = await testRig();
  const admin = rig.as('super-admin');
  const { account } = await rig.simulator('hubspot', { records: 2 });
  const wrong = await admin.post('/accounts', { ...account, key: 'crm', secrets: { token: 'pat-wrong' } });
  assert.equal(wrong.status, 422);
  assert.match(wrong.body.detail, /connect the account again/);
  const missing = await admin.post('/accounts', { key: 'books', app: 'postgres', secrets: {} });
  assert.deepEqual([missing.status, missing.body.errors[0].path], [422, 'secrets.url']);
  assert.equal((await admin.post('/accounts', { key: 'x', app: 'nothing' })).body.errors[0].path, 'app');
  const made = await admin.post('/accounts', { ...account, key: 'crm' });
  assert.equal(made.status, 201);
  assert.equal((await admin.post('/accounts', { ...account, key: 'crm' })).status, 409);
  const all = await rig.as('view-health').get('/accounts');
  assert.deepEqual([all.body.items.length, all.body.items[0].state], [1, 'connected']);
  assert.doesNotMatch(made.text + all.text, /pat-/);
  assert.equal((await rig.as('super-admin', 'other').get('/accounts/crm')).status, 404);
  assert.equal((await rig.as('view-health').post('/accounts', { ...account, key: 'y' })).status, 403);
});

test('a renamed account keeps its secrets, and its syncs follow', async () => {
  const rig = await testRig();
  const admin = rig.as('super-admin');
  const [one, two] = [await rig.simulator('hubspot'), await rig.simulator('hubspot', { seed: 2 })];
  const people = { a: { account: 'one', object: 'contacts' }, b: { account: 'two', object: 'contacts' } };
  await rig.apply({ accounts: { one: one.account, two: two.account }, syncs: { people } });
  assert.equal((await admin.patch('/accounts/one', { key: 'first' })).status, 428);
  assert.equal((await admin.patch('/accounts/one', { key: 'first' }, { 'if-match': '"0"' })).status, 412);
  const etag = (await admin.get('/accounts/one')).headers.get('etag') ?? '';
  assert.equal((await admin.patch('/accounts/one', { key: 'two' }, { 'if-match': etag })).status, 409);
  const renamed = await admin.patch('/accounts/one', { key: 'first' }, { 'if-match': etag });
  assert.deepEqual([renamed.status, renamed.body.key, renamed.body.syncs], [200, 'first', ['people']]);
  assert.equal((await admin.post('/accounts/first/test')).body.works, true);
  assert.equal((await admin.get('/syncs/people')).body.settings.a.account, 'first');
  const kept = await admin.delete('/accounts/first');
  assert.equal(kept.status, 409);
  assert.match(kept.body.detail, /people/);
  await admin.delete('/syncs/people');
  assert.equal((await admin.delete('/accounts/first')).status, 204);
  assert.equal((await admin.get('/accounts/first')).status, 404);
});

test('a connection test says who it is, or what is wrong and what to do', async () => {
  const rig = await testRig();
  const admin = rig.as('super-admin');
  const { account } = await rig.simulator('hubspot');
  await rig.apply({ accounts: { good: account, bad: { ...account, secrets: { token: 'pat-old' } } } });
  assert.equal((await admin.post('/accounts/good/test')).body.works, true);
  const { body } = await admin.post('/accounts/bad/test');
  assert.deepEqual([body.works, body.kind], [false, 'unauthorized']);
  assert.match(body.remedy, /connect the account again/);
});

test('objects, fields, owners and a few real records of an account are told', async () => {
  const rig = await testRig();
  const admin = rig.as('manage-apps');
  const { account } = await rig.simulator('hubspot', { records: 5 });
  await rig.apply({ accounts: { crm: account } });
  const objects = await admin.get('/accounts/crm/objects');
  assert.ok(objects.body.items.some((each: { name: string; means: string }) => each.means === 'person'));
  const fields = await admin.get('/accounts/crm/objects/contacts/fields');
  const email = fields.body.items.find((each: { name: string }) => each.name === 'email');
  assert.deepEqual([email.type, email.role], ['email', 'person.email']);
  assert.equal((await admin.get('/accounts/crm/objects/nothing/fields')).status, 404);
  const samples = await admin.get('/accounts/crm/objects/contacts/samples?limit=2');
  assert.deepEqual([samples.body.source, samples.body.items.length], ['app', 2]);
  assert.ok(samples.body.items[0].name);
  assert.equal((await admin.get('/accounts/crm/users')).status, 200);
  assert.equal((await rig.as('view-health').get('/accounts/crm/objects/contacts/samples')).status, 403);
});

test('settings are changed without the key being given again, and a setting that the app does not know is refused', async () => {
  const rig = await testRig();
  const [one, two] = [await rig.simulator('pipedrive'), await rig.simulator('stripe')];
  await rig.apply({ accounts: { one: one.account, two: two.account }, syncs: {} });
  const admin = rig.as('super-admin');
  for (const [key, { settings }] of Object.entries({ one: one.account, two: two.account })) {
    const etag = (await admin.get(`/accounts/${key}`)).headers.get('etag') ?? '';
    const strange = await admin.patch(
      `/accounts/${key}`,
      { settings: { ...settings, nonsense: 'x' } },
      { 'if-match': etag },
    );
    assert.equal(strange.status, 422);
    assert.match(strange.body.detail, /settings\.nonsense/);
    assert.equal((await admin.patch(`/accounts/${key}`, { settings }, { 'if-match': etag })).status, 200);
  }
});

test('stored secrets do not follow an account to another server', async () => {
  const rig = await testRig();
  const [one, two] = [await rig.simulator('hubspot'), await rig.simulator('hubspot', { seed: 2 })];
  await rig.apply({ accounts: { one: one.account }, syncs: {} });
  const admin = rig.as('super-admin');
  const etag = (await admin.get('/accounts/one')).headers.get('etag') ?? '';
  const { settings, secrets } = two.account;
  const moved = await admin.patch('/accounts/one', { settings }, { 'if-match': etag });
  assert.equal(moved.status, 422);
  assert.match(moved.body.detail, /give token again/);
  assert.equal((await admin.patch('/accounts/one', { settings, secrets }, { 'if-match': etag })).status, 200);
});

test('new credentials of an account that syncs stand on must be those of the same account at the app', async () => {
  const rig = await testRig();
  const [one, two] = [await rig.simulator('hubspot'), await rig.simulator('hubspot', { seed: 2 })];
  const people = { a: { account: 'one', object: 'contacts' }, b: { account: 'two', object: 'contacts' } };
  const admin = rig.as('super-admin');
  await rig.apply({ accounts: { one: one.account, two: two.account }, syncs: { people } });
  const give = async (key: string, { settings, secrets }: typeof one.account) => {
    const etag = (await admin.get(`/accounts/${key}`)).headers.get('etag') ?? '';
    return admin.patch(`/accounts/${key}`, { settings, secrets }, { 'if-match': etag });
  };
  // Its key was ended: who it is is known from when it was connected. (All simulated portals have one number.)
  await rig.db.rows(`update account set secrets = null, identity = '4711' where key = 'one'`);
  const other = await give('one', two.account);
  assert.equal(other.status, 422);
  assert.match(other.body.detail, /another account \(\d+\) than one stands for \(4711\): the syncs people would/);
  await rig.db.rows('update account set identity = $1', [/\((\d+)\)/.exec(other.body.detail)?.[1]]);
  assert.equal((await give('one', one.account)).status, 200);
  assert.equal((await admin.post('/accounts/one/test')).body.works, true);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstAdmin } from './test-browser.ts';
import { testRig } from './testing.ts';

test('an account that a person connects may not be at an internal address, by HTTP or as a database', async () => {
  const rig = await testRig({ internal: 'refused' });
  const app = await rig.simulator('hubspot', { records: 1 });
  const manage = rig.as('manage-apps');
  const { settings, secrets } = app.account;
  const crm = await manage.post('/accounts', { key: 'crm', app: 'hubspot', settings, secrets });
  assert.ok(crm.status >= 400 && crm.status < 500, crm.text);
  assert.match(crm.body.detail, /internal address/);
  for (const url of [
    'postgres://postgres@127.0.0.1:5432/postgres',
    'postgres://postgres@/postgres?host=/run/postgresql',
  ]) {
    const shop = await manage.post('/accounts', { key: 'shop', app: 'postgres', secrets: { url } });
    assert.ok(shop.status >= 400, shop.text);
    assert.match(shop.body.detail, /internal address/, shop.text);
  }
});

test('sample apps are on this machine, so their accounts may be where no other may', async () => {
  const rig = await testRig({ internal: 'refused' });
  const { account } = await rig.simulator('hubspot', { records: 1 });
  const samples = { start: async () => [account], resume: async () => {}, stop: async () => {} };
  const browser = await firstAdmin({ ...rig.installation, samples });
  const started = await browser.call('POST', '/api/v1/samples');
  assert.deepEqual(started.body, { accounts: ['hubspot-sample'] });
  const tried = await browser.call('POST', '/api/v1/accounts/hubspot-sample/test');
  assert.equal(tried.body.works, true, tried.text);
});

test('whoever runs the server may name any address in a file', async () => {
  const rig = await testRig({ internal: 'refused' });
  const app = await rig.simulator('hubspot', { records: 1 });
  const file = { accounts: { crm: { app: 'hubspot', settings: app.account.settings, secrets: app.account.secrets } } };
  const { accounts } = await rig.apply(file, 'own', 'yes');
  const { connector, session } = await rig.installation.accounts.open(accounts.crm as string);
  assert.ok((await connector.whoami(session)).id);
});

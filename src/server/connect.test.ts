import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServedSimulator } from '../simulator/simulator.ts';
import { clientsOf } from './app-clients.ts';
import { firstAdmin, type TestBrowser, testBrowser } from './test-browser.ts';
import { type TestRig, testRig } from './testing.ts';

test('an account is connected by the whole round trip, and its tokens are sealed and shown nowhere', async () => {
  const { rig, admin, app } = await place();
  const page = await connect(admin, app, 'crm');
  assert.equal(page, '/apps/hubspot?connected=crm&again=no');
  const account = await admin.call('GET', '/api/v1/accounts/crm');
  assert.equal(account.body.state, 'connected');
  const objects = await admin.call('GET', '/api/v1/accounts/crm/objects');
  assert.equal(objects.status, 200, objects.text);
  const { accessToken, refreshToken } = await tokensOf(rig, 'crm');
  assert.ok(accessToken && refreshToken);
  const everything = JSON.stringify(await rig.db.rows('select * from account'));
  assert.ok(!everything.includes(accessToken) && !account.text.includes(accessToken));
  const acts = (await admin.call('GET', '/api/v1/audit')).body.items.map(({ act }: { act: string }) => act);
  assert.deepEqual(acts.slice(0, 2), ['account.connected', 'app-client.given']);
});

test('a state comes back once, in its time, and only with whoever began', async () => {
  const { rig, admin, app } = await place();
  const back = await agree(admin, app, 'crm');
  const stranger = await otherAdmin(rig, admin);
  assert.equal((await stranger.call('GET', back)).status, 400);
  assert.equal((await admin.call('GET', back)).status, 400, 'a state that a stranger brought is used up');
  const again = await agree(admin, app, 'crm');
  assert.equal((await admin.call('GET', again)).status, 302);
  assert.equal((await admin.call('GET', again)).status, 400);
  const late = await agree(admin, app, 'crm');
  await rig.db.rows('update connecting set expires_at = 1');
  assert.equal((await admin.call('GET', late)).status, 400);
  assert.equal((await testBrowser(rig.installation).call('GET', late)).status, 401);
});

test('a person who does not agree, and a code that is not valid, end on the page of the app with the reason', async () => {
  const { admin, app } = await place();
  const refused = new URL(await agree(admin, app, 'crm'), 'http://x');
  refused.searchParams.delete('code');
  refused.searchParams.set('error', 'access_denied');
  const page = await admin.call('GET', refused.pathname + refused.search);
  assert.equal(page.headers.get('location'), '/apps/hubspot?problem=refused');
  const forged = new URL(await agree(admin, app, 'crm'), 'http://x');
  forged.searchParams.set('code', 'made-up');
  const other = await admin.call('GET', forged.pathname + forged.search);
  assert.match(other.headers.get('location') ?? '', /problem=(not-valid|no-answer)/);
});

test('an account that is connected again must be the same one at the app, and keeps its other secrets', async () => {
  const { rig, admin, app } = await place();
  await connect(admin, app, 'crm');
  const first = await tokensOf(rig, 'crm');
  await rig.db.rows('update account set lost_at = 1, grant_refusals = 2');
  assert.equal((await admin.call('GET', '/api/v1/accounts/crm')).body.state, 'reconnect-needed');
  assert.equal(await connect(admin, app, 'crm'), '/apps/hubspot?connected=crm&again=yes');
  assert.equal((await admin.call('GET', '/api/v1/accounts/crm')).body.state, 'connected');
  assert.notEqual((await tokensOf(rig, 'crm')).refreshToken, first.refreshToken);
  await rig.db.rows(`update account set identity = 'another portal'`);
  assert.equal(await connect(admin, app, 'crm'), '/apps/hubspot?problem=other-account');
});

test('a client id and secret come from the environment, or the workspace; the secret is never shown', async () => {
  const { rig, admin, app } = await place();
  const shown = await admin.call('GET', '/api/v1/apps/hubspot/client');
  assert.equal(shown.body.clientId, app.oauth?.clientId);
  assert.equal(shown.body.from, 'workspace');
  assert.equal(shown.body.redirectUri, 'http://localhost:4400/api/v1/connections/callback');
  assert.ok(!shown.text.includes(app.oauth?.clientSecret ?? 'none'));
  assert.equal((await admin.call('DELETE', '/api/v1/apps/hubspot/client')).status, 204);
  const none = await admin.call('POST', '/api/v1/accounts/connect', { app: 'hubspot', account: 'crm' });
  assert.equal(none.status, 422);
  const environment = { SYNCLINE_GOOGLE_CONTACTS_CLIENT_ID: 'id', SYNCLINE_GOOGLE_CONTACTS_CLIENT_SECRET: 's' };
  assert.deepEqual(clientsOf(environment, rig.installation.connectors), {
    'google-contacts': { clientId: 'id', clientSecret: 's', from: 'environment' },
  });
});

test('what disconnecting means is said first', async () => {
  const { admin, app } = await place();
  await connect(admin, app, 'crm');
  const { body } = await admin.call('GET', '/api/v1/accounts/crm/consequences');
  assert.deepEqual([body.syncs, body.allowed], [[], true]);
  assert.match(body.says, /records stay/);
});

interface Place {
  rig: TestRig;
  admin: TestBrowser;
  app: ServedSimulator;
}

/** A first super admin, and a simulated HubSpot that knows us. */
async function place(): Promise<Place> {
  const rig = await testRig();
  const admin = await firstAdmin(rig.installation);
  const app = await rig.simulator('hubspot', { records: 3 });
  const { clientId, clientSecret } = app.oauth ?? {};
  const given = await admin.call('PUT', '/api/v1/apps/hubspot/client', { clientId, clientSecret });
  assert.equal(given.status, 200, given.text);
  return { rig, admin, app };
}

/** To the app and back: the path that it sends the browser to. */
async function agree(admin: TestBrowser, app: ServedSimulator, account: string): Promise<string> {
  const { baseUrl = '' } = app.account.settings ?? {};
  const settings = { baseUrl, appUrl: baseUrl };
  const begun = await admin.call('POST', '/api/v1/accounts/connect', { app: 'hubspot', account, settings });
  assert.equal(begun.status, 200, begun.text);
  const sent = await fetch(begun.body.url, { redirect: 'manual' });
  const back = new URL(sent.headers.get('location') ?? '');
  return back.pathname + back.search;
}

async function connect(admin: TestBrowser, app: ServedSimulator, account: string): Promise<string | null> {
  const answer = await admin.call('GET', await agree(admin, app, account));
  return answer.headers.get('location');
}

async function tokensOf({ db, installation }: TestRig, key: string): Promise<Record<string, string>> {
  const [row] = await db.rows<{ secrets: Buffer }>('select secrets from account where key = $1', [key]);
  return installation.accounts.unseal(row?.secrets as Buffer, key);
}

async function otherAdmin({ installation }: TestRig, admin: TestBrowser): Promise<TestBrowser> {
  const { body } = await admin.call('POST', '/api/v1/invitations', { email: 'bo@example.com', role: 'super-admin' });
  const browser = testBrowser(installation);
  const token = new URL(body.link).hash.slice(1);
  await browser.call('POST', '/api/v1/invitations/accept', { token, name: 'Bo', password: 'another long password' });
  return browser;
}

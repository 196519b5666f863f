import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setupCode } from './routes/setup.ts';
import { firstAdmin, PASSWORD, type TestBrowser, testBrowser } from './test-browser.ts';
import { type TestRig, testRig } from './testing.ts';

test('the first super admin is made once, by whoever has the code, and is signed in', async () => {
  const { installation } = await testRig();
  const browser = testBrowser(installation);
  assert.deepEqual((await browser.call('GET', '/api/v1/setup')).body, { needed: true });
  const first = { code: 'a guess', name: 'Ann', email: 'ann@example.com', password: PASSWORD };
  assert.equal((await browser.call('POST', '/api/v1/setup', first)).status, 403);
  const code = setupCode(installation);
  const made = await Promise.all(
    [1, 2, 3].map((n) => browser.call('POST', '/api/v1/setup', { ...first, code, email: `ann${n}@example.com` })),
  );
  assert.deepEqual(made.map(({ status }) => status).sort(), [201, 409, 409]);
  const me = await browser.call('GET', '/api/v1/me');
  assert.equal(me.body.role, 'super-admin');
  assert.deepEqual(me.body.workspace, { key: 'default', name: 'default' });
  assert.deepEqual((await browser.call('GET', '/api/v1/setup')).body, { needed: false });
});

test('a person signs in and out, and what they did is in the audit log', async () => {
  const { installation } = await testRig();
  const admin = await firstAdmin(installation);
  assert.equal((await admin.call('POST', '/api/auth/sign-out', {})).status, 200);
  assert.equal((await admin.call('GET', '/api/v1/me')).status, 401);
  assert.equal((await signIn(admin, 'ann@example.com', 'not the password')).status, 401);
  assert.equal((await signIn(admin, 'Ann@Example.com', PASSWORD)).status, 200);
  assert.equal((await admin.call('GET', '/api/v1/me')).body.email, 'ann@example.com');
  const log = await admin.call('GET', '/api/v1/audit');
  assert.deepEqual(
    log.body.items.map(({ act }: { act: string }) => act),
    ['installation.set-up'],
  );
});

test('somebody invited comes in once, with the role that was given, and in their workspace only', async () => {
  const { installation } = await testRig();
  const admin = await firstAdmin(installation);
  const made = await admin.call('POST', '/api/v1/invitations', { email: 'Bo@example.com', role: 'view-health' });
  assert.equal(made.status, 201);
  const token = new URL(made.body.link).hash.slice(1);
  const bo = testBrowser(installation);
  const look = await bo.call('POST', '/api/v1/invitations/look', { token });
  assert.deepEqual(look.body, { email: 'bo@example.com', role: 'view-health', workspace: 'default', known: false });
  const accepted = await bo.call('POST', '/api/v1/invitations/accept', { token, name: 'Bo', password: PASSWORD });
  assert.equal(accepted.status, 200);
  assert.equal((await bo.call('GET', '/api/v1/me')).body.role, 'view-health');
  assert.equal((await bo.call('GET', '/api/v1/people')).status, 403);
  assert.equal(
    (await bo.call('POST', '/api/v1/invitations/accept', { token, name: 'Bo', password: PASSWORD })).status,
    404,
  );
  assert.equal((await bo.call('GET', '/api/v1/me', undefined, { 'syncline-workspace': 'other' })).status, 401);
});

test('an invitation taken back, or past its time, leads nowhere', async () => {
  const { installation, db } = await testRig();
  const admin = await firstAdmin(installation);
  const invite = (email: string) => admin.call('POST', '/api/v1/invitations', { email, role: 'manage-apps' });
  const [back, late] = [await invite('bo@example.com'), await invite('cy@example.com')];
  assert.equal((await admin.call('DELETE', `/api/v1/invitations/${back.body.id}`)).status, 204);
  await db.rows('update invitation set expires_at = 1 where id = $1', [late.body.id]);
  for (const { body } of [back, late]) {
    const token = new URL(body.link).hash.slice(1);
    assert.equal((await testBrowser(installation).call('POST', '/api/v1/invitations/look', { token })).status, 404);
  }
});

test('the last super admin is neither removed nor made less, and who is removed is out at once', async () => {
  const { installation } = await testRig();
  const admin = await firstAdmin(installation);
  const { body: me } = await admin.call('GET', '/api/v1/me');
  assert.equal((await admin.call('DELETE', `/api/v1/people/${me.id}`)).status, 409);
  assert.equal((await admin.call('PATCH', `/api/v1/people/${me.id}`, { role: 'view-health' })).status, 409);
  const bo = await invited(installation, admin, 'bo@example.com', 'super-admin');
  const { body: other } = await bo.call('GET', '/api/v1/me');
  const both = await Promise.all([
    admin.call('PATCH', `/api/v1/people/${other.id}`, { role: 'view-health' }),
    bo.call('PATCH', `/api/v1/people/${me.id}`, { role: 'view-health' }),
  ]);
  // The later one is told that nobody would be left (409), or is no super admin any more (403).
  assert.equal(both.filter(({ status }) => status === 200).length, 1);
  const [left, gone] = both[0]?.status === 200 ? [admin, other.id] : [bo, me.id];
  assert.equal((await left.call('DELETE', `/api/v1/people/${gone}`)).status, 204);
  const out = left === admin ? bo : admin;
  assert.equal((await out.call('GET', '/api/v1/me')).status, 401);
});

test('an API key gets in with its role until it is ended or past its time, and is never shown again', async () => {
  const { installation, db } = await testRig();
  const admin = await firstAdmin(installation);
  const make = (name: string, role: string) => admin.call('POST', '/api/v1/keys', { name, role, expiresInDays: 30 });
  const [viewer, late] = [await make('viewer', 'view-health'), await make('late', 'super-admin')];
  const as = (key: string, path: string, headers = {}) =>
    testBrowser(installation).call('GET', path, undefined, { authorization: `Bearer ${key}`, ...headers });
  assert.equal((await as(viewer.body.key, '/api/v1/me')).body.name, 'viewer');
  assert.equal((await as(viewer.body.key, '/api/v1/keys')).status, 403);
  assert.equal((await as(viewer.body.key, '/api/v1/me', { 'syncline-workspace': 'other' })).status, 401);
  assert.equal((await as('syncline_made-up', '/api/v1/me')).status, 401);
  await db.rows('update api_key set expires_at = 1 where id = $1', [late.body.id]);
  assert.equal((await as(late.body.key, '/api/v1/me')).status, 401);
  const listed = await admin.call('GET', '/api/v1/keys');
  assert.doesNotMatch(listed.text, new RegExp(viewer.body.key));
  assert.equal((await admin.call('DELETE', `/api/v1/keys/${viewer.body.id}`)).status, 204);
  assert.equal((await as(viewer.body.key, '/api/v1/me')).status, 401);
});

test('a person is in several workspaces, and the one chosen last is meant where none is named', async () => {
  const { installation } = await testRig();
  const admin = await firstAdmin(installation);
  const made = await admin.call('POST', '/api/v1/workspaces', { key: 'client', name: 'A client' });
  assert.equal(made.status, 201);
  assert.equal((await admin.call('POST', '/api/v1/workspaces', { key: 'client', name: 'Again' })).status, 409);
  const there = { 'syncline-workspace': 'default' };
  assert.equal((await admin.call('GET', '/api/v1/me')).body.workspace.key, 'client');
  assert.equal((await admin.call('GET', '/api/v1/me', undefined, there)).body.workspace.key, 'default');
  assert.equal((await admin.call('GET', '/api/v1/me')).body.workspace.key, 'default');
  assert.equal((await admin.call('PATCH', '/api/v1/workspaces/client', { name: 'Else' })).status, 404);
  assert.equal((await admin.call('PATCH', '/api/v1/workspaces/default', { name: 'Ours' })).body.name, 'Ours');
  const list = await admin.call('GET', '/api/v1/workspaces');
  assert.deepEqual(list.body.items.map(({ name }: { name: string }) => name).sort(), ['A client', 'Ours']);
});

/** Somebody who accepted an invitation. */
async function invited(
  installation: TestRig['installation'],
  admin: TestBrowser,
  email: string,
  role: string,
): Promise<TestBrowser> {
  const { body } = await admin.call('POST', '/api/v1/invitations', { email, role });
  const browser = testBrowser(installation);
  const token = new URL(body.link).hash.slice(1);
  const accepted = await browser.call('POST', '/api/v1/invitations/accept', { token, name: 'Bo', password: PASSWORD });
  assert.equal(accepted.status, 200, accepted.text);
  return browser;
}

function signIn(browser: TestBrowser, email: string, password: string) {
  return browser.call('POST', '/api/auth/sign-in/email', { email, password });
}

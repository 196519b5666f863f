import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mayDo, type Role } from './caller.ts';
import { healthRig } from './health-rig.ts';
import { firstAdmin, PASSWORD, type TestBrowser, testBrowser } from './test-browser.ts';
import { bodyFor, filled, operationsOf, parametersOf } from './test-operations.ts';
import type { TestRig } from './testing.ts';

const roles: Role[] = ['super-admin', 'manage-apps', 'view-health'];

/** Parameters of paths that name no thing of a workspace: what there is, is the same for everybody. */
const everybodys = ['app'];

test('every route is open to the roles it names, by session and by key, and to nobody else', async () => {
  const { rig } = await healthRig();
  const callers = await everyone(rig);
  const found = operationsOf(rig);
  assert.ok(found.length > 30, 'the registry lists the routes');
  for (const operation of found) {
    const path = filled(operation.path, () => 'nothing-of-that-name');
    for (const { who, role, browser } of callers) {
      const answer = await browser.call(operation.method, `/api/v1${path}`, await bodyFor(operation), precondition);
      const what = `${operation.method} ${operation.path} (${operation.needs}) by ${who}: ${answer.text.slice(0, 200)}`;
      assert.ok(answer.status < 500, what);
      if (operation.needs === 'anyone') assert.ok(!/your role/.test(answer.text), what);
      else if (role === null) assert.equal(answer.status, 401, what);
      else if (mayDo(role, operation.needs)) assert.ok(![401, 403].includes(answer.status), what);
      else assert.equal(answer.status, 403, what);
    }
  }
});

test('nothing of a workspace is found from another one, by any route', async () => {
  const { rig, sync } = await healthRig();
  const real = await thingsOf(rig, sync);
  const foreign = rig.as('super-admin', 'other');
  for (const operation of operationsOf(rig)) {
    const names = parametersOf(operation.path).filter((name) => !everybodys.includes(name));
    if (names.length === 0) continue;
    // What hangs on a thing of that workspace (a plan of its sync) may be any number: the thing itself must not be found.
    const [first = ''] = names;
    assert.ok(real[first], `${operation.path}: say in thingsOf what a real {${first}} is`);
    const path = filled(operation.path, (name) => real[name] ?? '1');
    const body = await bodyFor(operation);
    const call = {
      GET: foreign.get,
      DELETE: foreign.delete,
      POST: foreign.post,
      PUT: foreign.put,
      PATCH: foreign.patch,
    };
    const send = call[operation.method] as (path: string, ...rest: unknown[]) => ReturnType<typeof foreign.get>;
    const answer = ['GET', 'DELETE'].includes(operation.method)
      ? await send(path, precondition)
      : await send(path, body, precondition);
    assert.equal(answer.status, 404, `${operation.method} ${path}: ${answer.text.slice(0, 300)}`);
  }
});

test('lists of one workspace hold nothing of another', async () => {
  const { rig } = await healthRig();
  const foreign = rig.as('super-admin', 'other');
  for (const { method, path } of operationsOf(rig)) {
    if (method !== 'GET' || parametersOf(path).length > 0 || ['/apps', '/events'].includes(path)) continue;
    const answer = await foreign.get(path);
    assert.ok(answer.status < 500, `${path}: ${answer.text}`);
    assert.doesNotMatch(answer.text, /people|"one"|"two"/, path);
  }
});

const precondition = { 'if-match': '"1"' };

/** Somebody of each role and a key of each, and a stranger. */
async function everyone(rig: TestRig): Promise<{ who: string; role: Role | null; browser: TestBrowser }[]> {
  const { installation } = rig;
  const admin = await firstAdmin(installation);
  const people = roles.map(async (role) => {
    if (role === 'super-admin') return { who: role, role, browser: admin };
    const { body } = await admin.call('POST', '/api/v1/invitations', { email: `${role}@example.com`, role });
    const browser = testBrowser(installation);
    const token = new URL(body.link).hash.slice(1);
    await browser.call('POST', '/api/v1/invitations/accept', { token, name: role, password: PASSWORD });
    return { who: role, role, browser };
  });
  const keys = roles.map(async (role) => {
    const { body } = await admin.call('POST', '/api/v1/keys', { name: role, role });
    return { who: `a key (${role})`, role, browser: byKey(installation, body.key) };
  });
  return [
    { who: 'nobody', role: null, browser: testBrowser(installation) },
    ...(await Promise.all(keys)),
    ...(await Promise.all(people)),
  ];
}

function byKey(installation: TestRig['installation'], key: string): TestBrowser {
  const browser = testBrowser(installation);
  const authorization = `Bearer ${key}`;
  return {
    ...browser,
    call: (method, path, body, headers) => browser.call(method, path, body, { ...headers, authorization }),
  };
}

/** A real thing of the first workspace for every parameter of a path. */
async function thingsOf({ db, as, installation }: TestRig, sync: string): Promise<Record<string, string>> {
  const admin = as('super-admin');
  const key = await admin.post('/keys', { name: 'a key', role: 'view-health' });
  const invitation = await admin.post('/invitations', { email: 'bo@example.com', role: 'view-health' });
  await firstAdmin(installation);
  const one = async (text: string, values: unknown[] = []) =>
    String((await db.rows<{ id: string | number }>(text, values))[0]?.id ?? '');
  return {
    account: 'one',
    object: 'contacts',
    sync: 'people',
    record: await one('select id from link where sync = $1 limit 1', [sync]),
    run: await one('select number as id from run where sync = $1 limit 1', [sync]),
    undo: await one(
      `insert into undo (sync, state, total, undone, kept, asked_by, asked_at, seen_at)
       values ($1, 'done', 0, 0, 0, 'somebody', 1, 1) returning id`,
      [sync],
    ),
    person: await one('select id from person'),
    invitation: invitation.body.id,
    key: key.body.id,
    workspace: 'default',
    app: 'hubspot',
  };
}

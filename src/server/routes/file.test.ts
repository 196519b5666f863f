import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type TestRig, testRig, until } from '../testing.ts';

test('an exported file makes the same installation again, and its export is the same text', async () => {
  const { rig, admin, environment } = await filled();
  const exported = await admin.get('/file');
  assert.equal(exported.status, 200);
  assert.match(exported.text, /token: \$SYNCLINE_CRM_EU_TOKEN/);
  assert.doesNotMatch(exported.text, /pat-/);
  const empty = await testRig();
  const there = empty.as('manage-apps');
  const bare = await there.post('/file/apply', { file: exported.text });
  assert.equal(bare.status, 422);
  assert.match(bare.body.detail, /^line \d+, column \d+: accounts.crm-eu.secrets.token: the environment has no/);
  const applied = await there.post('/file/apply', { file: exported.text, environment });
  assert.deepEqual(
    applied.body.syncs.map((each: { change: string }) => each.change),
    ['made'],
  );
  assert.equal((await there.get('/file')).text, exported.text);
  assert.equal((await there.post('/accounts/crm-eu/test')).body.works, true);
  const again = await admin.post('/file/apply', { file: exported.text });
  assert.ok([...again.body.accounts, ...again.body.syncs].every(({ change }) => change === 'same'));
  assert.equal((await rig.as('view-health').get('/file')).status, 403);
});

test('a plan of a file tells the differences, makes plans for syncs that would decide otherwise, and changes nothing', async () => {
  const { rig, admin, id } = await filled();
  await rig.syncUntilQuiet(id);
  const { text } = await admin.get('/file');
  const file = text.replace('default: b', 'default: a').replace('brakes:', 'leaving: exclude\n    brakes:');
  const { body, status } = await admin.post('/file/plan', { file });
  assert.equal(status, 200);
  const [people] = body.syncs;
  assert.equal(people.change, 'changed');
  assert.deepEqual(
    people.differences,
    [
      { path: 'default', before: 'b', after: null },
      { path: 'leaving', before: null, after: 'exclude' },
    ].toSorted((one, other) => one.path.localeCompare(other.path)),
  );
  assert.equal(people.plan, 1);
  await until(async () => (await admin.get('/syncs/people/plans/1')).body.state === 'ready');
  assert.equal((await admin.get('/file')).text, text);
});

test('what a file does not name is left alone unless it is pruned; a key cannot come to mean something else', async () => {
  const { admin } = await filled();
  const only = { accounts: {}, syncs: {} };
  const left = await admin.post('/file/apply', { file: JSON.stringify(only) });
  assert.deepEqual(left.body.syncs, [{ key: 'people', change: 'left', differences: [], plan: null }]);
  const { text } = await admin.get('/file');
  const moved = await admin.post('/file/apply', { file: text.replace('app: hubspot', 'app: stripe') });
  assert.equal(moved.status, 422);
  const broken = await admin.post('/file/apply', { file: 'syncs: [' });
  assert.match(broken.body.detail, /^line 1/);
  const deep = await admin.post('/file/apply', { file: '['.repeat(50_000) });
  assert.equal(deep.status, 422);
  assert.equal((await admin.get('/file')).text, text);
  const pruned = await admin.post('/file/apply', { file: JSON.stringify(only), prune: true });
  assert.deepEqual(
    pruned.body.syncs.map((each: { change: string }) => each.change),
    ['pruned'],
  );
  assert.deepEqual((await admin.get('/accounts')).body.items, []);
});

test('X5 a file cannot close a ring with a sync that it leaves alone', async () => {
  const { admin } = await filled();
  const { text } = await admin.get('/file');
  const again = await admin.post('/file/apply', { file: text.replace('  people:', '  others:') });
  assert.equal(again.status, 422);
  assert.match(again.body.detail, /both join/);
  assert.equal((await admin.get('/syncs')).body.items.length, 1);
});

async function filled(): Promise<{
  rig: TestRig;
  admin: ReturnType<TestRig['as']>;
  environment: Record<string, string>;
  id: string;
}> {
  const rig = await testRig();
  const [one, two] = [await rig.simulator('hubspot', { records: 3 }), await rig.simulator('hubspot', { seed: 2 })];
  const people = {
    a: { account: 'crm-eu', object: 'contacts' },
    b: { account: 'crm-us', object: 'contacts' },
    default: 'b',
    mappings: ['default', { a: 'jobtitle', b: 'jobtitle', wins: 'latest' }],
    brakes: { create: '20%' },
  };
  const file = { accounts: { 'crm-eu': one.account, 'crm-us': two.account }, syncs: { people } };
  const { syncs } = await rig.apply(file);
  const environment = {
    SYNCLINE_CRM_EU_TOKEN: one.account.secrets.token as string,
    SYNCLINE_CRM_US_TOKEN: two.account.secrets.token as string,
  };
  return { rig, admin: rig.as('manage-apps'), environment, id: syncs.people as string };
}

test('stored secrets do not follow an account to another server by a file, unless whoever applies it gives them', async () => {
  const { admin, environment } = await filled();
  const { text } = await admin.get('/file');
  const moved = text.replaceAll(/baseUrl: .*/g, 'baseUrl: http://127.0.0.1:9');
  assert.notEqual(moved, text);
  const refused = await admin.post('/file/plan', { file: moved });
  assert.equal(refused.status, 422);
  assert.match(refused.body.detail, /were not given for 127\.0\.0\.1:9/);
  assert.doesNotMatch((await admin.post('/file/plan', { file: moved, environment })).text, /were not given/);
});

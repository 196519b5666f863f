import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type TestRig, testRig } from '../testing.ts';

test('a sync is added as a draft, edited by its version, turned on and off, and deleted with what is forgotten', async () => {
  const rig = await twoApps(3);
  const admin = rig.as('manage-apps');
  const made = await admin.post('/syncs', { key: 'people', settings: { ...ends, enabled: false } });
  assert.deepEqual([made.status, made.body.state], [201, 'draft']);
  assert.equal((await admin.post('/syncs', { key: 'people', settings: { ...ends } })).status, 409);
  const etag = made.headers.get('etag') ?? '';
  assert.equal((await admin.put('/syncs/people', ends)).status, 428);
  const edited = await admin.put('/syncs/people', { ...made.body.settings, default: 'b' }, { 'if-match': etag });
  assert.deepEqual([edited.status, edited.body.settings.default], [200, 'b']);
  assert.equal((await admin.put('/syncs/people', ends, { 'if-match': etag })).status, 412);
  assert.equal((await admin.post('/syncs/people/on')).body.state, 'first-sync');
  const [sync] = await rig.db.rows<{ id: number }>('select id from sync');
  await rig.syncUntilQuiet(String(sync?.id));
  const on = await rig.as('view-health').get('/syncs');
  const [shown] = on.body.items;
  assert.deepEqual([shown.state, shown.counts.inSync, shown.progress], ['on', 3, null]);
  assert.deepEqual([shown.ends.a.appLabel, shown.ends.a.object], ['HubSpot', 'contacts']);
  assert.ok(shown.lastChangeAt);
  assert.equal((await admin.post('/syncs/people/off')).body.state, 'off');
  assert.deepEqual((await admin.delete('/syncs/people')).body, { forgottenLinks: 3 });
  assert.equal((await admin.get('/syncs/people')).status, 404);
});

test('what does not fit is refused with the path of all that is wrong, and nothing is stored', async () => {
  const rig = await twoApps(0);
  const admin = rig.as('manage-apps');
  const refusal = async (settings: unknown) => {
    const { status, body } = await admin.post('/syncs', { key: 'people', settings });
    return [status, ...(body.errors ?? []).map((each: { path: string }) => each.path)];
  };
  assert.deepEqual(await refusal({ ...ends, direction: 'sideways', every: '-1s' }), [400, 'direction', 'every']);
  assert.deepEqual(await refusal({ ...ends, what: 1 }), [400, 'what']);
  assert.deepEqual(await refusal({ ...ends, b: { account: 'three', object: 'contacts' } }), [422, 'b.account']);
  assert.deepEqual(await refusal({ ...ends, a: { account: 'one', object: 'planets' } }), [422, 'a.object']);
  const mappings = [
    { a: 'email', b: 'nowhere' },
    { a: 'city', b: 'city', transform: { 'a-to-b': 'trim(', 'b-to-a': 'value' } },
  ];
  assert.deepEqual(await refusal({ ...ends, mappings }), [422, 'mappings.0.b', 'mappings.1.transform.a-to-b']);
  assert.deepEqual(await refusal([]), [400, 'settings']);
  let filter: unknown = { field: 'city', op: 'known' };
  for (let depth = 0; depth < 2_000; depth++) filter = { all: [filter] };
  assert.deepEqual(await refusal({ ...ends, filter: { 'a-to-b': filter } }), [400]);
  assert.equal((await admin.post('/syncs', { key: 'a b', settings: ends })).status, 400);
  assert.deepEqual((await admin.get('/syncs')).body.items, []);
});

test('X5 a sync that would close a ring is refused at the door, by the API as by a file', async () => {
  const rig = await twoApps(0);
  const admin = rig.as('manage-apps');
  assert.equal((await admin.post('/syncs', { key: 'people', settings: ends })).status, 201);
  const again = await admin.post('/syncs', { key: 'again', settings: ends });
  assert.equal(again.status, 422);
  assert.match(again.body.detail, /again and people both join/);
  assert.equal((await admin.post('/syncs', { key: 'again', settings: { ...ends, enabled: false } })).status, 201);
  assert.equal((await admin.post('/syncs/again/on')).status, 422);
});

test('syncs of a workspace are not seen from another one', async () => {
  const rig = await twoApps(0);
  await rig.as('super-admin').post('/syncs', { key: 'people', settings: { ...ends, enabled: false } });
  const other = rig.as('super-admin', 'other');
  assert.deepEqual((await other.get('/syncs')).body.items, []);
  for (const answer of [
    await other.get('/syncs/people'),
    await other.post('/syncs/people/on'),
    await other.delete('/syncs/people'),
  ])
    assert.equal(answer.status, 404);
  assert.equal((await other.post('/syncs', { key: 'people', settings: ends })).body.errors[0].path, 'a.account');
});

const ends = { a: { account: 'one', object: 'contacts' }, b: { account: 'two', object: 'contacts' } };

async function twoApps(records: number): Promise<TestRig> {
  const rig = await testRig();
  const [one, two] = [await rig.simulator('hubspot', { records }), await rig.simulator('hubspot', { seed: 2 })];
  await rig.apply({ accounts: { one: one.account, two: two.account } });
  return rig;
}

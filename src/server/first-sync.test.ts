import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runFeed, runSync } from '../engine/run.ts';
import { workspaceSyncs } from '../store/workspace-syncs.ts';
import { firstSyncOf } from './first-sync.ts';
import { type TestRig, testRig } from './testing.ts';

test('a first sync tells what was read, what is settled, and when it is over', async () => {
  const rig = await testRig();
  const [one, two] = [await rig.simulator('hubspot', { records: 30 }), await rig.simulator('hubspot', { seed: 2 })];
  const people = { a: { account: 'one', object: 'contacts' }, b: { account: 'two', object: 'contacts' }, require: [] };
  const { syncs } = await rig.apply({ accounts: { one: one.account, two: two.account }, syncs: { people } });
  const { engine } = rig.installation;
  const before = await progress(rig);
  assert.deepEqual([before?.phase, before?.indexed, before?.read], ['reading', { a: 0, b: 0 }, { a: false, b: false }]);
  const feeds = await rig.db.rows<{ id: number }>('select id from feed order by id');
  for (const { id } of feeds) await runFeed(engine, String(id));
  const read = await progress(rig);
  assert.deepEqual([read?.phase, read?.indexed, read?.read.a], ['matching', { a: 30, b: 0 }, true]);
  // As it is in the middle of its writing: all is planned, half of it is settled.
  await runSync(engine, syncs.people as string);
  await rig.db.rows(`update sync set progress = progress || '{"phase": "scanning", "first": "yes"}' where id = $1`, [
    syncs.people,
  ]);
  await rig.db.rows(`update link set status = 'waiting' where id % 2 = 0`);
  const writing = await progress(rig);
  assert.deepEqual([writing?.phase, writing?.of, writing?.matched, writing?.created.b], ['writing', 30, 0, 30]);
  assert.equal(writing?.done, 15);
  await rig.db.rows(`update link set status = 'in-sync'`);
  assert.equal((await progress(rig))?.secondsLeft, 0);
  await rig.db.rows(`update sync set progress = progress || '{"phase": "live"}' where id = $1`, [syncs.people]);
  assert.equal(await progress(rig), null);
});

async function progress(rig: TestRig) {
  const [sync] = await workspaceSyncs(rig.db, rig.workspaces.own);
  assert.ok(sync);
  return firstSyncOf(rig.installation, sync);
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forgetHistory, readRetention, saveRetention } from './retention.ts';
import { postgresRig } from './suite/postgres-rig.ts';
import { contactsWorld } from './suite/rig.ts';
import { testDatabase } from './testing.ts';

const dayMilliseconds = 24 * 3600 * 1000;

test('history older than a workspace keeps is forgotten, and months that hold nothing any more are dropped', async () => {
  const clock = { now: Date.UTC(2026, 0, 15) };
  const database = await testDatabase(() => clock.now);
  const { db } = database;
  const { store, sync, lease } = await contactsWorld(postgresRig(database, clock));
  for (const run of ['january', 'february', 'march']) {
    await store.commit(lease, { history: [row(run)] });
    clock.now += 31 * dayMilliseconds;
  }
  const [{ workspace } = { workspace: '' }] = await db.rows<{ workspace: string }>('select workspace from sync');
  const left = async () => ({
    runs: (await store.history({ sync, most: 9 })).map((each) => each.run),
    months: (await db.rows("select from pg_class where relname like 'history\\_2%' and relkind = 'r'")).length,
  });
  assert.equal(await readRetention(db, workspace), null);
  assert.equal(await forgetHistory(db), 0);
  assert.deepEqual(await left(), { runs: ['march', 'february', 'january'], months: 3 });
  await saveRetention(db, workspace, 70);
  assert.equal(await forgetHistory(db), 1);
  assert.deepEqual(await left(), { runs: ['march', 'february'], months: 2 });
  await saveRetention(db, workspace, 1);
  assert.equal(await forgetHistory(db), 2);
  assert.deepEqual(await left(), { runs: [], months: 0 });
});

function row(run: string) {
  const ends = { side: 'a' as const, op: 'update' as const };
  return { run, link: '1', ...ends, record: '1', before: {}, after: {}, rule: {}, edges: {} };
}

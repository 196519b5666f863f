import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Tally } from './store.ts';
import { postgresRig } from './suite/postgres-rig.ts';
import { contactsWorld } from './suite/rig.ts';
import { testDatabase } from './testing.ts';

const daySeconds = 24 * 3600;

test('history has a partition per month', async () => {
  const clock = { now: Date.UTC(2026, 11, 31, 23, 59, 59, 999) };
  const database = await testDatabase(() => clock.now);
  const { store, sync, lease } = await contactsWorld(postgresRig(database, clock));
  for (const run of ['december', 'january', 'february']) {
    await store.commit(lease, { history: [row(run)] });
    clock.now += run === 'december' ? 1 : 31 * daySeconds * 1000;
  }
  const months = () =>
    database.db.rows<{ name: string }>(
      `select relname as name from pg_class where relname like 'history\\_2%' and relkind = 'r' order by 1`,
    );
  assert.deepEqual(
    (await months()).map((month) => month.name),
    ['history_202612', 'history_202701', 'history_202702'],
  );
  assert.deepEqual(
    (await store.history({ sync, most: 9 })).map((each) => each.run),
    ['february', 'january', 'december'],
  );
});

test('the events of a run add up', async () => {
  const clock = { now: 0 };
  const database = await testDatabase(() => clock.now);
  const { store, sync, lease } = await contactsWorld(postgresRig(database, clock));
  const tally: Tally = {
    a: { created: 1, updated: 0, archived: 0, deleted: 2 },
    b: { created: 0, updated: 3, archived: 0, deleted: 0 },
    linked: 4,
    conflicts: 5,
  };
  const runs = () => database.db.rows<{ tally: Partial<Tally> }>('select tally from run where sync = $1', [sync]);
  await store.commit(lease, { tally });
  assert.deepEqual(await runs(), []);
  await store.commit(lease, { tally, progress: { phase: 'live', version: 1, run: 'r1' }, history: [row('r1')] });
  await store.commit(lease, { tally });
  assert.deepEqual(await runs(), [
    {
      tally: {
        a: { created: 2, updated: 0, archived: 0, deleted: 4 },
        b: { created: 0, updated: 6, archived: 0, deleted: 0 },
        linked: 8,
        conflicts: 10,
      },
    },
  ]);
});

function row(run: string) {
  const ends = { side: 'a' as const, op: 'update' as const };
  return { run, link: '1', ...ends, record: '1', before: {}, after: {}, rule: {}, edges: {} };
}

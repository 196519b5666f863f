import assert from 'node:assert/strict';
import { test } from 'node:test';
import { postgresStore } from './postgres-store.ts';
import { Fenced } from './store.ts';
import { postgresRig, RIG_BEGIN } from './suite/postgres-rig.ts';
import { batchOf, contactsWorld, enterPhase, intentOf, linkBetween, observed, shown } from './suite/rig.ts';
import { testDatabase } from './testing.ts';

test('S1 of many that claim at once one gets the lease', async () => {
  const { store, feeds } = await newWorld();
  const claims = await Promise.all(numbers(20).map((worker) => store.claim('feed', feeds.a, `w${worker}`, 30)));
  assert.deepEqual(
    claims.flatMap((lease) => lease?.epoch ?? []),
    [1],
  );
});

test('S1 a lease cannot be taken while a fenced transaction runs, and its holder cannot write once it was', async () => {
  const { store, sync, lease, rig } = await newWorld();
  await rig.advance(61);
  const links = numbers(2000).map((number) => linkBetween(String(number), `a${number}`, `b${number}`));
  const [committed, claimed] = await Promise.allSettled([
    store.commit(lease, { insert: links }),
    store.claim('sync', sync, 'other', 30),
  ]);
  const { inSync } = await store.counts(sync);
  const taken = claimed.status === 'fulfilled' && claimed.value !== null;
  assert.equal(inSync, committed.status === 'fulfilled' ? 2000 : 0);
  if (committed.status === 'rejected') assert.ok(committed.reason instanceof Fenced);
  assert.ok(committed.status === 'fulfilled' || taken);
});

test('W6 of two batches that are opened at once, with claims crosswise, each claim is held once', async () => {
  const { store, rig } = await newWorld();
  const customers = { account: 'shop', object: 'customers' };
  const world = await rig.setUp({
    one: { a: { account: 'crm', object: 'contacts' }, b: customers },
    two: { a: customers, b: { account: 'books', object: 'contacts' } },
  });
  const [one, two] = [world.syncs.one as string, world.syncs.two as string];
  const [left, right] = [await enterPhase(store, one, 'live'), await enterPhase(store, two, 'live')];
  const items = numbers(100).map((number) =>
    intentOf(linkBetween('1', `${number}`, null), [`x${number}`, `y${number}`]),
  );
  for (const round of numbers(10)) {
    const [first, second] = await Promise.all([
      store.commit(left, { open: batchOf(`left ${round}`, items) }),
      store.commit(right, { open: batchOf(`right ${round}`, [...items].reverse(), { side: 'a' }) }),
    ]);
    const opened = [...(await store.openBatches(one)), ...(await store.openBatches(two))].flatMap(
      (batch) => batch.items,
    );
    assert.equal(opened.length, 100);
    assert.equal(first.refused.length + second.refused.length, 100);
    assert.equal(new Set(opened.map((item) => item.source)).size, 100);
    await store.commit(left, { close: `left ${round}` });
    await store.commit(right, { close: `right ${round}` });
  }
});

test('R1 observations and commits that meet on the same records lose nothing', async () => {
  const { store, feeds, sync, lease } = await newWorld();
  const ids = numbers(50).map(String);
  const asked = await Promise.all(numbers(40).map(() => store.ask()));
  const observe = (number: number) => {
    const order = number % 2 === 0 ? ids : [...ids].reverse();
    const records = order.map((id) => shown(id, { email: `${number}` }, { keys: { email: `${number} ${id}` } }));
    return store.observe(feeds.a, observed(number, { records }));
  };
  const plan = async () => {
    const pairs = await store.due(sync, 30);
    const done = pairs.map(({ work }) => ({ side: 'a' as const, record: work.a?.record ?? '', seq: work.a?.seq ?? 0 }));
    await store.commit(lease, { done: done.reverse() });
  };
  await Promise.all([...asked.map(observe), ...numbers(20).map(plan)]);
  const latest = Math.max(...asked);
  for (const row of await store.records(feeds.a, ids)) {
    assert.equal(row.answered, latest);
    assert.equal(row.values.email, `${latest}`);
  }
  const last = await store.ask();
  await observe(last);
  assert.equal((await store.due(sync, 99)).length, 50, 'W4 the last change is work whatever was acknowledged before');
  const found = await store.candidates(sync, 'a', ids, [[{ a: 'email', b: 'email' }]]);
  for (const id of ids) assert.deepEqual(found.get(id)?.[0]?.twins, []);
});

test('a dry run does not see, and is not seen by, what goes on beside it', async () => {
  const { store, feeds, db } = await newWorld();
  await store.observe(feeds.a, observed(await store.ask(), { records: [shown('1', { email: 'x' })] }));
  await store.scratch(async (scratch) => {
    await scratch.observe(feeds.a, observed(await scratch.ask(), { records: [shown('1', { email: 'scratch' })] }));
    assert.equal((await postgresStore(db).records(feeds.a, ['1']))[0]?.values.email, 'x');
  });
  assert.equal((await store.records(feeds.a, ['1']))[0]?.values.email, 'x');
});

async function newWorld() {
  const clock = { now: RIG_BEGIN };
  const database = await testDatabase(() => clock.now);
  const rig = postgresRig(database, clock);
  return { ...(await contactsWorld(rig)), rig, db: database.db };
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

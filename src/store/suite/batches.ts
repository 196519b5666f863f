import assert from 'node:assert/strict';
import {
  batchOf,
  contactsWorld,
  enterPhase,
  insertLinks,
  intentOf,
  linkBetween,
  type StoreRig,
  type StoreTests,
} from './rig.ts';

/** W1, W6, X3: intents, claims, barriers. */
export const batchSuite: StoreTests = {
  'W1 an open batch is told with all its intents until it is closed': async (rig) => {
    const { store, sync, lease } = await contactsWorld(rig);
    const items = [intentOf(linkBetween('1', 'a1', null), ['email x']), intentOf(linkBetween('2', 'a2', null), [])];
    const batch = batchOf('batch 1', items, { asked: await store.ask() });
    const earlier = batchOf('batch 0', items.slice(1), { op: 'update', asked: 0, sentAt: 17 });
    assert.deepEqual(await store.commit(lease, { open: batch }), { refused: [] });
    await store.commit(lease, { open: earlier });
    assert.deepEqual(await store.openBatches(sync), [earlier, batch]);
    await store.stamp(lease, 'batch 1', 123_456);
    assert.equal((await store.openBatches(sync))[1]?.sentAt, 123_456);
    await store.commit(lease, { close: 'batch 0' });
    await store.commit(lease, { close: 'batch 1' });
    assert.deepEqual(await store.openBatches(sync), []);
  },

  'F27 closing a batch twice does nothing the second time': async (rig) => {
    const { store, sync, lease } = await contactsWorld(rig);
    await store.commit(lease, { open: batchOf('batch 1', [intentOf(linkBetween('1', 'a1', null), [])]) });
    const [id] = await store.linkIds(1);
    const outcome = {
      close: 'batch 1',
      insert: [linkBetween(id as string, 'a1', 'b1')],
      work: [{ side: 'a' as const, record: 'a1', reason: 'test', delaySeconds: 9, attempts: 0 }],
    };
    await store.commit(lease, outcome);
    await rig.advance(5);
    assert.deepEqual(await store.commit(lease, outcome), { refused: [] });
    assert.equal((await store.counts(sync)).inSync, 1);
    assert.equal(await store.nextWork(sync), 4000);
  },

  'a batch is closed and the next one opened in one commit, with the claims of the first': async (rig) => {
    const { store, sync, lease } = await contactsWorld(rig);
    const item = intentOf(linkBetween('1', 'a1', null), ['email x']);
    await store.commit(lease, { open: batchOf('batch 1', [item]) });
    assert.deepEqual(await store.commit(lease, { close: 'batch 1', open: batchOf('batch 2', [item]) }), {
      refused: [],
    });
    assert.deepEqual(
      (await store.openBatches(sync)).map((batch) => batch.id),
      ['batch 2'],
    );
  },

  'W6 an item whose claim another batch on the feed holds is refused, and the rest of its batch goes on': async (
    rig,
  ) => {
    const { store, one, two } = await twoWriters(rig);
    const item = (name: string, ...claims: string[]) => intentOf(linkBetween('1', name, null), claims);
    await store.commit(one.lease, { open: batchOf('first', [item('1', 'email x', 'record 7')]) });
    const items = [item('2', 'email y'), item('3', 'email z', 'email x'), item('4', 'email z'), item('5')];
    const second = batchOf('second', items, { side: 'a' });
    assert.deepEqual(await store.commit(two.lease, { open: second }), { refused: [1, 2] });
    const [stored] = await store.openBatches(two.sync);
    assert.deepEqual(
      stored?.items.map((each) => each.source),
      ['2', '5'],
    );
    await store.commit(one.lease, { close: 'first' });
    const third = batchOf('third', [item('3', 'email z', 'email x')], { side: 'a' });
    assert.deepEqual(await store.commit(two.lease, { open: third }), { refused: [] });
  },

  'W6 claims hold on one feed only, and within one batch the first item has them': async (rig) => {
    const { store, one, two } = await twoWriters(rig);
    const item = (name: string) => intentOf(linkBetween('1', name, null), ['email x']);
    assert.deepEqual(await store.commit(one.lease, { open: batchOf('b1', [item('1'), item('2')]) }), { refused: [1] });
    assert.deepEqual(
      await store.commit(two.lease, { open: batchOf('b2', [item('3')]) }),
      { refused: [] },
      'another feed',
    );
    assert.deepEqual(await store.commit(two.lease, { open: batchOf('b3', [item('4')], { side: 'a' }) }), {
      refused: [0],
    });
    assert.deepEqual(
      (await store.openBatches(two.sync)).map((batch) => batch.id),
      ['b2'],
      'nothing left: not stored',
    );
  },

  'X3 the barrier of a feed is the lowest number of its creates whose outcome is unknown, of any sync': async (rig) => {
    const { store, one, two, feed } = await twoWriters(rig);
    const item = intentOf(linkBetween('1', 'a1', null), []);
    assert.equal(await store.barrier(feed), null);
    await store.commit(one.lease, { open: batchOf('update', [item], { op: 'update', asked: 3 }) });
    await store.commit(one.lease, { open: batchOf('elsewhere', [item], { side: 'a', asked: 4 }) });
    assert.equal(await store.barrier(feed), null);
    await store.commit(two.lease, { open: batchOf('create', [item], { side: 'a', asked: 20 }) });
    assert.equal(await store.barrier(feed), 20);
    const pending = { op: 'create' as const, state: 'sent' as const, asked: 10, sentAt: 1, slots: {}, edges: {} };
    const [link] = await insertLinks(store, one.lease, [
      linkBetween('', 'a1', null, { stage: 'creating', status: 'waiting', pending: { a: null, b: pending } }),
    ]);
    assert.ok(link);
    assert.equal(await store.barrier(feed), 10);
    await store.commit(one.lease, { update: [{ ...link, ids: { a: 'a1', b: 'b1' }, stage: 'active' }] });
    assert.equal(await store.barrier(feed), 20);
    await store.commit(two.lease, { close: 'create' });
    assert.equal(await store.barrier(feed), null);
  },
};

/** Two syncs that write one feed: `one` as its side b, `two` as its side a. */
async function twoWriters(rig: StoreRig) {
  const customers = { account: 'shop', object: 'customers' };
  const world = await rig.setUp({
    one: { a: { account: 'crm', object: 'contacts' }, b: customers },
    two: { a: customers, b: { account: 'books', object: 'contacts' } },
  });
  const enter = async (key: string) => {
    const sync = world.syncs[key] as string;
    return { sync, lease: await enterPhase(rig.store, sync, 'live') };
  };
  return {
    store: rig.store,
    one: await enter('one'),
    two: await enter('two'),
    feed: world.feeds['shop/customers'] as string,
  };
}

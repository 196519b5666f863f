import assert from 'node:assert/strict';
import { Fenced } from '../store.ts';
import { contactsWorld, observed, rigLeaseSeconds, type StoreTests, shown } from './rig.ts';

/** S1: one writer. */
export const leaseSuite: StoreTests = {
  'S1 a lease is given to one worker at a time, and to the next when it is released': async (rig) => {
    const { store, feeds } = await contactsWorld(rig);
    const lease = await store.claim('feed', feeds.a, 'one', 30);
    assert.equal(lease?.epoch, 1);
    assert.equal(lease.ttlSeconds, 30);
    assert.equal(await store.claim('feed', feeds.a, 'two', 30), null);
    assert.equal(await store.claim('feed', feeds.a, 'one', 30), null);
    await store.release(lease, 60);
    assert.equal((await store.claim('feed', feeds.a, 'two', 30))?.epoch, 2);
  },

  'S1 a lease that has run out is taken by another, and its holder is fenced off': async (rig) => {
    const { store, feeds } = await contactsWorld(rig);
    const old = await store.claim('feed', feeds.a, 'one', 30);
    assert.ok(old);
    await rig.advance(29);
    assert.equal(await store.claim('feed', feeds.a, 'two', 30), null);
    await rig.advance(1);
    const taken = await store.claim('feed', feeds.a, 'two', 30);
    assert.equal(taken?.epoch, 2);
    await assert.rejects(store.saveFeed(old, { cursor: 'late' }), Fenced);
    await assert.rejects(store.renew(old, 30), Fenced);
    await assert.rejects(store.clearStage(old), Fenced);
    const move = { lease: old, progress: { cursor: 'late' } };
    await assert.rejects(store.observe(feeds.a, observed(1, { records: [shown('1', {})] }), move), Fenced);
    assert.deepEqual(await store.records(feeds.a, ['1']), []);
    assert.deepEqual((await store.feed(feeds.a)).progress, {});
    await store.release(old, 60);
    assert.equal(await store.claim('feed', feeds.a, 'three', 30), null, 'the old holder gives nothing away');
  },

  'S1 a lease that has run out still writes while nobody has taken it': async (rig) => {
    const { store, feeds } = await contactsWorld(rig);
    const lease = await store.claim('feed', feeds.a, 'one', 30);
    assert.ok(lease);
    await rig.advance(31);
    await store.saveFeed(lease, { cursor: 'on' });
    assert.equal((await store.feed(feeds.a)).progress.cursor, 'on');
  },

  'S1 a fenced write lengthens a lease that is half used up': async (rig) => {
    const { store, feeds } = await contactsWorld(rig);
    const lease = await store.claim('feed', feeds.a, 'one', 30);
    assert.ok(lease);
    await rig.advance(20);
    await store.saveFeed(lease, {});
    await rig.advance(20);
    assert.equal(await store.claim('feed', feeds.a, 'two', 30), null);
    await store.renew(lease, 90);
    await rig.advance(89);
    assert.equal(await store.claim('feed', feeds.a, 'two', 30), null);
  },

  'S1 every fenced method of a sync refuses an epoch that is over, and writes nothing': async (rig) => {
    const { store, lease: old, sync } = await contactsWorld(rig);
    await rig.advance(rigLeaseSeconds);
    assert.ok(await store.claim('sync', sync, 'two', 30));
    await assert.rejects(store.saveSync(old, { phase: 'new', version: 9 }), Fenced);
    await assert.rejects(store.commit(old, { work: [workRow] }), Fenced);
    await assert.rejects(store.stamp(old, 'batch', 1), Fenced);
    await assert.rejects(store.matchAll(old, [{ a: 'email', b: 'email' }], []), Fenced);
    assert.equal((await store.sync(sync)).progress.phase, 'live');
    assert.equal(await store.nextWork(sync), null);
  },

  'nothing is claimed of a feed or sync that is not there': async (rig) => {
    const { store } = rig;
    assert.equal(await store.claim('feed', '987654', 'one', 30), null);
    assert.equal(await store.claim('sync', '987654', 'one', 30), null);
    await assert.rejects(store.feed('987654'), /not there any more/);
    await assert.rejects(store.sync('987654'), /not there any more/);
  },
};

const workRow = { side: 'a' as const, record: '1', reason: 'test', delaySeconds: 0, attempts: 0 };

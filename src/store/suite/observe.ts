import assert from 'node:assert/strict';
import type { Observed, Store } from '../store.ts';
import { contactsWorld, observed, type StoreTests, shown } from './rig.ts';

const none = { fresh: 0, changed: 0, equal: 0, dirty: 0, gone: 0 };

/** R1, R3: direct observations, and how work comes of them. */
export const observeSuite: StoreTests = {
  'R3 asking numbers rise': async (rig) => {
    const { store } = rig;
    const numbers = [await store.ask(), await store.ask(), await store.ask()];
    assert.deepEqual(
      numbers,
      [...new Set(numbers)].sort((one, other) => one - other),
    );
  },

  'W2 a record is first seen when the answer that showed it was there, however early it was asked for': async (rig) => {
    const { store, feeds } = await contactsWorld(rig);
    const asked = await store.ask();
    const arrived = await store.ask();
    const seen = observed(asked, { records: [shown('1', { email: 'ann@x' })], gone: [{ id: '2', how: 'missing' }] });
    await store.observe(feeds.a, { ...seen, arrived, clean: ['2'] });
    const rows = await store.records(feeds.a, ['1', '2']);
    assert.deepEqual(
      rows.map(({ answered, firstSeen }) => [answered, firstSeen]),
      [
        [asked, arrived],
        [asked, arrived],
      ],
    );
    const many = Array.from({ length: 300 }, (_, nth) => shown(`n${nth}`, {}));
    await store.observe(feeds.a, { ...observed(asked, { records: many }), arrived });
    assert.equal((await store.records(feeds.a, ['n7']))[0]?.firstSeen, arrived);
  },

  'R1 the cursor moves with the records, and a new record is work for its sync': async (rig) => {
    const { store, feeds, sync } = await contactsWorld(rig);
    const lease = await store.claim('feed', feeds.a, 'reader', 30);
    assert.ok(lease);
    const asked = await store.ask();
    const seen = observed(asked, { records: [shown('1', { email: 'ann@x' }, { version: '5' })] });
    assert.deepEqual(await store.observe(feeds.a, seen, { lease, progress: { cursor: 'c1' } }), { ...none, fresh: 1 });
    assert.deepEqual((await store.feed(feeds.a)).progress, { cursor: 'c1' });
    assert.deepEqual(await store.records(feeds.a, ['1', 'unknown']), [
      { id: '1', values: { email: 'ann@x' }, version: '5', answered: asked, firstSeen: asked, changed: asked },
    ]);
    assert.deepEqual(await dueIds(store, sync), ['a 1']);
  },

  'R3 a direct observation replaces a row that was answered earlier, and keeps when it was first seen': async (rig) => {
    const { store, feeds } = await contactsWorld(rig);
    const [one, two] = [await store.ask(), await store.ask()];
    await store.observe(
      feeds.a,
      observed(one, { records: [shown('1', { email: 'old', name: 'n' }, { version: '1' })] }),
    );
    const counts = await store.observe(
      feeds.a,
      observed(two, { records: [shown('1', { email: 'new' }, { version: '2' })] }),
    );
    assert.deepEqual(counts, { ...none, changed: 1 });
    assert.deepEqual(await store.records(feeds.a, ['1']), [
      { id: '1', values: { email: 'new' }, version: '2', answered: two, firstSeen: one, changed: two },
    ]);
  },

  'R3 an equal observation moves version and number, and is no work': async (rig) => {
    const { store, feeds, sync } = await contactsWorld(rig);
    const [one, two] = [await store.ask(), await store.ask()];
    await store.observe(feeds.a, observed(one, { records: [shown('1', { email: 'x' }, { version: '1' })] }));
    const before = await store.due(sync, 9);
    const counts = await store.observe(
      feeds.a,
      observed(two, { records: [shown('1', { email: 'x' }, { version: '2' })] }),
    );
    assert.deepEqual(counts, { ...none, equal: 1 });
    assert.deepEqual(await store.records(feeds.a, ['1']), [
      { id: '1', values: { email: 'x' }, version: '2', answered: two, firstSeen: one, changed: one },
    ]);
    assert.deepEqual((await store.due(sync, 9))[0]?.work, before[0]?.work);
  },

  'R3 a direct observation that was asked earlier never replaces, but is read again where it differs': async (rig) => {
    const { store, feeds } = await contactsWorld(rig);
    const [early, late] = [await store.ask(), await store.ask()];
    await store.observe(
      feeds.a,
      observed(late, { records: [shown('1', { email: 'late' }), shown('2', { email: 'same' })] }),
    );
    const records = [shown('1', { email: 'early' }), shown('2', { email: 'same' })];
    assert.deepEqual(await store.observe(feeds.a, observed(early, { records })), { ...none, equal: 1, dirty: 1 });
    assert.equal((await store.records(feeds.a, ['1']))[0]?.values.email, 'late');
    assert.deepEqual(await store.dirty(feeds.a, 9), ['1']);
  },

  'R3 the same observation twice changes nothing the second time': async (rig) => {
    const { store, feeds, sync } = await contactsWorld(rig);
    const seen = observed(await store.ask(), { records: [shown('1', { email: 'x' })] });
    await store.observe(feeds.a, seen);
    const [pair] = await store.due(sync, 9);
    assert.deepEqual(await store.observe(feeds.a, seen), { ...none, equal: 1 });
    assert.deepEqual((await store.due(sync, 9))[0], pair);
  },

  'D2 fields that were not asked for keep their value; a field that was asked for and not answered is absent': async (
    rig,
  ) => {
    const { store, feeds } = await contactsWorld(rig);
    const records = [shown('1', { email: 'e', name: 'n', city: 'c' })];
    await store.observe(feeds.a, observed(await store.ask(), { records, fields: ['email', 'name', 'city'] }));
    const again = [shown('1', { email: 'e2' })];
    await store.observe(feeds.a, observed(await store.ask(), { records: again, fields: ['email', 'name'] }));
    assert.deepEqual((await store.records(feeds.a, ['1']))[0]?.values, { email: 'e2', city: 'c' });
  },

  'R1 of a record that a page shows twice the last entry counts': async (rig) => {
    const { store, feeds } = await contactsWorld(rig);
    const records = [shown('1', { email: 'first' }), shown('1', { email: 'last' })];
    assert.deepEqual(await store.observe(feeds.a, observed(await store.ask(), { records })), { ...none, fresh: 1 });
    assert.equal((await store.records(feeds.a, ['1']))[0]?.values.email, 'last');
  },

  'R1 a record whose id no index holds is left out, and the rest goes on': async (rig) => {
    const { store, feeds } = await contactsWorld(rig);
    const records = [shown('x'.repeat(5000), { email: 'long' }), shown('1', { email: 'short' })];
    const counts = await store.observe(feeds.a, observed(await store.ask(), { records }));
    assert.deepEqual(counts, { ...none, fresh: 1, refused: 1 });
  },

  'A2 a record that was never seen is kept as gone only where it was asked for by its id': async (rig) => {
    const { store, feeds, sync } = await contactsWorld(rig);
    const gone: Observed['gone'] = [{ id: '1', how: 'missing', survivor: '2' }];
    assert.deepEqual(await store.observe(feeds.a, observed(await store.ask(), { gone })), none);
    assert.deepEqual(await store.records(feeds.a, ['1']), []);
    const asked = await store.ask();
    assert.deepEqual(await store.observe(feeds.a, observed(asked, { gone, clean: ['1'] })), { ...none, gone: 1 });
    const tombstone = {
      id: '1',
      values: {},
      answered: asked,
      firstSeen: asked,
      changed: asked,
      gone: 'missing',
      survivor: '2',
    };
    assert.deepEqual(await store.records(feeds.a, ['1']), [tombstone]);
    assert.deepEqual(await dueIds(store, sync), ['a 1']);
  },

  'work fans out to every sync on the feed but those in phase new': async (rig) => {
    const { store } = rig;
    const end = (object: string) => ({ account: 'crm', object });
    const shop = (object: string) => ({ account: 'shop', object });
    const world = await rig.setUp({
      one: { a: end('contacts'), b: shop('customers') },
      two: { a: shop('people'), b: end('contacts') },
      fresh: { a: end('contacts'), b: shop('leads') },
    });
    const [one, two, fresh] = [world.syncs.one, world.syncs.two, world.syncs.fresh] as [string, string, string];
    for (const id of [one, two]) {
      const lease = await store.claim('sync', id, 'suite', 60);
      assert.ok(lease);
      await store.saveSync(lease, { phase: 'matching', version: 1 });
    }
    const feed = world.feeds['crm/contacts'] as string;
    await store.observe(feed, observed(await store.ask(), { records: [shown('1', { email: 'x' })] }));
    assert.deepEqual(await dueIds(store, one), ['a 1']);
    assert.deepEqual(await dueIds(store, two), ['b 1']);
    assert.deepEqual(await dueIds(store, fresh), []);
    assert.deepEqual(await store.syncsOn(feed), [one, two, fresh]);
  },

  'a change makes work due at once and starts its attempts anew': async (rig) => {
    const { store, feeds, sync, lease } = await contactsWorld(rig);
    await store.commit(lease, {
      work: [{ side: 'a', record: '1', reason: 'failed', delaySeconds: 3600, attempts: 4 }],
    });
    assert.deepEqual(await store.due(sync, 9), []);
    await store.observe(feeds.a, observed(await store.ask(), { records: [shown('1', { email: 'x' })] }));
    assert.equal((await store.due(sync, 9))[0]?.work.a?.attempts, 0);
    assert.equal(await store.nextWork(sync), 0);
  },
};

async function dueIds(store: Store, sync: string): Promise<string[]> {
  const pairs = await store.due(sync, 100);
  return pairs.flatMap(({ work }) => [
    ...(work.a ? [`a ${work.a.record}`] : []),
    ...(work.b ? [`b ${work.b.record}`] : []),
  ]);
}

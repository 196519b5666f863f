import assert from 'node:assert/strict';
import { contactsWorld, observed, type StoreTests, shown } from './rig.ts';

/** R1, R2: dirty ids, complete listings, arrivals. */
export const passSuite: StoreTests = {
  'R1 dirty ids come first marked first, and a read cleans them': async (rig) => {
    const { store, feeds } = await contactsWorld(rig);
    await store.mark(feeds.a, ['2', '1']);
    await store.ask();
    await store.mark(feeds.a, ['0', '1']);
    assert.deepEqual(await store.dirty(feeds.a, 9), ['1', '2', '0']);
    assert.deepEqual(await store.dirty(feeds.a, 2), ['1', '2']);
    const asked = await store.ask();
    await store.observe(feeds.a, observed(asked, { records: [shown('1', {})], clean: ['1', '2'] }));
    assert.deepEqual(await store.dirty(feeds.a, 9), ['0']);
    assert.deepEqual(await store.dirty(feeds.b, 9), []);
  },

  'R1 a mark that came after a read was asked for survives it': async (rig) => {
    const { store, feeds } = await contactsWorld(rig);
    await store.mark(feeds.a, ['1']);
    const asked = await store.ask();
    await store.mark(feeds.a, ['1']);
    await store.observe(feeds.a, observed(asked, { records: [shown('1', {})], clean: ['1'] }));
    assert.deepEqual(await store.dirty(feeds.a, 9), ['1']);
    await store.observe(feeds.a, observed(await store.ask(), { clean: ['1'] }));
    assert.deepEqual(await store.dirty(feeds.a, 9), []);
  },

  'R2 a sweep tells the live records that a complete listing did not show': async (rig) => {
    const { store, feeds } = await contactsWorld(rig);
    const lease = await store.claim('feed', feeds.a, 'reader', 30);
    assert.ok(lease);
    const ids = ['1', '2', '3', '4', '5'];
    const all = observed(await store.ask(), { records: ids.map((id) => shown(id, { email: id })) });
    await store.observe(feeds.a, all);
    await store.observe(feeds.a, observed(await store.ask(), { gone: [{ id: '4', how: 'missing' }] }));
    const page = (shownIds: string[]) => ({
      records: shownIds.map((id) => shown(id, { email: id })),
      stage: 'yes' as const,
    });
    await store.observe(feeds.a, observed(await store.ask(), page(['1'])));
    await store.observe(feeds.a, observed(await store.ask(), page(['1', '3'])));
    assert.deepEqual(await store.missing(feeds.a, null, 9), ['2', '5']);
    assert.deepEqual(await store.missing(feeds.a, null, 1), ['2']);
    assert.deepEqual(await store.missing(feeds.a, '2', 9), ['5']);
    await store.clearStage(lease);
    assert.deepEqual(await store.missing(feeds.a, null, 9), ['1', '2', '3', '5']);
  },

  'W2 arrivals are records first seen after a number that no link of the sync names': async (rig) => {
    const { store, feeds, sync, lease } = await contactsWorld(rig);
    const show = async (...ids: string[]) => {
      const asked = await store.ask();
      await store.observe(feeds.b, observed(asked, { records: ids.map((id) => shown(id, { email: id })) }));
      return asked;
    };
    const before = await show('old');
    await show('z', 'linked', 'gone');
    await show('a');
    await store.observe(feeds.b, observed(await store.ask(), { gone: [{ id: 'gone', how: 'archived' }] }));
    await show('old');
    const [id] = await store.linkIds(1);
    await store.commit(lease, { insert: [{ ...bare, id: id as string, ids: { a: null, b: 'linked' } }] });
    const arrivals = await store.arrivals(sync, 'b', before, 9);
    assert.deepEqual(
      arrivals.map((row) => row.id),
      ['gone', 'z', 'a'],
    );
    assert.equal(arrivals[0]?.gone, 'archived');
    assert.deepEqual(
      (await store.arrivals(sync, 'b', before, 1)).map((row) => row.id),
      ['gone'],
    );
    assert.deepEqual(await store.arrivals(sync, 'a', 0, 9), []);
  },
};

const bare = {
  generation: 0,
  stage: 'open' as const,
  status: 'waiting' as const,
  problem: null,
  base: { a: [], b: [] },
  edges: { a: {}, b: {} },
  pending: { a: null, b: null },
  flips: {},
  held: null,
};

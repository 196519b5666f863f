import assert from 'node:assert/strict';
import type { HistoryInsert, Tally } from '../store.ts';
import {
  type ContactsWorld,
  contactsWorld,
  insertLinks,
  linkBetween,
  observed,
  type StoreTests,
  show,
  shown,
} from './rig.ts';

/** X1, X2: links, and the counts that follow them. */
export const linkTests: StoreTests = {
  'links are inserted, updated, dropped and read by id': async (rig) => {
    const { store, sync, lease } = await contactsWorld(rig);
    const [one, two] = await insertLinks(store, lease, [
      linkBetween('', 'a1', 'b1'),
      linkBetween('', 'a2', null, { stage: 'open' }),
    ]);
    assert.ok(one && two);
    const changed = { ...two, ids: { a: 'a2', b: 'b2' }, stage: 'active' as const, generation: 3 };
    await store.commit(lease, { drop: [one.id], update: [changed] });
    assert.deepEqual(await store.links(sync, [one.id, two.id, '0']), [changed]);
  },

  'link ids rise': async (rig) => {
    const { store } = await contactsWorld(rig);
    const ids = [...(await store.linkIds(3)), ...(await store.linkIds(2))].map(Number);
    assert.equal(new Set(ids).size, 5);
    assert.deepEqual(
      ids,
      [...ids].sort((one, other) => one - other),
    );
  },

  'X2 a record has one link per sync: a second is refused, and nothing of the commit is kept': async (rig) => {
    const { store, sync, lease } = await contactsWorld(rig);
    await insertLinks(store, lease, [linkBetween('', 'a1', 'b1')]);
    const [id] = await store.linkIds(1);
    const work = [{ side: 'a' as const, record: '1', reason: 'test', delaySeconds: 0, attempts: 0 }];
    await assert.rejects(store.commit(lease, { insert: [linkBetween(id as string, 'a9', 'b1')], work }));
    assert.equal(await store.nextWork(sync), null);
    assert.equal((await store.counts(sync)).inSync, 1);
  },

  'X2 ids may pass from link to link in one commit': async (rig) => {
    const { store, sync, lease } = await contactsWorld(rig);
    const links = await insertLinks(store, lease, [
      linkBetween('', 'a1', 'b1'),
      linkBetween('', 'a2', 'b2'),
      linkBetween('', 'a3', 'b3'),
    ]);
    const [one, two, three] = links as [(typeof links)[0], (typeof links)[0], (typeof links)[0]];
    const [fresh] = await store.linkIds(1);
    await store.commit(lease, {
      update: [
        { ...one, ids: { a: 'a1', b: 'b2' } },
        { ...two, ids: { a: 'a2', b: 'b1' } },
      ],
      drop: [three.id],
      insert: [linkBetween(fresh as string, 'a3', 'b4')],
    });
    const after = await store.links(sync, [one.id, two.id, fresh as string]);
    const ids = new Map(after.map((link) => [link.id, link.ids]));
    assert.deepEqual(ids.get(one.id), { a: 'a1', b: 'b2' });
    assert.deepEqual(ids.get(two.id), { a: 'a2', b: 'b1' });
    assert.deepEqual(ids.get(fresh as string), { a: 'a3', b: 'b4' });
  },

  'a link that is not there cannot be updated': async (rig) => {
    const { store, lease } = await contactsWorld(rig);
    await assert.rejects(store.commit(lease, { update: [linkBetween('987654321', 'a', 'b')] }), /not there/);
  },

  'counts follow every change: by status, by category, and how many are linked': async (rig) => {
    const { store, sync, lease } = await contactsWorld(rig);
    const zero = { inSync: 0, failing: 0, excluded: 0, waiting: 0, problems: {}, linked: 0 };
    assert.deepEqual(await store.counts(sync), zero);
    const problem = { category: 'too-long' as const, side: 'a' as const, message: 'test' };
    const links = await insertLinks(store, lease, [
      linkBetween('', 'a1', 'b1'),
      linkBetween('', 'a2', 'b2', { status: 'failing', problem }),
      linkBetween('', 'a3', null, { status: 'failing', problem: { ...problem, category: 'read-only' } }),
      linkBetween('', 'a4', null, { status: 'excluded', stage: 'open' }),
      linkBetween('', null, 'b5', { status: 'waiting', stage: 'creating' }),
    ]);
    const problems = { 'too-long': 1, 'read-only': 1 };
    assert.deepEqual(await store.counts(sync), { inSync: 1, failing: 2, excluded: 1, waiting: 1, problems, linked: 2 });
    const [one, two, three] = links as [(typeof links)[0], (typeof links)[0], (typeof links)[0]];
    await store.commit(lease, { update: [{ ...two, status: 'in-sync', problem: null }], drop: [one.id, three.id] });
    assert.deepEqual(await store.counts(sync), { ...zero, inSync: 1, excluded: 1, waiting: 1, linked: 1 });
  },
};

/** W4: acknowledging and rescheduling. */
export const workTests: StoreTests = {
  'W4 work is acknowledged only if its seq did not change meanwhile': async (rig) => {
    const { store, feeds, sync, lease } = await contactsWorld(rig);
    await show(store, feeds.a, shown('1', { email: 'x' }), shown('2', { email: 'x' }));
    const pairs = await store.due(sync, 9);
    const done = pairs.map(({ work }) => ({ side: 'a' as const, record: work.a?.record ?? '', seq: work.a?.seq ?? 0 }));
    await show(store, feeds.a, shown('2', { email: 'y' }));
    await store.commit(lease, { done });
    assert.deepEqual(
      (await store.due(sync, 9)).map((pair) => pair.a?.id),
      ['2'],
    );
  },

  'W4 rescheduling never delays what is new': async (rig) => {
    const { store, feeds, sync, lease } = await contactsWorld(rig);
    await show(store, feeds.a, shown('1', { email: 'x' }), shown('2', { email: 'x' }));
    const pairs = await store.due(sync, 9);
    await show(store, feeds.a, shown('2', { email: 'y' }));
    const later = { side: 'a' as const, reason: 'failed', delaySeconds: 60, attempts: 1 };
    const work = pairs.map((pair) => ({ ...later, record: pair.a?.id ?? '', seq: pair.work.a?.seq }));
    await store.commit(lease, { work });
    const due = await store.due(sync, 9);
    assert.deepEqual(
      due.map((pair) => [pair.a?.id, pair.work.a?.attempts]),
      [['2', 0]],
    );
    await rig.advance(60);
    assert.deepEqual(
      (await store.due(sync, 9)).map((pair) => [pair.a?.id, pair.work.a?.attempts]),
      [
        ['2', 0],
        ['1', 1],
      ],
    );
  },

  'W4 work that is rescheduled in the commit that acknowledges it stays': async (rig) => {
    const { store, feeds, sync, lease } = await contactsWorld(rig);
    await show(store, feeds.a, shown('1', { email: 'x' }));
    const seq = (await store.due(sync, 9))[0]?.work.a?.seq ?? 0;
    const work = [{ side: 'a' as const, record: '1', reason: 'later', delaySeconds: 5, attempts: 1 }];
    await store.commit(lease, { work, done: [{ side: 'a', record: '1', seq }] });
    assert.equal(await store.nextWork(sync), 5000);
  },
};

/** What writes answered goes into the mirror. */
export const imageTests: StoreTests = {
  'an image is no work for the sync that wrote, and work for the others on the feed': async (rig) => {
    const { store } = rig;
    const customers = { account: 'shop', object: 'customers' };
    const world = await rig.setUp({
      writer: { a: { account: 'crm', object: 'contacts' }, b: customers },
      other: { a: customers, b: { account: 'books', object: 'contacts' } },
    });
    const [writer, other] = [world.syncs.writer as string, world.syncs.other as string];
    const lease = await store.claim('sync', writer, 'suite', 60);
    const otherLease = await store.claim('sync', other, 'suite', 60);
    assert.ok(lease && otherLease);
    await store.saveSync(lease, { phase: 'live', version: 1 });
    await store.saveSync(otherLease, { phase: 'live', version: 1 });
    const image = observed(await store.ask(), { how: 'image', records: [shown('c1', { email: 'x' })] });
    await store.commit(lease, { images: { a: null, b: image } });
    const feed = world.feeds['shop/customers'] as string;
    assert.equal((await store.records(feed, ['c1']))[0]?.values.email, 'x');
    assert.deepEqual(await store.due(writer, 9), []);
    assert.deepEqual(
      (await store.due(other, 9)).map((pair) => pair.a?.id),
      ['c1'],
    );
  },
};

/** History, progress, and commits of nothing. */
export const historyTests: StoreTests = {
  'history is told newest first, by sync, run or link, in pages': async (rig) => {
    const world = await contactsWorld(rig);
    const { store, sync, lease } = world;
    const begun = await store.now();
    await store.commit(lease, { history: [written('r1', '7', 'b1'), written('r1', '8', 'b2')] });
    await rig.advance(40 * 24 * 3600);
    const again = await freshLease(world);
    await store.commit(again, { history: [written('r2', '7', 'b1')] });
    const records = async (query: { run?: string; link?: string; before?: string; most?: number }) =>
      (await store.history({ sync, most: 9, ...query })).map((row) => `${row.run} ${row.record}`);
    assert.deepEqual(await records({}), ['r2 b1', 'r1 b2', 'r1 b1']);
    assert.deepEqual(await records({ run: 'r1' }), ['r1 b2', 'r1 b1']);
    assert.deepEqual(await records({ link: '7' }), ['r2 b1', 'r1 b1']);
    assert.deepEqual(await records({ link: '7', run: 'r1' }), ['r1 b1']);
    const [newest] = await store.history({ sync, most: 1 });
    assert.deepEqual({ ...newest, id: '', at: 0 }, { ...written('r2', '7', 'b1'), id: '', at: 0 });
    assert.equal(newest?.at, begun + 40 * 24 * 3600 * 1000);
    assert.deepEqual(await records({ before: newest?.id, most: 1 }), ['r1 b2']);
  },

  'progress and tally are saved with a commit': async (rig) => {
    const { store, sync, lease } = await contactsWorld(rig);
    const progress = { phase: 'live' as const, version: 1, run: 'r1', approved: ['create'] };
    const counts = { created: 1, updated: 2, archived: 0, deleted: 0 };
    const tally: Tally = { a: counts, b: counts, linked: 3, conflicts: 1 };
    await store.commit(lease, { progress, tally });
    await store.commit(lease, { tally });
    assert.deepEqual((await store.sync(sync)).progress, progress);
  },

  'an empty commit does nothing': async (rig) => {
    const { store, lease } = await contactsWorld(rig);
    assert.deepEqual(await store.commit(lease, {}), { refused: [] });
    const nothing = { drop: [], insert: [], update: [], history: [], unwait: [], waits: [], work: [], done: [] };
    assert.deepEqual(await store.commit(lease, { ...nothing, images: { a: null, b: null } }), { refused: [] });
  },
};

function written(run: string, link: string, record: string): HistoryInsert {
  const edges = { company: { add: ['c1'], remove: [] } };
  const rule = { email: 'changed in a' };
  return { run, link, side: 'b', op: 'update', record, before: { email: null }, after: { email: 'x' }, rule, edges };
}

/** The lease of the world has run out when days have passed. */
async function freshLease({ store, sync }: ContactsWorld) {
  const lease = await store.claim('sync', sync, 'suite', 60);
  assert.ok(lease);
  return lease;
}

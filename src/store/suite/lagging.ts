import assert from 'node:assert/strict';
import { contactsWorld, observed, type StoreRig, type StoreTests, show, shown } from './rig.ts';

const none = { fresh: 0, changed: 0, equal: 0, dirty: 0, gone: 0 };

/** R3: lists that may lag behind. */
export const indexTests: StoreTests = {
  'R3 an index replaces a row only by a newer version': async (rig) => {
    const { store, feeds } = await contactsWorld(rig);
    await seed(store, feeds.a, { email: 'x', name: 'n' }, '5');
    const index = async (values: Record<string, string>, version?: string) =>
      store.observe(feeds.a, observed(await store.ask(), { how: 'index', records: [shown('1', values, { version })] }));
    assert.deepEqual(await index({ email: 'older', name: 'n' }, '4'), { ...none, dirty: 1 });
    assert.deepEqual(await index({ email: 'x', name: 'n' }, '4'), { ...none, equal: 1 });
    assert.deepEqual(await index({ email: 'x', name: 'n' }, '5'), { ...none, equal: 1 });
    assert.deepEqual(await index({ email: 'other', name: 'n' }), { ...none, dirty: 1 });
    assert.equal((await store.records(feeds.a, ['1']))[0]?.version, '5');
    assert.deepEqual(await index({ email: 'newer', name: 'n' }, '6'), { ...none, changed: 1 });
    const [row] = await store.records(feeds.a, ['1']);
    assert.equal(row?.values.email, 'newer');
    assert.equal(row?.version, '6');
  },

  'R3 an index that shows the same version only adds fields; where it contradicts, the record is read directly': async (
    rig,
  ) => {
    const { store, feeds } = await contactsWorld(rig);
    await seed(store, feeds.a, { email: 'x' }, '5');
    const index = async (values: Record<string, string>) =>
      store.observe(
        feeds.a,
        observed(await store.ask(), { how: 'index', records: [shown('1', values, { version: '5' })] }),
      );
    assert.deepEqual(await index({ email: 'x', name: 'grown' }), { ...none, changed: 1 });
    assert.deepEqual((await store.records(feeds.a, ['1']))[0]?.values, { email: 'x', name: 'grown' });
    assert.deepEqual(await index({ email: 'within the same second', name: 'grown' }), { ...none, dirty: 1 });
    assert.equal((await store.records(feeds.a, ['1']))[0]?.values.email, 'x');
    assert.deepEqual(await store.dirty(feeds.a, 9), ['1']);
  },

  'R3 versions that are not ordered never make an index newer': async (rig) => {
    const { store, feeds } = await contactsWorld(rig);
    await seed(store, feeds.a, { email: 'x' }, 'etag 1');
    const records = [shown('1', { email: 'y' }, { version: 'etag 2' })];
    const counts = await store.observe(feeds.a, observed(await store.ask(), { how: 'index', ordered: false, records }));
    assert.deepEqual(counts, { ...none, dirty: 1 });
  },

  'R3 an index fills up a row that a write answered without a version': async (rig) => {
    const { store, feeds } = await contactsWorld(rig);
    const image = { how: 'image' as const, records: [shown('1', { email: 'x' })] };
    await store.observe(feeds.a, observed(await store.ask(), image));
    const records = [shown('1', { email: 'x', name: 'n' }, { version: '3' })];
    const counts = await store.observe(feeds.a, observed(await store.ask(), { how: 'index', records }));
    assert.deepEqual(counts, { ...none, changed: 1 });
    const [row] = await store.records(feeds.a, ['1']);
    assert.deepEqual(row?.values, { email: 'x', name: 'n' });
    assert.equal(row?.version, '3');
  },

  'R3 an index that adds fields to what it showed before a write does not vouch for what was written': async (rig) => {
    const { store, feeds } = await contactsWorld(rig);
    await seed(store, feeds.a, { email: 'x' }, '1');
    await store.observe(feeds.a, observed(await store.ask(), { how: 'image', records: [shown('1', {})] }));
    const [before] = await store.records(feeds.a, ['1']);
    const records = [shown('1', { email: 'x', name: 'in sight again' }, { version: '2' })];
    const counts = await store.observe(feeds.a, observed(await store.ask(), { how: 'index', records }));
    assert.deepEqual(counts, { ...none, dirty: 1 });
    assert.equal((await store.records(feeds.a, ['1']))[0]?.answered, before?.answered);
  },
};

/** R3: answers of writes. */
export const imageTests: StoreTests = {
  'R3 an image patches the fields it holds; without a version of its own the row has none': async (rig) => {
    const { store, feeds } = await contactsWorld(rig);
    await seed(store, feeds.a, { email: 'x', name: 'n' }, '5');
    const image = async (values: Record<string, string>, version?: string) =>
      store.observe(feeds.a, observed(await store.ask(), { how: 'image', records: [shown('1', values, { version })] }));
    assert.deepEqual(await image({ email: 'y' }), { ...none, changed: 1 });
    const [patched] = await store.records(feeds.a, ['1']);
    assert.deepEqual(patched?.values, { email: 'y', name: 'n' });
    assert.equal(patched?.version, undefined);
    assert.deepEqual(await image({ email: 'y' }, '6'), { ...none, equal: 1 });
    assert.equal((await store.records(feeds.a, ['1']))[0]?.version, '6');
  },

  'R3 an index that shows a version between the last known and a write does not undo the write': async (rig) => {
    const { store, feeds } = await contactsWorld(rig);
    await seed(store, feeds.a, { email: 'x', name: 'n' }, '1');
    const image = { how: 'image' as const, records: [shown('1', { email: 'written' })] };
    await store.observe(feeds.a, observed(await store.ask(), image));
    const records = [shown('1', { email: 'x', name: 'edited' }, { version: '2' })];
    const counts = await store.observe(feeds.a, observed(await store.ask(), { how: 'index', records }));
    assert.deepEqual(counts, { ...none, dirty: 1 });
    assert.deepEqual((await store.records(feeds.a, ['1']))[0]?.values, { email: 'written', name: 'n' });
  },

  'R3 an image of no fields makes the version unknown: a list may lag behind a write that showed nothing': async (
    rig,
  ) => {
    const { store, feeds } = await contactsWorld(rig);
    await seed(store, feeds.a, { email: 'x', name: 'n' }, '1');
    const written = await store.ask();
    const image = { how: 'image' as const, records: [shown('1', {})] };
    assert.deepEqual(await store.observe(feeds.a, observed(written, image)), { ...none, equal: 1 });
    const records = [shown('1', { email: 'x', name: 'edited before' }, { version: '2' })];
    const counts = await store.observe(feeds.a, observed(await store.ask(), { how: 'index', records }));
    assert.deepEqual(counts, { ...none, dirty: 1 });
    await seed(store, feeds.a, { email: 'x', name: 'n' }, '3');
    assert.deepEqual(await store.observe(feeds.a, observed(written, image)), { ...none, changed: 1, dirty: 1 });
    assert.equal((await store.records(feeds.a, ['1']))[0]?.version, undefined);
  },

  'R3 an image on a row that was answered later stands, and the record is read again': async (rig) => {
    const { store, feeds } = await contactsWorld(rig);
    const written = await store.ask();
    await seed(store, feeds.a, { email: 'before', name: 'n' }, '5');
    const records = [shown('1', { email: 'written' }, { version: '4' })];
    const counts = await store.observe(feeds.a, observed(written, { how: 'image', records }));
    assert.deepEqual(counts, { ...none, changed: 1, dirty: 1 });
    const [row] = await store.records(feeds.a, ['1']);
    assert.equal(row?.values.email, 'written');
    assert.equal(row?.version, undefined);
    assert.ok((row?.answered ?? 0) > written);
    assert.deepEqual(await store.dirty(feeds.a, 9), ['1']);
  },

  'R3 what was asked for while a write was on its way does not undo the write, but has the record read again': async (
    rig,
  ) => {
    const { store, feeds } = await contactsWorld(rig);
    await seed(store, feeds.a, { email: 'before', name: 'n' }, '5');
    await show(store, feeds.a, shown('2', { email: 'removed' }));
    const write = { how: 'image' as const, asked: await store.ask() };
    const meanwhile = await store.ask();
    const records = [shown('1', { email: 'written' })];
    const gone = [{ id: '2', how: 'archived' as const }];
    await store.observe(feeds.a, observed(0, { ...write, records, gone, arrived: await store.ask() }));
    const before = [shown('1', { email: 'before', name: 'n' }, { version: '5' }), shown('2', { email: 'removed' })];
    const counts = await store.observe(feeds.a, observed(meanwhile, { records: before }));
    assert.deepEqual(counts, { ...none, dirty: 2 });
    const rows = await store.records(feeds.a, ['1', '2']);
    assert.deepEqual(
      rows.map((row) => [row.values.email, row.gone]),
      [
        ['written', undefined],
        ['removed', 'archived'],
      ],
    );
    assert.deepEqual(await store.dirty(feeds.a, 9), ['1', '2']);
  },
};

/** G1, A2: tombstones, and records that come back. */
export const goneTests: StoreTests = {
  'G1 a tombstone marks a row once, keeps its content, and is work': async (rig) => {
    const { store, feeds, sync } = await contactsWorld(rig);
    await seed(store, feeds.a, { email: 'x' }, '5');
    const seq = (await store.due(sync, 9))[0]?.work.a?.seq ?? 0;
    const gone = async (how: 'archived' | 'missing', survivor?: string) =>
      store.observe(feeds.a, observed(await store.ask(), { gone: [{ id: '1', how, survivor }] }));
    assert.deepEqual(await gone('archived', '2'), { ...none, gone: 1 });
    const [row] = await store.records(feeds.a, ['1']);
    assert.equal(row?.gone, 'archived');
    assert.equal(row?.survivor, '2');
    assert.deepEqual(row?.values, { email: 'x' });
    assert.ok(((await store.due(sync, 9))[0]?.work.a?.seq ?? 0) > seq);
    assert.deepEqual(await gone('archived'), none);
    assert.deepEqual(await gone('missing'), { ...none, gone: 1 });
    assert.equal((await store.records(feeds.a, ['1']))[0]?.survivor, '2', 'A2 a merge is not forgotten');
  },

  'G1 a tombstone that was asked for before the last answer only has the record read again': async (rig) => {
    const { store, feeds } = await contactsWorld(rig);
    const early = await store.ask();
    await seed(store, feeds.a, { email: 'x' }, '5');
    const counts = await store.observe(feeds.a, observed(early, { gone: [{ id: '1', how: 'missing' }] }));
    assert.deepEqual(counts, { ...none, dirty: 1 });
    assert.equal((await store.records(feeds.a, ['1']))[0]?.gone, undefined);
  },

  'R3 what is gone and unknown stays unknown; a record shown beside its tombstone is there': async (rig) => {
    const { store, feeds } = await contactsWorld(rig);
    const gone = [
      { id: '1', how: 'missing' as const },
      { id: 'unknown', how: 'missing' as const },
    ];
    const seen = observed(await store.ask(), { records: [shown('1', { email: 'x' })], gone });
    assert.deepEqual(await store.observe(feeds.a, seen), { ...none, fresh: 1 });
    assert.deepEqual(
      (await store.records(feeds.a, ['1', 'unknown'])).map((row) => [row.id, row.gone]),
      [['1', undefined]],
    );
  },

  'R3 a gone record comes back by a direct answer, by an image, or by a newer version, but not by a lagging index':
    async (rig) => {
      const { store, feeds } = await contactsWorld(rig);
      const kill = async () =>
        store.observe(feeds.a, observed(await store.ask(), { gone: [{ id: '1', how: 'archived' }] }));
      const show = async (how: 'direct' | 'index' | 'image', version: string) => {
        const records = [shown('1', { email: 'x' }, { version })];
        await store.observe(feeds.a, observed(await store.ask(), { how, records }));
        return (await store.records(feeds.a, ['1']))[0]?.gone;
      };
      await seed(store, feeds.a, { email: 'x' }, '5');
      await kill();
      assert.equal(await show('index', '5'), 'archived');
      assert.deepEqual(await store.dirty(feeds.a, 9), ['1']);
      assert.equal(await show('index', '6'), undefined);
      await kill();
      assert.equal(await show('direct', '6'), undefined);
      await kill();
      assert.equal(await show('image', '6'), undefined);
    },
};

async function seed(store: StoreRig['store'], feed: string, values: Record<string, string>, version: string) {
  await store.observe(feed, observed(await store.ask(), { records: [shown('1', values, { version })] }));
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contactsWorld, observed, type StoreRig, shown } from './rig.ts';

const none = { fresh: 0, changed: 0, equal: 0, dirty: 0, gone: 0 };

/** R3: observations that may show less, or older things, than the mirror knows. */
export function laggingSuite(rig: () => StoreRig): void {
  indexTests(rig);
  imageTests(rig);
  goneTests(rig);
}

function indexTests(rig: () => StoreRig): void {
  test('R3 an index replaces a row only by a newer version', async () => {
    const { store, feeds } = await worldOf(rig());
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
  });

  test('R3 an index that shows the same version only adds fields; where it contradicts, the record is read directly', async () => {
    const { store, feeds } = await worldOf(rig());
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
  });

  test('R3 versions that are not ordered never make an index newer', async () => {
    const { store, feeds } = await worldOf(rig());
    await seed(store, feeds.a, { email: 'x' }, 'etag 1');
    const records = [shown('1', { email: 'y' }, { version: 'etag 2' })];
    const counts = await store.observe(feeds.a, observed(await store.ask(), { how: 'index', ordered: false, records }));
    assert.deepEqual(counts, { ...none, dirty: 1 });
  });

  test('R3 an index fills up a row that a write answered without a version', async () => {
    const { store, feeds } = await worldOf(rig());
    const image = { how: 'image' as const, records: [shown('1', { email: 'x' })] };
    await store.observe(feeds.a, observed(await store.ask(), image));
    const records = [shown('1', { email: 'x', name: 'n' }, { version: '3' })];
    const counts = await store.observe(feeds.a, observed(await store.ask(), { how: 'index', records }));
    assert.deepEqual(counts, { ...none, changed: 1 });
    const [row] = await store.records(feeds.a, ['1']);
    assert.deepEqual(row?.values, { email: 'x', name: 'n' });
    assert.equal(row?.version, '3');
  });
}

function imageTests(rig: () => StoreRig): void {
  test('R3 an image patches the fields it holds, and the version only where it has one', async () => {
    const { store, feeds } = await worldOf(rig());
    await seed(store, feeds.a, { email: 'x', name: 'n' }, '5');
    const image = async (values: Record<string, string>, version?: string) =>
      store.observe(feeds.a, observed(await store.ask(), { how: 'image', records: [shown('1', values, { version })] }));
    assert.deepEqual(await image({ email: 'y' }), { ...none, changed: 1 });
    const [patched] = await store.records(feeds.a, ['1']);
    assert.deepEqual(patched?.values, { email: 'y', name: 'n' });
    assert.equal(patched?.version, '5');
    assert.deepEqual(await image({ email: 'y' }, '6'), { ...none, equal: 1 });
    assert.equal((await store.records(feeds.a, ['1']))[0]?.version, '6');
  });

  test('R3 an image on a row that was answered later stands, and the record is read again', async () => {
    const { store, feeds } = await worldOf(rig());
    const written = await store.ask();
    await seed(store, feeds.a, { email: 'before', name: 'n' }, '5');
    const records = [shown('1', { email: 'written' }, { version: '4' })];
    const counts = await store.observe(feeds.a, observed(written, { how: 'image', records }));
    assert.deepEqual(counts, { ...none, changed: 1, dirty: 1 });
    const [row] = await store.records(feeds.a, ['1']);
    assert.equal(row?.values.email, 'written');
    assert.equal(row?.version, '5');
    assert.ok((row?.answered ?? 0) > written);
    assert.deepEqual(await store.dirty(feeds.a, 9), ['1']);
  });
}

function goneTests(rig: () => StoreRig): void {
  test('G1 a tombstone marks a row once, keeps its content, and is work', async () => {
    const { store, feeds, sync } = await worldOf(rig());
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
  });

  test('G1 a tombstone that was asked for before the last answer only has the record read again', async () => {
    const { store, feeds } = await worldOf(rig());
    const early = await store.ask();
    await seed(store, feeds.a, { email: 'x' }, '5');
    const counts = await store.observe(feeds.a, observed(early, { gone: [{ id: '1', how: 'missing' }] }));
    assert.deepEqual(counts, { ...none, dirty: 1 });
    assert.equal((await store.records(feeds.a, ['1']))[0]?.gone, undefined);
  });

  test('R3 what is gone and unknown stays unknown; a record shown beside its tombstone is there', async () => {
    const { store, feeds } = await worldOf(rig());
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
  });

  test('R3 a gone record comes back by a direct answer, by an image, or by a newer version, but not by a lagging index', async () => {
    const { store, feeds } = await worldOf(rig());
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
  });
}

async function seed(store: StoreRig['store'], feed: string, values: Record<string, string>, version: string) {
  await store.observe(feed, observed(await store.ask(), { records: [shown('1', values, { version })] }));
}

async function worldOf(rig: StoreRig) {
  const world = await contactsWorld(rig);
  return { ...world, store: rig.store };
}

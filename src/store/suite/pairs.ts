import assert from 'node:assert/strict';
import type { Pair } from '../../model/link.ts';
import type { ScanPlace, Store } from '../store.ts';
import { contactsWorld, insertLinks, linkBetween, type StoreTests, show, shown, tellGone } from './rig.ts';

/** Work as pairs, and pairs by record. */
export const workTests: StoreTests = {
  'due gives work by rising seq, each pair once, with both records and both works': async (rig) => {
    const { store, feeds, sync, lease } = await contactsWorld(rig);
    const [link] = await insertLinks(store, lease, [linkBetween('', 'a1', 'b1')]);
    await show(store, feeds.b, shown('b1', { email: 'x' }), shown('b9', {}));
    await show(store, feeds.a, shown('a0', {}), shown('a1', { email: 'x' }));
    const pairs = await store.due(sync, 9);
    assert.deepEqual(pairs.map(nameOf), ['a1=b1', '-=b9', 'a0=-']);
    const [pair] = pairs as [Pair];
    assert.deepEqual(pair.link, link);
    assert.equal(pair.a?.values.email, 'x');
    assert.equal(pair.b?.values.email, 'x');
    assert.equal(pair.work.a?.record, 'a1');
    assert.equal(pair.work.b?.record, 'b1');
    assert.ok((pair.work.a?.seq ?? 0) > (pair.work.b?.seq ?? 0));
  },

  'due pages by seq and by the most rows': async (rig) => {
    const { store, feeds, sync } = await contactsWorld(rig);
    await show(store, feeds.a, shown('1', {}), shown('2', {}), shown('3', {}));
    const [first] = await store.due(sync, 1);
    assert.equal(first?.a?.id, '1');
    const rest = await store.due(sync, 9, first?.work.a?.seq);
    assert.deepEqual(
      rest.map((pair) => pair.a?.id),
      ['2', '3'],
    );
    assert.deepEqual(await store.due(sync, 9, rest[1]?.work.a?.seq), []);
  },

  'work that is delayed is due when its time has come': async (rig) => {
    const { store, sync, lease } = await contactsWorld(rig);
    const work = { side: 'a' as const, record: '1', reason: 'later', attempts: 2 };
    assert.equal(await store.nextWork(sync), null);
    await store.commit(lease, { work: [{ ...work, delaySeconds: 10 }] });
    assert.equal(await store.nextWork(sync), 10_000);
    assert.deepEqual(await store.due(sync, 9), []);
    await rig.advance(10);
    assert.equal(await store.nextWork(sync), 0);
    const [pair] = await store.due(sync, 9);
    assert.deepEqual([pair?.link, pair?.a, pair?.b, pair?.work.b], [null, null, null, null]);
    assert.equal(pair?.work.a?.record, '1');
    assert.equal(pair?.work.a?.attempts, 2);
  },

  'G4 a horizon bounds the work: neither what comes later lies within it, nor what was put off until later': async (
    rig,
  ) => {
    const { store, feeds, sync, lease } = await contactsWorld(rig);
    assert.equal(await store.horizon(sync), null);
    await store.commit(lease, { work: [{ side: 'a', record: '9', reason: 'later', attempts: 1, delaySeconds: 10 }] });
    assert.equal(await store.horizon(sync), null, 'nothing is due yet');
    await show(store, feeds.a, shown('1', {}), shown('2', {}));
    const until = (await store.horizon(sync)) ?? { seq: 0, at: 0 };
    await show(store, feeds.a, shown('3', {}));
    await rig.advance(10);
    assert.equal((await store.due(sync, 9)).length, 4);
    assert.deepEqual(
      (await store.due(sync, 9, 0, until)).map(({ a }) => a?.id),
      ['1', '2'],
    );
  },

  'load gives pairs by link where there is one, gone records too, and nothing of unknown ones': async (rig) => {
    const { store, feeds, sync, lease } = await contactsWorld(rig);
    await insertLinks(store, lease, [linkBetween('', 'a1', 'b1'), linkBetween('', 'a2', null, { stage: 'open' })]);
    await show(store, feeds.a, shown('a1', {}), shown('a2', {}), shown('a3', {}));
    await show(store, feeds.b, shown('b1', {}), shown('b2', {}));
    await tellGone(store, feeds.a, 'a3');
    const records = { a: ['a1', 'a2', 'a3', 'unknown'], b: ['b1', 'b2', 'unknown'] };
    const pairs = await store.load(sync, records);
    assert.deepEqual(pairs.map(nameOf), ['a1=b1', 'a2=-', 'a3=-', '-=b2']);
    assert.equal(pairs[2]?.a?.gone, 'missing');
    assert.deepEqual(await store.load(sync, { a: [], b: [] }), []);
  },

  'a link whose record the mirror does not know gives a pair without that record': async (rig) => {
    const { store, sync, lease } = await contactsWorld(rig);
    await insertLinks(store, lease, [linkBetween('', 'a1', 'b1')]);
    const [pair] = await store.load(sync, { a: ['a1'], b: [] });
    assert.deepEqual(pair?.link?.ids, { a: 'a1', b: 'b1' });
    assert.deepEqual([pair?.a, pair?.b], [null, null]);
  },

  'wake makes work due at once for links by id, status or category, one row each': async (rig) => {
    const { store, sync, lease } = await contactsWorld(rig);
    const problem = (category: 'too-long' | 'read-only') => ({ category, side: 'a' as const, message: 'test' });
    const links = await insertLinks(store, lease, [
      linkBetween('', 'a1', 'b1', { status: 'failing', problem: problem('too-long') }),
      linkBetween('', null, 'b2', { status: 'failing', problem: problem('read-only') }),
      linkBetween('', 'a3', null, { status: 'excluded' }),
      linkBetween('', 'a4', 'b4'),
    ]);
    const woken = async () => (await store.due(sync, 9)).map(({ work }) => [work.a?.record, work.b?.record]);
    const seqs = async () => (await store.due(sync, 9)).map(({ work }) => work.a?.seq ?? work.b?.seq ?? 0);
    assert.equal(await store.wake(sync, { category: 'read-only' }), 1);
    assert.deepEqual(await woken(), [[undefined, 'b2']]);
    assert.equal(await store.wake(sync, { status: 'failing' }), 2);
    const before = await seqs();
    assert.equal(await store.wake(sync, { status: 'excluded' }), 1);
    assert.equal(await store.wake(sync, { status: 'waiting' }), 0);
    assert.equal(await store.wake(sync, { links: [links[0]?.id ?? '', links[3]?.id ?? '', '0'] }), 2);
    assert.deepEqual(new Set((await woken()).flat()), new Set(['a1', undefined, 'b2', 'a3', 'a4']));
    assert.ok(Math.max(...(await seqs())) > Math.max(...before), 'W4 a woken row is new work');
  },
};

/** All pairs, in order. */
export const scanTests: StoreTests = {
  'scan gives every pair exactly once: side a, the rest of side b, then links without a live record': async (rig) => {
    const { store, feeds, sync, lease } = await contactsWorld(rig);
    await show(store, feeds.a, ...['a1', 'a2', 'a3', 'gone-a'].map((id) => shown(id, {})));
    await show(store, feeds.b, ...['b1', 'b2', 'b3', 'gone-b', 'late-b'].map((id) => shown(id, {})));
    await tellGone(store, feeds.a, 'gone-a');
    await tellGone(store, feeds.b, 'gone-b');
    await insertLinks(store, lease, [
      linkBetween('', 'a1', 'b1'),
      linkBetween('', 'a2', 'gone-b', { stage: 'gone' }),
      linkBetween('', 'gone-a', 'b2', { stage: 'gone' }),
      linkBetween('', 'unknown-a', 'late-b'),
      linkBetween('', 'dead-a', 'dead-b', { stage: 'gone' }),
      linkBetween('', null, 'dead-c', { stage: 'gone' }),
    ]);
    const expected = [
      'a1=b1',
      'a2=gone-b',
      'a3=-',
      'gone-a=b2',
      '-=b3',
      'unknown-a=late-b',
      'dead-a=dead-b',
      '-=dead-c',
    ];
    for (const most of [1, 2, 100]) assert.deepEqual(await scanAll(store, sync, most), expected, `${most} at a time`);
  },

  'S2 scan comes to its end however many records it passes over': async (rig) => {
    const { store, feeds, sync, lease } = await contactsWorld(rig);
    const numbers = Array.from({ length: 40 }, (_, index) => String(100 + index));
    await show(store, feeds.a, ...numbers.map((id) => shown(id, {})));
    await show(store, feeds.b, ...numbers.map((id) => shown(id, {})), shown('999', {}));
    await insertLinks(
      store,
      lease,
      numbers.map((id) => linkBetween('', id, id)),
    );
    const expected = [...numbers.map((id) => `${id}=${id}`), '-=999'];
    assert.deepEqual(await scanAll(store, sync, 2), expected);
  },

  'scan of an empty sync ends': async (rig) => {
    const { store, sync } = await contactsWorld(rig);
    assert.deepEqual(await scanAll(store, sync, 10), []);
  },
};

/** The calls a scan of a test may take at most, so that one that never ends fails. */
const MOST_SCANS = 200;

async function scanAll(store: Store, sync: string, most: number): Promise<string[]> {
  const names: string[] = [];
  let place: ScanPlace | null = null;
  for (let scans = 0; scans < MOST_SCANS; scans++) {
    const page: { pairs: Pair[]; next: ScanPlace | null } = await store.scan(sync, place, most);
    assert.ok(page.pairs.length <= most);
    names.push(...page.pairs.map(nameOf));
    place = page.next;
    if (!place) return names;
  }
  throw new Error('the scan does not end');
}

function nameOf({ link, a, b }: Pair): string {
  return `${link?.ids.a ?? a?.id ?? '-'}=${link?.ids.b ?? b?.id ?? '-'}`;
}

import assert from 'node:assert/strict';
import type { Link } from '../../model/link.ts';
import type { Values } from '../../model/value.ts';
import { contactsWorld, insertLinks, linkBetween, observed, type StoreTests, show, shown } from './rig.ts';

/** What is stored is read back as it was, and a scratch leaves nothing. */
export const roundTripSuite: StoreTests = {
  'values of every kind come back as they were': async (rig) => {
    const { store, feeds } = await contactsWorld(rig);
    const values: Values = {
      nothing: null,
      yes: true,
      text: 'plain',
      amount: '12.50',
      set: ['b', 'a', 'a'],
      none: [],
      phones: [{ value: '+44 20', label: 'work' }, { value: '1' }],
      quotes: `'"\\ {}[],; \t\n\r`,
      long: 'ü'.repeat(300_000),
      emoji: '👩‍👩‍👧',
    };
    await show(store, feeds.a, shown('1', values));
    assert.deepEqual((await store.records(feeds.a, ['1']))[0]?.values, values);
  },

  'R1 NUL, lone surrogates and noncharacters come back as they were, in values, names, ids, versions and keys': async (
    rig,
  ) => {
    const { store, feeds, sync, lease } = await contactsWorld(rig);
    const hostile = [
      'nul \0',
      'high \ud800',
      'low \udc00 end',
      'mark \uffff',
      '\uffff0000',
      '\ud83d',
      '\u0001\u001f\u007f',
    ];
    const records = hostile.map((text) =>
      shown(text, { [text]: text, list: [text] }, { version: text, keys: { email: text } }),
    );
    await show(store, feeds.a, ...records);
    const seen = await store.records(feeds.a, hostile);
    assert.deepEqual(
      new Map(seen.map((row) => [row.id, [row.values, row.version]])),
      new Map(hostile.map((text) => [text, [{ [text]: text, list: [text] }, text]])),
    );
    const pairs = await store.due(sync, 99);
    assert.deepEqual(new Set(pairs.map((pair) => pair.a?.id)), new Set(hostile));
    const links = await insertLinks(
      store,
      lease,
      hostile.map((text) => linkBetween('', text, text)),
    );
    const done = pairs.map(({ work }) => ({ side: 'a' as const, record: work.a?.record ?? '', seq: work.a?.seq ?? 0 }));
    await store.commit(lease, { done });
    assert.deepEqual(await store.due(sync, 99), []);
    const loaded = await store.load(sync, { a: hostile, b: [] });
    assert.deepEqual(
      loaded.map((pair) => pair.link),
      links,
    );
    const keyed = [{ id: hostile[0] as string, keys: { other: 'x' } }];
    await store.addKeys(feeds.a, keyed);
    assert.deepEqual((await store.unkeyed(feeds.a, ['other'], null, 99)).length, hostile.length - 1);
    await store.mark(feeds.a, hostile);
    assert.deepEqual(new Set(await store.dirty(feeds.a, 99)), new Set(hostile));
  },

  'S2 a large observation does what a small one does, whatever its records hold': async (rig) => {
    const { store, feeds, sync, lease } = await contactsWorld(rig);
    const signs = ['\t', '\n', '\r', '\\', '\\N', '\\.', '"', "'", '{}', ',', '\0', '\ud800', 'ü', '👩'];
    const record = (number: number, more = '') => {
      const text = `${signs[number % signs.length]}${number}${more}`;
      return shown(text, { [text]: text, list: [text, ''] }, { version: text, keys: { email: text, name: '' } });
    };
    const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);
    const first = numbers(0, 700).map((number) => record(number));
    const asked = await store.ask();
    const none = { fresh: 0, changed: 0, equal: 0, dirty: 0, gone: 0 };
    assert.deepEqual(await store.observe(feeds.a, observed(asked, { records: first, stage: 'yes' })), {
      ...none,
      fresh: 700,
    });
    const mixed = [
      ...numbers(600, 1000).map((number) => record(number)),
      record(1),
      { ...record(2), values: { other: 'x' } },
    ];
    const counts = await store.observe(feeds.a, observed(await store.ask(), { records: mixed, fields: ['list'] }));
    assert.deepEqual(counts, { ...none, fresh: 300, equal: 101, changed: 1 });
    const ids = numbers(0, 1000).map((number) => record(number).id);
    const rows = new Map((await store.records(feeds.a, ids)).map((row) => [row.id, row]));
    assert.equal(rows.size, 1000);
    for (const { id, values, version } of numbers(3, 1000).map((number) => record(number))) {
      assert.deepEqual([rows.get(id)?.values, rows.get(id)?.version], [values, version]);
    }
    assert.equal((await store.due(sync, 2000)).length, 1000);
    assert.deepEqual(await store.unkeyed(feeds.a, ['email', 'name'], null, 9), []);
    assert.equal((await store.missing(feeds.a, null, 2000)).length, 300);
    const links = await insertLinks(
      store,
      lease,
      ids.map((id) => linkBetween('', id, id)),
    );
    const loaded = await store.load(sync, { a: ids.slice(0, 50), b: [] });
    assert.deepEqual(
      loaded.map((pair) => pair.link),
      links.slice(0, 50),
    );
  },

  'D1 a link comes back as it was: 53-bit bases, edges, pendings, flips, problem': async (rig) => {
    const { store, sync, lease } = await contactsWorld(rig);
    const slots = { 4: { written: ['x\0', null, ['y']], before: [null], source: 2 ** 53 - 1 } };
    const edges = { 1: { add: ['1'], remove: [], after: ['1', '2'], source: ['3'] } };
    const link: Link = linkBetween('', 'a1', 'b1', {
      generation: 2,
      stage: 'creating',
      status: 'failing',
      problem: { category: 'unknown', side: 'b', field: 'email', message: 'm', others: ['1', '2'] },
      base: { a: [0, 1, 2 ** 53 - 1, 0, 2 ** 48, 2 ** 48 - 1], b: [] },
      edges: { a: { 0: ['x', 'y'], 3: [] }, b: {} },
      pending: {
        a: null,
        b: { op: 'create', state: 'accepted', asked: 5, token: 't', sentAt: 1_700_000_000_000, slots, edges },
      },
      flips: { 2: { repeats: 1, turns: 2, last: 'a', hashes: [1, 2 ** 53 - 1], at: 9 } },
      held: 'left',
    });
    const [stored] = await insertLinks(store, lease, [link]);
    assert.deepEqual(await store.links(sync, [stored?.id ?? '']), [stored]);
  },

  'D1 slots at the end of a base that never agreed are left out': async (rig) => {
    const { store, sync, lease } = await contactsWorld(rig);
    const [stored] = await insertLinks(store, lease, [
      linkBetween('', 'a1', 'b1', { base: { a: [0, 5, 0, 0], b: [0] } }),
    ]);
    assert.deepEqual((await store.links(sync, [stored?.id ?? '']))[0]?.base, { a: [0, 5], b: [] });
  },

  'progress and slots come back as they were; a slot that was given stays': async (rig) => {
    const { store, feeds, sync, lease } = await contactsWorld(rig);
    const feedLease = await store.claim('feed', feeds.a, 'reader', 30);
    assert.ok(feedLease);
    const pass = { kind: 'list' as const, resume: 'page 2', asked: 7, began: 8, fields: ['email'] };
    await store.saveFeed(feedLease, { cursor: 'c', pass, listed: ['email'], sweptAt: 9, cursorAt: 10 });
    const feed = await store.feed(feeds.a);
    assert.deepEqual(feed.progress, { cursor: 'c', pass, listed: ['email'], sweptAt: 9, cursorAt: 10 });
    assert.equal(feed.object, 'contacts');
    const paused = { brake: 'create' as const, share: 0.5, limit: 0.1, count: 50 };
    const progress = {
      phase: 'scanning' as const,
      version: 2,
      scan: { part: 'b' as const, after: 'x' },
      matched: 3,
      paused,
      run: 'r',
    };
    await store.saveSync(lease, progress);
    await store.saveSlots(sync, { email: 0, name: 1 });
    await store.saveSlots(sync, { email: 5, phone: 2 });
    const stored = await store.sync(sync);
    assert.deepEqual(stored.progress, progress);
    assert.deepEqual(stored.slots, { email: 0, name: 1, phone: 2 });
    assert.equal(stored.version, 1);
    assert.deepEqual(stored.feeds, { a: feeds.a, b: feeds.b });
    assert.equal(stored.accounts.a, feed.account);
    assert.equal(stored.settings.a.object, 'contacts');
  },

  'a scratch sees what is there and what it does, and leaves nothing, in itself too': async (rig) => {
    const { store, feeds, sync, lease } = await contactsWorld(rig);
    await show(store, feeds.a, shown('1', { email: 'x' }));
    const result = await store.scratch(async (scratch) => {
      await show(scratch, feeds.a, shown('2', { email: 'y' }));
      await insertLinks(scratch, lease, [linkBetween('', '1', 'b1')]);
      await scratch.scratch(async (inner) => {
        await show(inner, feeds.a, shown('3', { email: 'z' }));
        assert.equal((await inner.due(sync, 9)).length, 3);
        assert.equal((await inner.counts(sync)).inSync, 1);
      });
      await assert.rejects(insertLinks(scratch, lease, [linkBetween('', '1', 'b2')]));
      const feedLease = await scratch.claim('feed', feeds.a, 'dry run', 30);
      assert.equal(feedLease?.epoch, 1);
      return (await scratch.due(sync, 9)).map((pair) => pair.a?.id);
    });
    assert.deepEqual(result, ['1', '2']);
    assert.deepEqual(
      (await store.due(sync, 9)).map((pair) => pair.a?.id),
      ['1'],
    );
    assert.equal((await store.counts(sync)).inSync, 0);
    assert.equal((await store.claim('feed', feeds.a, 'reader', 30))?.epoch, 1);
  },

  'a scratch that fails leaves nothing either, and its error is the caller’s': async (rig) => {
    const { store, feeds } = await contactsWorld(rig);
    const failing = store.scratch(async (scratch) => {
      await scratch.mark(feeds.a, ['1']);
      throw new Error('on purpose');
    });
    await assert.rejects(failing, /on purpose/);
    assert.deepEqual(await store.dirty(feeds.a, 9), []);
  },

  'calls that overlap in a scratch do not get in each other’s way': async (rig) => {
    const { store, feeds } = await contactsWorld(rig);
    await store.scratch(async (scratch) => {
      const asked = await scratch.ask();
      const records = (id: string) => observed(asked, { records: [shown(id, {})] });
      await Promise.all(['1', '2', '3', '4'].map((id) => scratch.observe(feeds.a, records(id))));
      assert.equal((await scratch.records(feeds.a, ['1', '2', '3', '4'])).length, 4);
    });
  },
};

import assert from 'node:assert/strict';
import type { Two } from '../../model/value.ts';
import { MOST_CANDIDATES, type Store } from '../store.ts';
import {
  type ContactsWorld,
  contactsWorld,
  insertLinks,
  linkBetween,
  type StoreTests,
  show,
  shown,
  tellGone,
} from './rig.ts';

const email: Two<string> = { a: 'email', b: 'mail' };
const name: Two<string> = { a: 'name', b: 'fullname' };

/** F2: candidates of single records. */
export const candidateTests: StoreTests = {
  'F2 candidates are the live records that share a key, across and on the own side, with their links': async (rig) => {
    const { store, feeds, sync, lease } = await contactsWorld(rig);
    await people(store, feeds.a, 'email', { a1: 'x', a2: 'x', a3: 'z', a4: '' });
    await people(store, feeds.b, 'mail', { b1: 'x', b2: 'x', b3: 'x', b4: '', b5: 'x' });
    await tellGone(store, feeds.b, 'b3');
    const [link] = await insertLinks(store, lease, [
      linkBetween('', 'a9', 'b2'),
      linkBetween('', null, 'b5', { stage: 'open', status: 'failing' }),
    ]);
    const found = await store.candidates(sync, 'a', ['a1', 'a3', 'a4', 'unknown'], [[email]]);
    assert.deepEqual(found.get('a1'), [
      {
        across: [
          { id: 'b1', link: null, stage: null },
          { id: 'b2', link: link?.id, stage: 'active' },
          { id: 'b5', link: null, stage: 'open' },
        ],
        twins: [{ id: 'a2', link: null, stage: null }],
      },
    ]);
    for (const id of ['a3', 'a4', 'unknown']) assert.deepEqual(found.get(id), [{ across: [], twins: [] }], id);
    const back = await store.candidates(sync, 'b', ['b1'], [[email]]);
    assert.deepEqual(
      back.get('b1')?.[0]?.across.map((each) => each.id),
      ['a1', 'a2'],
    );
    assert.deepEqual(
      back.get('b1')?.[0]?.twins.map((each) => each.id),
      ['b2', 'b5'],
    );
  },

  'F2 each rule answers for itself, and the specs of one rule answer together': async (rig) => {
    const { store, feeds, sync } = await contactsWorld(rig);
    await show(store, feeds.a, shown('a1', {}, { keys: { email: 'x', name: 'n' } }));
    await show(
      store,
      feeds.b,
      shown('b1', {}, { keys: { mail: 'x', fullname: 'n' } }),
      shown('b2', {}, { keys: { mail: 'other', fullname: 'n' } }),
    );
    const found = (
      await store.candidates(sync, 'a', ['a1'], [[email], [name], [email, name], [{ a: 'none', b: 'none' }]])
    ).get('a1');
    assert.deepEqual(
      found?.map((rule) => rule.across.map((each) => each.id)),
      [['b1'], ['b1', 'b2'], ['b1', 'b2'], []],
    );
  },

  'F2 a record that a person holds is no candidate': async (rig) => {
    const { store, feeds, sync, lease } = await contactsWorld(rig);
    await people(store, feeds.a, 'email', { a1: 'x', a2: 'x' });
    await people(store, feeds.b, 'mail', { b1: 'x' });
    await insertLinks(store, lease, [
      linkBetween('', null, 'b1', { stage: 'gone', held: 'unlinked' }),
      linkBetween('', 'a2', null, { stage: 'gone', held: 'left' }),
    ]);
    const found = await store.candidates(sync, 'a', ['a1'], [[email]]);
    assert.deepEqual(found.get('a1'), [{ across: [], twins: [] }]);
  },

  'S2 a key that very many share gives a few candidates only': async (rig) => {
    const { store, feeds, sync } = await contactsWorld(rig);
    const many = Array.from({ length: 3 * MOST_CANDIDATES }, (_, index) => String(100 + index));
    await people(store, feeds.a, 'email', Object.fromEntries(many.map((id) => [id, 'x'])));
    await people(store, feeds.b, 'mail', Object.fromEntries(many.map((id) => [id, 'x'])));
    const [found] = (await store.candidates(sync, 'a', ['100'], [[email]])).get('100') ?? [];
    assert.deepEqual(
      found?.across.map((each) => each.id),
      many.slice(0, MOST_CANDIDATES),
    );
    assert.deepEqual(
      found?.twins.map((each) => each.id),
      many.slice(1, MOST_CANDIDATES + 1),
    );
  },
};

/** Keys follow their records. */
export const keyTests: StoreTests = {
  'keys follow their record: replaced with its values, removed when it goes': async (rig) => {
    const { store, feeds, sync } = await contactsWorld(rig);
    await people(store, feeds.a, 'email', { a1: 'x' });
    await people(store, feeds.b, 'mail', { b1: 'x', b2: 'y' });
    const across = async () => {
      const found = await store.candidates(sync, 'a', ['a1'], [[email]]);
      return found.get('a1')?.[0]?.across.map((each) => each.id);
    };
    assert.deepEqual(await across(), ['b1']);
    await people(store, feeds.a, 'email', { a1: 'y' });
    assert.deepEqual(await across(), ['b2']);
    await show(store, feeds.a, shown('a1', { email: 'y again' }));
    assert.deepEqual(await across(), ['b2'], 'a spec that is not told keeps its key');
    await tellGone(store, feeds.b, 'b2');
    assert.deepEqual(await across(), []);
    await people(store, feeds.a, 'email', { a1: '' });
    assert.deepEqual(await across(), []);
  },

  'rows whose keys are missing are told in id order, and get them': async (rig) => {
    const { store, feeds, sync } = await contactsWorld(rig);
    await show(store, feeds.a, ...['1', '2', '3', '4'].map((id) => shown(id, { email: id })));
    await tellGone(store, feeds.a, '4');
    const unkeyed = async (after: string | null, most: number) =>
      (await store.unkeyed(feeds.a, ['email', 'name'], after, most)).map((row) => row.id);
    assert.deepEqual(await unkeyed(null, 9), ['1', '2', '3']);
    await store.addKeys(feeds.a, [
      { id: '1', keys: { email: 'x', name: '' } },
      { id: '2', keys: { email: 'x' } },
      { id: '4', keys: { email: 'x', name: 'y' } },
      { id: 'unknown', keys: { email: 'x', name: 'y' } },
    ]);
    assert.deepEqual(await unkeyed(null, 9), ['2', '3']);
    assert.deepEqual(await unkeyed(null, 1), ['2']);
    assert.deepEqual(await unkeyed('2', 9), ['3']);
    const found = await store.candidates(sync, 'a', ['1'], [[email]]);
    assert.deepEqual(
      found.get('1')?.[0]?.twins.map((each) => each.id),
      ['2'],
    );
    await store.addKeys(feeds.a, [{ id: '2', keys: { email: 'z', name: '' } }]);
    assert.deepEqual((await store.candidates(sync, 'a', ['1'], [[email]])).get('1')?.[0]?.twins, []);
    assert.deepEqual(await store.unkeyed(feeds.a, [], null, 9), []);
  },
};

/** X2: the first full match. */
export const matchAllTests: StoreTests = {
  'X2 the first match links records that are each other’s only candidate, and nobody else': async (rig) => {
    const world = await contactsWorld(rig, 'matching');
    const { store, feeds, lease, sync } = world;
    await people(store, feeds.a, 'email', { a1: '1', a2: '2', a3: '2', a4: '4', a5: '5', a6: '6', a7: '7', a8: '' });
    await people(store, feeds.b, 'mail', { b1: '1', b2: '2', b4: '4', b4x: '4', b5: '5', b6: '6', b7: '7', b8: '' });
    await insertLinks(store, lease, [
      linkBetween('', 'a5', null, { stage: 'open', status: 'excluded' }),
      linkBetween('', null, 'b6', { held: 'left' }),
    ]);
    await tellGone(store, feeds.a, 'a7');
    assert.equal(await store.matchAll(lease, [email], []), 1);
    assert.deepEqual(await linked(world), ['a1=b1 open waiting']);
    assert.equal(await store.matchAll(lease, [email], []), 0, 'again: nothing new');
    assert.deepEqual((await store.counts(sync)).linked, 1);
  },

  'a record that had a candidate under an earlier rule is a person’s to decide': async (rig) => {
    const world = await contactsWorld(rig, 'matching');
    const { store, feeds, lease } = world;
    const keyed = (mail: string, full: string) => ({ keys: { email: mail, name: full, mail, fullname: full } });
    await show(
      store,
      feeds.a,
      shown('a1', {}, keyed('x', 'n1')),
      shown('a2', {}, keyed('x', 'n2')),
      shown('a3', {}, keyed('', 'n3')),
    );
    await show(
      store,
      feeds.b,
      shown('b1', {}, keyed('x', 'n1')),
      shown('b2', {}, keyed('', 'n2')),
      shown('b3', {}, keyed('q', 'n3')),
    );
    assert.equal(await store.matchAll(lease, [email], []), 0);
    assert.equal(await store.matchAll(lease, [name], [[email]]), 1);
    assert.deepEqual(await linked(world), ['a3=b3 open waiting']);
  },

  'F2 a held record is nobody’s candidate, under this rule or an earlier one': async (rig) => {
    const world = await contactsWorld(rig, 'matching');
    const { store, feeds, lease } = world;
    await people(store, feeds.a, 'email', { a1: '1', a2: '2' });
    await people(store, feeds.b, 'mail', { b1: '1', held1: '1' });
    await show(
      store,
      feeds.b,
      shown('held2', {}, { keys: { mail: '2' } }),
      shown('b2', {}, { keys: { fullname: 'n' } }),
    );
    await show(store, feeds.a, shown('a2', {}, { keys: { name: 'n' } }));
    await insertLinks(store, lease, [
      linkBetween('', null, 'held1', { stage: 'gone', held: 'unlinked' }),
      linkBetween('', null, 'held2', { stage: 'gone', held: 'left' }),
    ]);
    assert.equal(await store.matchAll(lease, [email], []), 1);
    assert.equal(await store.matchAll(lease, [name], [[email]]), 1);
    assert.deepEqual(await linked(world), ['a1=b1 open waiting', 'a2=b2 open waiting']);
  },

  'specs of one rule are judged together: candidates by different specs are ambiguous': async (rig) => {
    const world = await contactsWorld(rig, 'matching');
    const { store, feeds, lease } = world;
    const keyed = (mail: string, full: string) => ({ keys: { email: mail, name: full, mail, fullname: full } });
    await show(store, feeds.a, shown('a1', {}, keyed('x', 'n')), shown('a2', {}, keyed('y', 'm')));
    await show(
      store,
      feeds.b,
      shown('b1', {}, keyed('x', '')),
      shown('b2', {}, keyed('', 'n')),
      shown('b3', {}, keyed('y', 'm')),
    );
    assert.equal(await store.matchAll(lease, [email, name], []), 1);
    assert.deepEqual(await linked(world), ['a2=b3 open waiting']);
  },

  'a rule that no record has a key of links nothing': async (rig) => {
    const { store, lease } = await contactsWorld(rig, 'matching');
    assert.equal(await store.matchAll(lease, [{ a: 'nothing', b: 'nothing' }], []), 0);
    assert.equal(await store.matchAll(lease, [], []), 0);
  },
};

async function people(store: Store, feed: string, spec: string, keys: Record<string, string>): Promise<void> {
  await show(
    store,
    feed,
    ...Object.entries(keys).map(([id, key]) => shown(id, { email: key }, { keys: { [spec]: key } })),
  );
}

async function linked({ store, sync }: ContactsWorld): Promise<string[]> {
  const { pairs } = await store.scan(sync, null, 100);
  return pairs.flatMap(({ link }) =>
    link?.ids.a && link.ids.b ? [`${link.ids.a}=${link.ids.b} ${link.stage} ${link.status}`] : [],
  );
}

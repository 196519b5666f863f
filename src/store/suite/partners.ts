import assert from 'node:assert/strict';
import type { Wait } from '../../model/decision.ts';
import type { Store } from '../store.ts';
import { enterPhase, insertLinks, linkBetween, type StoreRig, type StoreTests, show, shown, tellGone } from './rig.ts';

/** A1: far records through the links of any sync between the same accounts, and waiting for them. */
export const partnerSuite: StoreTests = {
  'A1 a far record is found through any sync between the same accounts, either way round': async (rig) => {
    const { store, sync, companies, turned } = await crmAndShop(rig);
    await insertLinks(store, companies, [
      linkBetween('', 'c1', 'f1'),
      linkBetween('', 'c2', 'f2', { stage: 'creating' }),
    ]);
    await insertLinks(store, turned, [linkBetween('', 'p1', 'd1')]);
    const found = await store.partners(sync, [
      { side: 'a', object: 'companies', id: 'c1', acrossObject: 'firms' },
      { side: 'b', object: 'firms', id: 'f1', acrossObject: 'companies' },
      { side: 'a', object: 'companies', id: 'c2', acrossObject: 'firms' },
      { side: 'a', object: 'companies', id: 'c1', acrossObject: 'projects' },
      { side: 'a', object: 'deals', id: 'd1', acrossObject: 'projects' },
      { side: 'b', object: 'projects', id: 'p1', acrossObject: 'deals' },
      { side: 'a', object: 'companies', id: 'c1', acrossObject: 'firms' },
    ]);
    assert.deepEqual(found, ['f1', 'c1', null, null, 'p1', 'd1', 'f1']);
    assert.deepEqual(await store.partners(sync, []), []);
  },

  'A1 a far record that is known to be gone has no partner': async (rig) => {
    const { store, sync, companies, feeds } = await crmAndShop(rig);
    await insertLinks(store, companies, [linkBetween('', 'c1', 'f1'), linkBetween('', 'c2', 'f2')]);
    await show(store, feeds['shop/firms'] as string, shown('f1', {}), shown('f2', {}));
    await tellGone(store, feeds['shop/firms'] as string, 'f2');
    const ref = (id: string) => ({ side: 'a' as const, object: 'companies', id, acrossObject: 'firms' });
    assert.deepEqual(await store.partners(sync, [ref('c1'), ref('c2')]), ['f1', null]);
  },

  'A1 syncs with another account do not translate': async (rig) => {
    const { store, sync, elsewhere } = await crmAndShop(rig);
    await insertLinks(store, elsewhere, [linkBetween('', 'c1', 'x1')]);
    const ref = { side: 'a' as const, object: 'companies', id: 'c1', acrossObject: 'firms' };
    assert.deepEqual(await store.partners(sync, [ref]), [null]);
  },

  'A1 a link that becomes active wakes what waits for its records, in all syncs between the same accounts': async (
    rig,
  ) => {
    const { store, sync, contacts, companies, turned, elsewhere } = await crmAndShop(rig);
    const own = await insertLinks(store, contacts, [linkBetween('', 'p1', 'q1'), linkBetween('', 'p2', 'q2')]);
    const waits: Wait[] = [
      { link: own[0]?.id ?? '', side: 'a', record: 'p1', far: { side: 'a', object: 'companies', id: 'c1' } },
      { link: own[1]?.id ?? '', side: 'b', record: 'q2', far: { side: 'b', object: 'projects', id: 'p7' } },
    ];
    await store.commit(contacts, { waits });
    await insertLinks(store, elsewhere, [linkBetween('', 'c1', 'x1')]);
    assert.deepEqual(await woken(store, sync), [], 'not between these accounts');
    const [company] = await insertLinks(store, companies, [linkBetween('', 'c1', null, { stage: 'creating' })]);
    assert.deepEqual(await woken(store, sync), [], 'not active yet');
    assert.ok(company);
    await store.commit(companies, { update: [{ ...company, ids: { a: 'c1', b: 'f1' }, stage: 'active' }] });
    assert.deepEqual(await woken(store, sync), ['p1']);
    await insertLinks(store, turned, [linkBetween('', 'p7', 'd7')]);
    assert.deepEqual(await woken(store, sync), ['p1', 'q2'], 'by the link’s other side, in a sync the other way round');
  },

  'A1 an active link that gets a new id wakes too; one that only changes otherwise does not': async (rig) => {
    const { store, sync, contacts, companies } = await crmAndShop(rig);
    const [own] = await insertLinks(store, contacts, [linkBetween('', 'p1', 'q1')]);
    const [company] = await insertLinks(store, companies, [linkBetween('', 'c1', 'f1')]);
    assert.ok(own && company);
    const far = { side: 'a' as const, object: 'companies', id: 'c2' };
    await store.commit(contacts, { waits: [{ link: own.id, side: 'a', record: 'p1', far }] });
    await store.commit(companies, { update: [{ ...company, status: 'failing' }] });
    assert.deepEqual(await woken(store, sync), []);
    await store.commit(companies, { update: [{ ...company, ids: { a: 'c2', b: 'f1' } }] });
    assert.deepEqual(await woken(store, sync), ['p1']);
  },

  'A1 a link of a later generation wakes what names its records when it becomes active': async (rig) => {
    const { store, sync, contacts, companies, turned, syncs } = await crmAndShop(rig);
    const naming = (a: string[], b: string[]) => ({ edges: { a: { 0: a }, b: { 0: b } } });
    await insertLinks(store, contacts, [
      linkBetween('', 'p1', 'q1', naming(['c0', 'c8'], [])),
      linkBetween('', 'p2', 'q2', naming([], ['f1'])),
      linkBetween('', 'p3', 'q3', naming(['f1'], ['c8'])),
      linkBetween('', 'p4', null, naming(['c8'], [])),
    ]);
    await insertLinks(store, turned, [linkBetween('', 'j1', 'd1', naming(['f1'], []))]);
    await insertLinks(store, companies, [linkBetween('', 'c8', 'f8')]);
    const [lost] = await insertLinks(store, companies, [linkBetween('', null, 'f1', { generation: 1, stage: 'open' })]);
    assert.deepEqual(await woken(store, sync), []);
    assert.ok(lost);
    const made = { ...lost, ids: { a: 'c9', b: 'f1' }, stage: 'active' as const };
    await store.commit(companies, { update: [made] });
    assert.deepEqual(await woken(store, sync), ['p2']);
    assert.deepEqual(await woken(store, syncs.turned as string), ['j1'], 'in a sync the other way round');
    await store.commit(companies, { update: [{ ...made, ids: { a: 'c0', b: 'f1' } }] });
    assert.deepEqual(await woken(store, sync), ['p1', 'p2']);
    await store.commit(companies, { update: [{ ...made, ids: { a: 'c0', b: 'f1' }, status: 'failing' }] });
    assert.deepEqual(await woken(store, sync), ['p1', 'p2']);
  },

  'A1 a wait whose far record has found its partner before it was stored is woken at once': async (rig) => {
    const { store, sync, contacts, companies } = await crmAndShop(rig);
    const [own] = await insertLinks(store, contacts, [linkBetween('', 'p1', 'q1')]);
    await insertLinks(store, companies, [linkBetween('', 'c1', 'f1')]);
    assert.ok(own);
    const far = { side: 'a' as const, object: 'companies', acrossObject: 'firms' };
    const wait = (id: string): Wait => ({ link: own.id, side: 'a', record: 'p1', far: { ...far, id } });
    await store.commit(contacts, { waits: [wait('c2')] });
    assert.deepEqual(await woken(store, sync), [], 'it has none yet');
    await store.commit(contacts, { unwait: [own.id], waits: [wait('c2'), wait('c1')] });
    assert.deepEqual(await woken(store, sync), ['p1']);
  },

  'A1 waits are replaced by link, and go with it': async (rig) => {
    const { store, sync, contacts, companies } = await crmAndShop(rig);
    const [own] = await insertLinks(store, contacts, [linkBetween('', 'p1', 'q1')]);
    assert.ok(own);
    const wait = (id: string): Wait => ({
      link: own.id,
      side: 'a',
      record: 'p1',
      far: { side: 'a', object: 'companies', id },
    });
    await store.commit(contacts, { waits: [wait('c1'), wait('c2'), wait('c2')] });
    await store.commit(contacts, { unwait: [own.id], waits: [wait('c3')] });
    await insertLinks(store, companies, [linkBetween('', 'c1', 'f1'), linkBetween('', 'c2', 'f2')]);
    assert.deepEqual(await woken(store, sync), []);
    await store.commit(contacts, { drop: [own.id] });
    await insertLinks(store, companies, [linkBetween('', 'c3', 'f3')]);
    assert.deepEqual(await woken(store, sync), []);
  },

  'a sync knows its live neighbours, and whether one shares a feed with it': async (rig) => {
    const { store, sync, syncs } = await crmAndShop(rig);
    const own = await store.sync(sync);
    assert.equal(own.shared, false);
    assert.deepEqual(own.neighbours, [
      { a: 'companies', b: 'firms' },
      { a: 'deals', b: 'projects' },
    ]);
    assert.equal(
      (await store.sync(syncs.companies as string)).shared,
      true,
      'companies are read for the warehouse too',
    );
    assert.deepEqual((await store.sync(syncs.elsewhere as string)).neighbours, []);
    assert.deepEqual((await store.sync(syncs.turned as string)).neighbours, [
      { a: 'people', b: 'contacts' },
      { a: 'firms', b: 'companies' },
    ]);
  },
};

async function crmAndShop(rig: StoreRig) {
  const crm = (object: string) => ({ account: 'crm', object });
  const shop = (object: string) => ({ account: 'shop', object });
  const world = await rig.setUp({
    contacts: { a: crm('contacts'), b: shop('people') },
    companies: { a: crm('companies'), b: shop('firms') },
    turned: { a: shop('projects'), b: crm('deals') },
    elsewhere: { a: crm('companies'), b: { account: 'warehouse', object: 'firms' } },
    off: { a: crm('notes'), b: shop('notes'), settings: { enabled: false } },
  });
  const enter = (key: string) => enterPhase(rig.store, world.syncs[key] as string, 'live');
  return {
    ...world,
    store: rig.store,
    sync: world.syncs.contacts as string,
    contacts: await enter('contacts'),
    companies: await enter('companies'),
    turned: await enter('turned'),
    elsewhere: await enter('elsewhere'),
  };
}

async function woken(store: Store, sync: string): Promise<(string | undefined)[]> {
  return (await store.due(sync, 100)).map(({ work }) => work.a?.record ?? work.b?.record);
}

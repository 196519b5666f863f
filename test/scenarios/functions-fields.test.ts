import assert from 'node:assert/strict';
import { after, before, beforeEach, suite, test } from 'node:test';
import { startSimulator } from '../../src/connectors/hubspot/simulator.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { mappings, nothing, openShop, type Shop } from './shop.ts';

suite('functions of fields, through the file', () => {
  let shop: Shop;
  before(async () => {
    shop = await openShop();
  });
  beforeEach(() => shop.clear());
  after(() => shop?.close());

  /** One person on both sides, linked and equal. */
  const linked = async (sync: object = {}, values: Record<string, string> = {}) => {
    const id = shop.contact({ email: 'ann@example.com', firstname: 'Ann', lastname: 'Ek', city: 'Lund', ...values });
    await shop.settle(sync);
    const row = String((await shop.read('ann@example.com'))?.id);
    return { id, row };
  };
  const only = (mapping: object) => ({ mappings: [mappings[0], mapping] });

  test('region: a national number and an international one are one number, in matching and comparing', async () => {
    shop.contact({ email: 'ann@example.com', phone: '+46701234567' });
    const row = await shop.row({ email: 'other@example.com', phone: '070-123 45 67' });
    const sync = { region: 'SE', match: [['phone']], mappings: [{ a: 'phone', b: 'phone' }], require: [] };
    const { linked: pairs, conflicts, a, b } = await shop.settle(sync);
    assert.deepEqual([pairs, conflicts, a, b], [1, 0, nothing, nothing]);
    assert.equal((await shop.read(row))?.phone, '070-123 45 67', 'each side keeps its own writing');
    await shop.change(row, { phone: '+46 70 123 45 67' });
    assert.deepEqual((await shop.settle(sync)).a, nothing);
    const refused = await shop.installation.refusal(shop.file({ region: 'Sweden' }) as never);
    assert.match(refused.message, /syncs\.people\.region: must be the code of a country in capitals, such as SE/);
  });

  test('a new region is a new way to compare: what is one number by it is written no more', async () => {
    shop.contact({ email: 'ann@example.com', phone: '+46701234567' });
    await shop.row({ email: 'ann@example.com', phone: '070-123 45 67' });
    const sync = only({ a: 'phone', b: 'phone', direction: 'a-to-b', wins: 'b' });
    await shop.settle(sync);
    assert.deepEqual((await shop.settle({ ...sync, region: 'SE' })).b, nothing);
    assert.equal((await shop.read('ann@example.com'))?.phone, '070-123 45 67');
  });

  test('M4 wins: each mapping has its own winner, whatever the default app', async () => {
    const sync = {
      mappings: [mappings[0], { ...mappings[2], wins: 'b' }, { ...mappings[4], wins: 'a' }, mappings[1]],
      default: 'b',
    };
    const { id, row } = await linked(sync);
    shop.edit(id, { lastname: 'Of A', city: 'City A', firstname: 'First A' });
    await shop.change(row, { last_name: 'Of B', city: 'City B', first_name: 'First B' });
    assert.equal((await shop.settle(sync)).conflicts, 3);
    const { lastname, city, firstname } = shop.values(id) ?? {};
    assert.deepEqual([lastname, city, firstname], ['Of B', 'City A', 'First B']);
  });

  test('D3 wins: latest is the change that was noticed later', async () => {
    const sync = only({ ...mappings[2], wins: 'latest' });
    const { id, row } = await linked(sync);
    await shop.change(row, { last_name: 'Of B' });
    await shop.settle(sync);
    shop.edit(id, { lastname: 'Of A' });
    await shop.settle(sync);
    assert.equal((await shop.read(row))?.last_name, 'Of A');
  });

  test('M2 direction: a mapping of one way carries edits that way only; on the target they stay', async () => {
    const sync = only({ ...mappings[4], direction: 'a-to-b' });
    const { id, row } = await linked(sync);
    await shop.change(row, { city: 'Malmö' });
    assert.deepEqual((await shop.settle(sync)).a, nothing);
    assert.equal(shop.values(id)?.city, 'Lund');
    shop.edit(id, { city: 'Umeå' });
    await shop.settle(sync);
    assert.equal((await shop.read(row))?.city, 'Umeå');
  });

  test('fill: if-empty writes only where the target is empty', async () => {
    const sync = only({ ...mappings[4], fill: 'if-empty' });
    const { id, row } = await linked(sync);
    shop.edit(id, { city: 'Umeå' });
    assert.deepEqual((await shop.settle(sync)).b, nothing);
    assert.equal((await shop.read(row))?.city, 'Lund');
    await shop.change(row, { city: null });
    await shop.settle(sync);
    shop.edit(id, { city: 'Kiruna' });
    await shop.settle(sync);
    assert.equal((await shop.read(row))?.city, 'Kiruna');
  });

  test('M7 a cleared field flows, or is kept on the other side, by its mapping', async () => {
    const sync = { mappings: [mappings[0], mappings[4], { ...mappings[2], empty: 'keeps' }] };
    const { id, row } = await linked(sync);
    shop.edit(id, { city: null, lastname: null });
    await shop.settle(sync);
    const { city, last_name } = (await shop.read(row)) ?? {};
    assert.deepEqual([city, last_name], [null, 'Ek']);
  });

  test('M7 a conflict never clears: the side that has a value wins', async () => {
    const { id, row } = await linked();
    shop.edit(id, { city: null });
    await shop.change(row, { city: 'Malmö' });
    await shop.settle();
    assert.deepEqual([shop.values(id)?.city, (await shop.read(row))?.city], ['Malmö', 'Malmö']);
  });

  test('M8 a group moves together: one side wins all of it', async () => {
    const group = mappings.map((mapping) => (/name/.test(mapping.a) ? { ...mapping, group: 'name' } : mapping));
    const { id, row } = await linked({ mappings: group });
    shop.edit(id, { firstname: 'Anna' });
    await shop.change(row, { last_name: 'Berg' });
    await shop.settle({ mappings: group });
    const { first_name, last_name } = (await shop.read(row)) ?? {};
    assert.deepEqual([first_name, last_name], ['Anna', 'Ek'], 'the default app’s name, whole');
  });

  test('options map one to one; one without a partner is a problem of its record alone', async () => {
    await shop.database.query('alter table customers alter stage type text');
    await shop.database.query(`alter table customers add constraint stages check (stage in ('L', 'C'))`);
    try {
      const sync = only({ a: 'lifecyclestage', b: 'stage', options: { lead: 'L', customer: 'C' } });
      const { id, row } = await linked(sync, { lifecyclestage: 'lead' });
      assert.equal((await shop.read(row))?.stage, 'L');
      await shop.change(row, { stage: 'C' });
      await shop.settle(sync);
      assert.equal(shop.values(id)?.lifecyclestage, 'customer');
      shop.contact({ email: 'odd@example.com', lifecyclestage: 'evangelist' });
      shop.contact({ email: 'fine@example.com', lifecyclestage: 'lead' });
      const ran = await shop.run(sync);
      assert.equal(ran.exit, 1);
      assert.deepEqual(await shop.problems(), { 'odd@example.com': 'unknown-option' });
      assert.equal((await shop.read('fine@example.com'))?.stage, 'L');
    } finally {
      await shop.database.query('alter table customers drop constraint stages');
    }
  });

  test('transforms change what is carried, each way by its own, and never loop', async () => {
    const transform = { 'a-to-b': 'upper(value)', 'b-to-a': 'title(value)' };
    const sync = only({ ...mappings[4], transform });
    const { id, row } = await linked(sync);
    assert.equal((await shop.read(row))?.city, 'LUND');
    await shop.change(row, { city: 'MALMÖ' });
    await shop.settle(sync);
    assert.equal(shop.values(id)?.city, 'Malmö');
  });

  test('a transform that fails is a problem of its record', async () => {
    const sync = only({ ...mappings[4], direction: 'a-to-b', transform: { 'a-to-b': "split(value, ',')[3]" } });
    shop.contact({ email: 'ann@example.com', city: 'Lund' });
    shop.contact({ email: 'bo@example.com', city: 'a,b,c,d' });
    const ran = await shop.run(sync);
    assert.equal(ran.only.failing, 1, JSON.stringify(ran.only));
    assert.equal((await shop.read('bo@example.com'))?.city, 'd');
  });

  test('a full name is joined one way and split the other', async () => {
    const sync = only({ a: ['firstname', 'lastname'], b: 'title' });
    const { id, row } = await linked(sync);
    assert.equal((await shop.read(row))?.title, 'Ann Ek');
    await shop.change(row, { title: 'Anna Maria Ek' });
    await shop.settle(sync);
    const { firstname, lastname } = shop.values(id) ?? {};
    assert.deepEqual([firstname, lastname], ['Anna Maria', 'Ek']);
  });

  test('an owner in a text field is an address, or what the table of users says', async () => {
    const owner = { a: 'hubspot_owner_id', b: 'owner', direction: 'a-to-b' };
    shop.contact({ email: 'ann@example.com', hubspot_owner_id: '81200001' });
    await shop.settle(only(owner));
    assert.equal((await shop.read('ann@example.com'))?.owner, 'ann.lee@example.com');
    await shop.settle({ ...only(owner), users: { 'ann.lee@example.com': 'ann.lee' } });
    assert.equal((await shop.read('ann@example.com'))?.owner, 'ann.lee');
  });

  test('owners pair by e-mail, else by the table of users; one without a partner is a named problem', async () => {
    const other = await startSimulator({ port: 0, clock: systemClock, seed: 2, settings: { limits: 'off' } });
    try {
      // The same people own records in both accounts; one is gone there, and somebody else took over.
      const [ann, bob] = ['81200001', '81200002'];
      for (const [n, owner] of [ann, bob].entries())
        shop.contact({ email: `of${n}@example.com`, hubspot_owner_id: owner });
      const file = (users: object) => {
        const { accounts } = shop.file();
        const b = { account: 'other', object: 'contacts' };
        const owned = [mappings[0], { a: 'hubspot_owner_id', b: 'hubspot_owner_id' }];
        const people = { a: { account: 'crm', object: 'contacts' }, b, mappings: owned, users };
        return { accounts: { ...accounts, other: other.account }, syncs: { people } } as never;
      };
      const ownerOf = (email: string) =>
        other.admin.records('contacts').find(({ values }) => values.email === email)?.values.hubspot_owner_id;
      const ran = await shop.installation.sync(file({ 'bob.ito@example.com': 'ann.lee@example.com' }));
      assert.equal(ran.exit, 0, JSON.stringify(ran.only));
      assert.deepEqual([ownerOf('of0@example.com'), ownerOf('of1@example.com')], [ann, ann]);
      const again = await shop.installation.sync(file({ 'bob.ito@example.com': 'nobody@example.com' }));
      assert.deepEqual(again.only.problems, { 'unknown-option': 1 }, 'M10 a changed table is looked at again');
    } finally {
      await other.stop();
    }
  });
});

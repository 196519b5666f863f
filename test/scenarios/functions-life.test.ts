import assert from 'node:assert/strict';
import { after, before, beforeEach, suite, test } from 'node:test';
import { leave, recreate, takeBack, unlink } from '../../src/engine/acts.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { undo } from '../../src/engine/undo.ts';
import { must } from '../../src/lib/assert.ts';
import { mappings, nothing, openShop, type Shop } from './shop.ts';

suite('the life of a sync, through the file', () => {
  let shop: Shop;
  before(async () => {
    shop = await openShop();
  });
  beforeEach(() => shop.clear());
  after(() => shop?.close());

  const people = (count: number) =>
    Array.from({ length: count }, (_, n) =>
      shop.contact({ email: `p${String(n).padStart(2, '0')}@example.com`, lastname: `Name ${n}`, city: 'Lund' }),
    );
  /** What people do beside the command, on the same database. */
  const act = <T>(work: (engine: Engine, sync: string) => Promise<T>, sync: object = {}) =>
    shop.installation.act(shop.file(sync) as never, (engine, ids) => work(engine, must(ids.people)));
  const links = async () => {
    const rows = await shop.installation.db.rows<{ id: number }>('select id from syncline.link order by a_id');
    return rows.map(({ id }) => String(id));
  };
  const lastRun = async () => {
    const [row] = await shop.installation.db.rows<{ run: string }>(
      'select r.id as run from syncline.history h join syncline.run r on r.number = h.run order by h.id desc limit 1',
    );
    return must(row).run;
  };

  test('turned off it does nothing and keeps all; turned on it catches up with both sides', async () => {
    const [one, two] = people(2) as [string, string];
    await shop.settle();
    shop.edit(one, { city: 'Umeå' });
    const row = String((await shop.read('p01@example.com'))?.id);
    await shop.change(row, { city: 'Kiruna' });
    shop.contact({ email: 'new@example.com' });
    const off = await shop.run({ enabled: false });
    assert.deepEqual([off.exit, off.only.a, off.only.b, off.only.inSync], [0, nothing, nothing, 2]);
    const { a, b } = await shop.settle();
    assert.deepEqual([a.updated, b.updated, b.created], [1, 1, 1]);
    assert.deepEqual([shop.values(two)?.city, (await shop.read('p00@example.com'))?.city], ['Kiruna', 'Umeå']);
  });

  test('M10 an added mapping is a first meeting of its field alone; a removed one is carried no more', async () => {
    const [one] = people(1) as [string];
    await shop.settle({ mappings: mappings.slice(0, 3) });
    const row = String((await shop.read('p00@example.com'))?.id);
    assert.equal((await shop.read(row))?.city, null);
    const more = await shop.settle();
    assert.deepEqual([more.b.updated, (await shop.read(row))?.city], [1, 'Lund']);
    shop.edit(one, { city: 'Umeå', lastname: 'New' });
    const { b } = await shop.settle({ mappings: mappings.slice(0, 3) });
    assert.equal(b.updated, 1);
    assert.deepEqual([(await shop.read(row))?.city, (await shop.read(row))?.last_name], ['Lund', 'New']);
  });

  test('M10 a changed pair of fields fills the new one, and leaves the old one as it is', async () => {
    people(1);
    await shop.settle();
    const row = String((await shop.read('p00@example.com'))?.id);
    await shop.settle({ mappings: [...mappings.slice(0, 4), { a: 'city', b: 'town' }] });
    assert.deepEqual([(await shop.read(row))?.city, (await shop.read(row))?.town], ['Lund', 'Lund']);
  });

  test('M10 a changed winner or direction writes nothing by itself', async () => {
    const [one] = people(1) as [string];
    await shop.settle({ direction: 'a-to-b' });
    const row = String((await shop.read('p00@example.com'))?.id);
    await shop.change(row, { city: 'Kept' });
    await shop.settle({ direction: 'a-to-b' });
    const other = await shop.settle({ direction: 'a-to-b', default: 'b' });
    assert.deepEqual([other.a, other.b], [nothing, nothing]);
    const both = await shop.settle({ direction: 'both' });
    assert.deepEqual(both.b, nothing);
    assert.equal(shop.values(one)?.city, 'Kept', 'what the target had changed flows once both ways are open');
  });

  test('G4 a brake pauses before the first write, and --approve lets it pass once', async () => {
    const ids = people(30);
    await shop.settle();
    const sync = { brakes: { update: '50%' } };
    for (const id of ids.slice(0, 25)) shop.edit(id, { city: 'Umeå' });
    const ran = await shop.run(sync);
    assert.equal(ran.exit, 1);
    assert.deepEqual([ran.only.b, ran.only.paused?.brake, ran.only.paused?.limit], [nothing, 'update', 20]);
    assert.deepEqual((await shop.run(sync)).only.b, nothing, 'it stays paused');
    const passed = await shop.run(sync, { approve: 'yes' });
    assert.deepEqual([passed.exit, passed.only.b.updated], [0, 25]);
    for (const id of ids.slice(0, 25)) shop.edit(id, { city: 'Kiruna' });
    assert.equal((await shop.run(sync)).exit, 1, 'once, not for ever');
  });

  test('G4 a first sync of which every record failed is still a first sync: --yes starts it once the trouble is mended', async () => {
    const ids = people(25);
    const sync = { brakes: {} };
    const constraint = 'alter table customers add constraint elsewhere check';
    await shop.database.query(`${constraint} (city <> 'Lund')`);
    assert.equal((await shop.run(sync)).only.failing, 25);
    await shop.database.query('alter table customers drop constraint elsewhere');
    const asked = await shop.run(sync, { consent: 'ask' });
    assert.deepEqual([asked.exit, asked.only.paused?.brake], [1, 'create'], 'nobody has agreed to it');
    const ran = await shop.run(sync);
    assert.deepEqual([ran.exit, ran.only.b.created], [0, 25]);
    for (const id of ids) shop.edit(id, { city: 'Umeå' });
    assert.equal((await shop.run(sync)).only.paused?.brake, 'update', 'from then on brakes hold');
  });

  test('G4 emptying many fields, and archiving many records, have brakes of their own', async () => {
    const ids = people(30);
    await shop.settle();
    for (const id of ids.slice(0, 22)) shop.edit(id, { city: null });
    const emptied = await shop.run({ brakes: { update: 'off', empty: '5%' } });
    assert.equal(emptied.only.paused?.brake, 'empty');
    await shop.settle();
    shop.hubspot.admin.edit('contacts', { archive: ids.slice(0, 22) });
    const deletions = { a: 'delete' };
    const archived = await shop.run({ deletions, brakes: { archive: '1%' } });
    assert.equal(archived.only.paused?.brake, 'archive');
    assert.equal((await shop.rows()).length, 30);
    assert.equal((await shop.settle({ deletions })).b.deleted, 22);
  });

  test('G1 a deletion is kept to its side by default, named, and may be re-created on either side', async () => {
    const [one] = people(2) as [string, string];
    await shop.settle();
    shop.hubspot.admin.edit('contacts', { archive: [one] });
    await shop.database.query(`delete from customers where email = 'p01@example.com'`);
    const ran = await shop.run();
    assert.equal(ran.exit, 1);
    assert.deepEqual(ran.only.problems, { 'deleted-in-a': 1, 'deleted-in-b': 1 });
    assert.deepEqual([ran.only.a, ran.only.b], [nothing, nothing]);
    const all = await links();
    assert.equal(await act((engine, sync) => recreate(engine, sync, all, 'a')), 1);
    const again = await shop.settle();
    assert.deepEqual([again.a.created, again.b.created, again.failing], [1, 0, 1]);
    assert.equal(await act((engine, sync) => recreate(engine, sync, all, 'either')), 1);
    const rest = await shop.settle();
    assert.deepEqual([rest.b.created, rest.failing, rest.inSync], [1, 0, 2]);
    assert.ok(await shop.read('p01@example.com'));
  });

  test('G1 G2 a deletion carried to the other side, by the policy of the side it came from; an edit beats it', async () => {
    const [one, two, three] = people(3) as [string, string, string];
    const sync = { deletions: { a: 'delete', b: 'archive' } };
    await shop.settle(sync);
    await shop.change(String((await shop.read('p02@example.com'))?.id), { city: 'Edited' });
    shop.hubspot.admin.edit('contacts', { archive: [one, three] });
    await shop.database.query(`delete from customers where email = 'p01@example.com'`);
    const { a, b } = await shop.settle(sync);
    assert.deepEqual([a.archived, b.deleted], [1, 1]);
    assert.equal(await shop.read('p00@example.com'), undefined);
    assert.equal(shop.values(two), undefined, 'archived in HubSpot');
    assert.equal((await shop.read('p02@example.com'))?.city, 'Edited', 'the edited one lives');
  });

  test('A2 a restored record is the same record: its link is whole again', async () => {
    const [one] = people(1) as [string];
    await shop.settle();
    shop.hubspot.admin.edit('contacts', { archive: [one] });
    assert.equal((await shop.run()).exit, 1);
    shop.hubspot.admin.edit('contacts', { restore: [one] });
    const { inSync, failing, a, b } = await shop.settle();
    assert.deepEqual([inSync, failing, a.created, b.created], [1, 0, 0, 0]);
  });

  test('A2 of two merged contacts the survivor keeps a row, and no row is made twice', async () => {
    const [one, two] = people(2) as [string, string];
    await shop.settle();
    shop.hubspot.admin.edit('contacts', { merge: [{ primary: one, other: two }] } as never);
    const ran = await shop.run();
    assert.equal(ran.only.b.created, 0);
    assert.equal((await shop.rows()).length, 2, 'nothing is deleted by a merge');
    assert.deepEqual((await shop.run()).only.b, nothing);
  });

  test('an unlinked pair stays apart, one that is left alone waits, and both may be taken back', async () => {
    const [one, two] = people(2) as [string, string];
    await shop.settle();
    const [first, second] = (await links()) as [string, string];
    await act((engine, sync) => unlink(engine, sync, [first]));
    await act((engine, sync) => leave(engine, sync, [second]));
    shop.edit(one, { city: 'Umeå' });
    shop.edit(two, { city: 'Umeå' });
    const { a, b, excluded } = await shop.settle();
    assert.deepEqual([a, b, excluded], [nothing, nothing, 2]);
    await act((engine, sync) => takeBack(engine, sync, [first, second]));
    const back = await shop.settle();
    assert.deepEqual([back.a.created, back.b.created, back.b.updated, back.inSync], [0, 0, 2, 2]);
  });

  test('U1 a run is undone, edits that people made since survive, and the undo can be undone', async () => {
    const [one, two] = people(2) as [string, string];
    await shop.settle();
    for (const id of [one, two]) shop.edit(id, { city: 'Umeå' });
    await shop.settle();
    const run = await lastRun();
    await shop.change(String((await shop.read('p01@example.com'))?.id), { city: 'Edited since' });
    await shop.run({ enabled: false });
    const report = await act((engine, sync) => undo(engine, sync, { run }));
    assert.deepEqual([report.undone, report.kept], [1, 1]);
    assert.equal((await shop.read('p00@example.com'))?.city, 'Lund');
    assert.equal((await shop.read('p01@example.com'))?.city, 'Edited since');
    const again = await act((engine, sync) => undo(engine, sync, { run: report.run }));
    assert.equal(again.undone, 1);
    assert.equal((await shop.read('p00@example.com'))?.city, 'Umeå');
  });

  test('a sync that the file no longer names is left alone, with its links; named again it goes on', async () => {
    const [one] = people(1) as [string];
    await shop.settle();
    const { accounts, syncs } = shop.file() as { accounts: object; syncs: { people: object } };
    await shop.database.query('create table if not exists others (id serial primary key, email text)');
    const others = { ...syncs.people, b: { account: 'shop', object: 'public.others' }, mappings: [mappings[0]] };
    const ran = await shop.installation.sync({ accounts, syncs: { others } } as never);
    assert.deepEqual(Object.keys(ran.syncs), ['others']);
    assert.equal(ran.exit, 0);
    shop.edit(one, { city: 'Umeå' });
    const { b, inSync } = await shop.settle();
    assert.deepEqual([b.updated, inSync], [1, 1]);
  });
});

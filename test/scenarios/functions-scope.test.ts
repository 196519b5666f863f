import assert from 'node:assert/strict';
import { after, before, beforeEach, suite, test } from 'node:test';
import { mappings, nothing, openShop, type Shop } from './shop.ts';

suite('which records sync, and with whom, through the file', () => {
  let shop: Shop;
  before(async () => {
    shop = await openShop();
  });
  beforeEach(() => shop.clear());
  after(() => shop?.close());

  const emails = async () => (await shop.rows()).map((row) => row.email);
  const lund = (way: string) => ({ filter: { [way]: { field: 'city', op: 'equals', value: 'Lund' } } });

  test('F1 a filter limits what starts, in its own direction only', async () => {
    shop.contact({ email: 'in@example.com', city: 'Lund' });
    shop.contact({ email: 'out@example.com', city: 'Umeå' });
    await shop.row({ email: 'row@example.com', city: 'Kiruna' });
    const { excluded, a, b } = await shop.settle(lund('a-to-b'));
    assert.deepEqual([excluded, a.created, b.created], [1, 1, 1]);
    assert.deepEqual(await emails(), ['in@example.com', 'row@example.com']);
  });

  test('F1 what leaves the filter goes on, or is left alone until it is back, by `leaving`', async () => {
    const id = shop.contact({ email: 'ann@example.com', city: 'Lund', lastname: 'Ek' });
    const keep = { ...lund('a-to-b'), direction: 'a-to-b' };
    await shop.settle(keep);
    shop.edit(id, { city: 'Umeå', lastname: 'Berg' });
    await shop.settle(keep);
    assert.equal((await shop.read('ann@example.com'))?.last_name, 'Berg', 'keep: it goes on');
    const exclude = { ...keep, leaving: 'exclude' };
    assert.equal((await shop.settle(exclude)).excluded, 1);
    shop.edit(id, { lastname: 'Ask' });
    await shop.settle(exclude);
    assert.equal((await shop.read('ann@example.com'))?.last_name, 'Berg', 'exclude: its partner is left as it is');
    shop.edit(id, { city: 'Lund' });
    assert.equal((await shop.settle(exclude)).excluded, 0);
    const { last_name, city } = (await shop.read('ann@example.com')) ?? {};
    assert.deepEqual([last_name, city], ['Ask', 'Lund'], 'back: it catches up');
  });

  test('G3 a changed filter deletes nothing, whatever the deletion policy', async () => {
    shop.contact({ email: 'ann@example.com', city: 'Lund' });
    const sync = { ...lund('a-to-b'), direction: 'a-to-b', deletions: { a: 'delete' }, leaving: 'exclude' };
    await shop.settle(sync);
    const other = { ...sync, filter: { 'a-to-b': { field: 'city', op: 'equals', value: 'Umeå' } } };
    const { a, b, excluded } = await shop.settle(other);
    assert.deepEqual([a, b, excluded], [nothing, nothing, 1]);
    assert.deepEqual(await emails(), ['ann@example.com']);
  });

  test('F1 a record outside the filter may still be matched by one that comes from the other side', async () => {
    shop.contact({ email: 'ann@example.com', city: 'Umeå', lastname: 'Ek' });
    await shop.row({ email: 'ann@example.com', first_name: 'Ann' });
    const { linked, a, b } = await shop.settle(lund('a-to-b'));
    assert.deepEqual([linked, a.created, b.created], [1, 0, 0]);
  });

  test('require: by default an e-mail address; a list of one’s own; none', async () => {
    shop.contact({ lastname: 'Nameless' });
    shop.contact({ email: 'ann@example.com' });
    assert.deepEqual([(await shop.settle()).excluded, (await shop.rows()).length], [1, 1]);
    assert.equal((await shop.settle({ require: [] })).b.created, 1);
    shop.contact({ email: 'bo@example.com' });
    assert.equal((await shop.settle({ require: ['lastname'] })).b.created, 0);
  });

  test('match: own rules in order; what the first finds the second never sees', async () => {
    const one = shop.contact({ email: 'ann@example.com', phone: '+46701234567' });
    const two = shop.contact({ email: 'bo@example.com', phone: '+46707654321' });
    const ann = await shop.row({ email: 'ANN@example.com', phone: '+46707654321' });
    const late = await shop.row({ email: 'other@example.com', phone: '+46701112233' });
    const { linked } = await shop.settle({
      match: [['email'], ['phone']],
      mappings: [{ a: 'lastname', b: 'last_name' }],
      require: [],
    });
    assert.equal(linked, 1);
    shop.edit(one, { lastname: 'One' });
    shop.edit(two, { lastname: 'Two' });
    await shop.settle({ match: [['email'], ['phone']], mappings: [{ a: 'lastname', b: 'last_name' }], require: [] });
    assert.equal((await shop.read(ann))?.last_name, 'One');
    assert.equal((await shop.read(late))?.last_name, null);
  });

  test('match: a field need not be mapped, and all fields of a rule must be equal', async () => {
    shop.contact({ email: 'a@example.com', firstname: 'Ann', city: 'Lund' });
    await shop.row({ first_name: 'ann', town: 'LUND' });
    await shop.row({ first_name: 'Ann', town: 'Umeå' });
    const sync = {
      match: [
        [
          { a: 'firstname', b: 'first_name' },
          { a: 'city', b: 'town' },
        ],
      ],
      mappings: [mappings[0]],
    };
    const { linked, b } = await shop.settle(sync);
    assert.deepEqual([linked, b.created], [1, 0]);
    assert.equal((await shop.read('a@example.com'))?.town, 'LUND');
  });

  test('match: none links nobody, and makes each record across', async () => {
    shop.contact({ email: 'ann@example.com' });
    await shop.row({ email: 'else@example.com' });
    const { linked, a, b } = await shop.settle({ match: 'none' });
    assert.deepEqual([linked, a.created, b.created], [0, 1, 1]);
  });

  test('F2 two candidates are ambiguous: neither linked nor made, until somebody makes them differ', async () => {
    shop.contact({ email: 'ann@example.com' });
    const twin = await shop.row({ email: 'ann@example.com', last_name: 'One' });
    await shop.row({ email: 'Ann@Example.com', last_name: 'Two' });
    const ran = await shop.run();
    assert.deepEqual(ran.only.problems, { 'ambiguous-match': 3 });
    assert.deepEqual([ran.only.linked, ran.only.a, ran.only.b], [0, nothing, nothing]);
    await shop.change(twin, { email: 'one@example.com' });
    const later = await shop.settle();
    assert.deepEqual([later.linked, later.a.created, later.failing], [1, 1, 0]);
  });

  test('F2 a match key that a linked record no longer has holds nobody up', async () => {
    const id = shop.contact({ email: 'ann@example.com', lastname: 'Ek' });
    await shop.settle();
    const row = await shop.read('ann@example.com');
    shop.edit(id, { email: null });
    await shop.settle();
    assert.equal((await shop.read(String(row?.id)))?.email, null);
    await shop.row({ email: 'ann@example.com', last_name: 'New' });
    const { a, failing } = await shop.settle();
    assert.deepEqual([a.created, failing], [1, 0], 'the address is free: its new owner is made');
  });

  test('I15 a linked pair stays one when its match key changes, and two who now share one are not merged', async () => {
    const id = shop.contact({ email: 'ann@example.com', lastname: 'Ek' });
    shop.contact({ email: 'bo@example.com', lastname: 'Berg' });
    await shop.settle();
    shop.edit(id, { email: 'anna@example.com' });
    const { b } = await shop.settle();
    assert.deepEqual(b, { ...nothing, updated: 1 });
    assert.deepEqual(await emails(), ['anna@example.com', 'bo@example.com']);
  });

  test('M9 one way: the source is never written, whatever stands on the target', async () => {
    const id = shop.contact({ email: 'ann@example.com', lastname: 'Ek' });
    await shop.row({ email: 'only-there@example.com' });
    const sync = { direction: 'a-to-b' };
    const { a } = await shop.settle(sync);
    assert.deepEqual(a, nothing);
    const row = String((await shop.read('ann@example.com'))?.id);
    await shop.change(row, { last_name: 'Edited', city: 'Lund' });
    assert.deepEqual((await shop.settle(sync)).a, nothing);
    assert.equal((await shop.read(row))?.last_name, 'Edited', 'it stays until the source changes');
    shop.edit(id, { lastname: 'Ask' });
    await shop.settle(sync);
    assert.deepEqual([(await shop.read(row))?.last_name, (await shop.read(row))?.city], ['Ask', 'Lund']);
  });

  test('M9 one way with the target as default app: only its empty fields are filled', async () => {
    shop.contact({ email: 'ann@example.com', lastname: 'Ek', city: 'Lund' });
    await shop.row({ email: 'ann@example.com', last_name: 'Kept' });
    await shop.settle({ direction: 'a-to-b', default: 'b' });
    const { last_name, city } = (await shop.read('ann@example.com')) ?? {};
    assert.deepEqual([last_name, city], ['Kept', 'Lund']);
  });
});

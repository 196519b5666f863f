import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { must } from '../../src/lib/assert.ts';
import type { SyncSummary } from '../../src/server/api.ts';
import { begins, type PublicCase, pairCases } from './public-cases.ts';
import { mappings, nothing, openShop, type Row, type Shop } from './shop.ts';

const sync = { deletions: { a: 'delete', b: 'archive' } };

/** What public synchronisers test, through the file: docs/public-cases.md says where each of the 116 is. */
suite('public cases', () => {
  let shop: Shop;
  before(async () => {
    shop = await openShop();
  });
  after(() => shop?.close());

  suite('in one run, each pair by itself', () => {
    let done: SyncSummary;
    const email = (n: number) => `case${n}@example.com`;
    const ids: string[] = [];
    before(async () => {
      for (const n of pairCases.keys()) ids.push(shop.contact({ email: email(n), ...begins.a }));
      await shop.settle(sync);
      for (const [n, { a, b }] of pairCases.entries()) {
        const row = String(must(await shop.read(email(n))).id);
        if (a === 'gone') shop.hubspot.admin.edit('contacts', { archive: [must(ids[n])] });
        else if (a) shop.edit(must(ids[n]), a);
        if (b === 'gone') await shop.database.query('delete from customers where id = $1', [row]);
        else if (b) await shop.change(row, b);
      }
      done = await shop.settle(sync);
    });

    for (const [n, { of, result, is }] of pairCases.entries()) {
      test(`${of}: ${result}`, async () => {
        const here = shop.contacts().filter(({ values }) => values.email === email(n));
        const there = (await shop.rows()).filter((row) => row.email === email(n));
        assert.deepEqual([here.length, there.length], [is.a === 'gone' ? 0 : 1, is.b === 'gone' ? 0 : 1]);
        if (is.a !== 'gone') holds(here[0]?.values, is.a);
        if (is.b !== 'gone') holds(there[0], is.b);
      });
    }

    test('73: the writes are exactly those that are needed', () => {
      const count = (side: 'a' | 'b', op: string) => pairCases.filter((each) => each.writes[side] === op).length;
      const expected = (side: 'a' | 'b') => Object.fromEntries(Object.keys(nothing).map((op) => [op, count(side, op)]));
      assert.deepEqual([done.a, done.b], [expected('a'), expected('b')]);
      assert.deepEqual(done.problems, { 'deleted-in-a': 1, 'deleted-in-b': 1 });
    });
  });

  suite('one after the other', () => {
    before(() => shop.clear());

    test('85: an empty source is no failure and no write', async () => {
      const { a, b, failing } = await shop.settle(sync);
      assert.deepEqual([a, b, failing], [nothing, nothing, 0]);
    });

    test('2 8: the same on both sides is linked without a write, and two more runs leave the state as it is', async () => {
      shop.contact({ email: 'same@example.com', lastname: 'Ek' });
      await shop.row({ email: 'same@example.com', last_name: 'Ek' });
      const { linked, a, b } = await shop.settle(sync);
      assert.deepEqual([linked, a, b], [1, nothing, nothing]);
      const before = await linkRows(shop);
      await shop.settle(sync);
      assert.deepEqual(await linkRows(shop), before);
    });

    test('3: the same key and other values: linked, the default app wins', async () => {
      shop.contact({ email: 'differs@example.com', lastname: 'Here' });
      await shop.row({ email: 'differs@example.com', last_name: 'There', city: 'Lund' });
      const { linked, conflicts } = await shop.settle(sync);
      assert.deepEqual([linked, conflicts], [1, 1]);
      assert.equal((await shop.read('differs@example.com'))?.last_name, 'Here');
    });

    test('5: made on either side, edited on the other, each arrives', async () => {
      const id = shop.contact({ email: 'from-a@example.com' });
      const row = await shop.row({ email: 'from-b@example.com' });
      await shop.settle(sync);
      await shop.change(String((await shop.read('from-a@example.com'))?.id), { city: 'B' });
      const mate = must(shop.contacts().find(({ values }) => values.email === 'from-b@example.com'));
      shop.edit(mate.id, { city: 'A' });
      await shop.settle(sync);
      assert.deepEqual([shop.values(id)?.city, (await shop.read(row))?.city], ['B', 'A']);
    });

    test('6 56: the same key made again after a removal is a new record', async () => {
      const id = shop.contact({ email: 'again@example.com', lastname: 'First' });
      await shop.settle(sync);
      shop.hubspot.admin.edit('contacts', { archive: [id] });
      await shop.settle(sync);
      assert.equal(await shop.read('again@example.com'), undefined);
      shop.contact({ email: 'again@example.com', lastname: 'Second' });
      const { b } = await shop.settle(sync);
      assert.equal(b.created, 1);
      assert.equal((await shop.read('again@example.com'))?.last_name, 'Second');
    });

    test('15 104 107: a changed match key is the same link, a key in another case the same record', async () => {
      const id = shop.contact({ email: 'old@example.com', lastname: 'Ek' });
      await shop.row({ email: 'OLD@Example.com', city: 'Lund' });
      assert.equal((await shop.settle(sync)).linked, 1);
      shop.edit(id, { email: 'moved@example.com' });
      const { b } = await shop.settle(sync);
      assert.deepEqual(b, { ...nothing, updated: 1 });
      assert.equal((await shop.read('moved@example.com'))?.city, 'Lund');
    });

    test('15: two records that are given one key are told, and neither writes over the other', async () => {
      const one = shop.contact({ email: 'one@example.com', lastname: 'One' });
      await shop.row({ email: 'two@example.com', last_name: 'Two' });
      await shop.settle(sync);
      await shop.change(String((await shop.read('two@example.com'))?.id), { email: 'one@example.com' });
      const ran = await shop.run(sync);
      assert.deepEqual(ran.only.problems, { 'duplicate-in-target': 1 });
      assert.equal(shop.values(one)?.lastname, 'One');
      await shop.database.query(`update customers set email = 'two@example.com' where last_name = 'Two'`);
      assert.equal((await shop.settle(sync)).failing, 0);
    });

    test('83 114: of many quick edits the last one stands, and nothing flips back', async () => {
      const id = shop.contact({ email: 'quick@example.com' });
      await shop.settle(sync);
      for (const city of ['One', 'Two', 'Three']) {
        for (const step of ['a', 'b']) shop.edit(id, { city: `${city} ${step}` });
        assert.equal((await shop.settle(sync)).b.updated, 1);
        assert.equal((await shop.read('quick@example.com'))?.city, `${city} b`);
        assert.equal(shop.values(id)?.city, `${city} b`);
      }
    });

    test('92 116: made and removed before anybody looked: it never appears', async () => {
      const id = shop.contact({ email: 'brief@example.com' });
      shop.hubspot.admin.edit('contacts', { archive: [id] });
      const { b, failing } = await shop.settle(sync);
      assert.deepEqual([b, failing], [nothing, 0]);
    });

    test('30: the state is lost: nothing is removed or made twice, and what differs goes to the default app', async () => {
      const rows = await shop.rows();
      const contacts = shop.contacts().length;
      await shop.change(String(must(rows[0]).id), { city: 'Differs' });
      await shop.forget();
      const { linked, a, b } = await shop.settle(sync);
      assert.deepEqual([linked, a.created, b.created], [rows.length, 0, 0]);
      assert.deepEqual([(await shop.rows()).length, shop.contacts().length], [rows.length, contacts]);
    });

    test('14: records without a key on both sides are both made, none is merged', async () => {
      shop.contact({ lastname: 'Same', firstname: 'Ann' });
      await shop.row({ last_name: 'Same', first_name: 'Ann' });
      const { a, b, linked } = await shop.settle({ ...sync, require: [] });
      assert.deepEqual([a.created, b.created, linked], [1, 1, 0]);
    });

    test('32: keys that differ in case and Unicode form only are one, and each side keeps its own writing', async () => {
      await shop.clear();
      shop.contact({ email: 'a@example.com', lastname: 'ÅSTRÖM'.normalize('NFD') });
      await shop.row({ last_name: 'Åström' });
      const own = { match: [['lastname']], mappings: [mappings[4], mappings[2]], direction: 'a-to-b', default: 'b' };
      assert.equal((await shop.settle(own)).linked, 1);
      assert.equal((await shop.rows())[0]?.last_name, 'Åström');
    });
  });
});

function holds(record: Record<string, unknown> | undefined, expected: PublicCase['is']['a'] & object): void {
  for (const [name, value] of Object.entries(expected)) assert.equal(record?.[name] || null, value, name);
}

async function linkRows({ installation }: Shop): Promise<Row[]> {
  return installation.db.rows('select l::text as row from syncline.link l order by 1');
}

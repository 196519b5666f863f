import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { type TestPostgres, testPostgres } from '../../../test/partners/postgres.ts';
import { Mirror, objectOn, passOver } from '../../../test/partners/postgres-passes.ts';
import { seededRandom } from '../../lib/random.ts';

describe('changes by xmin', () => {
  let shop: TestPostgres;
  let mirror: Mirror;

  before(async () => {
    shop = await testPostgres();
  });
  beforeEach(async () => {
    await shop.query('drop table if exists people; create table people (id int primary key, note text)');
    await shop.query(`insert into people select n, 'new' from generate_series(1, 20) n`);
    const session = shop.session();
    mirror = new Mirror(session, await objectOn(session, 'public.people'), ['note']);
    await mirror.pass();
  });
  after(() => shop.close());

  test('R1 a transaction that was open while passes went by is seen once it commits', async () => {
    const slow = await shop.client();
    await slow.query(`begin; update people set note = 'late' where id = 7; savepoint deeper`);
    await slow.query(`insert into people values (100, 'later still'); release savepoint deeper`);
    for (const id of [1, 2, 3]) {
      await shop.query(`update people set note = 'quick' where id = $1`, [id]);
      assert.ok((await mirror.pass()).includes(String(id)));
    }
    assert.equal(mirror.records.get('7')?.values.note, 'new');
    await slow.query('commit');
    assert.deepEqual((await mirror.pass()).filter((id) => Number(id) > 3).sort(), ['100', '7']);
    assert.equal(mirror.records.get('7')?.values.note, 'late');
    await shop.query(`insert into people values (101, 'more')`);
    assert.deepEqual(await mirror.pass(), ['101'], 'what was seen does not come again');
  });

  test('what is rolled back is never shown', async () => {
    const client = await shop.client();
    await client.query(`begin; update people set note = 'undone' where id = 4; rollback`);
    assert.deepEqual(await mirror.pass(), []);
    assert.equal(mirror.records.get('4')?.values.note, 'new');
  });

  test('R1 rows that are written with the values they had are shown with another version', async () => {
    const version = mirror.records.get('5')?.version;
    await shop.query('update people set note = note where id = 5');
    assert.deepEqual(await mirror.pass(), ['5']);
    assert.notEqual(mirror.records.get('5')?.version, version);
  });

  test('R1 rows that are frozen or locked do not come again, and are seen when they change', async () => {
    await shop.query('vacuum (freeze) people');
    await shop.query('select from people for update');
    assert.deepEqual(await mirror.pass(), []);
    await shop.query(`update people set note = 'thawed' where id = 9`);
    assert.deepEqual(await mirror.pass(), ['9']);
    await shop.query('vacuum (freeze) people');
    assert.deepEqual(await mirror.pass(), []);
  });

  test('R1 rows that move while a pass looks through the table are not missed', async () => {
    await shop.query(`insert into people select n, repeat('x', 200) from generate_series(1000, 13000) n`);
    const session = shop.session();
    const object = await objectOn(session, 'public.people');
    const { until } = await passOver(session, object, ['note']);
    await shop.query(`update people set note = 'one' where id >= 1000`);
    // While pages come, the rows that are still to come move to where pages have been.
    const pass = await passOver(session, object, ['note'], until, async (page) => {
      if (page > 1) return;
      await shop.query('vacuum people');
      await shop.query(`update people set note = 'two' where id >= 8000`);
    });
    assert.ok(pass.pages > 2);
    const next = await passOver(session, object, ['note'], pass.until);
    const seen = new Map([...pass.records, ...next.records]);
    assert.equal(seen.size, 12_001);
    for (const [id, record] of seen) assert.equal(record.values.note, Number(id) >= 8000 ? 'two' : 'one');
  });

  test('R1 12,000 rows with one and the same stamp are all seen, each once', async () => {
    await shop.query(`insert into people select n, 'x' from generate_series(1001, 13000) n`);
    const session = shop.session();
    const object = await objectOn(session, 'public.people');
    const ids: string[] = [];
    const listed = await passOver(session, object, ['note']);
    await shop.query(`update people set note = 'tied' where id > 1000`);
    for (let resume: string | undefined; ; ) {
      const page = await object.reads.page(session, { since: listed.until, resume, fields: ['note'] });
      ids.push(...page.records.map((record) => record.id));
      resume = page.resume;
      if (resume === undefined) break;
    }
    assert.equal(listed.records.size, 12_020);
    assert.equal(ids.length, 12_000);
    assert.equal(new Set(ids).size, 12_000);
  });

  test('a pass over a table in a database where nothing happened is one statement', async () => {
    const session = shop.session();
    const object = await objectOn(session, 'public.people');
    const { until } = await passOver(session, object, ['note']);
    const before = session.calls();
    assert.equal((await passOver(session, object, ['note'], until)).records.size, 0);
    assert.equal(session.calls() - before, 1);
  });

  test('R1 whatever transactions overlap with passes, every committed row is seen', async () => {
    const random = seededRandom(7);
    const below = (most: number) => Math.floor(random.next() * most);
    const clients = await Promise.all(Array.from({ length: 5 }, () => shop.client()));
    const isOpen = clients.map(() => false);
    for (let step = 0; step < 300; step++) {
      const at = below(clients.length);
      const client = clients[at];
      if (!client) continue;
      const act = below(10);
      // Each client keeps to rows of its own, so that nobody waits for a lock.
      const id = 1 + at + clients.length * below(10);
      if (!isOpen[at] && act < 4) {
        await client.query('begin');
        isOpen[at] = true;
      } else if (isOpen[at] && act < 2) {
        await client.query(below(3) === 0 ? 'rollback' : 'commit');
        isOpen[at] = false;
      } else if (isOpen[at] && act === 2) {
        await client.query('savepoint s');
      } else if (act < 7) {
        await client.query(`insert into people values ($1, $2) on conflict (id) do update set note = $2`, [
          id,
          `${step}`,
        ]);
      } else {
        await mirror.pass();
      }
    }
    for (const client of clients) await client.query('commit').catch(() => {});
    await mirror.pass();
    const { rows } = await shop.query('select id, note from people');
    assert.deepEqual(mirror.column('note'), Object.fromEntries(rows.map(({ id, note }) => [String(id), note])));
    assert.equal(mirror.expirations, 0);
  });
});

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type TestPostgres, testPostgres } from '../../../test/partners/postgres.ts';
import { Mirror, objectOn, passOver } from '../../../test/partners/postgres-passes.ts';
import type { Place } from './changes.ts';

describe('the cursor', () => {
  let shop: TestPostgres;
  before(async () => {
    shop = await testPostgres();
  });
  after(() => shop.close());

  const expires = async (table: string, change: () => Promise<unknown>, name = table): Promise<boolean> => {
    const session = shop.session();
    const { until } = await passOver(session, await objectOn(session, `public.${table}`), ['note']);
    await change();
    const pass = await passOver(shop.session(), await objectOn(session, `public.${name}`), ['note'], until);
    return pass.expired;
  };

  const sql = (text: string) => () => shop.query(text);

  test('R1 expires when rows come into a table, or change, without being written', async () => {
    await shop.query(`
      create table swapped (id int primary key, note text); create table swap (id int primary key, note text);
      insert into swap values (1, 'older than the cursor');
      create type mood as enum ('glad', 'sad'); create table moods (id int primary key, note mood);
      create table parts (id int primary key, note text) partition by range (id);
      create table part (id int not null, note text); insert into part values (1, 'x');
      create table other (id int primary key, note text); create table plain (id int primary key, note text)`);
    const rename = 'alter table swapped rename to away; alter table swap rename to swapped';
    const session = shop.session();
    const { until } = await passOver(session, await objectOn(session, 'public.swapped'), ['note']);
    await shop.query(rename);
    const swapped = await objectOn(shop.session(), 'public.swapped');
    assert.ok((await passOver(shop.session(), swapped, ['note'], until)).expired, 'another table has the name');

    assert.ok(await expires('moods', sql(`alter type mood rename value 'sad' to 'low'`)), 'an option was renamed');
    assert.ok(await expires('parts', sql('alter table parts attach partition part for values from (0) to (9)')));
    assert.ok(await expires('other', sql('truncate other')));
    assert.ok(await expires('other', sql('vacuum full other')));
    assert.ok(await expires('other', sql(`alter table other add column more text default 'x'`)));
    assert.ok(!(await expires('plain', sql('analyze plain'))));
    assert.ok(!(await expires('plain', sql(`insert into plain values (1, 'x'); create index on plain (note)`))));
  });

  test('R1 expires when it is of the future, of long ago, or none of ours', async () => {
    const session = shop.session();
    const object = await objectOn(session, 'public.plain');
    const { until = '' } = await passOver(session, object, ['note']);
    const place = JSON.parse(until) as Place;
    const far = (transactions: bigint) => JSON.stringify({ ...place, xid: String(BigInt(place.xid) + transactions) });
    for (const cursor of [far(1000n), far(-2_100_000_000n), 'nonsense', '{}', '{"xid":"1"}', 'null']) {
      assert.ok((await passOver(session, object, ['note'], cursor)).expired, cursor);
    }
  });

  test('R1 expires when the server crashed, for it may give the same transaction numbers again', async () => {
    await shop.query('create table crashed (id int primary key, note text)');
    const session = shop.session();
    const object = await objectOn(session, 'public.crashed');
    const { until } = await passOver(session, object, ['note']);
    const { rows } = await shop.query('select pg_backend_pid() as pid');
    const witness = await shop.client();
    const crash = new Promise((resolve) => witness.once('end', resolve));
    process.kill(Number(rows[0].pid), 'SIGKILL');
    await crash;
    const pass = await atLast(() => passOver(session, object, ['note'], until));
    assert.ok(pass.expired);
  });

  test('row-level security shows rows that nobody wrote, so such a table is listed each time', async () => {
    await atLast(() =>
      shop.query(`
        create table rooms (id int primary key, note text, owner text); alter table rooms enable row level security;
        create policy mine on rooms using (owner = current_user);
        drop role if exists ann; create role ann login; grant select, insert on rooms to ann;
        insert into rooms values (1, 'hers', 'ann'), (2, 'his', 'bob')`),
    );
    const session = shop.session({ user: 'ann' });
    const object = await objectOn(session, 'public.rooms');
    assert.equal(object.reads.changes, 'none');
    const pass = await passOver(session, object, ['note']);
    assert.deepEqual([...pass.records.keys()], ['1']);
    assert.equal(pass.until, undefined);
    await session.close();
    await shop.query('drop owned by ann; drop role ann');
  });

  test('a large table with a trusted time of change is followed by it, and looked through now and then', async () => {
    // Pages hold one row each, so that few rows make a large table.
    await shop.query(`
      create table large (id int primary key, note text, filler text, changed timestamptz not null default now()) with (fillfactor = 10);
      create function stamp() returns trigger language plpgsql as $$ begin new.changed := now(); return new; end $$;
      create trigger stamp before update on large for each row execute function stamp();
      insert into large select n, 'new', repeat('x', 700), now() - n * interval '1 hour' from generate_series(1, 17000) n;
      create index on large (changed)`);
    const session = shop.session();
    const object = await objectOn(session, 'public.large');
    const fields = typeof object.fields === 'function' ? [] : object.fields;
    assert.equal(fields.find((field) => field.name === 'changed')?.writable, 'never', 'the trigger writes it');
    const { until } = await passOver(session, object, ['note']);
    await shop.query(`update large set note = 'by trigger' where id = 5`);
    await shop.query(`set session_replication_role = replica; update large set note = 'past the trigger' where id = 6;
      set session_replication_role = origin`);
    const quick = await passOver(session, object, ['note'], until);
    assert.equal(quick.records.get('5')?.values.note, 'by trigger');
    assert.ok(!quick.records.has('6'), 'its time of change was not moved');
    const place = JSON.parse(quick.until ?? '') as Place;
    const older = JSON.stringify({ ...place, at: place.at - 301 });
    const full = await passOver(session, object, ['note'], older);
    assert.equal(full.records.get('6')?.values.note, 'past the trigger');
  });

  test('a time of change without a trigger is trusted only where the account names it', async () => {
    await shop.query('drop trigger stamp on large');
    const trusting = shop.session({ settings: { updatedAt: 'changed' } });
    const wary = shop.session();
    const object = await objectOn(wary, 'public.large');
    const [first, second] = [await passOver(trusting, object, ['note']), await passOver(wary, object, ['note'])];
    await shop.query(`update large set note = 'silent' where id = 7`);
    assert.ok(!(await passOver(trusting, object, ['note'], first.until)).records.has('7'));
    assert.ok((await passOver(wary, object, ['note'], second.until)).records.has('7'));
  });

  test('a mirror that is kept by passes alone gets over an expired cursor', async () => {
    await shop.query(`create table kept (id int primary key, note text); insert into kept values (1, 'x')`);
    const session = shop.session();
    const mirror = new Mirror(session, await objectOn(session, 'public.kept'), ['note']);
    await mirror.pass();
    await shop.query(`alter table kept alter column note type varchar(9); update kept set note = 'y'`);
    await mirror.pass();
    assert.deepEqual(mirror.column('note'), { 1: 'y' });
    assert.equal(mirror.expirations, 1);
  });
});

/** The first success: a server that is starting again refuses for a moment. */
async function atLast<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (tries === mostTries) throw error;
    }
  }
}

const mostTries = 2000;

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type TestPostgres, testPostgres } from '../../../test/partners/postgres.ts';
import { create, done, objectOn, refused } from '../../../test/partners/postgres-passes.ts';
import type { OpenSession } from '../../connector/open-session.ts';

describe('creating', () => {
  let shop: TestPostgres;
  let session: OpenSession;
  before(async () => {
    shop = await testPostgres();
    session = shop.session();
  });
  after(() => shop.close());

  test('W3 bad records among a thousand are refused alone, each with its category and field', async () => {
    await shop.query(`
      create type stage as enum ('lead', 'customer');
      create table people (
        id bigint generated always as identity primary key, email text unique, name varchar(20), age int2, stage stage,
        joined date, score float8, status text check (status in ('on', 'off')), price numeric(6, 2) check (price > 0),
        need text not null default 'default', must text not null)`);
    const people = await objectOn(session, 'public.people');
    const records = Array.from({ length: 1000 }, (_, n) => ({ email: `p${n}@example.com`, must: `m${n}` }));
    const bad: [number, Record<string, string | null>, string, string][] = [
      [3, { name: 'x'.repeat(21) }, 'too-long', 'name'],
      [99, { age: '40000' }, 'invalid-value', 'age'],
      [100, { age: 'forty' }, 'invalid-value', 'age'],
      [101, { stage: 'partner' }, 'unknown-option', 'stage'],
      [102, { status: 'perhaps' }, 'unknown-option', 'status'],
      [103, { joined: '2026-02-30' }, 'invalid-value', 'joined'],
      [104, { joined: '0000-01-01' }, 'invalid-value', 'joined'],
      [105, { score: 'NaN' }, 'invalid-value', 'score'],
      [106, { price: '123456.00' }, 'invalid-value', 'price'],
      [500, { name: 'a\u0000b' }, 'invalid-value', 'name'],
      [501, { name: 'a\ud800b' }, 'invalid-value', 'name'],
      [999, { must: null }, 'required-missing', 'must'],
    ];
    for (const [at, values] of bad) records[at] = { ...records[at], ...values } as (typeof records)[number];
    const results = await create(session, people, records);
    const wrong = new Map(bad.map(([at, , category, field]) => [at, { category, field }]));
    for (const [at, result] of results.entries()) {
      const expected = wrong.get(at);
      if (!expected) assert.equal(done(result).image?.email, records[at]?.email);
      else {
        const { kind, category, field, message } = refused(result);
        assert.deepEqual({ kind, category, field }, { kind: 'invalid', ...expected }, message);
        for (const value of Object.values(bad.find(([one]) => one === at)?.[1] ?? {})) {
          if (value !== null && value.length > 3)
            assert.ok(!message.includes(value), `a message quotes a value: ${message}`);
        }
      }
    }
    const price = refused((await create(session, people, [{ must: 'x', price: '-1' }]))[0]);
    assert.equal(price.category, 'invalid-value');
    assert.equal(Number((await shop.query('select count(*) from people')).rows[0].count), 1000 - bad.length);
  });

  test('W2 a create that is sent again with its token is a duplicate of itself', async () => {
    const people = await objectOn(session, 'public.people');
    const batch = people.writes?.create;
    assert.deepEqual(batch?.safety, [{ by: 'own-id' }]);
    const values = { email: 'again@example.com', must: 'x' };
    const [token = ''] = (await batch?.reserve?.(session, [{ values }])) ?? [];
    const first = done((await batch?.send(session, [{ values, token }]))?.[0]);
    assert.equal(first.done, token);
    const again = refused((await batch?.send(session, [{ values, token }]))?.[0]);
    assert.deepEqual({ kind: again.kind, existingId: again.existingId }, { kind: 'duplicate', existingId: token });
  });

  test('a duplicate names the record in its way, whatever the unique index is on', async () => {
    await shop.query(`
      create extension if not exists citext;
      create table accounts (id int primary key, email text, domain citext unique, country text, number text, gone boolean default false);
      create unique index on accounts (lower(email));
      create unique index on accounts (country, number) where not gone;
      insert into accounts values (1, 'Ann@Example.com', 'Example.com', 'SE', '7', false), (2, 'x@x', 'x', 'SE', '8', true)`);
    const accounts = await objectOn(session, 'public.accounts');
    const results = await create(session, accounts, [
      { id: '10', email: 'ANN@example.COM' },
      { id: '11', domain: 'EXAMPLE.com' },
      { id: '12', country: 'SE', number: '7' },
      { id: '13', country: 'SE', number: '8' },
      { id: '14', email: 'twice@example.com' },
      { id: '15', email: 'Twice@example.com' },
      { id: '1' },
      { id: '007' },
      { id: '7', email: 'second' },
    ]);
    assert.deepEqual(
      results.map((result) => ('done' in result ? result.done : refused(result).existingId)),
      ['1', '1', '1', '13', '14', '14', '1', '7', '7'],
    );
    assert.deepEqual(
      results.map((result) => 'done' in result),
      [false, false, false, true, true, false, false, true, false],
    );
    assert.equal(refused(results[1]).field, 'domain');
    const update = await accounts.writes?.update?.send(session, [
      { id: '13', values: { email: 'ann@example.com' }, before: {} },
      { id: '14', values: { country: 'SE', number: '7' }, before: {} },
      { id: '7', values: { number: '9' }, before: {} },
    ]);
    assert.deepEqual(
      update?.map((result) => ('done' in result ? result.done : refused(result).existingId)),
      ['1', '1', '7'],
    );
  });

  test('an empty value is empty, an absent one is the default, and what must not be empty takes its default', async () => {
    await shop.query(
      `create table defaults (id int primary key, a text default 'A', b text not null default 'B', c text)`,
    );
    const defaults = await objectOn(session, 'public.defaults');
    const results = await create(session, defaults, [
      { id: '1', a: null, b: null, c: '' },
      { id: '2' },
      { id: '3', a: 'x', b: 'y', c: 'z' },
    ]);
    assert.deepEqual(
      results.map((result) => done(result).image),
      [
        { id: '1', a: null, b: 'B', c: null },
        { id: '2', a: 'A', b: 'B', c: null },
        { id: '3', a: 'x', b: 'y', c: 'z' },
      ],
    );
  });

  test('keys: drawn from sequences and defaults, given by the record, or random', async () => {
    await shop.query(`
      create table serials (id serial primary key, note text);
      create table uuids (id uuid primary key, note text);
      create table pairs (tenant int, code text, note text, primary key (tenant, code));
      create table computed (first text, id text generated always as (first || '!') stored primary key);
      create sequence numbers;
      create table numbered (id int primary key, note text);
      create function number() returns trigger language plpgsql as $$ begin new.id := nextval('numbers'); return new; end $$;
      create trigger number before insert on numbered for each row execute function number()`);
    const made = async (table: string, records: Record<string, string>[]) => {
      const object = await objectOn(session, `public.${table}`);
      return { object, ids: (await create(session, object, records)).map((result) => done(result).done) };
    };
    assert.deepEqual((await made('serials', [{ note: 'a' }, { note: 'b' }])).ids, ['1', '2']);
    assert.deepEqual((await shop.query('insert into serials (note) values (1) returning id')).rows, [{ id: 3 }]);
    assert.match((await made('uuids', [{ note: 'a' }])).ids[0] ?? '', /^[0-9a-f-]{36}$/);
    assert.deepEqual((await made('pairs', [{ tenant: '1', code: 'a"]' }])).ids, ['["1","a\\"]"]']);
    for (const table of ['computed', 'numbered']) {
      const { object, ids } = await made(
        table,
        table === 'computed' ? [{ first: 'x' }, { first: 'y' }] : [{ note: 'x' }, { note: 'y' }],
      );
      assert.deepEqual(ids, table === 'computed' ? ['x!', 'y!'] : ['1', '2']);
      assert.deepEqual(object.writes?.create?.safety, [{ by: 'window' }]);
    }
    const missing = refused((await create(session, await objectOn(session, 'public.pairs'), [{ tenant: '1' }]))[0]);
    assert.deepEqual([missing.category, missing.field], ['required-missing', 'code']);
  });

  test('X1 a trigger that gives new rows another key is found out, and nothing is written', async () => {
    await shop.query(`
      create table rekeyed (id int primary key, note text);
      create function rekey() returns trigger language plpgsql as $$ begin return jsonb_populate_record(new, '{"id": 4711}'); end $$;
      create trigger rekey before insert on rekeyed for each row execute function rekey()`);
    const [result] = await create(session, await objectOn(session, 'public.rekeyed'), [{ id: '1', note: 'x' }]);
    assert.equal(refused(result).category, 'rejected-by-app');
    assert.equal((await shop.query('select from rekeyed')).rowCount, 0);
  });

  test('what a trigger makes of a row is what its image shows; what it raises is what people read', async () => {
    await shop.query(`
      create table touched (id int primary key, note text, total int default 0);
      create function tidy() returns trigger language plpgsql as $$ begin
        if new.note = 'no' then raise exception 'the office is closed'; end if;
        if new.note = 'quiet' then return null; end if;
        new.note := upper(new.note); return new; end $$;
      create trigger tidy before insert or update on touched for each row execute function tidy();
      create function tally() returns trigger language plpgsql as $$ begin
        update touched set total = total + 1 where id = new.id and total = 0; return null; end $$;
      create trigger tally after insert on touched for each row execute function tally()`);
    const touched = await objectOn(session, 'public.touched');
    const results = await create(session, touched, [
      { id: '1', note: 'yes' },
      { id: '2', note: 'no' },
      { id: '3', note: 'quiet' },
    ]);
    assert.deepEqual(done(results[0]).image, { id: '1', note: 'YES', total: '1' });
    const [direct] = (await touched.reads.byIds(session, ['1'], [])).records;
    assert.equal(done(results[0]).version, direct?.version);
    assert.match(refused(results[1]).message, /the office is closed/);
    assert.equal(refused(results[1]).category, 'rejected-by-app');
    assert.equal(refused(results[2]).category, 'rejected-by-app');
  });

  test('a constraint that is checked at the end refuses its record alone', async () => {
    await shop.query(`
      create table later (id int primary key, slot int unique deferrable initially deferred);
      insert into later values (1, 1)`);
    const later = await objectOn(session, 'public.later');
    const results = await create(session, later, [
      { id: '2', slot: '2' },
      { id: '3', slot: '1' },
      { id: '4', slot: '4' },
    ]);
    assert.equal(done(results[0]).done, '2');
    assert.deepEqual([refused(results[1]).kind, refused(results[1]).existingId], ['duplicate', '1']);
    assert.equal(done(results[2]).done, '4');
  });

  test('long texts travel whole, and lots are cut so that they fit', async () => {
    await shop.query('create table texts (id int primary key, note text)');
    const texts = await objectOn(session, 'public.texts');
    const note = 'é'.repeat(300_000);
    const records = Array.from({ length: 120 }, (_, n) => ({ id: String(n), note }));
    for (const result of await create(session, texts, records)) assert.equal(done(result).image?.note, note);
    let resume: string | undefined;
    let seen = 0;
    do {
      const page = await texts.reads.page(session, { resume, fields: ['note'] });
      assert.ok(page.records.length < 60, 'a page ends when its texts are long enough');
      seen += page.records.length;
      resume = page.resume;
    } while (resume !== undefined);
    assert.equal(seen, 120);
  });
});

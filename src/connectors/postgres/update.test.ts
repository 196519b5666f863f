import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { type TestPostgres, testPostgres } from '../../../test/partners/postgres.ts';
import { done, objectOn, refused } from '../../../test/partners/postgres-passes.ts';
import type { ObjectType, UpdateItem, WriteResult } from '../../connector/contract.ts';
import type { OpenSession } from '../../connector/open-session.ts';
import type { Values } from '../../model/value.ts';

describe('updating and deleting', () => {
  let shop: TestPostgres;
  let session: OpenSession;
  let people: ObjectType;

  before(async () => {
    shop = await testPostgres();
    await shop.query(
      `create table companies (id int primary key, name text); insert into companies values (1, 'A'), (2, 'B')`,
    );
  });
  beforeEach(async () => {
    await shop.query(`
      drop table if exists people;
      create table people (
        id int primary key, name text, email text unique, note text, level int not null default 1 check (level < 10),
        company_id int references companies);
      insert into people select n, 'name ' || n, 'p' || n || '@example.com' from generate_series(1, 100) n`);
    session = shop.session();
    people = await objectOn(session, 'public.people');
  });
  after(() => shop.close());

  const items = async (ids: number[], values: Values): Promise<UpdateItem[]> => {
    const { records } = await people.reads.byIds(session, ids.map(String), ['name', 'company_id']);
    const order = new Map(records.map((record) => [record.id, record]));
    return ids.map((id) => {
      const record = order.get(String(id));
      return { id: String(id), values, version: record?.version, before: record?.values ?? {} };
    });
  };
  const update = async (...some: UpdateItem[]): Promise<WriteResult[]> =>
    (await people.writes?.update?.send(session, some)) ?? [];
  const remove = async (...some: { id: string; version?: string }[]): Promise<WriteResult[]> =>
    (await people.writes?.delete?.send(session, some)) ?? [];
  const shown = async (id: number) => (await shop.query('select * from people where id = $1', [id])).rows[0];

  test('W7 a row that moved since its version is stale, one that is gone is missing, and others are done', async () => {
    const [moved, gone, same] = (await items([1, 2, 3], { note: 'ours' })) as [UpdateItem, UpdateItem, UpdateItem];
    await shop.query(`update people set note = 'theirs' where id = 1; delete from people where id = 2`);
    const results = await update(moved, gone, same);
    assert.equal(refused(results[0]).kind, 'stale');
    assert.equal(refused(results[1]).kind, 'missing');
    assert.equal(done(results[2]).image?.note, 'ours');
    assert.equal((await shown(1)).note, 'theirs');
    const [again] = await update({ ...same, version: done(results[2]).version, values: { note: 'twice' } });
    assert.equal(done(again).image?.note, 'twice');
  });

  test('M6 a statement names the columns that change and no others', async () => {
    await shop.query(`
      create table if not exists named (what text);
      create or replace function name_it() returns trigger language plpgsql as $$ begin
        insert into named values (tg_argv[0]); return new; end $$;
      create trigger on_name before update of name on people for each row execute function name_it('name');
      create trigger on_note before update of note on people for each row execute function name_it('note')`);
    const [one, two] = (await items([1, 2], {})) as [UpdateItem, UpdateItem];
    await update({ ...one, values: { note: 'x' } }, { ...two, values: { email: 'new@example.com', level: '2' } });
    assert.deepEqual((await shop.query('select what from named')).rows, [{ what: 'note' }]);
    assert.deepEqual((await shown(2)).level, 2);
  });

  test('W3 a bad change among a hundred is refused alone', async () => {
    const all = await items(
      Array.from({ length: 100 }, (_, n) => n + 1),
      { level: '5', note: 'x' },
    );
    all[40] = { ...(all[40] as UpdateItem), values: { level: '99', note: 'x' } };
    all[60] = { ...(all[60] as UpdateItem), values: { email: 'p1@example.com' } };
    all[80] = { ...(all[80] as UpdateItem), id: 'no number' };
    const results = await update(...all);
    assert.equal(refused(results[40]).category, 'invalid-value');
    assert.deepEqual([refused(results[60]).kind, refused(results[60]).existingId], ['duplicate', '1']);
    assert.equal(refused(results[80]).kind, 'missing');
    assert.equal(results.filter((result) => 'done' in result).length, 97);
  });

  test('an emptied column that must not be empty takes its default', async () => {
    const [item] = (await items([1], { level: null, name: null })) as [UpdateItem];
    assert.deepEqual(await update({ ...item, values: { level: '7' } }).then((all) => done(all[0]).image?.level), '7');
    const [again] = (await items([1], { level: null, name: null })) as [UpdateItem];
    const { image } = done((await update(again))[0]);
    assert.deepEqual([image?.level, image?.name], ['1', null]);
  });

  test('A1 the end of an association is its foreign key: set, moved, taken away, and never for a far row that is not there', async () => {
    const end = async (add: string[], removed: string[]) => {
      const [item] = (await items([1], {})) as [UpdateItem];
      return (await update({ ...item, edges: { company_id: { add, remove: removed } } }))[0];
    };
    assert.deepEqual(done(await end(['1'], [])).image?.company_id, ['1']);
    assert.deepEqual(done(await end(['2'], ['1'])).image?.company_id, ['2']);
    done(await end([], ['1']));
    assert.equal((await shown(1)).company_id, 2, 'what is taken away is not there any more');
    assert.deepEqual(done(await end([], ['2'])).image?.company_id, []);
    const dangling = refused(await end(['77'], []));
    assert.deepEqual([dangling.category, dangling.field], ['association-waiting', 'company_id']);
    assert.equal(refused(await end(['1', '2'], [])).category, 'association-limit');
  });

  test('W3 a row that somebody else holds waits, and delays no other', async () => {
    const holder = await shop.client();
    await holder.query(`begin; update people set note = 'held' where id = 50`);
    const all = await items([49, 50, 51], { note: 'ours' });
    const results = await update(...all);
    assert.deepEqual(
      results.map((result) => ('done' in result ? 'done' : refused(result).kind)),
      ['done', 'unavailable', 'done'],
    );
    const removed = await remove({ id: '50' }, { id: '52' });
    assert.deepEqual(
      removed.map((result) => ('done' in result ? 'done' : refused(result).kind)),
      ['unavailable', 'done'],
    );
    await holder.query('rollback');
    assert.equal(done((await update(all[1] as UpdateItem))[0]).image?.note, 'ours');
  });

  test('deleting: done, already gone, moved meanwhile, and still referred to', async () => {
    await shop.query('create table if not exists orders (id int primary key, person int references people)');
    await shop.query('insert into orders values (1, 3)').catch(() => {});
    const [one] = await items([1], {});
    await shop.query(`update people set note = 'x' where id = 2`);
    const results = await remove(
      { id: '1', version: one?.version },
      { id: '2', version: one?.version },
      { id: '3' },
      { id: '4711' },
    );
    assert.equal(done(results[0]).done, '1');
    assert.equal(refused(results[1]).kind, 'stale');
    assert.equal(refused(results[2]).category, 'rejected-by-app');
    assert.equal(done(results[3]).done, '4711');
    await shop.query('drop table orders');
  });

  test('what is not ours to write is refused before anything is sent', async () => {
    const before = session.calls();
    const results = await update(
      { id: '1', values: { id: '5' }, before: {} },
      { id: '1', values: { removed: 'x' }, before: {} },
      { id: '["1","2"]', values: { note: 'x' }, before: {} },
    );
    assert.equal(refused(results[0]).category, 'read-only');
    assert.equal(refused(results[1]).category, 'schema-changed');
    assert.equal(refused(results[2]).kind, 'missing');
    assert.equal(session.calls(), before);
  });

  test('a column that is gone since the fields were read is told record by record', async () => {
    const all = await items([1, 2, 3], { note: 'x' });
    await shop.query('alter table people drop column note');
    for (const result of await update(...all)) assert.equal(refused(result).category, 'schema-changed');
  });
});

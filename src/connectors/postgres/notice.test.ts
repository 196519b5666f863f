import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { type TestPostgres, testPostgres } from '../../../test/partners/postgres.ts';
import { Failure } from '../../connector/contract.ts';
import { installNotice, listen, removeNotice } from './notice.ts';

describe('notices', () => {
  let shop: TestPostgres;
  before(async () => {
    shop = await testPostgres();
    await shop.query(`
      create schema "od.d"; create table "od.d"."T" (id int primary key, note text);
      create table pairs (a int, b text, note text, primary key (a, b))`);
  });
  after(() => shop.close());

  const hearing = async () => {
    const bell = new EventEmitter();
    const heard: [string, string[]][] = [];
    const ear = await listen(shop.session(), {
      heard(object, ids) {
        heard.push([object, ids.sort()]);
        bell.emit('heard');
      },
      lost: (failure) => bell.emit('lost', failure),
    });
    /** The notices up to the one that this test rings itself at the end. */
    const all = async () => {
      await shop.query(`notify syncline, '{"object":"end","keys":[]}'`);
      while (heard.at(-1)?.[0] !== 'end') await once(bell, 'heard');
      return heard.splice(0).slice(0, -1);
    };
    return { ear, bell, all };
  };

  test('each statement rings once, with the ids it wrote; many rows ring for the table', async () => {
    await installNotice(shop.session(), ['od.d.T', 'public.pairs']);
    await installNotice(shop.session(), ['public.pairs']);
    const { ear, all } = await hearing();
    await shop.query(`insert into "od.d"."T" values (1, 'a'), (2, 'b')`);
    await shop.query(`update "od.d"."T" set note = 'c' where id = 2`);
    await shop.query(`update "od.d"."T" set id = 3 where id = 2`);
    await shop.query(`update "od.d"."T" set note = 'x' where id = 4711`);
    await shop.query(`insert into pairs values (7, 'de"') on conflict do nothing`);
    await shop.query(`delete from "od.d"."T" where id = 1`);
    assert.deepEqual(await all(), [
      ['od.d.T', ['1', '2']],
      ['od.d.T', ['2']],
      ['od.d.T', ['2', '3']],
      ['public.pairs', ['["7","de\\""]']],
      ['od.d.T', ['1']],
    ]);
    await shop.query(`insert into pairs select n, 'x' from generate_series(1, 1000) n`);
    await shop.query(`insert into pairs select n, repeat('y', 500) from generate_series(1, 50) n`);
    await shop.query('truncate pairs');
    assert.deepEqual(await all(), [
      ['public.pairs', []],
      ['public.pairs', []],
      ['public.pairs', []],
    ]);
    await shop.query(`begin; insert into pairs values (1, 'never'); rollback`);
    await removeNotice(shop.session(), ['public.pairs', 'public.gone']);
    await shop.query(`insert into pairs values (1, 'unheard')`);
    assert.deepEqual(await all(), []);
    await ear.close();
  });

  test('a payload that is nonsense is passed over', async () => {
    const { ear, all } = await hearing();
    for (const payload of ['', '{', '[]', 'null', '{"keys":[[1]]}', '{"object":7}'])
      await shop.query('select pg_notify($1, $2)', ['syncline', payload]);
    await shop.query(`notify syncline, '{"object":"public.pairs","keys":[[1]]}'`);
    assert.deepEqual(await all(), [['public.pairs', []]]);
    await ear.close();
  });

  test('a lost connection is told once, and nothing after it was closed', async () => {
    const { ear, bell } = await hearing();
    const lost = once(bell, 'lost');
    await shop.query(`select pg_terminate_backend(pid) from pg_stat_activity where query = 'listen syncline'`);
    const [failure] = await lost;
    assert.ok(failure instanceof Failure);
    assert.equal(failure.kind, 'unavailable');
    await ear.close();
  });

  test('nobody listens at a host that the session may not connect to', async () => {
    const session = shop.session({ address: () => Promise.reject(new Error('an inner address')) });
    const ears = listen(session, { heard: () => {}, lost: () => {} });
    await assert.rejects(ears, /an inner address/);
  });

  test('who does not own the table may not install it, and there is none on what is no table', async () => {
    await shop.query('drop role if exists reader; create role reader login; grant select on pairs to reader');
    const session = shop.session({ user: 'reader' });
    const refused = await installNotice(session, ['public.pairs']).catch((error) => error);
    assert.ok(refused instanceof Failure && refused.kind === 'forbidden', String(refused));
    await assert.rejects(installNotice(session, ['public.nothing']), /no table public\.nothing/);
    await session.close();
    await shop.query('drop owned by reader; drop role reader');
  });
});

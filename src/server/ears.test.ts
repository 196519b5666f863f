import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { type TestPostgres, testPostgres } from '../../test/partners/postgres.ts';
import { connectors } from '../connectors/registry.ts';
import { systemClock } from '../lib/clock.ts';
import { systemHttp } from '../lib/http.ts';
import { silentLog } from '../lib/log.ts';
import { systemRandom } from '../lib/random.ts';
import { testDatabase } from '../store/testing.ts';
import { startEars } from './ears.ts';
import { tendNotices } from './notices.ts';
import { startServer } from './start.ts';
import { type TestRig, testRig, until } from './testing.ts';

/** A change is in the other app after so long, in milliseconds; the apps are polled every ten minutes. */
const SOON_MILLISECONDS = 2_000;
const reachable = { publicUrl: () => 'http://127.0.0.1:9' };

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

test('a row that is written is in the other app within two seconds, also after the connection was lost', async () => {
  const [shop, copy] = [await shopWith(3), await shopWith(0)];
  await serve({
    accounts: { shop: accountOn(shop, { notices: 'triggers' }), copy: accountOn(copy, {}) },
    syncs: { people },
  });
  await until(async () => (await namesIn(copy)).length === 3);
  await until(async () => (await earsOn(shop)) === 1);
  await arrives('Ann', shop, copy);
  await shop.query(`select pg_terminate_backend(pid) from pg_stat_activity where query = 'listen syncline'`);
  await shop.query(`update people set name = 'missed' where id = 2`);
  await until(async () => (await namesIn(copy)).includes('missed'));
  await until(async () => (await earsOn(shop)) === 1);
  await arrives('Berta', shop, copy);
  assert.equal(await earsOn(copy), 0, 'nobody asked for notices of the other');
  assert.equal(await triggersOn(copy), 0);
});

test('the triggers go when the setting goes off, when the sync is turned off, and when its account is another database', async () => {
  const [shop, copy] = [await shopWith(1), await shopWith(0)];
  const { rig, tend } = await listeningRig(shop, copy);
  const set = (body: unknown) => change(rig, body);
  assert.equal(await triggersOn(shop), 4);

  assert.equal((await set({ settings: { notices: 'polling' } })).status, 200);
  assert.equal(await triggersOn(shop), 0, 'the setting is off');
  await tend();
  assert.equal(await triggersOn(shop), 0);
  await set({ settings: { notices: 'triggers' } });
  await tend();
  assert.equal(await triggersOn(shop), 4);
  await until(async () => (await earsOn(shop)) === 1);

  await rig.db.rows('update sync set enabled = false');
  await tend();
  assert.equal(await triggersOn(shop), 0, 'no sync reads it');
  await until(async () => (await earsOn(shop)) === 0);
  await rig.db.rows('update sync set enabled = true');
  await tend();
  const other = await shopWith(1);
  assert.equal((await set({ secrets: { url: other.url } })).status, 200);
  await tend();
  assert.deepEqual([await triggersOn(shop), await triggersOn(other)], [0, 4]);
});

test('a table that was made anew gets its triggers with the next renewal', async () => {
  const [shop, copy] = [await shopWith(1), await shopWith(0)];
  const { rig, tend } = await listeningRig(shop, copy);
  await shop.query('drop table people; create table people (id int primary key, name text)');
  await tend();
  assert.equal(await triggersOn(shop), 0);
  await rig.db.rows('update hook set until = 0');
  await tend();
  assert.equal(await triggersOn(shop), 4);
});

test('a user who may not add triggers is told so once, at the account, and polling goes on', async () => {
  const [shop, copy] = [await shopWith(2), await shopWith(0)];
  await shop.query('drop role if exists guest; create role guest login; grant select, update on people to guest');
  const { rig, ids, tend } = await listeningRig(shop, copy, shop.url.replace('postgres@', 'guest@'));
  const { body: account } = await rig.as('view-health').get('/accounts/shop');
  assert.equal(account.state, 'connected');
  assert.match(account.noticeTrouble, /must be owner|permission denied/);
  const { body: notices } = await rig.as('manage-apps').get('/accounts/shop/notices');
  assert.deepEqual([notices.state, notices.address, notices.message], ['failed', null, account.noticeTrouble]);
  const [{ tried_at: tried } = { tried_at: 0 }] = await rig.db.rows<{ tried_at: number }>('select tried_at from hook');
  await tend();
  assert.deepEqual(
    await rig.db.rows('select tried_at from hook'),
    [{ tried_at: tried }],
    'it is not tried each minute',
  );
  await rig.syncUntilQuiet(ids.syncs.people ?? '');
  assert.equal((await namesIn(copy)).length, 2);
  const wrong = await change(rig, { settings: { notices: 'loud' } });
  assert.equal(wrong.status, 422);
  assert.match(wrong.text, /takes 'triggers'/);
  await rig.stop();
  await shop.query('drop owned by guest; drop role guest');
});

const people = {
  a: { account: 'shop', object: 'public.people' },
  b: { account: 'copy', object: 'public.people' },
  match: 'none',
  mappings: [{ a: 'name', b: 'name' }],
  every: '10m',
};

function accountOn(shop: TestPostgres, settings: Record<string, string>, url = shop.url) {
  return { app: 'postgres', settings, secrets: { url } };
}

async function shopWith(rows: number): Promise<TestPostgres> {
  const shop = await testPostgres();
  stops.push(() => shop.close());
  await shop.query('create table people (id int generated by default as identity primary key, name text)');
  await shop.query(`insert into people (name) select 'person ' || n from generate_series(1, $1) n`, [rows]);
  return shop;
}

/** A server of its own, as `syncline start` starts it. */
async function serve(file: unknown): Promise<void> {
  const database = await testDatabase();
  const dataDirectory = await mkdtemp(join(tmpdir(), 'syncline-ears-'));
  const server = await startServer(
    { connectors, http: systemHttp, clock: systemClock, random: systemRandom, log: silentLog },
    {
      dataDirectory,
      port: 0,
      openDatabase: async () => ({ db: database.db, connection: database.connection, close: async () => {} }),
      alone: 'yes',
      key: undefined,
      file: { text: JSON.stringify(file), environment: {}, consent: 'yes' },
    },
  );
  stops.unshift(
    () => server.stop(),
    () => rm(dataDirectory, { recursive: true }),
  );
}

/** The parts of a server that listen, with what the background work of a minute does. */
async function listeningRig(shop: TestPostgres, copy: TestPostgres, url = shop.url) {
  const rig: TestRig = await testRig();
  const ids = await rig.apply({
    accounts: { shop: accountOn(shop, { notices: 'triggers' }, url), copy: accountOn(copy, {}) },
    syncs: { people },
  });
  const tend = () => tendNotices(rig.installation, reachable);
  const ears = startEars(rig.installation);
  stops.unshift(ears.stop);
  await tend();
  return { rig, ids, tend };
}

async function change(rig: TestRig, body: unknown) {
  const { headers } = await rig.as('manage-apps').get('/accounts/shop');
  return rig.as('manage-apps').patch('/accounts/shop', body, { 'if-match': headers.get('etag') ?? '' });
}

async function arrives(name: string, shop: TestPostgres, copy: TestPostgres): Promise<void> {
  const from = systemClock.monotonic();
  await shop.query('update people set name = $1 where id = 1', [name]);
  await until(async () => (await namesIn(copy)).includes(name));
  const took = systemClock.monotonic() - from;
  assert.ok(took < SOON_MILLISECONDS, `it took ${Math.round(took)} ms`);
}

async function namesIn({ query }: TestPostgres): Promise<string[]> {
  return (await query('select name from people order by id')).rows.map(({ name }) => name);
}

async function triggersOn({ query }: TestPostgres): Promise<number> {
  const { rows } = await query(`select count(*)::int as n from pg_trigger where tgname like 'syncline%'`);
  return rows[0]?.n;
}

/** Connections that listen in this database. */
async function earsOn({ query }: TestPostgres): Promise<number> {
  const { rows } = await query(
    `select count(*)::int as n from pg_stat_activity where datname = current_database() and query = 'listen syncline'`,
  );
  return rows[0]?.n;
}

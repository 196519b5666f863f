import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { type Migration, migrate, ownMigrations, UnusableDatabase } from './migrate.ts';
import { testDatabase } from './testing.ts';

const first: Migration = { name: '0001-first', text: 'create table one (id integer)' };
const second: Migration = { name: '0002-second', text: 'create table two (id integer); insert into two values (2)' };

test('migrations run once, in order, each in a transaction of its own', async () => {
  const { connect } = await bareDatabase();
  const client = await connect();
  await migrate(client, [first]);
  const broken = { name: '0003-broken', text: 'create table three (id integer); select nothing' };
  await assert.rejects(migrate(client, [first, second, broken]), /nothing/);
  assert.deepEqual(await names(client), ['0001-first', '0002-second']);
  await assert.rejects(client.query('select from three'), /does not exist/);
  await migrate(client, [first, second]);
  assert.deepEqual((await client.query('select id from two')).rows, [{ id: 2 }]);
});

test('several processes that start at once migrate once, and all go on', async () => {
  const { connect } = await bareDatabase();
  const clients = await Promise.all([connect(), connect(), connect()]);
  await Promise.all(clients.map((client) => migrate(client, [first, second])));
  assert.deepEqual((await (clients[0] as pg.Client).query('select id from two')).rows, [{ id: 2 }]);
});

test('a database of a newer version, or of another making, is refused with what to do', async () => {
  const { connect } = await bareDatabase();
  const client = await connect();
  await migrate(client, [first, second]);
  const refuses = (migrations: Migration[], message: RegExp) =>
    assert.rejects(migrate(client, migrations), (error: Error) => {
      assert.ok(error instanceof UnusableDatabase);
      assert.match(error.message, message);
      return true;
    });
  await refuses([first], /newer version of Syncline \(it has migration 0002-second\)/);
  await refuses([first, { ...second, text: 'create table other ()' }], /migration 0002-second is not the one/);
});

test('a server that is too old is refused with what to do', async () => {
  const old = { query: async () => ({ rows: [{ number: 140_011, version: '14.11' }] }) };
  await assert.rejects(migrate(old as unknown as pg.Client, []), /PostgreSQL 14\.11, and Syncline needs 15 or newer/);
});

test('the migrations that travel with this version are numbered without a gap', () => {
  const numbers = ownMigrations().map(({ name }) => Number(name.slice(0, 4)));
  assert.deepEqual(
    numbers,
    numbers.map((_number, index) => index + 1),
  );
});

async function names(client: pg.Client): Promise<string[]> {
  return (await client.query<{ name: string }>('select name from migration order by name')).rows.map((row) => row.name);
}

/** A database without our schema. */
async function bareDatabase(): Promise<{ connect: () => Promise<pg.Client> }> {
  const database = await testDatabase();
  const connect = async () => {
    const client = new pg.Client(database.connection);
    // The server is stopped after the last test, with these still open.
    client.on('error', () => {});
    await client.connect();
    return client;
  };
  await (await connect()).query('drop schema syncline cascade');
  return { connect };
}

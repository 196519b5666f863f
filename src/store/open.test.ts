import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { systemClock } from '../lib/clock.ts';
import { silentLog } from '../lib/log.ts';
import { openDatabase } from './open.ts';
import { postgresStore } from './postgres-store.ts';
import { testDatabase } from './testing.ts';

const options = { clock: systemClock, log: silentLog };

test('a data directory is opened, kept, and opened again', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'syncline-open-'));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  chmodSync(dataDir, 0o755);
  const place = { dataDir, initOptions: ['--no-sync'] };
  const first = await openDatabase(place, options);
  const asked = await postgresStore(first.db).ask();
  await first.close();
  const second = await openDatabase(place, options);
  assert.ok((await postgresStore(second.db).ask()) > asked);
  await second.close();
});

test('a server is opened by its URL, by several at once', async () => {
  const { connection } = await testDatabase();
  const url = `postgres://postgres@/${connection.database}?host=${encodeURIComponent(String(connection.host))}&port=5432`;
  const both = await Promise.all([openDatabase({ url }, options), openDatabase({ url }, options)]);
  const numbers = await Promise.all(both.map(({ db }) => postgresStore(db).ask()));
  assert.equal(new Set(numbers).size, 2);
  for (const database of both) await database.close();
});

test('a server that does not answer is an error, at once', async () => {
  await assert.rejects(openDatabase({ url: 'postgres://postgres@127.0.0.1:1/none' }, options), /ECONNREFUSED/);
});

test('a transaction that PostgreSQL ended for a deadlock runs again', async () => {
  const { db } = await testDatabase();
  await db.rows('create table place as select 1 as id, 0 as visits union all select 2, 0');
  let attempts = 0;
  const visit = (first: number, second: number, meeting: Promise<void>, arrive: () => void) =>
    db.transaction(async (tx) => {
      attempts++;
      await tx.rows('update place set visits = visits + 1 where id = $1', [first]);
      arrive();
      await meeting;
      await tx.rows('update place set visits = visits + 1 where id = $1', [second]);
    });
  const [one, two] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  await Promise.all([visit(1, 2, two.promise, one.resolve), visit(2, 1, one.promise, two.resolve)]);
  assert.ok(attempts > 2, 'one of them was ended and ran again');
  assert.deepEqual(await db.rows('select visits from place order by id'), [{ visits: 2 }, { visits: 2 }]);
});

test('an error in a transaction undoes it, and the connection is good for the next', async () => {
  const { db } = await testDatabase();
  await db.rows('create table place (id integer primary key)');
  for (const place of [1, 2, 3]) {
    const failing = db.transaction(async (tx) => {
      await tx.rows('insert into place values ($1)', [place]);
      await tx.copy('copy place (id) from stdin', ['7\nnot a number\n']);
    });
    await assert.rejects(failing, /invalid input syntax/);
  }
  assert.deepEqual(await db.rows('select id from place'), []);
});

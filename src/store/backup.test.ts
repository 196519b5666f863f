import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import pg from 'pg';
import { BackupUnusable, backUp, restore } from './backup.ts';
import type { TestDatabase } from './test-server.ts';
import { testDatabase } from './testing.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'syncline-backup-'));
});
after(() => rm(folder, { recursive: true }));

test('what is restored is what was backed up, row by row, and goes on counting where that stood', async () => {
  const full = await filled();
  const path = join(folder, 'one.gz');
  const made = await backUp(full.connection, path);
  assert.ok(made.rows > 20);
  const empty = await testDatabase();
  assert.deepEqual(await restore(empty.connection, path), made);
  assert.deepEqual(await contents(empty), await contents(full));
  const [next] = await empty.db.rows<{ id: number }>(
    `insert into workspace (key, made_at) values ('next', 0) returning id`,
  );
  const [other] = await full.db.rows<{ id: number }>(
    `insert into workspace (key, made_at) values ('next', 0) returning id`,
  );
  assert.equal(next?.id, other?.id);
});

test('a backup goes only into an empty database, and only whole', async () => {
  const full = await filled();
  const path = join(folder, 'two.gz');
  await backUp(full.connection, path);
  await assert.rejects(restore(full.connection, path), /already holds accounts/);
  const text = gunzipSync(await readFile(path));
  const cut = join(folder, 'cut.gz');
  await writeFile(cut, gzipSync(text.subarray(0, text.length * 0.7)));
  const empty = await testDatabase();
  const before = await contents(empty);
  await assert.rejects(restore(empty.connection, cut), BackupUnusable);
  await writeFile(cut, (await readFile(path)).subarray(0, 500));
  await assert.rejects(restore(empty.connection, cut), BackupUnusable);
  await writeFile(cut, 'something else');
  await assert.rejects(restore(empty.connection, cut), /not a whole backup/);
  assert.deepEqual(await contents(empty), before);
});

test('a backup of another version is refused', async () => {
  const full = await filled();
  const path = join(folder, 'three.gz');
  await backUp(full.connection, path);
  const text = gunzipSync(await readFile(path))
    .toString('latin1')
    .replace('0001-first', '0000-other');
  await writeFile(path, gzipSync(Buffer.from(text, 'latin1')));
  const empty = await testDatabase();
  await assert.rejects(restore(empty.connection, path), /another version/);
});

/** A database with hostile values in every kind of column, and two months of history. */
async function filled(): Promise<TestDatabase> {
  const database = await testDatabase();
  await database.db.rows(`insert into workspace (key, made_at) values ('default', 1) on conflict do nothing`);
  const hostile = `a\\b 'c' "d" \\. \\N\t\r\n\u2028\u2029é\u0001😀`;
  await database.db.rows(
    `insert into account (workspace, key, app, settings, secrets) select id, $1, 'toy', $2, '\\x00ff0a0d5c' from workspace limit 1`,
    [hostile, JSON.stringify({ text: hostile })],
  );
  await database.db.rows(`insert into feed (account, object) select id, o from account, unnest(array['x', 'y']) o`);
  await database.db.rows(
    `insert into sync (workspace, key, a_feed, b_feed, settings, enabled, progress, salt)
     select w.id, 's', (select min(id) from feed), (select max(id) from feed), '{}', true, '{"phase":"live","version":1}', 7 from workspace w limit 1`,
  );
  await database.db.rows(
    `insert into record (feed, id, content, answered, first_seen, changed)
     select (select min(id) from feed), $1 || i, jsonb_build_object('v', $1::text), i, i, i from generate_series(1, 20) i`,
    [hostile],
  );
  await database.db.rows(
    `insert into link (sync, id, a_id, generation, stage, status, a_base, b_base)
     select (select id from sync limit 1), i, 'a' || i, 1, 'open', 'waiting', '\\x01', '\\x' from generate_series(1, 5) i`,
  );
  for (const at of [Date.UTC(2026, 1, 3), Date.UTC(2026, 5, 3)]) {
    await database.db.rows('select make_history_month($1)', [at]);
    await database.db.rows(
      `insert into history (at, sync, run, link, side, op, record, before, after, rule, edges)
       values ($1, 1, 1, 1, 'a', 'update', 'r', '{}', '{}', '{}', '{}')`,
      [at],
    );
  }
  return database;
}

/** Every row of every table, as text. */
async function contents({ connection }: TestDatabase): Promise<Record<string, string[]>> {
  const client = new pg.Client(connection);
  await client.connect();
  const { rows: tables } = await client.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'syncline'::regnamespace and relkind in ('r', 'p')
       and not relispartition and relname not in ('migration') order by 1`,
  );
  const all: Record<string, string[]> = {};
  for (const { name } of tables) {
    const { rows } = await client.query<{ row: string }>(`select t::text as row from syncline."${name}" t order by 1`);
    all[name] = rows.map(({ row }) => row);
  }
  await client.end();
  return all;
}

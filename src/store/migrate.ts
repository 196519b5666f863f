import { readdirSync, readFileSync } from 'node:fs';
import type pg from 'pg';
import { sha256 } from '../lib/crypto.ts';

/** The oldest PostgreSQL that the store's SQL is written for. */
const OLDEST_SERVER = 15;

/** A migration: plain SQL, run once, forward only. */
export interface Migration {
  /** '0001-first': runs in this order. */
  name: string;
  text: string;
}

const folder = new URL('./migrations/', import.meta.url);

/** The migrations that travel with this version. */
export function ownMigrations(): Migration[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => ({ name: file.slice(0, -'.sql'.length), text: readFileSync(new URL(file, folder), 'utf8') }));
}

/**
 * Brings a database's schema `syncline` to what this version needs. Several processes may start at once: they wait for
 * each other. Refuses servers that are too old, and databases that a newer version or an altered migration has been at.
 */
export async function migrate(client: pg.ClientBase, migrations: Migration[] = ownMigrations()): Promise<void> {
  await refuseOldServer(client);
  await client.query(`select pg_advisory_lock(hashtext('syncline'), hashtext('migrations'))`);
  try {
    await client.query('create schema if not exists syncline');
    await client.query('set search_path = syncline');
    await client.query(
      'create table if not exists migration (name text primary key, checksum text not null, ran_at timestamptz not null default now())',
    );
    const done = await client.query<{ name: string; checksum: string }>(
      'select name, checksum from migration order by name',
    );
    for (const migration of pending(migrations, done.rows)) await run(client, migration);
  } finally {
    await client.query(`select pg_advisory_unlock(hashtext('syncline'), hashtext('migrations'))`).catch(() => {});
  }
}

/** A database that this version cannot use; the message says why and what to do. */
export class UnusableDatabase extends Error {
  override name = 'UnusableDatabase';
}

async function refuseOldServer(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ number: number; version: string }>(
    `select current_setting('server_version_num')::integer as number, current_setting('server_version') as version`,
  );
  const [server] = rows;
  if (!server || Math.floor(server.number / 10_000) >= OLDEST_SERVER) return;
  throw new UnusableDatabase(
    `the database is PostgreSQL ${server.version}, and Syncline needs ${OLDEST_SERVER} or newer: upgrade it, or leave DATABASE_URL out to use the PostgreSQL that comes with Syncline`,
  );
}

function pending(migrations: Migration[], done: { name: string; checksum: string }[]): Migration[] {
  const ours = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const { name, checksum } of done) {
    const migration = ours.get(name);
    if (!migration) {
      throw new UnusableDatabase(
        `the database was used by a newer version of Syncline (it has migration ${name}): run that version, or restore a backup made before the upgrade`,
      );
    }
    if (sha256(migration.text) !== checksum) {
      throw new UnusableDatabase(
        `migration ${name} is not the one the database was made with: install the released version of Syncline again`,
      );
    }
  }
  const names = new Set(done.map((row) => row.name));
  return migrations.filter((migration) => !names.has(migration.name));
}

async function run(client: pg.ClientBase, migration: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query(migration.text);
    await client.query('insert into migration (name, checksum) values ($1, $2)', [
      migration.name,
      sha256(migration.text),
    ]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  }
}

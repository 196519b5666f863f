import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { systemClock } from '../lib/clock.ts';
import { silentLog } from '../lib/log.ts';
import { type Db, poolDb } from './db.ts';
import { type Embedded, startEmbedded } from './embedded.ts';
import { migrateAt, poolAt } from './open.ts';

/** An empty, migrated database of its own. */
export interface TestDatabase {
  db: Db;
  /** How else to reach it: for other processes, and for statements of a test. */
  connection: pg.ClientConfig;
  close(): Promise<void>;
}

/** A server for tests: makes databases in about 50 ms each. */
export interface TestServer {
  /** `now`: a clock in milliseconds for the store; without it the database's. */
  database(now?: () => number): Promise<TestDatabase>;
  stop(): Promise<void>;
}

/** Starts a server of its own in a temporary folder. `binaries`: a folder with other programs than npm brought. */
export async function startTestServer(binaries?: string): Promise<TestServer> {
  clearLeftovers();
  const folder = mkdtempSync(join(tmpdir(), `${folderPrefix}${process.pid}-`));
  // As root the server runs as another user, who must be able to pass through.
  chmodSync(folder, 0o755);
  const embedded = await startEmbedded(folder, {
    clock: systemClock,
    log: silentLog,
    binaries,
    initOptions: ['--no-sync'],
    // A test's database dies with it, so it need not outlive a power cut.
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '100' },
  });
  await migrateAt(embedded.connection);
  let made = 0;
  let state: ServerState = 'up';
  return {
    database: (now) => makeDatabase(embedded, `test_${++made}`, () => state, now),
    async stop() {
      state = 'stopped';
      await embedded.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Where Debian's package postgresql-15 puts its programs: the oldest server the store is written for. */
export const postgres15 = '/usr/lib/postgresql/15/bin';

const folderPrefix = 'syncline-test-';

/**
 * Hooks after tests run in no certain order: a database that is closed after its server is gone has nothing left to
 * drop.
 */
type ServerState = 'up' | 'stopped';

async function makeDatabase(
  embedded: Embedded,
  name: string,
  state: () => ServerState,
  now?: () => number,
): Promise<TestDatabase> {
  await administer(embedded, `create database ${name} template ${embedded.connection.database}`);
  const connection = { ...embedded.connection, database: name };
  const pool = poolAt(connection, silentLog);
  return {
    db: poolDb(pool, now),
    connection,
    async close() {
      await pool.end();
      if (state() === 'up') await administer(embedded, `drop database ${name} with (force)`);
    },
  };
}

async function administer(embedded: Embedded, statement: string): Promise<void> {
  const client = new pg.Client({ ...embedded.connection, database: 'postgres' });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** Folders of test processes that were killed. Their servers were stopped by the watchdog. */
function clearLeftovers(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = name.startsWith(folderPrefix) ? Number(name.slice(folderPrefix.length).split('-')[0]) : 0;
    if (pid > 0 && !existsSync(`/proc/${pid}`)) rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

import pg from 'pg';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { type Db, poolDb } from './db.ts';
import { DataDirectoryInUse, type EmbeddedOptions, runningConnection, startEmbedded } from './embedded.ts';
import { migrate, UnusableDatabase } from './migrate.ts';
import { fromJson } from './text.ts';

/** A database that is open, migrated and ready. */
export interface Database {
  db: Db;
  /** Closes the connections, and stops the server if it is our own. */
  close(): Promise<void>;
}

/** A database that can also be reached on connections of one's own. */
export interface OpenedDatabase extends Database {
  connection: pg.ClientConfig;
}

/** Where the database is: a server of yours (a connection URL), or our own in a data directory. */
export type DatabasePlace = { url: string } | ({ dataDir: string } & Omit<EmbeddedOptions, 'clock' | 'log'>);

/** Connections to the database at most, per process. */
const MOST_CONNECTIONS = 10;

/** How long a statement waits for a connection to be made. */
const CONNECT_SECONDS = 30;

/**
 * Opens the database and brings it up to date. Throws UnusableDatabase (nothing answers, too old a server, a newer
 * Syncline's database, a data directory that cannot be written) or DataDirectoryInUse.
 */
export async function openDatabase(place: DatabasePlace, options: { clock: Clock; log: Log }): Promise<OpenedDatabase> {
  try {
    return await open(place, options);
  } catch (error) {
    throw unusable(place, error);
  }
}

async function open(place: DatabasePlace, options: { clock: Clock; log: Log }): Promise<OpenedDatabase> {
  const embedded = 'dataDir' in place ? await startEmbedded(place.dataDir, { ...place, ...options }) : null;
  const connection = embedded?.connection ?? { connectionString: (place as { url: string }).url };
  try {
    await migrateAt(connection);
    const pool = poolAt(connection, options.log);
    return {
      db: poolDb(pool),
      connection,
      async close() {
        await pool.end();
        await embedded?.stop();
      },
    };
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}

/** The words of the system or the driver: an address without its password, or the server's own message. */
function unusable(place: DatabasePlace, error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  const what = 'dataDir' in place ? `the data directory ${place.dataDir}` : "the database of Syncline's state";
  return new UnusableDatabase(`${what} cannot be used: ${error.message || String(error.code)}`);
}

/**
 * Runs `work` beside whoever uses the database: on a server, on the running one of a data directory, or on that of a data
 * directory that is started for it.
 */
export async function beside<Result>(
  place: DatabasePlace,
  options: { clock: Clock; log: Log },
  work: (connection: pg.ClientConfig) => Promise<Result>,
): Promise<Result> {
  if ('url' in place) {
    const connection = { connectionString: place.url };
    await answers(connection).catch((error: unknown) => {
      throw unusable(place, error);
    });
    return work(connection);
  }
  const own = { ...place, ...options };
  const embedded = await startEmbedded(place.dataDir, own).catch((error: unknown) => {
    if (error instanceof DataDirectoryInUse) return null;
    throw error;
  });
  if (!embedded) return work(runningConnection(place.dataDir, own));
  try {
    await migrateAt(embedded.connection);
    return await work(embedded.connection);
  } finally {
    await embedded.stop();
  }
}

/** Brings the database at a connection up to date. */
export function migrateAt(connection: pg.ClientConfig): Promise<void> {
  return onClient(connection, (client) => migrate(client));
}

async function answers(connection: pg.ClientConfig): Promise<void> {
  await onClient(connection, (client) => client.query('select 1'));
}

async function onClient(connection: pg.ClientConfig, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: CONNECT_SECONDS * 1000 });
  client.on('error', () => {});
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

/** Connections as the store's statements want them. */
export function poolAt(connection: pg.ClientConfig, log: Log, most = MOST_CONNECTIONS): pg.Pool {
  const pool = new pg.Pool({
    ...connection,
    application_name: 'syncline',
    max: most,
    connectionTimeoutMillis: CONNECT_SECONDS * 1000,
    types: { getTypeParser: parserOf as typeof pg.types.getTypeParser },
    onConnect: prepare as (client: pg.ClientBase) => void,
  });
  pool.on('error', (error) => {
    // Our own server, stopped right after, may still close what is being closed.
    if (pool.ending) return;
    // Whoever works on the database says when it is away; here each connection is told.
    log.debug('an idle connection to the database was lost', { code: (error as { code?: string }).code });
  });
  return pool;
}

/** What each connection is told, once. */
const session = `
  set search_path = syncline; set timezone = 'UTC'; set client_min_messages = warning;
  -- A plan kept from when a table was small would read all of it when it is large; planning is nothing next to the work.
  set plan_cache_mode = force_custom_plan;
  -- Pages come from an index in order. Without statistics the planner thinks the rest of a table so small that it sorts it.
  set enable_sort = off;
  -- Starting helpers takes longer than a page does.
  set jit = off; set max_parallel_workers_per_gather = 0;
  -- A page and what is made of it stay in memory.
  set work_mem = '32MB'`;

async function prepare(client: pg.ClientBase): Promise<void> {
  // Without a listener a connection that drops between two statements of a transaction would end the process.
  client.on('error', () => {});
  await client.query(session);
}

const int8 = 20;
const json = 114;
const jsonb = 3802;

/** bigint comes as a number: ids, times and asking numbers stay far below 2^53; hashes are selected as text. */
function parserOf(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (oid === int8) return Number;
  if (oid === json || oid === jsonb) return fromJson;
  return pg.types.getTypeParser(oid, format as 'text');
}

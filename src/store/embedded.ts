import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import type { Clock } from '../lib/clock.ts';
import { messageOf } from '../lib/error.ts';
import type { Log } from '../lib/log.ts';
import { type Binaries, DEFAULT_LIBRARY, findBinaries } from './embedded/binaries.ts';
import { type Cluster, findCluster } from './embedded/cluster.ts';
import { type RunAs, unprivileged } from './embedded/processes.ts';
import { connectionOf, findServer, type Server, stopServer } from './embedded/server.ts';

/** A PostgreSQL server of our own, reached by a socket in its data directory only. */
export interface Embedded {
  /** How to reach its database `syncline`. */
  connection: pg.ClientConfig;
  readonly pid: number;
  /** True where the server had outlived a killed process and was taken over. */
  adopted: boolean;
  /** Stops the server. */
  stop(): Promise<void>;
}

/** How to start it. */
export interface EmbeddedOptions {
  clock: Clock;
  log: Log;
  /** A folder with `initdb` and `postgres` to use instead of those npm brought (PG_BIN). */
  binaries?: string;
  /** As root: the user that PostgreSQL runs as (PG_OS_USER); `postgres`, else `nobody`. */
  osUser?: string;
  /** Where copies are kept that the server's user can reach. */
  library?: string;
  /** Server settings over ours, and options for initdb: for tests. */
  settings?: Record<string, string>;
  initOptions?: string[];
}

/** Another process of ours works on this data directory. */
export class DataDirectoryInUse extends Error {
  override name = 'DataDirectoryInUse';
}

/** A server that died and could not be started again is tried again after this long, in milliseconds. */
const AGAIN_MILLISECONDS = 5_000;
/** What differs between two tries that failed for the same reason: numbers of processes. */
const DIGITS = /\d+/g;

/**
 * Starts (or takes over) the PostgreSQL of a data directory. It stops with `stop`, and also when this process dies
 * without a word: a watchdog waits for that; where that is killed too, the next start takes the living server over.
 * Should the server itself die (the system may kill it when memory runs out), it is started again. Throws DataDirectoryInUse where another live process has the directory.
 */
export async function startEmbedded(dataDir: string, options: EmbeddedOptions): Promise<Embedded> {
  const { clock, log, library = DEFAULT_LIBRARY } = options;
  const as = unprivileged(options.osUser);
  const binaries = findBinaries(as, options.binaries, library);
  const cluster = findCluster(dataDir, binaries, as, library, options.initOptions);
  const stopping = new AbortController();
  let reviving = Promise.resolve();
  const take = async () => {
    const { server, holder } = await takeServer(dataDir, cluster, binaries, as, options);
    holder.once('end', () => {
      if (!stopping.signal.aborted) reviving = revive();
    });
    return { ...server, holder, callOff: watch(server.pid, cluster) };
  };
  const revive = async () => {
    log.error('embedded PostgreSQL has died; it is started again', { pid: held.pid });
    held.callOff();
    let told = '';
    while (!stopping.signal.aborted) {
      try {
        held = await take();
        return;
      } catch (error) {
        const reason = messageOf(error);
        const bare = reason.replace(DIGITS, '');
        if (bare !== told)
          log.error('embedded PostgreSQL could not be started; it is tried until it can be', { reason });
        told = bare;
        await clock.sleep(AGAIN_MILLISECONDS, stopping.signal).catch(() => {});
      }
    }
  };
  let held = await take();
  await makeDatabase(cluster);
  log.debug('embedded PostgreSQL answers', { pid: held.pid, adopted: held.adopted, folder: cluster.directory });
  return {
    connection: connectionOf(cluster, databaseName),
    get pid() {
      return held.pid;
    },
    adopted: held.adopted,
    async stop() {
      stopping.abort();
      await reviving;
      socketOf(held.holder).ref();
      await held.holder.end().catch(() => {});
      await stopServer(held.pid, clock);
      held.callOff();
    },
  };
}

/** How to reach the database of a data directory that another live process has: for reading beside it. */
export function runningConnection(dataDir: string, options: EmbeddedOptions): pg.ClientConfig {
  const { library = DEFAULT_LIBRARY } = options;
  const as = unprivileged(options.osUser);
  const cluster = findCluster(dataDir, findBinaries(as, options.binaries, library), as, library, options.initOptions);
  return connectionOf(cluster, databaseName);
}

const databaseName = 'syncline';

/** How often a server is looked for that stops just when we have found it. */
const MOST_FINDS = 20;

async function takeServer(
  dataDir: string,
  cluster: Cluster,
  binaries: Binaries,
  as: RunAs,
  options: EmbeddedOptions,
): Promise<{ server: Server; holder: pg.Client }> {
  for (let finds = 1; ; finds++) {
    const server = await findServer(cluster, binaries, as, options.clock, options.settings ?? {});
    try {
      return { server, holder: await hold(dataDir, cluster) };
    } catch (error) {
      if (error instanceof DataDirectoryInUse || finds === MOST_FINDS) throw error;
      options.log.debug('embedded PostgreSQL stopped while it was being taken over; looking again', {
        pid: server.pid,
      });
    }
  }
}

/**
 * The lock on the data directory: an advisory lock of a session that lives as long as this process. PostgreSQL lets go
 * of it the moment the process dies, however it dies, so a dead holder never blocks; and it holds across containers
 * too.
 */
async function hold(dataDir: string, cluster: Cluster): Promise<pg.Client> {
  const client = new pg.Client({
    ...connectionOf(cluster, 'postgres'),
    application_name: `${holderName} ${process.pid}`,
  });
  // Losing it means losing the server; whoever uses the database hears of that at once.
  client.on('error', () => {});
  await client.connect();
  const lock = `pg_try_advisory_lock(hashtext('syncline'), hashtext('data directory'))`;
  const { rows } = await client.query<{ taken: boolean; holder: string | null }>(
    `select ${lock} as taken, (select min(application_name) from pg_stat_activity
       where application_name like '${holderName} %' and pid <> pg_backend_pid()) as holder`,
  );
  if (rows[0]?.taken) {
    // The process may end without closing this: it is PostgreSQL's to notice.
    socketOf(client).unref();
    return client;
  }
  const process_ = rows[0]?.holder?.slice(holderName.length + 1);
  await client.end();
  throw new DataDirectoryInUse(
    `the data directory ${dataDir} is in use by another Syncline${process_ ? ` (process ${process_})` : ''}: stop that one, give this one another --data directory, or let both use one PostgreSQL server by DATABASE_URL`,
  );
}

function socketOf(client: pg.Client): Socket {
  return (client as unknown as { connection: { stream: Socket } }).connection.stream;
}

const holderName = 'syncline data directory';

/**
 * Waits for the end of this process: its end of the pipe closes, whatever ended it, and the shell stops the server,
 * unless a next process has taken that over already or it is not the one that was meant. Returns how to call it off.
 */
function watch(pid: number, cluster: Cluster): () => void {
  const owner = join(cluster.directory, '..', 'owner.pid');
  writeFileSync(owner, `${process.pid}\n`);
  const script = `read done; [ "$done" ] && exit
    [ "$(cat "$1" 2>/dev/null)" = ${process.pid} ] && [ "$(head -n 1 "$2" 2>/dev/null)" = ${pid} ] && kill -INT ${pid}`;
  const files = [owner, join(cluster.directory, 'postmaster.pid')];
  const dog = spawn('/bin/sh', ['-c', script, 'syncline-watchdog', ...files], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    cwd: '/',
  });
  dog.unref();
  dog.stdin.on('error', () => {});
  (dog.stdin as unknown as Socket).unref();
  return () => dog.stdin.end('done\n');
}

async function makeDatabase(cluster: Cluster): Promise<void> {
  const client = new pg.Client(connectionOf(cluster, 'postgres'));
  await client.connect();
  try {
    const { rows } = await client.query('select from pg_database where datname = $1', [databaseName]);
    if (rows.length === 0) await client.query(`create database ${databaseName}`);
  } finally {
    await client.end();
  }
}

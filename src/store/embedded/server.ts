import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import type { Clock } from '../../lib/clock.ts';
import type { Binaries } from './binaries.ts';
import { type Cluster, serverEnv } from './cluster.ts';
import { isAlive, type RunAs, servesDirectory } from './processes.ts';

/** A server that answers: ours from an earlier life (`adopted`), or one just started. */
export interface Server {
  pid: number;
  adopted: boolean;
}

/** What the server is started with beside the socket. Durability is PostgreSQL's default: every commit is on disk. */
const settings: Record<string, string> = {
  listen_addresses: '',
  port: '5432',
  shared_buffers: '128MB',
  max_connections: '50',
  max_wal_size: '1GB',
  checkpoint_timeout: '15min',
  jit: 'off',
  log_min_messages: 'warning',
};

/**
 * From 18 on reads go through worker processes unless told otherwise: slower for our look-ups, and three processes
 * more.
 */
const settingsFrom18 = { io_method: 'sync' };

/** How long a server may take to answer, recovery after a crash included. */
const START_SECONDS = 600;
const STOP_SECONDS = 60;
const POLL_MILLISECONDS = 15;
const RETRY_MILLISECONDS = 100;

/** How often a start is tried again while a killed server is still being cleared away by the system. */
const MOST_STARTS = 100;

/** Larger logs are begun anew at a start. */
const MOST_LOG_BYTES = 10 * 1024 * 1024;

/** How a client reaches the cluster's server. */
export function connectionOf(cluster: Cluster, database: string): pg.ClientConfig {
  return { host: cluster.socketFolder, port: 5432, user: 'postgres', database };
}

/** A server on the cluster, started if none answers. */
export async function findServer(
  cluster: Cluster,
  binaries: Binaries,
  as: RunAs,
  clock: Clock,
  extra: Record<string, string>,
): Promise<Server> {
  for (let starts = 1; ; starts++) {
    const running = runningPid(cluster);
    if (running !== null && (await answersInTime(cluster, running, clock))) return { pid: running, adopted: true };
    if (running === null) removeStalePid(cluster);
    const started = await start(cluster, binaries, as, clock, extra);
    if (typeof started === 'number') return { pid: started, adopted: false };
    // The pid file or shared memory of a server that was just killed, or another process starting at the same moment.
    const mayPass = /postmaster\.pid|shared memory|lock file/.test(started.log);
    if (starts >= MOST_STARTS || !mayPass) throw new Error(`PostgreSQL did not start: ${lastReason(started.log)}`);
    await clock.sleep(RETRY_MILLISECONDS);
  }
}

/** Stops a server in order: running statements are broken off, everything committed is kept. */
export async function stopServer(pid: number, clock: Clock): Promise<void> {
  const until = clock.monotonic() + STOP_SECONDS * 1000;
  try {
    process.kill(pid, 'SIGINT');
  } catch {
    return;
  }
  while (isAlive(pid)) {
    if (clock.monotonic() > until) throw new Error(`PostgreSQL (process ${pid}) did not stop within ${STOP_SECONDS} s`);
    await clock.sleep(POLL_MILLISECONDS);
  }
}

/** The process of the cluster's server, if one lives. */
function runningPid(cluster: Cluster): number | null {
  const file = join(cluster.directory, 'postmaster.pid');
  if (!existsSync(file)) return null;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  return pid > 0 && isAlive(pid) && servesDirectory(pid, cluster.directory) ? pid : null;
}

/** PostgreSQL believes a pid file whose number was given to any other process of its user meanwhile. */
function removeStalePid(cluster: Cluster): void {
  rmSync(join(cluster.directory, 'postmaster.pid'), { force: true });
}

async function start(
  cluster: Cluster,
  binaries: Binaries,
  as: RunAs,
  clock: Clock,
  extra: Record<string, string>,
): Promise<number | { log: string }> {
  const log = openLog(cluster);
  const all = { ...settings, ...(binaries.major >= 18 ? settingsFrom18 : {}), ...extra };
  const options = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  // A session of its own: an interrupt typed at the terminal is for us, and we stop the server when we are done.
  const child = spawn(
    join(binaries.folder, 'postgres'),
    ['-D', cluster.directory, '-k', cluster.socketFolder, ...options],
    {
      ...as,
      cwd: '/',
      env: serverEnv,
      stdio: ['ignore', log.file, log.file],
      detached: true,
    },
  );
  closeSync(log.file);
  let ended = false;
  child.on('exit', () => {
    ended = true;
  });
  child.on('error', () => {
    ended = true;
  });
  child.unref();
  const until = clock.monotonic() + START_SECONDS * 1000;
  while (!ended) {
    if (await answers(cluster)) break;
    if (clock.monotonic() > until) {
      child.kill('SIGINT');
      return { log: `no answer within ${START_SECONDS} s` };
    }
    await clock.sleep(POLL_MILLISECONDS);
  }
  // If it ended while another server answered, that one is found on the next round.
  return ended || child.pid === undefined ? { log: log.sinceOpened() } : child.pid;
}

/** Why it ended: its last fatal line, which stands among the many by which it turned our questions away; else all it said. */
function lastReason(log: string): string {
  const fatal = [...log.matchAll(/(?:FATAL|PANIC): {2}(.+)/g)].map(([, reason]) => reason);
  return fatal.findLast((reason) => !/not yet accepting connections|starting up/.test(reason ?? '')) ?? log.trim();
}

async function answersInTime(cluster: Cluster, pid: number, clock: Clock): Promise<boolean> {
  const until = clock.monotonic() + START_SECONDS * 1000;
  while (isAlive(pid)) {
    if (await answers(cluster)) return true;
    if (clock.monotonic() > until)
      throw new Error(`PostgreSQL (process ${pid}) lives but does not answer: stop that process`);
    await clock.sleep(POLL_MILLISECONDS);
  }
  return false;
}

/** Only an answered query counts: the socket is open before recovery has ended. */
async function answers(cluster: Cluster): Promise<boolean> {
  const client = new pg.Client(connectionOf(cluster, 'postgres'));
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

function openLog(cluster: Cluster): { file: number; sinceOpened: () => string } {
  const path = join(cluster.directory, '..', 'postgres.log');
  if (existsSync(path) && statSync(path).size > MOST_LOG_BYTES) rmSync(path);
  const before = existsSync(path) ? statSync(path).size : 0;
  const file = openSync(path, 'a', 0o600);
  return { file, sinceOpened: () => readFileSync(path).subarray(before).toString('utf8').slice(-2000) };
}

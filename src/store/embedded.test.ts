import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import pg from 'pg';
import { systemClock } from '../lib/clock.ts';
import { silentLog } from '../lib/log.ts';
import { findBinaries } from './embedded/binaries.ts';
import { isAlive, unprivileged } from './embedded/processes.ts';
import { DataDirectoryInUse, type Embedded, type EmbeddedOptions, startEmbedded } from './embedded.ts';
import { postgres15 } from './test-server.ts';

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

test('a server starts, keeps every commit on disk, and has its data after a restart', async () => {
  const folder = newFolder();
  const first = await start(folder);
  assert.equal(first.adopted, false);
  assert.deepEqual(await query(first, 'show fsync'), [{ fsync: 'on' }]);
  assert.deepEqual(await query(first, 'show listen_addresses'), [{ listen_addresses: '' }]);
  await query(first, 'create table kept as select 7 as number');
  await first.stop();
  assert.equal(isAlive(first.pid), false);
  const second = await start(folder);
  assert.deepEqual(await query(second, 'select number from kept'), [{ number: 7 }]);
  await second.stop();
});

test('as root the server runs as a user without rights', async () => {
  const embedded = await start(newFolder());
  const uid = Number(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${embedded.pid}/status`, 'utf8'))?.[1]);
  assert.equal(uid, unprivileged().uid ?? process.getuid?.());
  assert.notEqual(uid, 0);
  await embedded.stop();
});

test('a long path gets its socket elsewhere', async () => {
  const folder = join(newFolder(), 'long-'.repeat(25), 'long-'.repeat(25));
  const embedded = await start(folder);
  assert.ok(!embedded.connection.host?.startsWith(folder));
  assert.equal(statSync(embedded.connection.host as string).mode & 0o777, 0o700);
  assert.deepEqual(await query(embedded, 'select 1 as one'), [{ one: 1 }]);
  await embedded.stop();
  rmSync(embedded.connection.host as string, { recursive: true, force: true });
});

test('programs and data that the server’s user cannot reach are kept in a place that it can', async () => {
  const as = unprivileged();
  if (as.uid === undefined) return;
  const secret = newFolder();
  chmodSync(secret, 0o700);
  const packaged = dirname(findBinaries(as, undefined, '/nowhere').folder);
  cpSync(packaged, join(secret, 'native'), { recursive: true, verbatimSymlinks: true });
  const library = newFolder();
  const embedded = await start(join(secret, 'data'), { binaries: join(secret, 'native', 'bin'), library });
  assert.ok(embedded.connection.host?.startsWith(library));
  assert.deepEqual(
    readdirSync(library)
      .map((name) => name.split('-')[0])
      .sort(),
    ['data', 'postgres'],
  );
  assert.match(readFileSync(join(secret, 'data', 'DATABASE-IS-ELSEWHERE.txt'), 'utf8'), new RegExp(library));
  await embedded.stop();
});

test('a half-made database is never taken for a good one', async () => {
  const folder = newFolder();
  const half = join(folder, `pg18.new-${deadPid()}`);
  mkdirSync(join(half, 'base'), { recursive: true });
  writeFileSync(join(half, 'PG_VERSION'), '18\n');
  const embedded = await start(folder);
  assert.deepEqual(await query(embedded, 'select 1 as one'), [{ one: 1 }]);
  assert.equal(existsSync(half), false);
  await embedded.stop();
});

test('a second process on the data directory is refused, told by whom, and let in when the first has stopped', async () => {
  const folder = newFolder();
  const child = await startInChild(folder);
  await assert.rejects(start(folder), (error: Error) => {
    assert.ok(error instanceof DataDirectoryInUse);
    assert.match(error.message, new RegExp(`in use by another Syncline \\(process ${child.process.pid}\\)`));
    return true;
  });
  assert.equal(isAlive(child.server), true, 'the refused one leaves the server alone');
  child.process.stdin?.end();
  await ended(child.process);
  const embedded = await start(folder);
  await embedded.stop();
});

test('of two that start at the same moment one gets the data directory', async () => {
  const folder = newFolder();
  const both = await Promise.allSettled([start(folder), start(folder)]);
  const got = both.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const refused = both.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
  assert.equal(got.length, 1);
  assert.ok(refused[0] instanceof DataDirectoryInUse);
  await got[0]?.stop();
});

test('a process that is killed takes its server along', async () => {
  const child = await startInChild(newFolder());
  child.process.kill('SIGKILL');
  await ended(child.process);
  await until(() => !isAlive(child.server), 'the watchdog stops the server');
});

test('a server whose process and watchdog were both killed is taken over, with everything that was committed', async () => {
  const folder = newFolder();
  const child = await startInChild(folder);
  await query({ connection: child.connection }, 'create table kept as select 7 as number');
  process.kill(watchdogOf(folder), 'SIGKILL');
  child.process.kill('SIGKILL');
  await ended(child.process);
  const embedded = await start(folder);
  assert.equal(embedded.adopted, true);
  assert.equal(embedded.pid, child.server);
  assert.deepEqual(await query(embedded, 'select number from kept'), [{ number: 7 }]);
  await embedded.stop();
  assert.equal(isAlive(child.server), false);
});

test('the watchdog of a killed process leaves a server alone that the next process has taken over', async () => {
  const folder = newFolder();
  const child = await startInChild(folder);
  const watchdog = watchdogOf(folder);
  process.kill(watchdog, 'SIGSTOP');
  child.process.kill('SIGKILL');
  await ended(child.process);
  const embedded = await start(folder);
  process.kill(watchdog, 'SIGCONT');
  await until(() => !isAlive(watchdog), 'the old watchdog ends');
  assert.equal(embedded.adopted, true);
  assert.deepEqual(await query(embedded, 'select 1 as one'), [{ one: 1 }]);
  await embedded.stop();
});

test('a stale pid file whose number another process has by now stops nobody', async () => {
  const folder = newFolder();
  const first = await start(folder);
  await first.stop();
  writeFileSync(join(folder, 'pg18', 'postmaster.pid'), `${process.pid}\n${join(folder, 'pg18')}\n1\n5432\n\n\n\n`);
  const second = await start(folder);
  assert.equal(second.adopted, false);
  await second.stop();
});

test('a server that was killed comes back with everything that was committed', async () => {
  const folder = newFolder();
  const first = await start(folder);
  await query(first, 'create table kept as select 7 as number');
  process.kill(first.pid, 'SIGKILL');
  await until(() => !isAlive(first.pid), 'the server is gone');
  await first.stop();
  const second = await start(folder);
  assert.deepEqual(await query(second, 'select number from kept'), [{ number: 7 }]);
  await second.stop();
});

test('a server that dies under a living process is started again by it, and its lock held', async () => {
  const folder = newFolder();
  const embedded = await start(folder);
  await query(embedded, 'create table kept as select 7 as number');
  const { pid } = embedded;
  process.kill(pid, 'SIGKILL');
  while (embedded.pid === pid) await systemClock.sleep(50);
  assert.deepEqual(await query(embedded, 'select number from kept'), [{ number: 7 }]);
  await assert.rejects(start(folder), DataDirectoryInUse);
  await embedded.stop();
  assert.equal(isAlive(embedded.pid), false);
});

test('a server that cannot start is told by its own reason alone', async () => {
  const options = { settings: { max_connections: '1' } };
  await assert.rejects(start(newFolder(), options), /^Error: PostgreSQL did not start: [^\n]*max_connections[^\n]*$/);
});

test('an installed PostgreSQL may take the place of the one npm brought, but not on its data', async (t) => {
  if (!existsSync(postgres15) && !process.env.CI) return t.diagnostic(`not proved: ${postgres15} is not there`);
  const folder = newFolder();
  const embedded = await start(folder, { binaries: postgres15 });
  const [row] = await query(embedded, `select current_setting('server_version_num')::integer / 10000 as major`);
  assert.deepEqual(row, { major: 15 });
  await embedded.stop();
  await assert.rejects(start(folder), /holds a database of PostgreSQL 15, and the programs are version 18/);
});

test('programs that are not there are said to be missing, with what to do', async () => {
  await assert.rejects(
    start(newFolder(), { binaries: '/nowhere/bin' }),
    /programs in \/nowhere\/bin do not run .*PG_BIN/,
  );
});

function start(folder: string, options: Partial<EmbeddedOptions> = {}): Promise<Embedded> {
  return startEmbedded(folder, { clock: systemClock, log: silentLog, initOptions: ['--no-sync'], ...options });
}

async function query(at: Pick<Embedded, 'connection'>, text: string): Promise<unknown[]> {
  const client = new pg.Client(at.connection);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

interface Child {
  process: ChildProcess;
  server: number;
  connection: pg.ClientConfig;
}

/** A process that has a data directory until its input ends. */
async function startInChild(folder: string): Promise<Child> {
  const program = `
    import { startEmbedded } from '${new URL('./embedded.ts', import.meta.url)}';
    import { systemClock } from '${new URL('../lib/clock.ts', import.meta.url)}';
    import { silentLog } from '${new URL('../lib/log.ts', import.meta.url)}';
    const options = { clock: systemClock, log: silentLog, initOptions: ['--no-sync'] };
    const { pid, connection, stop } = await startEmbedded(${JSON.stringify(folder)}, options);
    process.stdout.write(JSON.stringify({ pid, connection }) + '\\n');
    process.stdin.resume().on('end', () => stop());`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['pipe', 'pipe', 'inherit'] });
  for await (const line of child.stdout.setEncoding('utf8')) {
    const { pid, connection } = JSON.parse(line);
    return { process: child, server: pid, connection };
  }
  throw new Error('the child ended without a server');
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', () => resolve()));
}

function watchdogOf(folder: string): number {
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name) || !existsSync(`/proc/${name}/cmdline`)) continue;
    const command = readFileSync(`/proc/${name}/cmdline`, 'utf8');
    if (command.includes('syncline-watchdog') && command.includes(folder)) return Number(name);
  }
  throw new Error('no watchdog runs');
}

/** A number that no process has. */
function deadPid(): number {
  for (let pid = 4_000_000; ; pid++) if (!isAlive(pid)) return pid;
}

const MOST_SECONDS = 30;

async function until(holds: () => boolean, what: string): Promise<void> {
  const end = systemClock.monotonic() + MOST_SECONDS * 1000;
  while (!holds()) {
    if (systemClock.monotonic() > end) throw new Error(`not within ${MOST_SECONDS} s: ${what}`);
    await systemClock.sleep(20);
  }
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'syncline-embedded-'));
  chmodSync(folder, 0o755);
  folders.push(folder);
  return folder;
}

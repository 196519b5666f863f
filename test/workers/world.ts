import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startTestServer, type TestDatabase } from '../../src/store/test-server.ts';

const program = join(import.meta.dirname, '../../bin/syncline');
/** 32 bytes, for tests only. */
const KEY = Buffer.alloc(32, 7).toString('base64url');
const READY_MILLISECONDS = 300_000;

/** Real worker processes on one database, and the tables they keep the same. */
export interface World {
  /** Syncline's own database. */
  own: pg.Pool;
  /** The tables. */
  shop: pg.Pool;
  /** The server (a worker too), then the other workers. */
  processes: Worker[];
  stop(): Promise<void>;
}

/** A process, and the name its leases carry. */
export interface Worker {
  name: string;
  child: ChildProcess;
}

/** Starts a server and two workers over so many pairs of tables, each with so many rows. */
export async function startWorld(pairs: number, rows: number): Promise<World> {
  const server = await startTestServer();
  const [ownDatabase, shopDatabase] = [await server.database(), await server.database()];
  const folder = mkdtempSync(join(tmpdir(), 'syncline-workers-'));
  const own = new pg.Pool({ ...ownDatabase.connection, max: 2 });
  const shop = new pg.Pool({ ...shopDatabase.connection, max: 4 });
  // They are closed last of all, and may see the database go.
  for (const pool of [own, shop]) pool.on('error', () => {});
  await shop.query(SLOW);
  for (let n = 0; n < pairs; n++) await shop.query(tables(n, rows));
  const file = join(folder, 'syncline.yaml');
  writeFileSync(file, settings(pairs, urlOf(shopDatabase)));
  const environment = { ...process.env, DATABASE_URL: urlOf(ownDatabase), SYNCLINE_SECRET: KEY };
  const processes: Worker[] = [];
  const start = async (...words: string[]) => {
    const child = spawn(program, [...words, '--data', folder], {
      env: environment,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    processes.push({ child, name: await nameOf(child) });
  };
  await start('start', file, '--yes', '--port', '0', '--no-open');
  await start('worker');
  await start('worker');
  return {
    own,
    shop,
    processes,
    stop: async () => {
      for (const { child } of processes) await end(child);
      await own.end();
      await shop.end();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A write takes a while, so that there is a middle of a batch to be struck in. */
const SLOW = `
  create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(0.03); new.at = clock_timestamp(); return new; end $$`;

function tables(n: number, rows: number): string {
  const columns =
    'id bigint generated always as identity primary key, ref text, name text, city text, at timestamptz not null default now()';
  const one = (side: string) => `
    create table ${side}${n} (${columns});
    create trigger slow before insert or update on ${side}${n} for each row execute function slow();`;
  return `${one('a')} ${one('b')}
    insert into a${n} (ref, name, city) select 'r' || i, 'name ' || i, 'city ' || i from generate_series(1, ${rows}) i;`;
}

function settings(pairs: number, url: string): string {
  const sync = (n: number) => ({
    a: { account: 'left', object: `public.a${n}` },
    b: { account: 'right', object: `public.b${n}` },
    match: [['ref']],
    require: [],
    mappings: ['ref', 'name', 'city'].map((field) => ({ a: field, b: field })),
    brakes: { create: 'off', update: 'off', empty: 'off', archive: 'off' },
    every: '5s',
  });
  const account = { app: 'postgres', secrets: { url } };
  const syncs = Object.fromEntries(Array.from({ length: pairs }, (_, n) => [`pair${n}`, sync(n)]));
  return JSON.stringify({ accounts: { left: account, right: account }, syncs });
}

function urlOf({ connection: { host, port, database, user } }: TestDatabase): string {
  return `postgres://${user}@${encodeURIComponent(String(host))}:${port}/${database}`;
}

/** The name that a worker tells once it is at work; the server tells none. */
async function nameOf(child: ChildProcess): Promise<string> {
  let told = '';
  const signal = AbortSignal.timeout(READY_MILLISECONDS);
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    told += text;
  });
  for (;;) {
    const [, name] = /at work: (present:\S+)/.exec(told) ?? [];
    if (name ?? told.includes('serves at')) return name ?? 'server';
    if (child.exitCode !== null) throw new Error(`a process ended with ${child.exitCode}: ${told}`);
    await once(child.stdout as NodeJS.ReadableStream & NodeJS.EventEmitter, 'data', { signal });
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGCONT');
  child.kill('SIGTERM');
  await gone;
}

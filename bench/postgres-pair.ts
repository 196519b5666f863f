import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import type { Connector } from '../src/connector/contract.ts';
import { connector } from '../src/connectors/postgres/connector.ts';
import { systemClock } from '../src/lib/clock.ts';
import { systemHttp } from '../src/lib/http.ts';
import { silentLog } from '../src/lib/log.ts';
import { systemRandom } from '../src/lib/random.ts';
import type { CommandSummary } from '../src/server/api.ts';
import { syncFile } from '../src/server/sync-file.ts';
import { type Db, poolDb } from '../src/store/db.ts';
import { startEmbedded } from '../src/store/embedded.ts';
import { migrateAt, poolAt } from '../src/store/open.ts';
import type { Figure } from './figure.ts';
import { type Steps, stepFigures, timedConnector, timedDb } from './steps.ts';

/** Two tables in two databases, as the peer's benchmark has them: a fifth companies, the rest contacts. */
const TABLES = `
  create table companies(id int primary key, name text, domain text, city text, updated_at timestamptz default now());
  create table contacts(id int primary key, email text, first_name text, last_name text, phone text, company int, updated_at timestamptz default now());`;
/** What a first sync writes into our own state, a row per record and side; the floor writes these too. */
const STATE = ['record', 'match_key', 'link', 'history'];
/** And beside them: by what records are searched for. */
const WRITTEN = [...STATE, 'label'];

/** What was measured, in seconds but for the last three. */
export interface PairTimes {
  first: number;
  /** The run after it, which is shown all that it wrote. */
  echoed: number;
  unchanged: number;
  changed: number;
  /** The same rows of mirror, keys, links, history and target, by COPY alone. */
  floor: number;
  /** Where the first sync spent its time. */
  steps: Figure[];
  rowsPerRecord: number;
  linkBytes: number;
  stateBytes: number;
}

/** PostgreSQL ↔ PostgreSQL with so many rows: first sync, no change, 1 % changed (half on each side), and the floor. */
export function postgresPair(rows: number): Promise<PairTimes> {
  return withPair(rows, async ({ run, left, right, state }) => {
    const steps: Steps = new Map();
    const first = await timed(() => run(steps));
    expectWritten(first.summary, rows);
    const rowsWritten = await withState(state, (client) => countRows(client, WRITTEN));
    const echoed = await timed(run);
    const unchanged = await timed(run);
    await edit(left, 'A', 1, rows / 200);
    await edit(right, 'B', rows / 200 + 1, rows / 100);
    const changed = await timed(run);
    const linkBytes = await withState(state, (client) => size(client, ['link']));
    const stateBytes = await withState(state, (client) => size(client, WRITTEN));
    const floor =
      (await withState(state, (client) => copyAgain(client, STATE))) +
      (await withClient(right, (client) => copyAgain(client, ['companies', 'contacts'])));
    return {
      first: first.seconds,
      echoed: echoed.seconds,
      unchanged: unchanged.seconds,
      changed: changed.seconds,
      floor,
      steps: stepFigures(steps, first.seconds),
      rowsPerRecord: rowsWritten / rows,
      linkBytes: linkBytes / rows,
      stateBytes: stateBytes / rows,
    };
  });
}

/** A first sync of so many rows and one after it, and nothing else: for the memory of a process. */
export function syncPair(rows: number): Promise<void> {
  return withPair(rows, async ({ run }) => {
    expectWritten(await run(), rows);
    await run();
  });
}

/** Two filled tables on the left, two empty ones on the right, and our own state. */
interface Place {
  left: pg.ClientConfig;
  right: pg.ClientConfig;
  state: pg.ClientConfig;
  run(steps?: Steps): Promise<CommandSummary>;
}

async function withPair<T>(rows: number, work: (place: Place) => Promise<T>): Promise<T> {
  const home = mkdtempSync(join(tmpdir(), 'syncline-bench-'));
  const options = { clock: systemClock, log: silentLog };
  const apps = await startEmbedded(join(home, 'apps'), options);
  const state = await startEmbedded(join(home, 'state'), options);
  await migrateAt(state.connection);
  const pool = poolAt(state.connection, silentLog);
  const db = poolDb(pool);
  try {
    const left = await makeTables(apps.connection, 'left_app');
    const right = await makeTables(apps.connection, 'right_app');
    await fill(left, rows);
    const run = (steps: Steps = new Map()) => sync(timedDb(db, steps), timedConnector(connector, steps), left, right);
    return await work({ left, right, state: state.connection, run });
  } finally {
    await pool.end();
    await state.stop();
    await apps.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

/** The figures of a pair, as ratios where there is something to compare with. */
export function pairFigures(
  times: PairTimes,
  peer: { first: number; unchanged: number; changed: number } | null,
): Figure[] {
  const figures: Figure[] = [
    { name: 'first sync', value: times.first, unit: 's' },
    { name: 'first sync beside the floor (the same rows by COPY)', value: times.first / times.floor, unit: '×' },
    { name: 'the run after, which reads back all that it wrote', value: times.echoed, unit: 's' },
    { name: 'nothing changed', value: times.unchanged, unit: 's' },
    { name: '1 % changed', value: times.changed, unit: 's' },
    {
      name: 'rows of state written per record, two of them for the search by text',
      value: times.rowsPerRecord,
      unit: 'rows',
      aim: 'about 6 and 2',
    },
    { name: 'bytes per link', value: times.linkBytes, unit: 'B', aim: '0.27 kB' },
    { name: 'bytes of state per record, all tables', value: times.stateBytes, unit: 'B' },
  ];
  if (!peer) return figures;
  return [
    ...figures,
    { name: 'first sync beside Bucardo', value: times.first / peer.first, unit: '×', aim: '≤ 3' },
    { name: 'nothing changed beside Bucardo', value: times.unchanged / peer.unchanged, unit: '×' },
    { name: '1 % changed beside Bucardo', value: times.changed / peer.changed, unit: '×' },
  ];
}

async function sync(db: Db, app: Connector, left: pg.ClientConfig, right: pg.ClientConfig): Promise<CommandSummary> {
  const url = ({ host, database, user }: pg.ClientConfig) =>
    `postgres://${user}@/${database}?host=${encodeURIComponent(host as string)}`;
  const text = JSON.stringify({
    accounts: {
      left: { app: 'postgres', secrets: { url: url(left) } },
      right: { app: 'postgres', secrets: { url: url(right) } },
    },
    syncs: {
      companies: { ...ends('companies'), match: [['id']], require: [], brakes },
      contacts: { ...ends('contacts'), match: [['email']], brakes },
    },
  });
  const parts = {
    connectors: [app],
    http: systemHttp,
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
    environment: {},
  };
  const kept = { db, close: async () => {} };
  const request = { text, dataDirectory: '', dryRun: 'no', consent: 'yes', approve: 'yes', tell: () => {} } as const;
  const result = await syncFile({ ...parts, alone: 'yes', openDatabase: async () => kept }, request);
  if (result.exit !== 0) throw new Error(`the sync ended with ${JSON.stringify(result)}`);
  return result.summary;
}

const brakes = { create: 'off', update: 'off', empty: 'off', archive: 'off' };

function ends(table: string) {
  return { a: { account: 'left', object: `public.${table}` }, b: { account: 'right', object: `public.${table}` } };
}

function expectWritten(summary: CommandSummary, rows: number): void {
  const written = Object.values(summary.syncs).reduce((sum, each) => sum + each.b.created, 0);
  if (written !== rows) throw new Error(`${written} of ${rows} rows were created`);
}

async function timed(work: () => Promise<CommandSummary>): Promise<{ seconds: number; summary: CommandSummary }> {
  const from = performance.now();
  const summary = await work();
  return { seconds: (performance.now() - from) / 1000, summary };
}

async function makeTables(server: pg.ClientConfig, database: string): Promise<pg.ClientConfig> {
  await withClient(server, (client) => client.query(`create database ${database}`));
  const connection = { ...server, database };
  await withClient(connection, (client) => client.query(TABLES));
  return connection;
}

async function fill(connection: pg.ClientConfig, rows: number): Promise<void> {
  const companies = Math.floor(rows / 5);
  await withClient(connection, async (client) => {
    await client.query(
      `insert into companies select i,'Company '||i,'c'||i||'.example.com','City '||i%50 from generate_series(1,${companies}) i`,
    );
    await client.query(
      `insert into contacts select i,'p'||i||'@example.com','First'||i,'Last'||i,'+49 30 '||i,1+i%${companies} from generate_series(1,${rows - companies}) i`,
    );
  });
}

async function edit(connection: pg.ClientConfig, mark: string, from: number, to: number): Promise<void> {
  await withClient(connection, (client) =>
    client.query(`update contacts set phone = $1 || id where id between $2 and $3`, [
      mark,
      Math.floor(from),
      Math.floor(to),
    ]),
  );
}

async function countRows(client: pg.Client, tables: string[]): Promise<number> {
  const counts = tables.map((table) => `(select count(*) from ${table})`).join(' + ');
  return Number((await client.query(`select ${counts} as total`)).rows[0].total);
}

/** Bytes on disk, indexes and partitions included. */
async function size(client: pg.Client, tables: string[]): Promise<number> {
  const sizes = tables.map(
    (table) =>
      `(select pg_total_relation_size('${table}') + coalesce(sum(pg_total_relation_size(inhrelid)), 0) from pg_inherits where inhparent = '${table}'::regclass)`,
  );
  return Number((await client.query(`select ${sizes.join(' + ')} as total`)).rows[0].total);
}

/** The seconds that COPY takes to write these tables' rows into tables like them. */
async function copyAgain(client: pg.Client, tables: string[]): Promise<number> {
  let seconds = 0;
  for (const table of tables) {
    const chunks: Buffer[] = [];
    for await (const chunk of client.query(copyTo(`copy (select * from ${table}) to stdout`)))
      chunks.push(chunk as Buffer);
    await client.query(`create table floor_${table} (like ${table} including defaults including indexes)`);
    const from = performance.now();
    await pipeline(Readable.from(chunks), client.query(copyFrom(`copy floor_${table} from stdin`)));
    seconds += (performance.now() - from) / 1000;
  }
  return seconds;
}

function withState<T>(connection: pg.ClientConfig, work: (client: pg.Client) => Promise<T>): Promise<T> {
  return withClient(connection, async (client) => {
    await client.query('set search_path = syncline');
    return work(client);
  });
}

async function withClient<T>(connection: pg.ClientConfig, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

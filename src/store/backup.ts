import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { migrateAt } from './open.ts';
import { identifier } from './quoting.ts';

/** The first line of a backup: what it is, and the migrations that its tables were made by. */
interface Head {
  syncline: 'backup';
  format: 1;
  migrations: string[];
  /** Sequences with the value they gave last; null: none yet. */
  sequences: Record<string, number | null>;
}

/** The line before a table's rows. `months`: the starts of history's partitions, in milliseconds. */
interface TableHead {
  table: string;
  columns: string[];
  months?: number[];
}

/** What a backup or a restore went through. */
export interface BackupReport {
  tables: number;
  rows: number;
}

/** A file that is no backup, or does not fit this version or this database; the message says what to do. */
export class BackupUnusable extends Error {
  override name = 'BackupUnusable';
}

/** Tables that are made again by themselves: counts and labels by triggers, limits by counting, staging by the next listing. */
const LEFT_OUT = ['migration', 'link_count', 'label', 'gauge', 'stage'];

/** A line that ends a table's rows, as in PostgreSQL's own COPY files. */
const END = '\\.';

/**
 * Writes everything Syncline keeps, of one moment, into a gzipped file. The server may go on meanwhile. Secrets are in it
 * as they are stored: closed with the installation's key, which is not in it.
 */
export async function backUp(connection: pg.ClientConfig, path: string): Promise<BackupReport> {
  const client = await connect(connection);
  const draft = `${path}.part`;
  try {
    await client.query('begin isolation level repeatable read read only');
    const tables = await tablesOf(client);
    const migrations = await migrationsOf(client);
    const head: Head = { syncline: 'backup', format: 1, migrations, sequences: await sequencesOf(client) };
    const report = { tables: tables.length, rows: 0 };
    await pipeline(
      Readable.from(linesOf(client, head, tables, report)),
      createGzip(),
      createWriteStream(draft, { mode: 0o600 }),
    );
    await rename(draft, path);
    return report;
  } catch (error) {
    await rm(draft, { force: true });
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EACCES')
      throw new BackupUnusable(`${path} cannot be written: no such folder, or no right to`);
    throw error;
  } finally {
    await client.end();
  }
}

/** Reads a backup into a database that holds nothing yet, all of it or nothing. Throws BackupUnusable. */
export async function restore(connection: pg.ClientConfig, path: string): Promise<BackupReport> {
  await migrateAt(connection);
  const client = await connect(connection);
  try {
    await client.query('begin');
    await refuseFull(client);
    const report = await readInto(client, path);
    await client.query('update feed set worker = null, held_until = null');
    await client.query('update sync set worker = null, held_until = null');
    await client.query('commit');
    await client.query('analyze');
    return report;
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  } finally {
    await client.end();
  }
}

async function connect(connection: pg.ClientConfig): Promise<pg.Client> {
  const client = new pg.Client({ ...connection, application_name: 'syncline backup' });
  client.on('error', () => {});
  await client.connect();
  await client.query(`set search_path = syncline; set timezone = 'UTC'; set client_min_messages = warning`);
  return client;
}

interface Table {
  name: string;
  columns: string[];
}

/** Every table with the columns that are not computed, those that others refer to first. */
async function tablesOf(client: pg.Client): Promise<Table[]> {
  const { rows } = await client.query<Table & { needs: string[] }>(
    `select c.relname as name,
       array(select a.attname::text from pg_attribute a
         where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum) as columns,
       array(select distinct f.relname::text from pg_constraint k join pg_class f on f.oid = k.confrelid
         where k.conrelid = c.oid and k.contype = 'f' and k.confrelid <> c.oid) as needs
     from pg_class c
     where c.relnamespace = 'syncline'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
       and c.relname <> all($1)
     order by c.relname`,
    [LEFT_OUT],
  );
  const ordered: Table[] = [];
  const place = (table: (typeof rows)[number]) => {
    if (ordered.some(({ name }) => name === table.name)) return;
    for (const need of rows.filter(({ name }) => table.needs.includes(name))) place(need);
    ordered.push({ name: table.name, columns: table.columns });
  };
  rows.forEach(place);
  return ordered;
}

async function migrationsOf(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>('select name from migration order by name');
  return rows.map(({ name }) => name);
}

async function sequencesOf(client: pg.Client): Promise<Record<string, number | null>> {
  const { rows } = await client.query<{ name: string; value: string | null }>(
    `select sequencename as name, last_value as value from pg_sequences where schemaname = 'syncline' order by 1`,
  );
  return Object.fromEntries(rows.map(({ name, value }) => [name, value === null ? null : Number(value)]));
}

async function monthsOf(client: pg.Client): Promise<number[]> {
  const { rows } = await client.query<{ at: string }>('select min(at) as at from history group by month_start(at)');
  return rows.map(({ at }) => Number(at));
}

async function* linesOf(
  client: pg.Client,
  head: Head,
  tables: Table[],
  report: BackupReport,
): AsyncGenerator<Buffer | string> {
  yield `${JSON.stringify(head)}\n`;
  for (const { name, columns } of tables) {
    const table: TableHead = { table: name, columns, ...(name === 'history' && { months: await monthsOf(client) }) };
    yield `${JSON.stringify(table)}\n`;
    const list = columns.map(identifier).join(', ');
    const stream = client.query(copyTo(`copy (select ${list} from ${identifier(name)}) to stdout`));
    for await (const chunk of stream) yield chunk as Buffer;
    report.rows += stream.rowCount ?? 0;
    yield `${END}\n`;
  }
}

async function refuseFull(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ full: boolean }>(
    'select exists (select from account) or exists (select from sync) as full',
  );
  if (!rows[0]?.full) return;
  throw new BackupUnusable(
    'the database already holds accounts or syncs: restore into an empty data directory or an empty database',
  );
}

async function readInto(client: pg.Client, path: string): Promise<BackupReport> {
  const file = createReadStream(path);
  const unpacked = file.pipe(createGunzip());
  file.on('error', (error) => unpacked.destroy(error));
  // Byte for byte: as UTF-8 some characters of a value would be taken for ends of lines.
  unpacked.setEncoding('latin1');
  const lines = createInterface({ input: unpacked })[Symbol.asyncIterator]();
  try {
    const head = await checkHead(client, (await lines.next()).value);
    // What the migrations themselves put in gives way.
    const tables = await tablesOf(client);
    await client.query(`truncate ${tables.map(({ name }) => identifier(name)).join(', ')}, link_count, label cascade`);
    const report = { tables: 0, rows: 0 };
    for (let line = await lines.next(); !line.done; line = await lines.next()) {
      report.tables++;
      report.rows += await readTable(client, JSON.parse(line.value) as TableHead, lines);
    }
    if (report.tables < tables.length) throw new Error('it ends before its last table');
    for (const [name, value] of Object.entries(head.sequences)) {
      if (value !== null) await client.query('select setval($1::regclass, $2)', [identifier(name), value]);
    }
    return report;
  } catch (error) {
    if (error instanceof BackupUnusable) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new BackupUnusable(`there is no file ${path}`);
    throw new BackupUnusable(`${path} is not a whole backup of Syncline (${(error as Error).message})`);
  } finally {
    file.destroy();
  }
}

async function checkHead(client: pg.Client, line: string | undefined): Promise<Head> {
  const head = JSON.parse(line ?? 'null') as Head | null;
  if (head?.syncline !== 'backup' || head.format !== 1) throw new Error('its first line is not that of a backup');
  if (String(await migrationsOf(client)) === String(head.migrations)) return head;
  throw new BackupUnusable(
    'the backup was made by another version of Syncline: restore it with that version, then start this one on it',
  );
}

async function readTable(client: pg.Client, head: TableHead, lines: AsyncIterator<string>): Promise<number> {
  const { table, columns, months = [] } = head;
  for (const month of months) await client.query('select make_history_month($1)', [month]);
  const rows = async function* () {
    for (let line = await lines.next(); line.value !== END; line = await lines.next()) {
      if (line.done) throw new Error(`it ends in the middle of ${table}`);
      yield Buffer.from(`${line.value}\n`, 'latin1');
    }
  };
  const into = client.query(copyFrom(`copy ${identifier(table)} (${columns.map(identifier).join(', ')}) from stdin`));
  await pipeline(Readable.from(rows()), into);
  return into.rowCount ?? 0;
}

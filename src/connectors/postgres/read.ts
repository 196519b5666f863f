import { type AppRecord, type Cursor, Failure, type Gone, type Page } from '../../connector/contract.ts';
import type { Session } from '../../connector/session.ts';
import { cast } from './cells.ts';
import {
  changedSince,
  cursorAfter,
  narrow,
  type Place,
  placeOf,
  reachOf,
  type Start,
  startOf,
  tickerOf,
  writtenSince,
} from './changes.ts';
import { type Database, database, type Row } from './database.ts';
import { keyOf } from './ids.ts';
import { type Projection, projectionOf } from './projection.ts';
import type { Table } from './table.ts';

/** The most records of a page. */
const PAGE_ROWS = 5000;
/** A page ends when its texts are this long together, in characters. */
const PAGE_CHARACTERS = 16_000_000;
/** How many of the table's pages (of 8 kB) one call looks through at most: half a gigabyte, in well under its time. */
const MOST_BLOCKS = 65_536;

/** Where a pass goes on: after a key, or at a page of the table. */
type Resume =
  | { after: Row; until?: Cursor }
  | { xid: string; block: number; width: number; blocks: number; until: Cursor };

/** One page of a table: see `Reads.page`. */
export async function page(
  s: Session,
  table: Table,
  ask: { since?: Cursor; resume?: string; fields: string[] },
): Promise<Page> {
  const db = await database(s);
  const projection = projectionOf(table, ask.fields);
  const resume = ask.resume === undefined ? undefined : (JSON.parse(ask.resume) as Resume);
  if (resume) return 'after' in resume ? listed(db, table, projection, resume) : looked(db, table, projection, resume);
  const ticker = tickerOf(table, s.settings.updatedAt);
  const start = await db.read((run) => startOf(run, table, ticker));
  if (ask.since === undefined) {
    return listed(db, table, projection, table.hidesRows ? { after: [] } : { after: [], until: cursorAfter(start) });
  }
  const since = placeOf(ask.since);
  const reach = reachOf(since, start, ticker);
  if (!since || reach === 'everything') return { records: [], expired: true };
  if (reach === 'nothing') return { records: [], until: cursorAfter(start) };
  if (reach === 'rows by time' && ticker) {
    const recent = await stamped(db, table, projection, changedSince(ticker, '$1'), since);
    if (recent) return { records: recent, until: cursorAfter(start, since) };
  }
  return looked(db, table, projection, firstLook(since, start));
}

/** Records by their ids: see `Reads.byIds`. An id that no row can have is gone like any other. */
export async function byIds(s: Session, table: Table, ids: string[], fields: string[]): Promise<Page> {
  const db = await database(s);
  const asked = [...new Set(ids)];
  const keys = asked.map((id) => keyOf(id, table.key.length)).filter((key) => key !== null);
  const records = await found(db, table, projectionOf(table, fields), keys);
  const present = new Set(records.map((record) => record.id));
  const gone = asked.filter((id) => !present.has(id)).map((id): Gone => ({ id, how: 'missing' }));
  return gone.length > 0 ? { records, gone } : { records };
}

/** The next page of all rows, in the order of the key: an index leads there, however many came before. */
async function listed(
  db: Database,
  table: Table,
  projection: Projection,
  { after, until }: { after: Row; until?: Cursor },
): Promise<Page> {
  const columns = table.key.map((column) => `t.${column.sql}`).join(', ');
  const place = table.key.map((column, index) => cast(column, `$${index + 1}::text`)).join(', ');
  const { records, last, more } = await collect(db, projection, pageRows(table), (most) => ({
    sql: `select ${projection.columns.join(', ')} from ${table.from} t
      ${after.length > 0 ? `where (${columns}) > (${place})` : ''} order by ${columns} limit ${most}`,
    values: after,
  }));
  if (!more) return until === undefined ? { records } : { records, until };
  const next: Resume = { after: last.slice(0, table.key.length), ...(until === undefined ? {} : { until }) };
  return { records, resume: JSON.stringify(next) };
}

function firstLook(since: Place, start: Start): Extract<Resume, { xid: string }> {
  return { xid: narrow(since.xid), block: 0, width: MOST_BLOCKS, blocks: start.blocks, until: cursorAfter(start) };
}

/**
 * The next stretch of the table, looked through for rows written since. In the order they lie: a row that moves while we
 * look was written anew, so the next pass reads it. Stretches shrink until what is in one fits a page.
 */
async function looked(
  db: Database,
  table: Table,
  projection: Projection,
  { xid, block, width, blocks, until }: Extract<Resume, { xid: string }>,
): Promise<Page> {
  const sql = `select ${projection.columns.join(', ')} from ${table.from} t
    where t.ctid >= $2::text::tid and t.ctid < $3::text::tid and ${writtenSince('$1')}`;
  const stretch = (end: number) => [xid, `(${block},0)`, `(${end},0)`];
  for (let across = width; ; across = Math.max(1, across >> 2)) {
    const most = across === 1 ? Number.MAX_SAFE_INTEGER : pageRows(table);
    const { records, more } = await collect(db, projection, most, (limit) => ({
      sql: across === 1 ? sql : `${sql} limit ${limit}`,
      values: stretch(block + across),
    }));
    if (more) continue;
    if (block + across >= blocks) return { records, until };
    const wider = records.length * 4 < most ? Math.min(across * 2, MOST_BLOCKS) : across;
    const next: Resume = { xid, block: block + across, width: wider, blocks, until };
    return { records, resume: JSON.stringify(next) };
  }
}

/** All rows whose time of change is recent; null where they are more than a page. */
async function stamped(
  db: Database,
  table: Table,
  projection: Projection,
  condition: string,
  since: Place,
): Promise<AppRecord[] | null> {
  const { records, more } = await collect(db, projection, pageRows(table), (limit) => ({
    sql: `select ${projection.columns.join(', ')} from ${table.from} t where ${condition} limit ${limit}`,
    values: [since.time],
  }));
  return more ? null : records;
}

/** Rows by their keys. A key that is no value of its column's type fails the statement: halves then find it. */
async function found(db: Database, table: Table, projection: Projection, keys: string[][]): Promise<AppRecord[]> {
  if (keys.length === 0) return [];
  try {
    const { records } = await collect(db, projection, Number.MAX_SAFE_INTEGER, () => ({
      sql: `select ${projection.columns.join(', ')} from ${keyList(table)} join ${table.from} t on ${keyMatch(table)}`,
      values: table.key.map((_, index) => keys.map((key) => key[index])),
    }));
    return records;
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== 'invalid') throw error;
    if (keys.length === 1) return [];
    const half = keys.length >> 1;
    const first = await found(db, table, projection, keys.slice(0, half));
    return [...first, ...(await found(db, table, projection, keys.slice(half)))];
  }
}

/** SQL: parameters $1 … as rows `u`, one array for each part of the key (k1 …) and each of `more` values (v1 …), numbered n. */
export function keyList(table: Table, more = 0): string {
  const names = [...table.key.map((_, at) => `k${at + 1}`), ...Array.from({ length: more }, (_, at) => `v${at + 1}`)];
  const arrays = names.map((_, at) => `$${at + 1}::text[]`);
  return `unnest(${arrays.join(', ')}) with ordinality u(${names.join(', ')}, n)`;
}

/** SQL: row `t` is the one of key `u`. */
export function keyMatch(table: Table): string {
  return table.key.map((column, index) => `t.${column.sql} = ${cast(column, `u.k${index + 1}`)}`).join(' and ');
}

interface Collected {
  records: AppRecord[];
  last: Row;
  /** There is at least one row beyond. */
  more: boolean;
}

/** Rows as records, as they come, until there are enough or they are too long. */
function collect(
  db: Database,
  projection: Projection,
  most: number,
  query: (limit: number) => { sql: string; values: unknown[] },
): Promise<Collected> {
  const { sql, values } = query(most + 1);
  return db.read(async (run) => {
    const seen: Collected = { records: [], last: [], more: false };
    let characters = 0;
    await run.each(sql, values, (row) => {
      const full = characters >= PAGE_CHARACTERS && most < Number.MAX_SAFE_INTEGER;
      if (seen.more || full || seen.records.length >= most) {
        seen.more = true;
        return;
      }
      for (const cell of row) characters += cell === null ? 0 : cell.length;
      seen.records.push(projection.record(row));
      seen.last = row;
    });
    return seen;
  });
}

/** So many rows that a page of average ones is within its length: what lies beyond would be sent for nothing. */
export function pageRows(table: Table): number {
  return Math.max(FEWEST_ROWS, Math.min(PAGE_ROWS, Math.floor(PAGE_CHARACTERS / Math.max(1, table.rowBytes))));
}

/** A page asks for at least so many rows, whatever the statistics say. */
const FEWEST_ROWS = 20;

import type { Cursor } from '../../connector/contract.ts';
import { cast, shownKey } from './cells.ts';
import type { Run } from './database.ts';
import type { Column, Table } from './table.ts';

/**
 * How changes are found, so that no committed one is ever missed.
 *
 * Each row carries in `xmin` the transaction that wrote it. At the start of a pass we note the oldest transaction that
 * still runs (the snapshot's xmin). Whatever a later pass may see and this one could not was written by that transaction
 * or a later one, however long it runs; so the later pass reads all rows whose xmin is at or after it. Rows locked,
 * frozen or moved by VACUUM keep their xmin, which has 32 bits and is compared as a distance from the newest.
 *
 * That holds while the server counts on and rows come from being written. A mark of everything that could break it is
 * kept in the cursor: a restart, a crash or a restored backup (transaction numbers may come again), another table under the
 * name, a rewritten, truncated or repacked table, partitions attached, columns or options changed. A mark that is not
 * the same sends the engine to a full listing.
 *
 * A table of some size is not looked through each time where it has an indexed time of the last change that can be
 * trusted (a trigger keeps it, or the account's setting names it): passes between follow that column.
 */
export interface Place {
  mark: string;
  /** The oldest transaction, 64 bits, that this place has not surely seen. */
  xid: string;
  /** When that was noted, in seconds by the server's clock. */
  at: number;
  /** The newest time of change then seen. */
  time?: string;
}

/** How things stand as a pass begins. */
export interface Start extends Place {
  /** The first transaction number that nobody could have used yet. */
  next: string;
  /** The table's size in pages, its largest partition's where it has some. */
  blocks: number;
  /** Row-level security is on for us: rows may appear unwritten. */
  hidesRows: boolean;
}

/** What the next pass must read. */
export type Reach = 'nothing' | 'rows by xmin' | 'rows by time' | 'everything';

/** A time of change is believed for so long; then all rows are looked through. */
const BELIEVED_SECONDS = 300;
/** Tables of fewer pages (of 8 kB) are looked through at once: it takes some ten milliseconds. */
const SMALL_BLOCKS = 16_384;
/** How far apart, in transactions, xmin and cursor may be: 32 bits tell half their range apart. */
const MOST_TRANSACTIONS = 2_000_000_000n;
/** How long before the newest time seen a transaction may have begun that was not seen; older ones wait for the full look. */
const OVERLAP_SECONDS = 60;

/** Looks at the clock, the snapshot and the mark. Asked before a pass reads its first row. */
export async function startOf(run: Run, table: Table, ticker: Column | null): Promise<Start> {
  const newest = ticker
    ? `(select ${shownKey(ticker, 'm')} from (select max(t.${ticker.sql}) as ${ticker.sql} from ${table.from} t
        where t.${ticker.sql} <= ${cast(ticker, "(now() + interval '1 day')::text")}) m)`
    : 'null';
  const [row] = await run.rows(`${startStatement}, ${newest} from pg_current_snapshot() s`, [table.oid]);
  const [xid = '', next = '', at, hidesRows, blocks, mark = '', time] = row ?? [];
  return {
    mark: mark ?? '',
    xid: xid ?? '',
    next: next ?? '',
    at: Number(at),
    blocks: Number(blocks),
    hidesRows: hidesRows === 'true',
    ...(time ? { time } : {}),
  };
}

/** What is to be read since a cursor. */
export function reachOf(since: Place | null, start: Start, ticker: Column | null): Reach {
  if (!since || start.hidesRows || since.mark !== start.mark) return 'everything';
  const distance = BigInt(start.next) - BigInt(since.xid);
  if (distance < 0n || distance > MOST_TRANSACTIONS) return 'everything';
  if (distance === 0n) return 'nothing';
  const believed = ticker !== null && since.time !== undefined && start.at - since.at < BELIEVED_SECONDS;
  return believed && start.blocks > SMALL_BLOCKS ? 'rows by time' : 'rows by xmin';
}

/** The cursor after a pass that began at `start`. One by time leaves the place of the last full look. */
export function cursorAfter(start: Start, since?: Place): Cursor {
  const { mark, xid, at, time } = start;
  const place: Place = since ? { mark, xid: since.xid, at: since.at } : { mark, xid, at };
  return JSON.stringify({ ...place, ...(time === undefined ? {} : { time }) });
}

/** The place a cursor stands for; null where it is none of ours. */
export function placeOf(cursor: Cursor): Place | null {
  try {
    const { mark, xid, at, time } = JSON.parse(cursor) as Partial<Place>;
    if (typeof mark !== 'string' || typeof xid !== 'string' || !/^\d{1,20}$/.test(xid) || typeof at !== 'number')
      return null;
    return { mark, xid, at, ...(typeof time === 'string' ? { time } : {}) };
  } catch {
    return null;
  }
}

/**
 * SQL: was the row written by this transaction ($n) or a later one? age() is the distance from the newest. A transaction
 * begun while the statement was planned may be newer still; it is at or after the cursor that this pass leaves.
 */
export function writtenSince(parameter: string): string {
  return `age(t.xmin) between 0 and (select age(${parameter}::text::xid))`;
}

/** The number of a transaction as xmin has it: the low 32 bits. */
export function narrow(xid: string): string {
  return (BigInt(xid) & 0xffff_ffffn).toString();
}

/** SQL: does the row's time of change reach back to this one ($n), with the overlap? */
export function changedSince(ticker: Column, parameter: string): string {
  return `t.${ticker.sql} >= ${cast(ticker, `${parameter}::text`)} - interval '${OVERLAP_SECONDS} seconds'`;
}

/** The column that tells when a row changed, if there is one to be trusted and an index to find it by. */
export function tickerOf(table: Table, named: string | undefined): Column | null {
  const times = table.columns.filter((column) => column.indexed);
  return times.find((column) => column.name === named) ?? times.find((column) => column.stamped) ?? null;
}

/**
 * The snapshot, the clock, and the mark. stats_reset moves when a crashed server begins anew without a restart of the
 * postmaster; attribute and enum rows move when values change without a row being written.
 */
const startStatement = `
with leaves as (select $1::oid as oid union select relid from pg_partition_tree($1::oid))
select pg_snapshot_xmin(s)::text, pg_snapshot_xmax(s)::text, extract(epoch from clock_timestamp())::bigint::text,
  row_security_active($1::oid)::text,
  (select max(pg_relation_size(oid) / current_setting('block_size')::int) from leaves)::text,
  md5(concat_ws('/', pg_postmaster_start_time(), (select stats_reset from pg_stat_bgwriter), $1::text,
    (select string_agg(concat_ws(':', oid, pg_relation_filenode(oid)), ',' order by oid) from leaves),
    (select string_agg(concat_ws(':', a.attnum, a.attname, a.atttypid, a.atttypmod, a.attgenerated, pg_get_expr(d.adbin, d.adrelid)),
        ',' order by a.attnum)
      from pg_attribute a
      left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum and a.attgenerated <> ''
      where a.attrelid = $1::oid and a.attnum > 0 and not a.attisdropped),
    (select string_agg(concat_ws(':', e.oid, e.enumlabel), ',' order by e.oid) from pg_enum e where e.enumtypid in (
      select unnest(array[t.oid, t.typelem, t.typbasetype]) from pg_attribute a join pg_type t on t.oid = a.atttypid
      where a.attrelid = $1::oid and a.attnum > 0 and not a.attisdropped))))`;

import type { Ack } from '../model/decision.ts';
import type { Pair } from '../model/link.ts';
import type { Side, Two } from '../model/value.ts';
import type { Sql, Tx } from './db.ts';
import { linksOfRecords, readPairs, readSyncFeeds } from './pairs.ts';
import type { Changes, Horizon, Wake } from './store.ts';
import { fromText, toText } from './text.ts';

/** Work that is due now, by rising seq, as pairs. */
export async function readDue(sql: Sql, sync: string, most: number, after = 0, until?: Horizon): Promise<Pair[]> {
  const feeds = await readSyncFeeds(sql, sync);
  const rows = await sql.rows<{ side: Side; record: string }>(
    `select side, record from work
     where sync = $1 and seq > $2 and seq <= $5 and not_before <= coalesce($6, moment($4)) order by seq limit $3`,
    [sync, after, most, sql.time(), until?.seq ?? Number.MAX_SAFE_INTEGER, until?.at ?? null],
  );
  const wanted = rows.map(({ side, record }) => ({ side, record: fromText(record) }));
  const records = recordsOf(wanted);
  return readPairs(sql, feeds, wanted, await linksOfRecords(sql, sync, records));
}

/** Where the work ends that is due now; null: nothing is due. */
export async function readHorizon(sql: Sql, sync: string): Promise<Horizon | null> {
  const [row] = await sql.rows<{ seq: number | null; at: number }>(
    `with clock as materialized (select moment($2) as at)
     select (select max(seq) from work where sync = $1 and not_before <= at) as seq, at from clock`,
    [sync, sql.time()],
  );
  return row?.seq == null ? null : { seq: row.seq, at: row.at };
}

/** Pairs of these records, whether there is work for them or not. */
export async function loadPairs(sql: Sql, sync: string, records: Two<string[]>): Promise<Pair[]> {
  const feeds = await readSyncFeeds(sql, sync);
  const of = (side: Side) => records[side].map((record) => ({ side, record }));
  return readPairs(sql, feeds, [...of('a'), ...of('b')], await linksOfRecords(sql, sync, records));
}

/** How soon the earliest work is due, in milliseconds (0: now); null: none. */
export async function nextWork(sql: Sql, sync: string): Promise<number | null> {
  const [row] = await sql.rows<{ wait: number | null }>(
    'select min(not_before) - moment($2) as wait from work where sync = $1',
    [sync, sql.time()],
  );
  return row?.wait == null ? null : Math.max(0, row.wait);
}

/** Makes work for links: one row each, on side a where that record is known. Returns how many links. */
export async function wake(sql: Sql, sync: string, which: Wake): Promise<number> {
  const [text, choice] =
    'links' in which
      ? [wakeLinksSql, which.links]
      : 'status' in which
        ? [wakeStatusSql, which.status]
        : [wakeCategorySql, which.category];
  const rows = await sql.rows(text, [sync, choice, sql.time()]);
  return rows.length;
}

const wakeSql = (condition: string) => `
  insert into work as w (sync, side, record, seq, reason, not_before, attempts)
  select $1, side, record, nextval('work_seq'), 'retry', moment($3), 0
  from (
    select case when a_id is null then 'b' else 'a' end as side, coalesce(a_id, b_id) as record
    from link where sync = $1 and (a_id is not null or b_id is not null) and ${condition} order by 1, 2
  ) ordered
  on conflict (sync, side, record) do update
  set seq = excluded.seq, reason = excluded.reason, attempts = 0, not_before = least(w.not_before, excluded.not_before)
  returning 1`;
const wakeLinksSql = wakeSql('id = any($2::bigint[])');
const wakeStatusSql = wakeSql('status = $2');
const wakeCategorySql = wakeSql(`status = 'failing' and problem ->> 'category' = $2`);

/**
 * (Re)schedules work. With `seq`, a row that moved on meanwhile keeps its own time, so a new change never waits out the
 * back-off of an older failure.
 */
export async function scheduleWork(tx: Tx, sync: string, work: NonNullable<Changes['work']>): Promise<void> {
  if (work.length === 0) return;
  await tx.rows(scheduleSql, [
    sync,
    work.map((row) => row.side),
    work.map((row) => toText(row.record)),
    work.map((row) => row.reason),
    work.map((row) => row.delaySeconds),
    work.map((row) => row.attempts),
    work.map((row) => row.seq ?? null),
    tx.time(),
  ]);
}

const scheduleSql = `
  with given as materialized (
    select *, nextval('work_seq') as next from (
      select distinct on (side, record) side, record, reason, moment($8) + trunc(delay * 1000)::bigint as not_before, attempts, seq
      from unnest($2::text[], $3::text[], $4::text[], $5::float8[], $6::integer[], $7::bigint[]) with ordinality
        as g (side, record, reason, delay, attempts, seq, place)
      order by side, record, place desc
    ) ordered
  ), found as materialized (
    select g.*, w.place
    from given g, lateral (
      select w.ctid as place from work w
      where w.sync = $1 and w.side = g.side and w.record = g.record and w.seq = g.seq for update
    ) w
  ), moved as (
    update work w set seq = f.next, reason = f.reason, not_before = f.not_before, attempts = f.attempts
    from found f where w.ctid = f.place
    returning w.side, w.record
  ), set as (
    insert into work (sync, side, record, seq, reason, not_before, attempts)
    select $1, side, record, next, reason, not_before, attempts from given where seq is null
    on conflict (sync, side, record) do update
    set seq = excluded.seq, reason = excluded.reason, not_before = excluded.not_before, attempts = excluded.attempts
  )
  insert into work (sync, side, record, seq, reason, not_before, attempts)
  select $1, side, record, next, reason, not_before, attempts from given
  where seq is not null and (side, record) not in (select side, record from moved)
  on conflict (sync, side, record) do nothing`;

/** W4: removes work whose seq is still the same. */
export async function acknowledge(tx: Tx, sync: string, done: readonly Ack[]): Promise<void> {
  if (done.length === 0) return;
  await tx.rows(acknowledgeSql, [
    sync,
    done.map((row) => row.side),
    done.map((row) => toText(row.record)),
    done.map((row) => row.seq),
  ]);
}

/** Locks first, in the order of all: then the rows stay where they were found. */
const acknowledgeSql = `
  with found as materialized (
    select w.place
    from (select * from unnest($2::text[], $3::text[], $4::bigint[]) as g (side, record, seq) order by side, record) g,
      lateral (
        select w.ctid as place from work w
        where w.sync = $1 and w.side = g.side and w.record = g.record and w.seq = g.seq for update
      ) w
  )
  delete from work where ctid = any (array(select place from found))`;

function recordsOf(wanted: readonly { side: Side; record: string }[]): Two<string[]> {
  const records: Two<string[]> = { a: [], b: [] };
  for (const { side, record } of wanted) records[side].push(record);
  return records;
}

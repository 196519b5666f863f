import type { Sql } from './db.ts';
import type { Tally } from './store.ts';

/** What a sync's runs have come to, and since when. */
export interface RunTotals {
  tally: Tally;
  /** When its first run began, in milliseconds; null: it never wrote. */
  since: number | null;
}

/** Adds up the runs of a sync since its settings were last planned whole; a first sync has a handful. */
export async function runTotals(sql: Sql, sync: string): Promise<RunTotals> {
  const [row] = await sql.rows<
    Record<'ac' | 'au' | 'bc' | 'bu' | 'linked' | 'conflicts', number> & { since: number | null }
  >(
    `select ${sum("'a' ->> 'created'")} as ac, ${sum("'a' ->> 'updated'")} as au, ${sum("'b' ->> 'created'")} as bc,
       ${sum("'b' ->> 'updated'")} as bu, ${sum("'linked'", '->>')} as linked, ${sum("'conflicts'", '->>')} as conflicts,
       min(started_at) as since
     from (select * from run where sync = $1 order by number desc limit 100) r`,
    [sync],
  );
  const { ac = 0, au = 0, bc = 0, bu = 0, linked = 0, conflicts = 0, since = null } = row ?? {};
  const none = { archived: 0, deleted: 0 };
  return {
    tally: { a: { created: ac, updated: au, ...none }, b: { created: bc, updated: bu, ...none }, linked, conflicts },
    since,
  };
}

function sum(path: string, arrow = '->'): string {
  return `coalesce(sum((r.tally ${arrow} ${path})::bigint), 0)::bigint`;
}

/** A sync's links, from the counters that the database keeps. `linked`: those with a record on both sides. */
export async function linkTotals(
  sql: Sql,
  sync: string,
): Promise<{ settled: number; failing: number; linked: number }> {
  const [row] = await sql.rows<{ settled: number; failing: number; linked: number }>(
    `select coalesce(sum(total) filter (where status <> 'waiting'), 0)::bigint as settled,
       coalesce(sum(total) filter (where status = 'failing'), 0)::bigint as failing,
       coalesce(sum(linked), 0)::bigint as linked
     from link_count where sync = $1`,
    [sync],
  );
  return row ?? { settled: 0, failing: 0, linked: 0 };
}

/** The newest run of each sync of a workspace, by the sync's id. */
export async function lastRuns(
  sql: Sql,
  workspace: string,
): Promise<Map<string, { number: number; startedAt: number; endedAt: number | null; ending: string | null }>> {
  const rows = await sql.rows<{
    sync: number;
    number: number;
    started_at: number;
    ended_at: number | null;
    ending: string | null;
  }>(
    `select s.id as sync, r.* from sync s, lateral (
       select number, started_at, ended_at, ending from run where sync = s.id order by number desc limit 1
     ) r where s.workspace = $1`,
    [workspace],
  );
  return new Map(
    rows.map(({ sync, number, started_at, ended_at, ending }) => [
      String(sync),
      { number, startedAt: started_at, endedAt: ended_at, ending },
    ]),
  );
}

/** Ids of pairs in sync, from a place (0 to 1) in the links of a sync on, round its end: a sample. */
export async function sampleLinks(sql: Sql, sync: string, place: number, most: number): Promise<string[]> {
  const rows = await sql.rows<{ id: number }>(
    `with ends as materialized (
       select first, first + floor((last - first) * $2::float8)::bigint as middle
       from (select id as first from link where sync = $1 order by id limit 1) f,
         (select id as last from link where sync = $1 order by id desc limit 1) l
     )
     (select l.id from ends, lateral (${inSyncSql} and id >= middle order by id limit $3) l)
     union all
     (select l.id from ends, lateral (${inSyncSql} and id < middle order by id limit $3) l)
     limit $3`,
    [sync, place, most],
  );
  return rows.map(({ id }) => String(id));
}

const inSyncSql = `select id from link where sync = $1 and status = 'in-sync' and a_id is not null and b_id is not null`;

import type { Sql } from './db.ts';

/** A feed or sync that is due, with the account or accounts it will call. */
export interface DueJob {
  kind: 'feed' | 'sync';
  id: string;
  /** A first listing or first scan: long, and nobody's change waits for it. */
  backfill: boolean;
}

/**
 * What a worker may take up now, the longest due first: live syncs with work and feeds with records that notices marked,
 * then feeds whose time has come (what is known already goes before what may be found), and last the feeds that are
 * listed and the syncs that are scanned for the first time, so that a backfill never stands before somebody's live
 * change. Whoever is first to claim the lease does it.
 */
export async function dueJobs(sql: Sql, most: number): Promise<DueJob[]> {
  const rows = await sql.rows<{ kind: DueJob['kind']; id: number; rank: number }>(
    `with clock as materialized (select moment($2) as now),
     feeds as (
       select 'feed' as kind, f.id,
         case when not f.progress ? 'listed' then 3 when exists (select from dirty d where d.feed = f.id) then 1 else 2 end as rank, coalesce(f.due_at, 0) as due_at
       from feed f, clock c
       where (f.held_until is null or f.held_until <= c.now)
         and (coalesce(f.due_at, 0) <= c.now or exists (select from dirty d where d.feed = f.id))
         and exists (select from sync s where s.enabled and f.id in (s.a_feed, s.b_feed))
     ), syncs as (
       select 'sync' as kind, s.id, case s.phase when 'live' then 1 else 4 end as rank, coalesce(s.due_at, 0) as due_at
       from sync s, clock c
       where s.enabled and (s.held_until is null or s.held_until <= c.now) and coalesce(s.due_at, 0) <= c.now
         and (s.phase <> 'live' or (s.progress ->> 'version')::integer <> s.version
           or exists (select from work w where w.sync = s.id and w.not_before <= c.now)
           or exists (select from batch b where b.sync = s.id))
     )
     (select kind, id, rank from (select * from feeds union all select * from syncs) jobs where rank <= 2 order by rank, due_at, id limit $1)
     union all
     (select kind, id, rank from (select * from feeds union all select * from syncs) jobs where rank > 2 order by rank, due_at, id limit $1)`,
    [most, sql.time()],
  );
  return rows
    .sort((one, other) => one.rank - other.rank)
    .map(({ kind, id, rank }) => ({ kind, id: String(id), backfill: rank > 2 }));
}

/** How often the syncs on a feed ask for a read, in seconds: the shortest of theirs. */
export async function everySeconds(sql: Sql, feed: string): Promise<number | null> {
  const [row] = await sql.rows<{ every: number | null }>(
    `select min((settings ->> 'everySeconds')::float8) as every from sync where enabled and $1 in (a_feed, b_feed)`,
    [feed],
  );
  return row?.every ?? null;
}

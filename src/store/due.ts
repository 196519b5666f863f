import type { Sql } from './db.ts';

/** A feed or sync that is due, with the account or accounts it will call. */
export interface DueJob {
  kind: 'feed' | 'sync';
  id: string;
  haste: Haste;
}

/**
 * live: somebody's change waits for it. poll: an app is asked whether there is one. backfill: a first listing or first
 * scan, long, and nobody's change waits for it.
 */
export type Haste = 'live' | 'poll' | 'backfill';

/**
 * What a worker may take up now, the longest due first: live syncs with work and feeds with records that notices marked,
 * then feeds whose time has come (what is known already goes before what may be found), and last the feeds that are
 * listed and the syncs that are scanned for the first time, so that a backfill never stands before somebody's live
 * change. An account that a person must connect again is only tried when its time comes, and its syncs rest. Whoever is
 * first to claim the lease does it.
 */
export async function dueJobs(sql: Sql, most: number): Promise<DueJob[]> {
  const rows = await sql.rows<{ kind: DueJob['kind']; id: number; rank: number }>(
    `with clock as materialized (select moment($2) as now),
     lost as materialized (select f.id from feed f join account a on a.id = f.account where a.lost_at is not null),
     feeds as (
       select 'feed' as kind, f.id,
         case when not f.progress ? 'listed' then 3 when exists (select from dirty d where d.feed = f.id) then 1 else 2 end as rank, coalesce(f.due_at, 0) as due_at
       from feed f, clock c
       where (f.held_until is null or f.held_until <= c.now)
         and (coalesce(f.due_at, 0) <= c.now
           or exists (select from dirty d where d.feed = f.id) and f.id not in (select id from lost))
         and exists (select from sync s where s.enabled and f.id in (s.a_feed, s.b_feed))
     ), syncs as (
       select 'sync' as kind, s.id, case s.phase when 'live' then 1 else 4 end as rank, coalesce(s.due_at, 0) as due_at
       from sync s, clock c
       where s.enabled and (s.held_until is null or s.held_until <= c.now) and coalesce(s.due_at, 0) <= c.now
         and not exists (select from lost l where l.id in (s.a_feed, s.b_feed))
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
    .map(({ kind, id, rank }) => ({
      kind,
      id: String(id),
      haste: rank === 1 ? 'live' : rank === 2 ? 'poll' : 'backfill',
    }));
}

/** What a worker asks of a feed before it reads it. */
export interface FeedTurn {
  account: string;
  /** How often the syncs on it ask for a read, in seconds: the shortest of theirs. */
  everySeconds: number | null;
  /** Whether it, or its account, was in trouble the last time. */
  troubled: boolean;
}

/** What is to be known of a feed before it is read; null: it is gone. */
export async function feedTurn(sql: Sql, feed: string): Promise<FeedTurn | null> {
  const [row] = await sql.rows<FeedTurn & { account: number }>(
    `select f.account, f.trouble is not null or a.grant_refusals > 0 or a.lost_at is not null as troubled,
       (select min((settings ->> 'everySeconds')::float8) from sync where enabled and $1 in (a_feed, b_feed)) as "everySeconds"
     from feed f join account a on a.id = f.account where f.id = $1`,
    [feed],
  );
  return row ? { ...row, account: String(row.account) } : null;
}

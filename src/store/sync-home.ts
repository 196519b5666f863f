import type { Sql } from './db.ts';

/** What a list of syncs shows beside their settings. Times are milliseconds. */
export interface SyncFacts {
  sync: string;
  inSync: number;
  failing: number;
  excluded: number;
  waiting: number;
  /** Of those waiting: held back for a second look, since they changed after the preview that was started. */
  changed: number;
  /** `failing` by category of problem. */
  problems: Record<string, number>;
  /** When something was last written; null: never. */
  lastChangeAt: number | null;
  /** The median of how long the last live changes took to be written, in milliseconds; null: there were none. */
  lagMilliseconds: number | null;
  /** How the last run ended, and why it failed where it did. */
  ending: string | null;
  reason: string | null;
}

/** How many of the last writes the lag is the median of. */
const LAG_WRITES = 20;

/** The facts of every sync of a workspace, from counters and the ends of indexes: no table is read through. */
export async function syncFacts(sql: Sql, workspace: string): Promise<Map<string, SyncFacts>> {
  const rows = await sql.rows<Row>(factsSql, [workspace, LAG_WRITES]);
  return new Map(
    rows.map(({ sync, counts, last_at, lag, ending, reason }) => {
      const facts: SyncFacts = {
        sync: String(sync),
        inSync: 0,
        failing: 0,
        excluded: 0,
        waiting: 0,
        changed: 0,
        problems: {},
        lastChangeAt: last_at,
        lagMilliseconds: lag,
        ending,
        reason,
      };
      for (const { status, category, total } of counts) {
        facts[status === 'in-sync' ? 'inSync' : status] += total;
        if (status === 'failing' && category !== '') facts.problems[category] = total;
        // Only what is held back waits with a problem of its own.
        if (status === 'waiting' && category !== '') facts.changed += total;
      }
      return [facts.sync, facts];
    }),
  );
}

interface Row {
  sync: number;
  counts: { status: 'in-sync' | 'failing' | 'excluded' | 'waiting'; category: string; total: number }[];
  last_at: number | null;
  lag: number | null;
  ending: string | null;
  reason: string | null;
}

const factsSql = `
  select s.id as sync, last.at as last_at, last.lag, run.ending, run.reason,
    coalesce((select jsonb_agg(jsonb_build_object('status', status, 'category', category, 'total', total))
      from link_count where sync = s.id and total <> 0), '[]') as counts
  from sync s
  left join lateral (select ending, reason from run where sync = s.id order by number desc limit 1) run on true
  cross join lateral (
    select max(at) as at, percentile_disc(0.5) within group (order by lag) filter (where lag is not null) as lag
    from (select at, lag from history where sync = s.id order by id desc limit $2) newest
  ) last
  where s.workspace = $1`;

/** How far a first sync or a re-plan is. */
export interface ScanFacts {
  /** Live records of the mirror, by side. */
  records: { a: number; b: number };
  /** Of those, how many the scan has passed. */
  scanned: number;
}

/** Counts records: asked only of a sync that is being read or planned whole just now. */
export async function scanFacts(sql: Sql, sync: string): Promise<ScanFacts> {
  const [row] = await sql.rows<{ a: number; b: number; scanned: number }>(scanSql, [sync]);
  const { a = 0, b = 0, scanned = 0 } = row ?? {};
  return { records: { a, b }, scanned };
}

const scanSql = `
  with s as (select a_feed, b_feed, progress -> 'scan' ->> 'part' as part, progress -> 'scan' ->> 'after' as after from sync where id = $1)
  select a.total as a, b.total as b,
    case s.part when 'a' then a.passed when 'b' then a.total + b.passed when 'links' then a.total + b.total else 0 end as scanned
  from s,
    lateral (select count(*) as total, count(*) filter (where s.part = 'a' and r.id <= s.after) as passed from record r where r.feed = s.a_feed and r.gone is null) a,
    lateral (select count(*) as total, count(*) filter (where s.part = 'b' and r.id <= s.after) as passed from record r where r.feed = s.b_feed and r.gone is null) b`;

import type { Sql } from './db.ts';

/** What waits to be done for a workspace's syncs, for whoever watches the installation. */
export interface QueueFacts {
  sync: string;
  /** Records to be planned that are due now. */
  due: number;
  /** How long the oldest of them is due, in seconds. */
  oldestSeconds: number;
}

/** Calls to apps that a workspace's runs made in the last hour, by account's key. */
export interface CallFacts {
  account: string;
  calls: number;
}

/** How many due records are counted per sync: a longer queue is told as this many. */
const MOST_COUNTED = 100_000;
const HOUR_MILLISECONDS = 3_600_000;

/** The queues of a workspace's syncs, by key. */
export async function queueFacts(sql: Sql, workspace: string): Promise<QueueFacts[]> {
  return sql.rows<QueueFacts>(
    `select s.key as sync, q.due::integer, coalesce(q.oldest, 0)::float8 as "oldestSeconds"
     from sync s cross join lateral (
       select count(*) as due, max(moment($2) - not_before) / 1000.0 as oldest
       from (select not_before from work w where w.sync = s.id and w.not_before <= moment($2) limit ${MOST_COUNTED}) w
     ) q
     where s.workspace = $1 order by s.key`,
    [workspace, sql.time()],
  );
}

/** Calls of the last hour. */
export async function callFacts(sql: Sql, workspace: string): Promise<CallFacts[]> {
  return sql.rows<CallFacts>(
    `select a.key as account, sum(c.value::bigint)::bigint as calls
     from run r join sync s on s.id = r.sync cross join lateral jsonb_each_text(r.calls) c
       join feed f on f.id = case c.key when 'a' then s.a_feed else s.b_feed end join account a on a.id = f.account
     where s.workspace = $1 and r.started_at >= moment($2) - ${HOUR_MILLISECONDS} group by 1 order by 1`,
    [workspace, sql.time()],
  );
}

import type { Db, Sql } from './db.ts';
import { dropTrendsBefore } from './trends.ts';

const DAY_MILLISECONDS = 86_400_000;
/** Rows of history that are deleted in one transaction, so that nobody waits long. */
const ROWS_AT_ONCE = 5_000;
/** Transactions of one go; what is left waits for the next day. */
const MOST_ROUNDS = 2_000;
/** Hours are kept so long, in days: the page shows weeks. */
const TREND_DAYS = 90;
/** Runs are kept so long where history is kept for good, in days. */
const RUN_DAYS = 400;

/** How long a workspace keeps history, in days; null: for good. */
export async function readRetention(sql: Sql, workspace: string): Promise<number | null> {
  const [row] = await sql.rows<{ days: number }>('select history_days as days from retention where workspace = $1', [
    workspace,
  ]);
  return row?.days ?? null;
}

/** Sets how long a workspace keeps history. */
export async function saveRetention(sql: Sql, workspace: string, days: number | null): Promise<void> {
  if (days === null) return void (await sql.rows('delete from retention where workspace = $1', [workspace]));
  await sql.rows(
    `insert into retention (workspace, history_days) values ($1, $2)
     on conflict (workspace) do update set history_days = excluded.history_days`,
    [workspace, days],
  );
}

/** Forgets what is older than the workspaces keep: undo and the timeline reach no further back. Answers how many rows. */
export async function forgetHistory(db: Db): Promise<number> {
  const [clock] = await db.rows<{ now: number }>('select moment($1) as now', [db.time()]);
  const now = clock?.now ?? 0;
  await dropTrendsBefore(db, now - TREND_DAYS * DAY_MILLISECONDS);
  await db.rows('delete from run where started_at < $1', [now - RUN_DAYS * DAY_MILLISECONDS]);
  const kept = await db.rows<{ days: number; syncs: number[] }>(
    `select r.history_days as days, array_agg(s.id) as syncs from retention r join sync s on s.workspace = r.workspace group by r.workspace, r.history_days`,
  );
  let forgotten = 0;
  for (const { days, syncs } of kept) {
    const before = now - days * DAY_MILLISECONDS;
    await db.rows('delete from run where sync = any($1::integer[]) and started_at < $2', [syncs, before]);
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const rows = await db.rows(
        `delete from history where at < $2 and id in (
           select id from history where sync = any($1::integer[]) and at < $2 limit ${ROWS_AT_ONCE}) returning id`,
        [syncs, before],
      );
      forgotten += rows.length;
      if (rows.length < ROWS_AT_ONCE) break;
    }
  }
  const [oldest] = await db.rows<{ at: number }>('select coalesce(min(at), $1) as at from history', [now]);
  await db.rows('select drop_history_before($1)', [oldest?.at ?? now]);
  return forgotten;
}

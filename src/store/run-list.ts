import type { Sql } from './db.ts';
import type { Tally } from './store.ts';

/** A run as it is listed. Times are milliseconds. */
export interface ListedRun {
  number: number;
  /** Its id, as the history and the engine know it. */
  id: string;
  sync: string;
  syncKey: string;
  startedAt: number;
  /** When it last did anything. */
  seenAt: number;
  /** Null: it is under way, or its worker died. */
  endedAt: number | null;
  /** quiet, paused, failed, undo …; null: it is under way. */
  ending: string | null;
  /** Why it failed, in words. */
  reason: string | null;
  tally: Partial<Tally>;
  /** Records that it looked at, and writes that were refused. */
  looked: number;
  failed: number;
  /** Calls to the apps, by side. */
  calls: { a?: number; b?: number };
}

/** Which runs; null: all. */
export interface RunQuery {
  workspace: string;
  sync: string | null;
  /** The number of the last run of the page before. */
  after: number | null;
  most: number;
}

interface Row extends Pick<ListedRun, 'number' | 'id' | 'ending' | 'reason' | 'tally' | 'looked' | 'failed' | 'calls'> {
  sync: number;
  key: string;
  started_at: number;
  seen_at: number;
  ended_at: number | null;
}

/** Runs of a workspace, the newest first. */
export async function listRuns(sql: Sql, { workspace, sync, after, most }: RunQuery): Promise<ListedRun[]> {
  const rows = await sql.rows<Row>(
    `select ${shown} from run r join sync s on s.id = r.sync
     where s.workspace = $1 and ($2::text is null or s.key = $2) and ($3::bigint is null or r.number < $3)
     order by r.number desc limit $4`,
    [workspace, sync, after, most],
  );
  return rows.map(runOf);
}

/** One run of a workspace; null: there is none. */
export async function readRun(sql: Sql, workspace: string, number: number): Promise<ListedRun | null> {
  const [row] = await sql.rows<Row>(
    `select ${shown} from run r join sync s on s.id = r.sync where s.workspace = $1 and r.number = $2`,
    [workspace, number],
  );
  return row ? runOf(row) : null;
}

const shown = `r.number, r.id, r.sync, s.key, r.started_at, r.seen_at, r.ended_at, r.ending, r.reason, r.tally, r.looked,
  r.failed, r.calls`;

function runOf({ sync, key, started_at, seen_at, ended_at, ...row }: Row): ListedRun {
  return { ...row, sync: String(sync), syncKey: key, startedAt: started_at, seenAt: seen_at, endedAt: ended_at };
}

import type { SyncSettings } from '../model/settings.ts';
import type { Db, Sql } from './db.ts';
import type { PlanSummary } from './plan-records.ts';
import { toJson } from './text.ts';

/** Why a plan was made. asked: somebody wants to see it. brake: its sync is paused, and this is what tripped the brake. */
export type PlanCause = 'asked' | 'brake';

/** How a plan stands. interrupted: whoever made it is gone. */
export type PlanState = 'making' | 'ready' | 'failed' | 'interrupted' | 'started' | 'discarded';

/** How far the making of a plan is. */
export interface PlanProgress {
  step?: 'reading' | 'deciding' | 'storing';
  /** Records so far: read, or decided about. */
  records?: number;
  /** Of so many; left out where that is not known yet. */
  of?: number;
}

/** A start with a few of a plan's records. */
export interface PlanSample {
  state: 'running' | 'done' | 'failed';
  records: number;
  written: number;
  reason?: string;
}

/** A stored plan. Times are milliseconds. */
export interface Plan {
  id: string;
  sync: string;
  number: number;
  cause: PlanCause;
  state: PlanState;
  settings: SyncSettings;
  /** Whether its settings are not the ones that the sync had. */
  proposed: boolean;
  version: number;
  progress: PlanProgress;
  summary: PlanSummary | null;
  reason: string | null;
  madeAt: number;
  endedAt: number | null;
  startedAt: number | null;
  sample: PlanSample | null;
}

/** A plan that has not said for so long that it is being made is made by nobody any more (milliseconds). */
const SILENT_MILLISECONDS = 60_000;
/** Plans of a sync whose records are kept; older ones keep their totals. */
const MOST_KEPT = 3;

const stateSql = `case when p.state = 'making' and p.seen_at < moment($2) - ${SILENT_MILLISECONDS} then 'interrupted' else p.state end`;
const columns = `p.id, p.sync, p.number, p.cause, ${stateSql} as state, p.settings, p.proposed, p.version, p.progress, p.summary,
  p.reason, p.made_at, p.ended_at, p.started_at, p.sample`;

interface Row extends Omit<Plan, 'id' | 'sync' | 'madeAt' | 'endedAt' | 'startedAt'> {
  id: number;
  sync: number;
  made_at: number;
  ended_at: number | null;
  started_at: number | null;
}

function planOf({ id, sync, made_at, ended_at, started_at, ...row }: Row): Plan {
  return { ...row, id: String(id), sync: String(sync), madeAt: made_at, endedAt: ended_at, startedAt: started_at };
}

/** The newest plan of each sync of a workspace that still means something, by the sync's id. */
export async function latestPlans(
  sql: Sql,
  workspace: string,
): Promise<Map<string, { number: number; state: PlanState }>> {
  const rows = await sql.rows<{ sync: number; number: number; state: PlanState }>(
    `select s.id as sync, p.number, ${stateSql} as state
     from sync s, lateral (select * from plan where sync = s.id and state <> 'discarded' order by number desc limit 1) p
     where s.workspace = $1`,
    [workspace, sql.time()],
  );
  return new Map(rows.map(({ sync, number, state }) => [String(sync), { number, state }]));
}

/** A plan of a sync by its number; null: there is none. */
export async function readPlan(sql: Sql, sync: string, number: number): Promise<Plan | null> {
  const [row] = await sql.rows<Row>(`select ${columns} from plan p where p.sync = $1 and p.number = $3`, [
    sync,
    sql.time(),
    number,
  ]);
  return row ? planOf(row) : null;
}

/** The plans of a sync, newest first, those below `before`. */
export async function listPlans(sql: Sql, sync: string, before: number | null, most: number): Promise<Plan[]> {
  const rows = await sql.rows<Row>(
    `select ${columns} from plan p where p.sync = $1 and p.number < coalesce($3, 2147483647) order by p.number desc limit $4`,
    [sync, sql.time(), before, most],
  );
  return rows.map(planOf);
}

/** What a plan is begun with. */
export interface NewPlan {
  sync: string;
  cause: PlanCause;
  settings: SyncSettings;
  proposed: boolean;
  version: number;
}

/**
 * Begins a plan: one of a sync at a time. Answers its id and number, or the number of the one that is being made already.
 * The records of plans that are older than the last few are forgotten.
 */
export async function beginPlan(db: Db, plan: NewPlan): Promise<{ id: string; number: number } | { busy: number }> {
  return db.transaction(async (tx) => {
    const [locked] = await tx.rows('select from sync where id = $1 for no key update', [plan.sync]);
    if (!locked) throw new Error(`sync ${plan.sync} is gone`);
    const [made] = await tx.rows<{ number: number; busy: number | null }>(
      `select coalesce(max(number), 0) as number,
         max(number) filter (where state = 'making' and seen_at >= moment($2) - ${SILENT_MILLISECONDS}) as busy
       from plan where sync = $1`,
      [plan.sync, tx.time()],
    );
    if (made?.busy) return { busy: made.busy };
    const number = (made?.number ?? 0) + 1;
    const [row] = await tx.rows<{ id: number }>(
      `insert into plan (sync, number, cause, state, settings, proposed, version, made_at, seen_at)
       values ($1, $2, $3, 'making', $4, $5, $6, moment($7), moment($7)) returning id`,
      [plan.sync, number, plan.cause, toJson(plan.settings), plan.proposed, plan.version, tx.time()],
    );
    await tx.rows('delete from plan_record where plan in (select id from plan where sync = $1 and number <= $2)', [
      plan.sync,
      number - MOST_KEPT,
    ]);
    return { id: String(row?.id), number };
  });
}

/** Says that a plan is still being made, and how far it is. False where it was discarded meanwhile. */
export async function tellPlan(sql: Sql, id: string, progress: PlanProgress): Promise<boolean> {
  const rows = await sql.rows(
    `update plan set seen_at = moment($2), progress = $3 where id = $1 and state = 'making' returning id`,
    [id, sql.time(), toJson(progress)],
  );
  return rows.length > 0;
}

/** How the making of a plan ended: with its totals, or with why there are none. */
export type PlanEnd = { summary: PlanSummary } | { failed: string } | { interrupted: string };

/** Ends the making of a plan. */
export async function endPlan(sql: Sql, id: string, end: PlanEnd): Promise<void> {
  const [state, summary, reason] =
    'summary' in end
      ? ['ready', toJson(end.summary), null]
      : 'failed' in end
        ? ['failed', null, end.failed]
        : ['interrupted', null, end.interrupted];
  await sql.rows(
    `update plan set state = $3, summary = $4, reason = $5, ended_at = moment($2), progress = '{}' where id = $1 and state = 'making'`,
    [id, sql.time(), state, summary, reason],
  );
}

/** Moves a plan from one state to another. False where it is in none of those. */
export async function movePlan(sql: Sql, id: string, from: PlanState[], to: 'started' | 'discarded'): Promise<boolean> {
  const rows = await sql.rows(
    `update plan set state = $3, started_at = case when $3 = 'started' then moment($2) else started_at end
     where id = $1 and state = any($4) returning id`,
    [id, sql.time(), to, from],
  );
  return rows.length > 0;
}

/** Keeps what became of a start with a few records. */
export async function saveSample(sql: Sql, id: string, sample: PlanSample): Promise<void> {
  await sql.rows('update plan set sample = $2 where id = $1', [id, toJson(sample)]);
}

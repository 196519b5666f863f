import type { Problem } from '../model/problem.ts';
import type { Side, Two, Values } from '../model/value.ts';
import type { Sql } from './db.ts';
import { fromText, toText } from './text.ts';

/** What a plan does to a record on one side. */
export interface PlannedWrite {
  op: 'create' | 'update' | 'archive' | 'delete';
  before: Values;
  after: Values;
  /** Which rule decided, per field. */
  rule: Record<string, string>;
  edges: Record<string, { add: string[]; remove: string[] }>;
}

/** What becomes of a record. */
export type PlanOutcome = 'write' | 'link' | 'skipped' | 'waiting' | 'failing';

/** A record of a plan, as it is listed. */
export interface PlanRecord {
  place: number;
  ids: Two<string | null>;
  names: Two<string | null>;
  outcome: PlanOutcome;
  side: Side;
  writes: Two<PlannedWrite | null>;
  /** Fields that differed on both sides: how many each side won, and how many empty ones were filled. */
  conflicts: { a: number; b: number; filled: number };
  problem: Problem | null;
  /** Why it is skipped. */
  why: string | null;
}

/** The totals of one side. */
export interface PlanSide {
  create: number;
  update: number;
  /** Fields that the updates change. */
  fields: number;
  archive: number;
  delete: number;
  skipped: number;
  failing: number;
}

/** The totals of a plan. */
export interface PlanSummary {
  a: PlanSide;
  b: PlanSide;
  link: number;
  unchanged: number;
  waiting: number;
  /** Records with a conflict, and who wins how many fields. */
  conflicts: { records: number; a: number; b: number; filled: number };
  /** `failing` of both sides by category, and `skipped` by why. */
  problems: Record<string, number>;
  skipped: Record<string, number>;
  /** Requests it will take, by the account's key, with the share of the daily budget where the app has one. */
  calls: Record<string, { calls: number; dailyShare: number | null }>;
  /** About how long it will take. */
  seconds: number;
}

/** Which records of a plan. */
export interface PlanQuery {
  plan: string;
  side: Side | null;
  op: PlannedWrite['op'] | null;
  outcome: PlanOutcome | null;
  /** With a conflict only. */
  conflicts: 'only' | null;
  text: string | null;
  after: number;
  most: number;
}

/** Records of a plan in its order: what is written first, then what is only linked, skipped, waiting or failing. */
export async function listPlanRecords(sql: Sql, query: PlanQuery): Promise<PlanRecord[]> {
  const { plan, side, op, outcome, conflicts, text, after, most } = query;
  const rows = await sql.rows<Row>(listSql, [
    plan,
    after,
    side,
    op,
    outcome,
    conflicts,
    text === null ? null : `%${toText(text).replace(/[\\%_]/g, '\\$&')}%`,
    most,
  ]);
  return rows.map(recordOf);
}

const listSql = `
  select place, a_id, b_id, a_name, b_name, a_op, b_op, outcome, side, a_wins, b_wins, filled, problem, why, a_write, b_write
  from plan_record
  where plan = $1 and place > $2
    and ($5::text is null or outcome = $5)
    and ($6::text is null or a_wins + b_wins + filled > 0)
    and case
      when $4::text is not null then ($3::text is distinct from 'b' and a_op = $4) or ($3::text is distinct from 'a' and b_op = $4)
      when $3::text is null then true
      when $3 = 'a' then a_op is not null or (b_op is null and side = 'a')
      else b_op is not null or (a_op is null and side = 'b') end
    and ($7::text is null or fold(concat_ws(' ', a_name, b_name, a_id, b_id)) like fold($7))
  order by place limit $8`;

interface Row {
  place: number;
  a_id: string | null;
  b_id: string | null;
  a_name: string | null;
  b_name: string | null;
  a_op: PlannedWrite['op'] | null;
  b_op: PlannedWrite['op'] | null;
  outcome: PlanOutcome;
  side: Side;
  a_wins: number;
  b_wins: number;
  filled: number;
  problem: Problem | null;
  why: string | null;
  a_write: Omit<PlannedWrite, 'op'> | null;
  b_write: Omit<PlannedWrite, 'op'> | null;
}

function recordOf(row: Row): PlanRecord {
  const id = (text: string | null) => (text === null ? null : fromText(text));
  const write = (op: Row['a_op'], how: Row['a_write']) => (op && how ? { op, ...how } : null);
  return {
    place: row.place,
    ids: { a: id(row.a_id), b: id(row.b_id) },
    names: { a: id(row.a_name), b: id(row.b_name) },
    outcome: row.outcome,
    side: row.side,
    writes: { a: write(row.a_op, row.a_write), b: write(row.b_op, row.b_write) },
    conflicts: { a: row.a_wins, b: row.b_wins, filled: row.filled },
    problem: row.problem,
    why: row.why,
  };
}

/** The totals of a plan's stored records; calls and time are added by whoever knows the apps. */
export async function addUp(
  sql: Sql,
  plan: string,
  unchanged: number,
): Promise<Omit<PlanSummary, 'calls' | 'seconds'>> {
  const [sum] = await sql.rows<Sums>(sumSql, [plan]);
  const kinds = await sql.rows<{ outcome: 'failing' | 'skipped'; name: string; total: number }>(
    `select outcome, coalesce(case outcome when 'failing' then problem ->> 'category' else why end, '') as name, count(*) as total
     from plan_record where plan = $1 and outcome in ('failing', 'skipped') group by 1, 2`,
    [plan],
  );
  const by = (outcome: string) =>
    Object.fromEntries(kinds.filter((row) => row.outcome === outcome).map(({ name, total }) => [name, total]));
  const { link, waiting, records, a_wins, b_wins, filled, ...rest } = sum as Sums;
  return {
    a: rest.a,
    b: rest.b,
    link,
    unchanged,
    waiting,
    conflicts: { records, a: a_wins, b: b_wins, filled },
    problems: by('failing'),
    skipped: by('skipped'),
  };
}

interface Sums {
  a: PlanSide;
  b: PlanSide;
  link: number;
  waiting: number;
  records: number;
  a_wins: number;
  b_wins: number;
  filled: number;
}

const sumsOf = (side: Side) => `jsonb_build_object(
    'create', count(*) filter (where ${side}_op = 'create'), 'update', count(*) filter (where ${side}_op = 'update'),
    'fields', coalesce(sum(${side}_fields) filter (where ${side}_op = 'update'), 0),
    'archive', count(*) filter (where ${side}_op = 'archive'), 'delete', count(*) filter (where ${side}_op = 'delete'),
    'skipped', count(*) filter (where outcome = 'skipped' and side = '${side}'),
    'failing', count(*) filter (where outcome = 'failing' and side = '${side}')) as ${side}`;

const sumSql = `
  select ${sumsOf('a')}, ${sumsOf('b')}, count(*) filter (where outcome = 'link') as link,
    count(*) filter (where outcome = 'waiting') as waiting,
    count(*) filter (where a_wins + b_wins + filled > 0) as records,
    coalesce(sum(a_wins), 0) as a_wins, coalesce(sum(b_wins), 0) as b_wins, coalesce(sum(filled), 0) as filled
  from plan_record where plan = $1`;

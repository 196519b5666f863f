import { copyRows } from './copy.ts';
import type { Db, Sql, Tx } from './db.ts';
import type { HistoryInsert, HistoryQuery, HistoryRow } from './store.ts';
import { fromText, toJson, toText } from './text.ts';

/**
 * Adds what was written; `lags`: how long that took, by link, where it was waited for. Fails where the month has no
 * partition yet (see `withHistoryMonth`).
 */
export async function addHistory(
  tx: Tx,
  sync: string,
  rows: readonly HistoryInsert[],
  lags: ReadonlyMap<string, number>,
): Promise<void> {
  if (rows.length === 0) return;
  const { at, runs } = await openRuns(tx, sync, [...new Set(rows.map((row) => row.run))]);
  await copyRows(
    tx,
    'history (at, sync, run, link, side, op, record, before, after, rule, edges, lag)',
    rows,
    (row) => [
      at,
      sync,
      runs.get(row.run) ?? null,
      row.link,
      row.side,
      row.op,
      toText(row.record),
      toJson(row.before),
      toJson(row.after),
      toJson(row.rule),
      toJson(row.edges),
      lags.get(row.link) ?? null,
    ],
  );
}

/** History rows of a sync, newest first. */
export async function readHistory(sql: Sql, query: HistoryQuery): Promise<HistoryRow[]> {
  const text = query.link === undefined ? ofSyncSql : ofLinkSql;
  const rows = await sql.rows<StoredRow>(text, [
    query.sync,
    query.before ?? null,
    query.most,
    query.run ?? null,
    ...(query.link === undefined ? [] : [query.link]),
  ]);
  return rows.map(({ link, id, record, ...row }) => ({
    ...row,
    id: String(id),
    link: String(link),
    record: fromText(record),
  }));
}

type StoredRow = Omit<HistoryRow, 'id' | 'link'> & { id: number; link: number };

const readSql = (condition: string) => `
  select h.id, h.at, r.id as run, h.link, h.side, h.op, h.record, h.before, h.after, h.rule, h.edges
  from history h join run r on r.number = h.run
  where h.sync = $1 and h.id < coalesce($2::bigint, 9223372036854775807) and ($4::text is null or r.id = $4) ${condition}
  order by h.id desc limit $3`;
const ofSyncSql = readSql('');
const ofLinkSql = readSql('and h.link = $5');

/** Runs `work`; where it fails because this month has no partition yet, makes that and runs it again. */
export async function withHistoryMonth<Result>(db: Db, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!isMonthMissing(error)) throw error;
    await db.rows('select make_history_month(moment($1))', [db.time()]);
    return work();
  }
}

const checkViolation = '23514';

function isMonthMissing(error: unknown): boolean {
  const { code, table, constraint } = error as { code?: string; table?: string; constraint?: string };
  return code === checkViolation && table === 'history' && constraint === undefined;
}

/** The moment, and the numbers that stand for these runs in the history; new runs get one. */
async function openRuns(tx: Tx, sync: string, runs: string[]): Promise<{ at: number; runs: Map<string, number> }> {
  const rows = await tx.rows<{ id: string; number: number; seen_at: number }>(
    `with now as materialized (select moment($3) as at)
     insert into run (sync, id, started_at, seen_at, tally) select $1, id, at, at, '{}' from unnest($2::text[]) id, now
     on conflict (sync, id) do update set seen_at = excluded.seen_at returning id, number, seen_at`,
    [sync, runs, tx.time()],
  );
  return { at: rows[0]?.seen_at ?? 0, runs: new Map(rows.map((row) => [row.id, row.number])) };
}

import type { Ack } from '../model/decision.ts';
import type { Sql, Tx } from './db.ts';
import { bucketOf, lagOfBucket, MOST_BUCKETS } from './lag-buckets.ts';
import type { Changes, HistoryInsert } from './store.ts';
import { toTexts } from './text.ts';

const HOUR_MILLISECONDS = 3_600_000;
/** What waited longer (a day) waited for its sync to be turned on, and says nothing of how fast that is. */
const MOST_LAG = 24 * HOUR_MILLISECONDS;

/** What happened in a stretch of time. */
export interface TrendPoint {
  /** Its beginning, in milliseconds. */
  at: number;
  writes: number;
  failures: number;
  /** Of the writes that were waited for: milliseconds from noticed to written; null: there was none. */
  p50: number | null;
  p95: number | null;
  slowest: number | null;
}

/**
 * How long the writes of a commit were waited for, by link, in milliseconds: since the change was noticed. What was
 * tried before, or never waited for (a first sync, an undo), is left out. To be read before the work is acknowledged.
 */
export async function readLags(tx: Tx, sync: string, changes: Changes): Promise<Map<string, number>> {
  const { history = [], done = [] } = changes;
  if (history.length === 0 || done.length === 0) return new Map();
  const links = new Map<string, string>();
  for (const { id, ids } of [...(changes.update ?? []), ...(changes.insert ?? [])]) {
    if (ids.a !== null) links.set(`a ${ids.a}`, id);
    if (ids.b !== null) links.set(`b ${ids.b}`, id);
  }
  const rows = await tx.rows<{ place: number; lag: number }>(
    `select g.place::integer, greatest(0, moment($5) - w.not_before) as lag
     from unnest($2::text[], $3::text[], $4::bigint[]) with ordinality as g (side, record, seq, place),
       lateral (select * from work w where w.sync = $1 and w.side = g.side and w.record = g.record offset 0) w
     where w.seq = g.seq and w.attempts = 0 and moment($5) - w.not_before < ${MOST_LAG}`,
    [
      sync,
      done.map(({ side }) => side),
      toTexts(done.map(({ record }) => record)),
      done.map(({ seq }) => seq),
      tx.time(),
    ],
  );
  const lags = new Map<string, number>();
  for (const { place, lag } of rows) {
    const { side, record } = done[place - 1] as Ack;
    const link = links.get(`${side} ${record}`);
    if (link !== undefined) lags.set(link, Math.max(lags.get(link) ?? 0, lag));
  }
  return lags;
}

/** Counts what a commit wrote, how long that took, and how many records began to fail. */
export async function addTrend(
  tx: Tx,
  sync: string,
  history: readonly HistoryInsert[],
  lags: Map<string, number>,
  failures: number,
): Promise<void> {
  const writes = history.filter(({ op }) => op !== 'link' && op !== 'unlink');
  if (writes.length === 0 && failures === 0) return;
  const known = writes.flatMap(({ link }) => lags.get(link) ?? []);
  const buckets = new Map<number, number>();
  for (const lag of known) buckets.set(bucketOf(lag), (buckets.get(bucketOf(lag)) ?? 0) + 1);
  const slowest = known.reduce<number | null>((most, lag) => Math.max(most ?? 0, lag), null);
  await tx.rows(
    `insert into trend as t (sync, hour, writes, failures, slowest)
     select $1, moment($5) / ${HOUR_MILLISECONDS} * ${HOUR_MILLISECONDS}, $2, $3, $4
     on conflict (sync, hour) do update set writes = t.writes + excluded.writes, failures = t.failures + excluded.failures,
       slowest = greatest(t.slowest, excluded.slowest)`,
    [sync, writes.length, failures, slowest, tx.time()],
  );
  if (buckets.size === 0) return;
  await tx.rows(
    `insert into trend_lag as t (sync, hour, bucket, writes)
     select $1, moment($4) / ${HOUR_MILLISECONDS} * ${HOUR_MILLISECONDS}, bucket, writes
     from unnest($2::integer[], $3::integer[]) as g (bucket, writes)
     on conflict (sync, hour, bucket) do update set writes = t.writes + excluded.writes`,
    [sync, [...buckets.keys()], [...buckets.values()], tx.time()],
  );
}

/** What happened to a workspace's syncs (or one of them, by key) since a moment, in stretches of so many hours. */
export async function readTrend(
  sql: Sql,
  workspace: string,
  sync: string | null,
  since: number,
  hours: number,
): Promise<TrendPoint[]> {
  const step = hours * HOUR_MILLISECONDS;
  const points = await sql.rows<{ at: number; writes: number; failures: number; slowest: number | null }>(
    `select t.hour / $4::bigint * $4::bigint as at, sum(t.writes)::bigint as writes, sum(t.failures)::bigint as failures,
       max(t.slowest) as slowest
     from sync s join trend t on t.sync = s.id and t.hour >= $3
     where s.workspace = $1 and ($2::text is null or s.key = $2) group by 1 order by 1`,
    [workspace, sync, since, step],
  );
  const lags = await sql.rows<{ at: number; bucket: number; writes: number }>(
    `select t.hour / $4::bigint * $4::bigint as at, t.bucket, sum(t.writes)::bigint as writes
     from sync s join trend_lag t on t.sync = s.id and t.hour >= $3
     where s.workspace = $1 and ($2::text is null or s.key = $2) group by 1, 2 order by 1, 2`,
    [workspace, sync, since, step],
  );
  return points.map((point) => {
    const own = lags.filter(({ at }) => at === point.at);
    return { ...point, p50: percentile(own, 0.5, point.slowest), p95: percentile(own, 0.95, point.slowest) };
  });
}

/** The lag that a share of the writes did not exceed, to within a bucket; null: no write was waited for. */
function percentile(
  buckets: readonly { bucket: number; writes: number }[],
  share: number,
  slowest: number | null,
): number | null {
  const total = buckets.reduce((sum, { writes }) => sum + writes, 0);
  let passed = 0;
  for (const { bucket, writes } of buckets.toSorted((one, other) => one.bucket - other.bucket)) {
    passed += writes;
    const most = bucket === MOST_BUCKETS ? (slowest ?? lagOfBucket(bucket)) : lagOfBucket(bucket);
    if (passed >= total * share) return Math.min(most, slowest ?? most);
  }
  return null;
}

/** Forgets the hours before a moment (milliseconds). */
export async function dropTrendsBefore(sql: Sql, at: number): Promise<void> {
  await sql.rows('delete from trend where hour < $1', [at]);
  await sql.rows('delete from trend_lag where hour < $1', [at]);
}

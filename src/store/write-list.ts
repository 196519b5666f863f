import type { Values } from '../model/value.ts';
import type { Sql } from './db.ts';
import { readNames } from './record-list.ts';
import type { HistoryRow } from './store.ts';
import { fromText } from './text.ts';

/** A write as it is listed: a history row with the number of its run, how long it took, and the record's name today. */
export interface ListedWrite extends HistoryRow {
  runNumber: number;
  /** Milliseconds from noticed to written; null: it was not waited for. */
  lag: number | null;
  name: string | null;
}

/** Which writes: of one link, of one run, or of both; newest first. */
export interface WriteQuery {
  sync: string;
  link: string | null;
  /** The run's number. */
  run: number | null;
  after: string | null;
  most: number;
}

interface Row extends Omit<HistoryRow, 'id' | 'link' | 'before' | 'after'> {
  id: number;
  link: number;
  before: Values;
  after: Values;
  number: number;
  lag: number | null;
  feed: number;
}

/** From so many writes on, a run is read in the order of its sync's index instead of by its time. */
const MANY_WRITES = 2_000;

/** Writes of a link, or of a run, the newest first. */
export async function listWrites(sql: Sql, query: WriteQuery): Promise<ListedWrite[]> {
  const rows = query.link === null ? await ofRun(sql, query) : await ofLink(sql, query);
  const names = await readNames(
    sql,
    rows.map(({ feed, record }) => ({ feed, id: record })),
  );
  return rows.map(({ id, link: linkId, record, number, feed, ...row }) => ({
    ...row,
    id: String(id),
    link: String(linkId),
    record: fromText(record),
    runNumber: number,
    name: names.get(`${feed} ${record}`)?.name ?? null,
  }));
}

async function ofLink(sql: Sql, { sync, link, run, after, most }: WriteQuery): Promise<Row[]> {
  return sql.rows<Row>(ofLinkSql, [sync, after, most, link, run]);
}

/**
 * A small run is found by its time (a block range index) and sorted; `+ 0` keeps the planner from the sync's own index,
 * where everything newer would be passed by first. A large one is read in the order of that index from its last write on:
 * a sync has one run at a time, so its rows stand together.
 */
async function ofRun(sql: Sql, { sync, run, after, most }: WriteQuery): Promise<Row[]> {
  const [found] = await sql.rows<{ started_at: number; seen_at: number; writes: number }>(
    `select started_at, seen_at, (
       select coalesce(sum(w.value::bigint), 0)::bigint from jsonb_each(tally) s, jsonb_each_text(s.value) w where s.key in ('a', 'b')
     ) as writes from run where sync = $1 and number = $2`,
    [sync, run],
  );
  if (!found) return [];
  const text = found.writes > MANY_WRITES ? ofLargeRunSql : ofRunSql;
  return sql.rows<Row>(text, [sync, after, most, run, found.started_at, found.seen_at]);
}

const shown = `h.id, h.at, r.id as run, r.number, h.lag, h.link, h.side, h.op, h.record, h.before, h.after, h.rule, h.edges,
  case h.side when 'a' then s.a_feed else s.b_feed end as feed`;
const before = 'h.id < coalesce($2::bigint, 9223372036854775807)';

const ofLinkSql = `
  select ${shown} from history h join run r on r.number = h.run join sync s on s.id = h.sync
  where h.sync = $1 and ${before} and h.link = $4 and ($5::bigint is null or h.run = $5) order by h.id desc limit $3`;

const ofRunSql = `
  select ${shown} from history h join run r on r.number = h.run join sync s on s.id = h.sync
  where h.sync + 0 = $1 and h.run = $4 and ${before} and h.at between $5 and $6 order by h.id + 0 desc limit $3`;

const ofLargeRunSql = `
  select ${shown} from history h join run r on r.number = h.run join sync s on s.id = h.sync
  where h.sync = $1 and h.run = $4 and ${before} and h.at between $5 and $6
    and h.id <= coalesce((select max(l.id + 0) from history l where l.sync + 0 = $1 and l.at = $6), 9223372036854775807)
  order by h.id desc limit $3`;

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

/**
 * Writes of a sync. A run's are found by its time (a block range index) and sorted: in the order of the sync's own index
 * everything newer would be passed by first, which `+ 0` keeps the planner from.
 */
export async function listWrites(sql: Sql, { sync, link, run, after, most }: WriteQuery): Promise<ListedWrite[]> {
  const text = link === null ? ofRunSql : ofLinkSql;
  const rows = await sql.rows<Row>(text, [sync, after, most, link ?? run, ...(link === null ? [] : [run])]);
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

const shown = `h.id, h.at, r.id as run, r.number, h.lag, h.link, h.side, h.op, h.record, h.before, h.after, h.rule, h.edges,
  case h.side when 'a' then s.a_feed else s.b_feed end as feed`;
const before = 'h.id < coalesce($2::bigint, 9223372036854775807)';

const ofLinkSql = `
  select ${shown} from history h join run r on r.number = h.run join sync s on s.id = h.sync
  where h.sync = $1 and ${before} and h.link = $4 and ($5::bigint is null or h.run = $5) order by h.id desc limit $3`;

const ofRunSql = `
  select ${shown} from run r join sync s on s.id = r.sync join history h on h.sync = r.sync and h.run = r.number
  where r.sync = $1 and r.number = $4 and ${before} and h.at between r.started_at and r.seen_at
  order by h.id + 0 desc limit $3`;

import { type Cell, copyRows } from './copy.ts';
import type { Tx } from './db.ts';
import { answeredOf, type Row } from './judge.ts';
import { hashKeys, specNumbers } from './keys.ts';
import { listenersSql, listeningSql } from './listeners.ts';
import type { Observed } from './store.ts';
import { toJson, toText } from './text.ts';

/** Records as they will stand. */
export async function rowsOf(tx: Tx, feed: string, records: Observed['records']): Promise<Row[]> {
  const specs = await specNumbers(tx, feed, records);
  return records.map((record) => ({
    id: toText(record.id),
    // Made as it is sent: see copyRows.
    get content() {
      return toJson(record.values);
    },
    version: record.version === undefined ? null : toText(record.version),
    keys: hashKeys(record.keys, specs),
  }));
}

/** Those of these ids that the mirror has, as stored. */
export async function knownIds(tx: Tx, feed: string, rows: readonly Row[]): Promise<Set<string>> {
  const known = await tx.rows<{ id: string }>('select id from record where feed = $1 and id = any($2::text[])', [
    feed,
    rows.map((row) => row.id),
  ]);
  return new Set(known.map((row) => row.id));
}

/** Records that the mirror does not have: nothing to judge. */
export async function addFresh(
  tx: Tx,
  feed: string,
  seen: Observed,
  rows: readonly Row[],
  writer: string | null,
): Promise<void> {
  const { asked, arrived = asked } = seen;
  const answered = answeredOf(seen);
  const keys: Cell[][] = [];
  const cellsOf = (row: Row): Cell[] => {
    for (const spec in row.keys) if (row.keys[spec] !== '') keys.push([spec, row.keys[spec] as string, row.id]);
    return [feed, row.id, row.content, row.version, answered, arrived, asked, JSON.stringify(row.keys)];
  };
  await copyRows(tx, 'record (feed, id, content, version, answered, first_seen, changed, keys)', rows, cellsOf);
  if (keys.length > 0) await copyRows(tx, 'match_key (spec, hash, record)', keys, (row) => row);
  // At a first listing nobody listens yet, and all its ids need not travel again.
  if ((await tx.rows(listeningSql, [feed, writer])).length === 0) return;
  await tx.rows(fanFreshSql, [feed, writer, tx.time(), rows.map((row) => row.id)]);
}

const fanFreshSql = listenersSql('select id from unnest($4::text[]) id', '$3');

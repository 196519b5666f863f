import type { Db, Tx } from './db.ts';
import { cleanDirty, lockMirrors, markDirty, moveFeed } from './feeds.ts';
import { addFresh, knownIds, rowsOf } from './fresh.ts';
import { judgeGone, judgeRows, none, type Taken } from './judge.ts';
import { addStaged } from './mirror.ts';
import { type FeedProgress, type Lease, MOST_ID_BYTES, type ObserveCounts, type Observed } from './store.ts';
import { fromText, toText } from './text.ts';

/** R1, R3: takes what an app showed into the mirror, in one transaction with the feed's progress. */
export async function observe(
  db: Db,
  feed: string,
  seen: Observed,
  move?: { lease: Lease; progress: FeedProgress },
): Promise<ObserveCounts> {
  return db.transaction(async (tx) => {
    if (move) await moveFeed(tx, move.lease, move.progress);
    await lockMirrors(tx, [feed]);
    return observeIn(tx, feed, seen, null);
  });
}

/**
 * The same inside a transaction that has locked the feed's mirror. `writer` is the sync whose own write this answers:
 * it has no new work from it.
 */
export async function observeIn(tx: Tx, feed: string, seen: Observed, writer: string | null): Promise<ObserveCounts> {
  const records = storable(seen.records);
  const shown = new Set(seen.records.map((record) => record.id));
  const gone = storable(seen.gone).filter((record) => !shown.has(record.id));
  if (seen.clean?.length) await cleanDirty(tx, feed, seen.clean, seen.asked);
  const taken = records.length > 0 ? await takeRecords(tx, feed, seen, records, writer) : none;
  const left = gone.length > 0 ? await judgeGone(tx, feed, seen, gone, writer) : none;
  const dirty = [...taken.dirty, ...left.dirty];
  if (dirty.length > 0) await markDirty(tx, feed, dirty.map(fromText));
  const refused = shown.size - records.length;
  const counts = {
    fresh: taken.fresh,
    changed: taken.changed,
    equal: taken.equal,
    dirty: dirty.length,
    gone: left.gone,
  };
  return refused > 0 ? { ...counts, refused } : counts;
}

/** One entry per id (of a page that shows a record twice, the last), without ids that no index could hold. */
function storable<Record extends { id: string }>(records: Record[]): Record[] {
  const byId = new Map(records.map((record) => [record.id, record]));
  return [...byId.values()].filter(
    // Most ids are so short that they need no counting: a character takes 7 bytes at most, escaped.
    ({ id }) => id.length * 7 <= MOST_ID_BYTES || Buffer.byteLength(toText(id)) <= MOST_ID_BYTES,
  );
}

/** From so many records on it pays to sort out the new ones and COPY them. */
const MANY_RECORDS = 200;

async function takeRecords(
  tx: Tx,
  feed: string,
  seen: Observed,
  records: Observed['records'],
  writer: string | null,
): Promise<Taken> {
  const rows = await rowsOf(tx, feed, records);
  if (seen.stage)
    await addStaged(
      tx,
      feed,
      rows.map((row) => row.id),
    );
  // A few are asked for first: most pages are all new or all known.
  const probes = [rows[0], rows[rows.length >> 1], rows[rows.length - 1]].flatMap((row) => row ?? []);
  if (rows.length < MANY_RECORDS || (await knownIds(tx, feed, probes)).size === probes.length) {
    return judgeRows(tx, feed, seen, rows, writer);
  }
  const known = await knownIds(tx, feed, rows);
  const fresh = rows.filter((row) => !known.has(row.id));
  if (fresh.length < MANY_RECORDS) return judgeRows(tx, feed, seen, rows, writer);
  await addFresh(tx, feed, seen, fresh, writer);
  const rest = rows.filter((row) => known.has(row.id));
  const taken = rest.length > 0 ? await judgeRows(tx, feed, seen, rest, writer) : none;
  return { ...taken, fresh: fresh.length };
}

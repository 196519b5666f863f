import type { Db, Sql, Tx } from './db.ts';
import { fence } from './leases.ts';
import type { Feed, FeedProgress, Lease } from './store.ts';
import { fromText, toJson, toTexts } from './text.ts';

/** One feed. Throws where it was deleted. */
export async function readFeed(sql: Sql, id: string): Promise<Feed> {
  const [row] = await sql.rows<{ account: number; object: string; progress: FeedProgress }>(
    'select account, object, progress from feed where id = $1',
    [id],
  );
  if (!row) throw new Error(`feed ${id} is not there any more: its account was removed; start the run again`);
  return { id, account: String(row.account), object: row.object, progress: row.progress };
}

/** Saves a feed's progress. Throws Fenced. */
export async function saveFeed(db: Db, lease: Lease, progress: FeedProgress): Promise<void> {
  await db.transaction((tx) => moveFeed(tx, lease, progress));
}

/** The fenced move of a feed inside another transaction. */
export async function moveFeed(tx: Tx, lease: Lease, progress: FeedProgress): Promise<void> {
  await fence(tx, lease);
  await tx.rows('update feed set progress = $2 where id = $1', [lease.id, toJson(progress)]);
}

/**
 * Makes the transactions that change a feed's mirror wait for each other: the feed's reader and syncs that store what
 * their writes answered. So a verdict on a row holds until it is written, and rows are never locked crosswise.
 */
export async function lockMirrors(tx: Tx, feeds: readonly string[]): Promise<void> {
  for (const feed of [...new Set(feeds)].sort((one, other) => Number(one) - Number(other))) {
    await tx.rows('select pg_advisory_xact_lock(hashtext($1), $2)', ['syncline mirror', feed]);
  }
}

/** The next asking number (R3). */
export async function ask(sql: Sql): Promise<number> {
  const [row] = await sql.rows<{ asked: number }>(`select nextval('asking') as asked`);
  return (row as { asked: number }).asked;
}

/** Ids to be read directly, first marked first. */
export async function dirtyIds(sql: Sql, feed: string, most: number): Promise<string[]> {
  const rows = await sql.rows<{ id: string }>(
    'select id from dirty where feed = $1 order by first_marked, id limit $2',
    [feed, most],
  );
  return rows.map((row) => fromText(row.id));
}

/**
 * Marks ids as dirty. A mark carries the last asking number that was drawn: only a call that draws a later one has seen
 * what the mark was for, and cleans it.
 */
export async function markDirty(sql: Sql, feed: string, ids: string[]): Promise<void> {
  await sql.rows(
    `insert into dirty as d (feed, id, first_marked, marked)
     select $1, id, number.marked, number.marked
     from (select distinct id from unnest($2::text[]) id) given,
       (select case when is_called then last_value else 0 end as marked from asking) number
     order by id
     on conflict (feed, id) do update set marked = greatest(d.marked, excluded.marked)`,
    [feed, toTexts(ids)],
  );
}

/** Takes marks away that a call of this number answered. */
export async function cleanDirty(sql: Sql, feed: string, ids: string[], asked: number): Promise<void> {
  await sql.rows('delete from dirty where feed = $1 and id = any($2::text[]) and marked < $3', [
    feed,
    toTexts(ids),
    asked,
  ]);
}

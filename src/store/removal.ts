import type { Db, Tx } from './db.ts';

/**
 * Deletes a sync with all it knows: links, work, batches, history. Its feeds go with it where no other sync is on them.
 * Nothing happens in the apps. A worker that is at it is fenced off with its next transaction.
 */
export async function deleteSync(db: Db, sync: string): Promise<void> {
  await db.transaction(async (tx) => {
    const [row] = await tx.rows<{ a_feed: number; b_feed: number }>(
      'select a_feed, b_feed from sync where id = $1 for update',
      [sync],
    );
    if (!row) return;
    for (const table of ['link', 'wait', 'work', 'claim', 'history']) {
      await tx.rows(`delete from ${table} where sync = $1`, [sync]);
    }
    await tx.rows('delete from plan_record where plan in (select id from plan where sync = $1)', [sync]);
    await tx.rows('delete from sync where id = $1', [sync]);
    for (const feed of new Set([row.a_feed, row.b_feed])) await deleteUnusedFeed(tx, feed);
  });
}

/** Deletes an account that no sync uses. False where one does: delete those syncs first. */
export async function deleteAccount(db: Db, account: string): Promise<boolean> {
  return db.transaction(async (tx) => {
    const feeds = await tx.rows<{ id: number }>('select id from feed where account = $1 for update', [account]);
    for (const { id } of feeds) if (!(await deleteUnusedFeed(tx, id))) return false;
    await tx.rows('delete from account where id = $1', [account]);
    return true;
  });
}

async function deleteUnusedFeed(tx: Tx, feed: number): Promise<boolean> {
  const used = await tx.rows('select from sync where a_feed = $1 or b_feed = $1 limit 1', [feed]);
  if (used.length > 0) return false;
  await tx.rows('delete from match_key where spec in (select id from key_spec where feed = $1)', [feed]);
  for (const table of ['record', 'label', 'dirty', 'stage'])
    await tx.rows(`delete from ${table} where feed = $1`, [feed]);
  await tx.rows('delete from feed where id = $1', [feed]);
  return true;
}

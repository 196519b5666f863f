import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Intent } from '../model/decision.ts';
import type { Db, Sql, Tx } from './db.ts';
import { hash64 } from './keys.ts';
import { fence } from './leases.ts';
import type { SyncFeeds } from './pairs.ts';
import type { Batch, Lease } from './store.ts';

/**
 * W1, W6: stores a batch without the items whose claim is held. Returns the indexes of those; without items nothing is
 * stored.
 */
export async function openBatch(tx: Tx, sync: SyncFeeds, batch: Batch): Promise<number[]> {
  const claims = takeClaims(tx, sync, batch);
  // Put together while the database takes the claims: mostly it takes them all.
  const all = packed(batch.items);
  const refused = await claims;
  const items = batch.items.filter((_item, index) => !refused.has(index));
  if (items.length > 0) {
    const stored = refused.size === 0 ? all : packed(items);
    await tx.rows(
      `insert into batch (sync, id, run, side, op, asked, sent_at, items) values ($1, $2, $3, $4, $5, $6, $7, $8)
       on conflict (sync, id) do nothing`,
      [sync.id, batch.id, batch.run, batch.side, batch.op, batch.asked, batch.sentAt, stored],
    );
  }
  return [...refused].sort((one, other) => one - other);
}

/** Removes a batch and its claims. False where it was closed before. */
export async function closeBatch(tx: Tx, sync: string, batch: string): Promise<boolean> {
  const rows = await tx.rows(
    `with freed as (delete from claim where sync = $1 and batch = $2)
     delete from batch where sync = $1 and id = $2 returning 1`,
    [sync, batch],
  );
  return rows.length > 0;
}

/** Batches that were opened and not closed, oldest first. */
export async function readOpenBatches(sql: Sql, sync: string): Promise<Batch[]> {
  const rows = await sql.rows<Omit<Batch, 'sentAt' | 'items'> & { sent_at: number | null; items: Buffer }>(
    'select id, run, side, op, asked, sent_at, items from batch where sync = $1 order by asked, id',
    [sync],
  );
  return rows.map(({ sent_at, items, ...batch }) => ({ ...batch, sentAt: sent_at, items: unpacked(items) }));
}

/** F33: sets the time of sending. Throws Fenced. */
export async function stampBatch(db: Db, lease: Lease, batch: string, sentAt: number): Promise<void> {
  await db.transaction(async (tx) => {
    await fence(tx, lease);
    await tx.rows('update batch set sent_at = $3 where sync = $1 and id = $2', [lease.id, batch, Math.round(sentAt)]);
  });
}

/** X3: the lowest asking number of creates into this feed whose outcome is unknown. */
export async function readBarrier(sql: Sql, feed: string): Promise<number | null> {
  const [row] = await sql.rows<{ asked: number | null }>(
    `select min(asked) as asked from (
       select b.asked from sync s join batch b on b.sync = s.id
       where b.op = 'create' and case b.side when 'a' then s.a_feed else s.b_feed end = $1
       union all
       select (l.a_pending ->> 'asked')::bigint from sync s join link l on l.sync = s.id
       where s.a_feed = $1 and l.stage = 'creating' and l.a_pending ->> 'op' = 'create'
       union all
       select (l.b_pending ->> 'asked')::bigint from sync s join link l on l.sync = s.id
       where s.b_feed = $1 and l.stage = 'creating' and l.b_pending ->> 'op' = 'create'
     ) open`,
    [feed],
  );
  return row?.asked ?? null;
}

/** Claims are taken in the order of their hashes, so two batches never wait for each other crosswise. */
async function takeClaims(tx: Tx, sync: SyncFeeds, batch: Batch): Promise<Set<number>> {
  const refused = new Set<number>();
  const owner = new Map<string, number>();
  for (const [index, item] of batch.items.entries()) {
    const hashes = claimsOf(item);
    if (hashes.some((hash) => owner.has(hash))) refused.add(index);
    else for (const hash of hashes) owner.set(hash, index);
  }
  if (owner.size === 0) return refused;
  const feed = sync.feeds[batch.side];
  const taken = await tx.rows<{ hash: string }>(
    `insert into claim (feed, hash, sync, batch) select $1, hash, $2, $3 from unnest($4::bigint[]) hash order by hash
     on conflict do nothing returning hash::text`,
    [feed, sync.id, batch.id, [...owner.keys()]],
  );
  const ours = new Set(taken.map((row) => row.hash));
  for (const [hash, index] of owner) if (!ours.has(hash)) refused.add(index);
  const back = [...owner].filter(([hash, index]) => refused.has(index) && ours.has(hash)).map(([hash]) => hash);
  if (back.length > 0) await tx.rows('delete from claim where feed = $1 and hash = any($2::bigint[])', [feed, back]);
  return refused;
}

function claimsOf(item: Intent): string[] {
  return [...new Set(item.claims)].map(hash64);
}

/**
 * The quickest of zlib's levels: intents are much alike, so that it takes off most, in less time than storing it would.
 */
const quickest = { level: 1 };

function packed(items: readonly Intent[]): Buffer {
  return deflateRawSync(JSON.stringify(items), quickest);
}

function unpacked(items: Buffer): Intent[] {
  return JSON.parse(inflateRawSync(items).toString()) as Intent[];
}

import type { Side } from '../model/value.ts';
import { closeBatch, openBatch } from './batches.ts';
import type { Db, Tx } from './db.ts';
import { lockMirrors } from './feeds.ts';
import { addHistory, withHistoryMonth } from './history.ts';
import { fence } from './leases.ts';
import { moveLinks } from './links.ts';
import { observeIn } from './observe.ts';
import { readSyncFeeds, type SyncFeeds } from './pairs.ts';
import { addTally } from './runs.ts';
import type { Changes, CommitResult, Lease, Observed } from './store.ts';
import { saveProgress } from './syncs.ts';
import { addTrend, readLags } from './trends.ts';
import { holdOff, replaceWaits, wakeMet, wakeWaiting } from './waits.ts';
import { acknowledge, scheduleWork } from './work.ts';

/**
 * The one way state changes while syncing. A batch that is closed already means this very commit went through before
 * (its answer was lost), so nothing is done again.
 */
export async function commit(db: Db, lease: Lease, changes: Changes): Promise<CommitResult> {
  return withHistoryMonth(db, () =>
    db.transaction(async (tx) => {
      await fence(tx, lease);
      if (changes.close !== undefined && !(await closeBatch(tx, lease.id, changes.close))) return { refused: [] };
      return apply(tx, await readSyncFeeds(tx, lease.id), changes);
    }),
  );
}

async function apply(tx: Tx, sync: SyncFeeds, changes: Changes): Promise<CommitResult> {
  const { active, failures } = await moveLinks(tx, sync.id, changes);
  if (changes.images) await takeImages(tx, sync, changes.images);
  const lags = await readLags(tx, sync.id, changes);
  await addHistory(tx, sync.id, changes.history ?? [], lags);
  await addTrend(tx, sync.id, changes.history ?? [], lags, failures);
  const waits = changes.waits ?? [];
  if (waits.length > 0) await holdOff(tx, sync.id, 'who waits');
  else if (active.length > 0) await holdOff(tx, sync.id, 'who links');
  await replaceWaits(tx, sync.id, changes.unwait ?? [], waits);
  await wakeWaiting(tx, sync.id, active);
  if (waits.length > 0) await wakeMet(tx, sync.id, waits);
  await scheduleWork(tx, sync.id, changes.work ?? []);
  await acknowledge(tx, sync.id, changes.done ?? []);
  const refused = changes.open ? await openBatch(tx, sync, changes.open) : [];
  if (changes.progress) await saveProgress(tx, sync.id, changes.progress);
  if (changes.tally) await addTally(tx, sync.id, changes.tally, failures);
  return { refused };
}

async function takeImages(tx: Tx, sync: SyncFeeds, images: Record<Side, Observed | null>): Promise<void> {
  await lockMirrors(tx, [...(images.a ? [sync.feeds.a] : []), ...(images.b ? [sync.feeds.b] : [])]);
  if (images.a) await observeIn(tx, sync.feeds.a, images.a, sync.id);
  if (images.b) await observeIn(tx, sync.feeds.b, images.b, sync.id);
}

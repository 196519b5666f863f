import { readBarrier, readOpenBatches, stampBatch } from './batches.ts';
import { commit } from './commit.ts';
import type { Db, Sql } from './db.ts';
import { ask, dirtyIds, markDirty, readFeed, saveFeed } from './feeds.ts';
import { readHistory } from './history.ts';
import { claim, release, renew } from './leases.ts';
import { newLinkIds, readCounts, readLinks } from './links.ts';
import { findCandidates, matchAll } from './matching.ts';
import { addKeys, clearStage, missingIds, readArrivals, readRecords, stageIds, unkeyed } from './mirror.ts';
import { observe } from './observe.ts';
import { findPartners } from './partners.ts';
import { endRun } from './runs.ts';
import { scanPairs } from './scan.ts';
import type { Store } from './store.ts';
import { readSync, saveSlots, saveSync, syncsOn } from './syncs.ts';
import { loadPairs, nextWork, readDue, readHorizon, wake } from './work.ts';

/**
 * The store in PostgreSQL: a table of contents. What a method does is told in store.ts, how in the file of its noun.
 */
export function postgresStore(db: Db): PostgresStore {
  return {
    db,
    claim: (kind, id, worker, ttlSeconds) => claim(db, kind, id, worker, ttlSeconds),
    renew: (lease, ttlSeconds) => renew(db, lease, ttlSeconds),
    release: (lease, nextSeconds) => release(db, lease, nextSeconds),

    feed: (id) => readFeed(db, id),
    sync: (id) => readSync(db, id),
    syncsOn: (feed) => syncsOn(db, feed),
    saveSlots: (sync, slots) => saveSlots(db, sync, slots),
    saveFeed: (lease, progress) => saveFeed(db, lease, progress),
    saveSync: (lease, progress) => saveSync(db, lease, progress),

    ask: () => ask(db),
    observe: (feed, seen, move) => observe(db, feed, seen, move),
    dirty: (feed, most) => dirtyIds(db, feed, most),
    mark: (feed, ids) => markDirty(db, feed, ids),
    missing: (feed, after, most) => missingIds(db, feed, after, most),
    stage: (lease, ids) => stageIds(db, lease, ids),
    clearStage: (lease) => clearStage(db, lease),
    records: (feed, ids) => readRecords(db, feed, ids),

    due: (sync, most, after, until) => readDue(db, sync, most, after, until),
    horizon: (sync) => readHorizon(db, sync),
    load: (sync, records) => loadPairs(db, sync, records),
    scan: (sync, after, most) => scanPairs(db, sync, after, most),

    candidates: (sync, side, ids, rules) => findCandidates(db, sync, side, ids, rules),
    matchAll: (lease, rule, earlier) => matchAll(db, lease, rule, earlier),
    unkeyed: (feed, specs, after, most) => unkeyed(db, feed, specs, after, most),
    addKeys: (feed, keys) => db.transaction((tx) => addKeys(tx, feed, keys)),
    partners: (sync, refs) => findPartners(db, sync, refs),

    commit: (lease, changes) => commit(db, lease, changes),
    openBatches: (sync) => readOpenBatches(db, sync),
    stamp: (lease, batch, sentAt) => stampBatch(db, lease, batch, sentAt),
    arrivals: (sync, side, asked, most) => readArrivals(db, sync, side, asked, most),
    barrier: (feed) => readBarrier(db, feed),

    linkIds: (count) => newLinkIds(db, count),
    wake: (sync, which) => wake(db, sync, which),
    links: (sync, ids) => readLinks(db, sync, ids),
    history: (query) => readHistory(db, query),
    counts: (sync) => readCounts(db, sync),
    endRun: (sync, run, end) => endRun(db, sync, run, end),
    nextWork: (sync) => nextWork(db, sync),

    now: () => readNow(db),
    scratch: (work) => db.scratch((inner) => work(postgresStore(inner))),
  };
}

/** `db`: the same place for settings (installation.ts): in a scratch store it is the scratch transaction. */
export type PostgresStore = Store & { db: Db };

async function readNow(sql: Sql): Promise<number> {
  const [row] = await sql.rows<{ now: number }>('select moment($1) as now', [sql.time()]);
  return (row as { now: number }).now;
}

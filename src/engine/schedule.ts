import { Failure } from '../connector/contract.ts';
import type { Pause, Tally } from '../store/store.ts';
import { Busy } from './acts.ts';
import { type Engine, LEASE_SECONDS } from './engine.ts';
import type { Reach, ReadReport } from './read.ts';
import { type RunReport, runFeed, runSync } from './run.ts';
import { addTally, emptyTally } from './tally.ts';

/** Rounds of reading and syncing until nothing is due; more means that something never comes to rest. */
const MOST_ROUNDS = 200;

/** How often a held lease is tried again (seconds). */
const LEASE_POLL_SECONDS = 1;

/** What one sync did until it was quiet. */
export interface QuietReport {
  tally: Tally;
  pause: Pause | null;
  failure: Failure | null;
}

/** What happens on the way, for progress bars. */
export type Step =
  | { step: 'reading'; feed: string }
  | { step: 'read'; feed: string; report: ReadReport }
  | { step: 'syncing'; sync: string }
  | { step: 'synced'; sync: string; report: RunReport };

/** How to go about it. */
export interface Quiet {
  syncs: string[];
  reach: Reach;
  /** Work that is due within so many seconds is waited for; later work is left for the next time. */
  patienceSeconds: number;
  watch(step: Step): void;
}

/**
 * Reads the feeds and runs the syncs, in the order given (parents first spares waits), until no work is due. What an app
 * throttles, or a create whose outcome is not known yet, is waited for up to the patience.
 */
export async function syncUntilQuiet(engine: Engine, quiet: Quiet): Promise<Map<string, QuietReport>> {
  const reports = new Map(
    quiet.syncs.map((id) => [id, { tally: emptyTally(), pause: null, failure: null } as QuietReport]),
  );
  const listeners = new Map<string, string[]>();
  for (const id of quiet.syncs) {
    for (const feed of Object.values((await engine.store.sync(id)).feeds)) {
      listeners.set(feed, [...(listeners.get(feed) ?? []), id]);
    }
  }
  const readSome = async (feeds: string[], reach: Reach) => {
    for (const { feed, failure } of await readAll(engine, feeds, { ...quiet, reach })) {
      for (const id of listeners.get(feed) ?? []) (reports.get(id) as QuietReport).failure = failure;
    }
  };
  await readSome([...listeners.keys()], quiet.reach);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    for (const id of quiet.syncs) await runOne(engine, id, quiet, reports.get(id) as QuietReport);
    const waitSeconds = await soonest(engine, quiet.syncs, reports);
    const unread = await toRead(engine, [...listeners.keys()], reports, listeners);
    if (waitSeconds === null && unread.length === 0) return reports;
    if (waitSeconds !== null && waitSeconds > quiet.patienceSeconds) return reports;
    if (waitSeconds) await engine.clock.sleep(waitSeconds * 1000);
    await readSome(unread, 'changes');
  }
  return reports;
}

/** Reads feeds side by side; answers those whose app could not be read. */
async function readAll(engine: Engine, feeds: string[], quiet: Quiet): Promise<{ feed: string; failure: Failure }[]> {
  const failed: { feed: string; failure: Failure }[] = [];
  await Promise.all(
    feeds.map(async (feed) => {
      quiet.watch({ step: 'reading', feed });
      try {
        const report = await insist(engine, () => runFeed(engine, feed, quiet.reach));
        if (report) quiet.watch({ step: 'read', feed, report });
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        failed.push({ feed, failure: error });
      }
    }),
  );
  return failed;
}

async function runOne(engine: Engine, id: string, quiet: Quiet, report: QuietReport): Promise<void> {
  if (report.failure || report.pause) return;
  quiet.watch({ step: 'syncing', sync: id });
  const run = await insist(engine, () => runSync(engine, id));
  if (!run) throw new Busy(id);
  addTally(report.tally, run.tally);
  report.pause = run.pause;
  report.failure = run.failure;
  quiet.watch({ step: 'synced', sync: id, report: run });
}

/** Another worker may hold the lease, or held it when it died: it is waited for as long as a lease lasts. */
async function insist<T>(engine: Engine, attempt: () => Promise<T | null>): Promise<T | null> {
  for (let waitedSeconds = 0; waitedSeconds < 2 * LEASE_SECONDS; waitedSeconds += LEASE_POLL_SECONDS) {
    const done = await attempt();
    if (done !== null) return done;
    await engine.clock.sleep(LEASE_POLL_SECONDS * 1000);
  }
  return null;
}

/** The seconds until the earliest work is due; null where there is none. */
async function soonest(engine: Engine, syncs: string[], reports: Map<string, QuietReport>): Promise<number | null> {
  let least: number | null = null;
  for (const id of syncs) {
    const report = reports.get(id);
    if (report?.pause || report?.failure) continue;
    const next = await engine.store.nextWork(id);
    if (next !== null && (least === null || next < least)) least = next;
  }
  return least === null ? null : least / 1000;
}

/** Feeds with ids to be read directly, or with creates to be found. */
async function toRead(
  engine: Engine,
  feeds: string[],
  reports: Map<string, QuietReport>,
  listeners: Map<string, string[]>,
): Promise<string[]> {
  const due: string[] = [];
  for (const feed of feeds) {
    if ((listeners.get(feed) ?? []).every((id) => reports.get(id)?.failure)) continue;
    const waiting = (await engine.store.dirty(feed, 1)).length > 0 || (await engine.store.barrier(feed)) !== null;
    if (waiting) due.push(feed);
  }
  return due;
}

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

/** Where an app does not say when it may be asked again (seconds). */
const THROTTLED_SECONDS = 10;

/** What one sync did until it was quiet. */
export interface QuietReport {
  tally: Tally;
  pause: Pause | null;
  failure: Failure | null;
  /** Whether work was still due after the last round: something never comes to rest. */
  restless: 'no' | 'yes';
}

/** What happens on the way, for progress bars. */
export type Step =
  | { step: 'reading'; feed: string }
  | { step: 'read'; feed: string; report: ReadReport }
  | { step: 'syncing'; sync: string }
  | { step: 'synced'; sync: string; report: RunReport }
  | { step: 'waiting'; sync: string; seconds: number };

/** How to go about it. */
export interface Quiet {
  syncs: string[];
  reach: Reach;
  /** Work that is due within so many seconds is waited for; later work is left for the next time. */
  patienceSeconds: number;
  watch(step: Step): void;
}

/** A command's syncs under way. */
interface Rounds {
  engine: Engine;
  quiet: Quiet;
  reports: Map<string, QuietReport>;
  /** The syncs of each feed. */
  listeners: Map<string, string[]>;
  /** Feeds that could not be read: they are read again as soon as their app may be asked. */
  unread: Set<string>;
  /** Syncs whose app throttles: when it may be asked again (monotonic milliseconds). */
  backAt: Map<string, number>;
  /** Seconds that each sync has waited for such an app since it last got something done. */
  waited: Map<string, number>;
}

/**
 * Reads the feeds and runs the syncs, in the order given (parents first spares waits), until no work is due. What an app
 * throttles, or a create whose outcome is not known yet, is waited for up to the patience.
 */
export async function syncUntilQuiet(engine: Engine, quiet: Quiet): Promise<Map<string, QuietReport>> {
  const rounds = await begin(engine, quiet);
  const { reports, listeners } = rounds;
  await readAll(rounds, [...listeners.keys()], quiet.reach);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    for (const id of quiet.syncs) await runOne(rounds, id);
    const next = await soonest(rounds);
    const unread = await toRead(rounds);
    if (next === null && unread.length === 0) return reports;
    if (next !== null && next.seconds > quiet.patienceSeconds) return reports;
    if (next && next.seconds > 0) {
      quiet.watch({ step: 'waiting', ...next });
      await engine.clock.sleep(next.seconds * 1000, engine.stop).catch(() => {});
    }
    if (engine.stop?.aborted) return reports;
    forgive(rounds);
    await readAll(rounds, unread, 'changes');
    await readAll(rounds, readable(rounds), quiet.reach);
  }
  for (const id of quiet.syncs) {
    const report = reports.get(id) as QuietReport;
    if (!report.failure && !report.pause && (await engine.store.nextWork(id)) !== null) report.restless = 'yes';
  }
  return reports;
}

async function begin(engine: Engine, quiet: Quiet): Promise<Rounds> {
  const reports = new Map<string, QuietReport>();
  const listeners = new Map<string, string[]>();
  for (const id of quiet.syncs) {
    reports.set(id, { tally: emptyTally(), pause: null, failure: null, restless: 'no' });
    for (const feed of Object.values((await engine.store.sync(id)).feeds)) {
      listeners.set(feed, [...(listeners.get(feed) ?? []), id]);
    }
  }
  return { engine, quiet, reports, listeners, unread: new Set(), backAt: new Map(), waited: new Map() };
}

/** Reads feeds side by side; the syncs of those whose app could not be read have failed for now. */
async function readAll(rounds: Rounds, feeds: string[], reach: Reach): Promise<void> {
  const { engine, quiet, listeners, unread } = rounds;
  await Promise.all(
    feeds.map(async (feed) => {
      quiet.watch({ step: 'reading', feed });
      unread.delete(feed);
      try {
        const report = await insist(engine, () => runFeed(engine, feed, reach));
        if (report) quiet.watch({ step: 'read', feed, report });
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        error.account ??= (await engine.store.feed(feed)).account;
        unread.add(feed);
        for (const id of listeners.get(feed) ?? []) fail(rounds, id, error);
      }
    }),
  );
}

async function runOne(rounds: Rounds, id: string): Promise<void> {
  const { engine, quiet, reports, waited } = rounds;
  const report = reports.get(id) as QuietReport;
  if (report.failure || report.pause) return;
  quiet.watch({ step: 'syncing', sync: id });
  try {
    const run = await insist(engine, () => runSync(engine, id));
    if (!run) throw new Busy(id);
    addTally(report.tally, run.tally);
    report.pause = run.pause;
    if (!run.failure || hasWritten(run.tally)) waited.delete(id);
    if (run.failure) fail(rounds, id, run.failure);
    quiet.watch({ step: 'synced', sync: id, report: run });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    fail(rounds, id, error);
  }
}

/** A sync cannot go on: for good, or until an app that throttles may be asked again, which is waited for up to the patience. */
function fail({ engine, quiet, reports, backAt, waited }: Rounds, id: string, failure: Failure): void {
  (reports.get(id) as QuietReport).failure = failure;
  backAt.delete(id);
  if (failure.kind !== 'throttled') return;
  const seconds = failure.retrySeconds ?? THROTTLED_SECONDS;
  const total = (waited.get(id) ?? 0) + seconds;
  if (total > quiet.patienceSeconds) return;
  waited.set(id, total);
  backAt.set(id, engine.clock.monotonic() + seconds * 1000);
}

/** The syncs whose app may be asked again go on. */
function forgive({ engine, reports, backAt }: Rounds): void {
  for (const [id, at] of backAt) {
    if (at > engine.clock.monotonic()) continue;
    backAt.delete(id);
    (reports.get(id) as QuietReport).failure = null;
  }
}

function hasWritten({ a, b }: Tally): boolean {
  return [a, b].some((side) => Object.values(side).some((count) => count > 0));
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

/** The sync whose work, or whose throttled app, is due first, and in how many seconds; null where nothing is. */
async function soonest({ engine, quiet, reports, backAt }: Rounds): Promise<{ sync: string; seconds: number } | null> {
  let least: { sync: string; seconds: number } | null = null;
  for (const sync of quiet.syncs) {
    const { failure, pause } = reports.get(sync) as QuietReport;
    if (pause) continue;
    const back = backAt.get(sync);
    const waits = failure ? null : await engine.store.nextWork(sync);
    const milliseconds = back === undefined ? waits : Math.max(0, back - engine.clock.monotonic());
    if (milliseconds !== null && (least === null || milliseconds / 1000 < least.seconds))
      least = { sync, seconds: milliseconds / 1000 };
  }
  return least;
}

/** Feeds that could not be read, and whose app may be asked again. */
function readable({ reports, listeners, unread }: Rounds): string[] {
  return [...unread].filter((feed) => listeners.get(feed)?.some((id) => !reports.get(id)?.failure));
}

/** Feeds with ids to be read directly, or with creates to be found. */
async function toRead({ engine, reports, listeners, unread }: Rounds): Promise<string[]> {
  const due: string[] = [];
  for (const [feed, syncs] of listeners) {
    if (unread.has(feed) || syncs.every((id) => reports.get(id)?.failure)) continue;
    const waiting = (await engine.store.dirty(feed, 1)).length > 0 || (await engine.store.barrier(feed)) !== null;
    if (waiting) due.push(feed);
  }
  return due;
}

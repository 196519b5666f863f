import { Failure } from '../connector/contract.ts';
import { covers } from '../engine/read.ts';
import { RulesRefused } from '../engine/rulebook.ts';
import { runFeed } from '../engine/run.ts';
import { messageOf } from '../lib/error.ts';
import type { SyncSettings } from '../model/settings.ts';
import { mirrorSize } from '../store/plan-storing.ts';
import { beginPlan, endPlan, type PlanCause, type PlanProgress, tellPlan } from '../store/plans.ts';
import type { WorkspaceSync } from '../store/workspace-syncs.ts';
import type { Installation } from './installation.ts';
import { playPlan } from './plan-play.ts';

/** How often a plan under way says how far it is, in milliseconds; see SILENT_MILLISECONDS of the store. */
const BEAT_MILLISECONDS = 1_000;
/** How often a feed that another reads is tried again, and how many times. */
const LEASE_POLL_MILLISECONDS = 500;
const MOST_POLLS = 3_600;

/** Plans played at once in a process: each has a database connection of its own. The others wait their turn. */
const MOST_AT_ONCE = 2;

/** What the making of plans stands on. */
export type PlanParts = Pick<Installation, 'db' | 'accounts' | 'engine' | 'clock' | 'random' | 'log'>;

/** What is asked for. */
export interface PlanAsk {
  workspace: string;
  cause: PlanCause;
  /** Null: the sync's own. */
  settings: SyncSettings | null;
}

/** Plans under way in this process. */
export interface PlanJobs {
  /** Begins a plan in the background; `busy`: one of this sync is being made already. */
  begin(sync: WorkspaceSync, ask: PlanAsk): Promise<{ number: number } | { busy: number }>;
  /** Waits for other work in the background (a sample, an undo) when it is stopped. */
  follow(work: Promise<void>): void;
  /** Ends those under way: they are kept as interrupted. */
  stop(): Promise<void>;
}

/** The maker of plans: at most one of a sync at a time, in the background, each with its totals and records stored. */
export function planJobs(parts: PlanParts): PlanJobs {
  const running = new Map<Promise<void>, AbortController>();
  const followed = new Set<Promise<void>>();
  const inTurn = turns(MOST_AT_ONCE);
  return {
    begin: async (sync, { workspace, cause, settings }) => {
      const proposed = settings !== null;
      const wanted = settings ?? sync.settings;
      const begun = await beginPlan(parts.db, {
        sync: sync.id,
        cause,
        settings: wanted,
        proposed,
        version: sync.version,
      });
      if ('busy' in begun) return begun;
      const stop = new AbortController();
      const job: Job = { parts, workspace, sync, plan: begun.id, settings: wanted, stop, progress: {}, inTurn };
      const done = carryOut(job).finally(() => running.delete(done));
      running.set(done, stop);
      return { number: begun.number };
    },
    follow: (work) => {
      const done = work.finally(() => followed.delete(done));
      followed.add(done);
    },
    stop: async () => {
      for (const stop of running.values()) stop.abort(new Error(STOPPED));
      await Promise.allSettled([...running.keys(), ...followed]);
    },
  };
}

const STOPPED = 'the server was stopped while this plan was being made; make it again';

interface Job {
  parts: PlanParts;
  workspace: string;
  sync: WorkspaceSync;
  plan: string;
  settings: SyncSettings;
  stop: AbortController;
  progress: PlanProgress;
  inTurn: ReturnType<typeof turns>;
}

async function carryOut(job: Job): Promise<void> {
  const { parts, plan, stop } = job;
  const quiet = new AbortController();
  const beating = beat(job, quiet.signal);
  try {
    await readFeeds(job);
    const tell = (step: 'deciding' | 'storing', records: number) => {
      job.progress = { ...job.progress, step, ...(step === 'deciding' ? { records } : {}) };
    };
    const { workspace, sync, settings } = job;
    const playing = { installation: parts, workspace, sync, plan, settings, stop: stop.signal, tell };
    const summary = await job.inTurn(() => playPlan(playing));
    await endPlan(parts.db, plan, { summary });
  } catch (error) {
    await fail(job, error);
  } finally {
    quiet.abort();
    await beating;
  }
}

async function fail({ parts, plan, sync, stop }: Job, error: unknown): Promise<void> {
  const known = error instanceof Failure || error instanceof RulesRefused;
  const stopped = stop.signal.aborted || parts.engine.stop?.aborted;
  if (!known && !stopped) parts.log.error('a plan could not be made', { sync: sync.key, reason: messageOf(error) });
  const failed = known ? messageOf(error) : 'Syncline could not make this plan; its log says why';
  // The database may be what failed: then the plan is found interrupted.
  await endPlan(parts.db, plan, stopped ? { interrupted: STOPPED } : { failed }).catch(() => {});
}

/** Says how far it is; a plan that was discarded meanwhile is given up. */
async function beat(job: Job, quiet: AbortSignal): Promise<void> {
  const { clock, db } = job.parts;
  while (!quiet.aborted) {
    if (job.progress.step === 'reading') job.progress.records = await mirrorSize(db, job.sync.id).catch(() => 0);
    const wanted = await tellPlan(db, job.plan, job.progress).catch(() => true);
    if (!wanted && !quiet.aborted) job.stop.abort(new Error('discarded'));
    await clock.sleep(BEAT_MILLISECONDS, quiet).catch(() => {});
  }
}

/** What the apps hold now is read in earnest: it is what starting would read, and need not be read again then. */
async function readFeeds(job: Job): Promise<void> {
  const { parts, sync, stop, progress } = job;
  const { engine, db } = parts;
  progress.step = 'reading';
  const reading = { ...engine, stop: stop.signal };
  const feeds = [...new Set([sync.ends.a.feed, sync.ends.b.feed])];
  await Promise.all(
    feeds.map(async (id) => {
      for (let polls = 0; polls < MOST_POLLS; polls++) {
        if (await runFeed(reading, id, 'changes')) return;
        // Another reads it just now; where that has read all, it is as good as ours.
        const feed = await engine.store.feed(id);
        if (covers(feed.progress.listed, (await engine.rulebook.needs(feed)).fields)) return;
        await parts.clock.sleep(LEASE_POLL_MILLISECONDS, stop.signal);
      }
    }),
  );
  progress.of = await mirrorSize(db, sync.id);
  progress.records = 0;
}

/** Lets so many do their work at once; who comes later waits until one is done. */
function turns(most: number): <Result>(work: () => Promise<Result>) => Promise<Result> {
  const waiting: (() => void)[] = [];
  let free = most;
  return async (work) => {
    if (free > 0) free--;
    else await new Promise<void>((go) => waiting.push(go));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}

import { Failure } from '../connector/contract.ts';
import type { Engine } from '../engine/engine.ts';
import type { ReadReport } from '../engine/read.ts';
import { runFeed, runSync } from '../engine/run.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Db } from '../store/db.ts';
import { type DueJob, dueJobs, everySeconds } from '../store/due.ts';
import { Fenced } from '../store/store.ts';

/** Jobs that one worker does at once. */
const MOST_JOBS = 8;
/** How often a worker looks for due jobs when nothing wakes it, in milliseconds. */
const LOOK_MILLISECONDS = 250;
/** After a change an app is read again sooner: this part of its interval, but not below the least. */
const AFTER_CHANGE = 0.25;
const LEAST_SECONDS = 2;
/** However long an interval somebody sets, an app is read this often (seconds). */
const MOST_SECONDS = 600;
/** A job that failed for a reason of our own comes back after this long (seconds). */
const FAULT_SECONDS = 60;

/** How often fields, options and owners are learnt anew, in milliseconds: people change them in the app. */
const RELEARN_MILLISECONDS = 10 * 60_000;

/** A worker at work. */
export interface Worker {
  /** Something happened: due jobs are looked for at once. */
  wake(): void;
  /** Lets the jobs under way end, and takes up no more. */
  stop(): Promise<void>;
}

/** What a worker stands on. */
export interface WorkerParts {
  engine: Engine;
  db: Db;
  clock: Clock;
  log: Log;
  /** Forgets what was learnt of the apps' fields, options and owners. */
  relearn(): void;
}

/** Takes up due feeds and syncs until it is stopped. Several workers share a database: a lease decides who does a job. */
export function startWorker(parts: WorkerParts): Worker {
  const { clock, log } = parts;
  const running = new Map<string, Promise<void>>();
  const resting = new Map<string, number>();
  let stopped: 'no' | 'yes' = 'no';
  let rouse = new AbortController();

  const start = (job: DueJob) => {
    const name = `${job.kind} ${job.id}`;
    if (running.has(name) || (resting.get(name) ?? 0) > clock.monotonic()) return;
    const done = carryOut(parts, job)
      .catch((error: unknown) => {
        resting.set(name, clock.monotonic() + FAULT_SECONDS * 1000);
        tell(log, job, error);
      })
      .finally(() => {
        running.delete(name);
        rouse.abort();
      });
    running.set(name, done);
  };

  const loop = async () => {
    let learnt = clock.monotonic();
    while (stopped === 'no') {
      rouse = new AbortController();
      if (clock.monotonic() - learnt > RELEARN_MILLISECONDS) {
        parts.relearn();
        learnt = clock.monotonic();
      }
      const free = MOST_JOBS - running.size;
      if (free > 0) {
        const jobs = await dueJobs(parts.db, MOST_JOBS + running.size).catch((error: unknown) => {
          log.error('due jobs could not be read', { reason: (error as Error).message });
          return [];
        });
        for (const job of jobs) if (running.size < MOST_JOBS) start(job);
      }
      await clock.sleep(LOOK_MILLISECONDS, rouse.signal).catch(() => {});
    }
  };
  const ended = loop();
  return {
    wake: () => rouse.abort(),
    stop: async () => {
      stopped = 'yes';
      rouse.abort();
      await ended;
      await Promise.allSettled(running.values());
    },
  };
}

async function carryOut({ engine, db }: WorkerParts, job: DueJob): Promise<void> {
  if (job.kind === 'sync') {
    await runSync(engine, job.id);
    return;
  }
  const every = Math.min(MOST_SECONDS, (await everySeconds(db, job.id)) ?? MOST_SECONDS);
  await runFeed(engine, job.id, 'changes', (seen) => nextRead(every, seen));
}

/** Where something just changed, more tends to follow. */
function nextRead(every: number, seen: ReadReport): number {
  const moved = seen.fresh + seen.changed + seen.gone > 0;
  return moved ? Math.min(every, Math.max(LEAST_SECONDS, every * AFTER_CHANGE)) : every;
}

/** A lost lease is nobody's fault, an app's failure is told once a job, anything else is ours. */
function tell(log: Log, job: DueJob, error: unknown): void {
  if (error instanceof Fenced) return;
  const facts = { [job.kind]: job.id, reason: (error as Error).message };
  if (error instanceof Failure) log.warn('an app could not be reached', facts);
  else log.error('a job failed', facts);
}

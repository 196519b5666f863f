import { Failure } from '../connector/contract.ts';
import type { Engine } from '../engine/engine.ts';
import { runFeed, runSync } from '../engine/run.ts';
import type { Clock } from '../lib/clock.ts';
import { messageOf } from '../lib/error.ts';
import type { Log } from '../lib/log.ts';
import { traced } from '../lib/trace.ts';
import { type Db, isAway } from '../store/db.ts';
import { type DueJob, dueJobs, feedTurn, type Haste } from '../store/due.ts';
import { forgetTrouble, noteTrouble } from '../store/feed-trouble.ts';
import { freeLost } from '../store/leases.ts';
import { absentWorkers, freeWorker } from '../store/presence.ts';
import { Fenced } from '../store/store.ts';
import type { StoredAccounts } from './accounts.ts';
import { readAgainSeconds } from './read-again.ts';
import { hasRoom, MOST_JOBS } from './room.ts';

/** How often a worker looks whether others have died, in milliseconds. */
const ROLL_CALL_MILLISECONDS = 3_000;
/** A worker that is not there for so long is dead (milliseconds): a lost connection is made again much sooner. */
const DEAD_MILLISECONDS = 8_000;
/** How often a worker looks for due jobs when nothing wakes it, in milliseconds. */
const LOOK_MILLISECONDS = 250;
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
  accounts: Pick<StoredAccounts, 'dayLeft' | 'openBackfill'>;
  /** Told that a brake has paused a sync (its id). */
  onPause?(sync: string): Promise<void>;
  /** Told that a feed (its id) was read. */
  onRead?(feed: string): Promise<void>;
}

/** Takes up due feeds and syncs until it is stopped. Several workers share a database: a lease decides who does a job. */
export function startWorker(parts: WorkerParts): Worker {
  const { clock } = parts;
  const jobs = new Jobs(parts, () => rouse.abort());
  let stopped: 'no' | 'yes' = 'no';
  let rouse = new AbortController();
  let learnt = clock.monotonic();

  const loop = async () => {
    while (stopped === 'no') {
      rouse = new AbortController();
      if (clock.monotonic() - learnt > RELEARN_MILLISECONDS) {
        parts.relearn();
        learnt = clock.monotonic();
      }
      await jobs.takeUp();
      await clock.sleep(LOOK_MILLISECONDS, rouse.signal).catch(() => {});
    }
  };
  const rollCall = async () => {
    const missing = new Map<string, number>();
    while (stopped === 'no') {
      // Where the database is away, whoever looks for due jobs says so.
      await freeDead(parts, missing).catch(() => {});
      await clock.sleep(ROLL_CALL_MILLISECONDS, ending.signal).catch(() => {});
    }
  };
  const ending = new AbortController();
  const ended = Promise.all([loop(), rollCall()]);
  return {
    wake: () => rouse.abort(),
    stop: async () => {
      stopped = 'yes';
      rouse.abort();
      ending.abort();
      await ended;
      await jobs.end();
    },
  };
}

/** The jobs under way in this process. */
class Jobs {
  readonly #parts: WorkerParts;
  readonly #ended: () => void;
  readonly #running = new Map<string, { done: Promise<void>; haste: Haste }>();
  /** Whether the database answered the last time: that it is away is told once. */
  #sees: 'no' | 'yes' = 'yes';
  /** Jobs that ended while the database was away, by name: their leases are not given back yet. */
  readonly #lost = new Map<string, DueJob>();
  /** Name → the monotonic time before which it is not taken up again here. */
  readonly #resting = new Map<string, number>();

  constructor(parts: WorkerParts, ended: () => void) {
    this.#parts = parts;
    this.#ended = ended;
  }

  /** Takes up what is due, as far as there is room. */
  async takeUp(): Promise<void> {
    if (this.#running.size >= MOST_JOBS) return;
    const due = await this.#due().catch((error: unknown) => {
      this.#missDatabase(error);
      return null;
    });
    if (due && this.#sees === 'no') {
      this.#parts.log.warn('the database is used again');
      this.#sees = 'yes';
    }
    for (const job of due ?? []) {
      const underWay = [...this.#running.values()].map(({ haste }) => haste);
      if (hasRoom(underWay, job.haste)) this.#start(job);
    }
  }

  /** When all have ended. */
  async end(): Promise<void> {
    await Promise.allSettled([...this.#running.values()].map(({ done }) => done));
  }

  async #due(): Promise<DueJob[]> {
    const { db, engine } = this.#parts;
    for (const [name, job] of this.#lost) {
      await freeLost(db, job, engine.worker);
      this.#lost.delete(name);
    }
    return dueJobs(db, MOST_JOBS + this.#running.size);
  }

  #missDatabase(error: unknown): void {
    if (this.#sees === 'yes')
      this.#parts.log.error('the database cannot be used; it is tried until it can be', { reason: messageOf(error) });
    this.#sees = 'no';
  }

  #start(job: DueJob): void {
    const { clock } = this.#parts;
    const name = `${job.kind} ${job.id}`;
    if (this.#running.has(name) || (this.#resting.get(name) ?? 0) > clock.monotonic()) return;
    const done = traced(`${job.kind} ${job.haste}`, { [job.kind]: job.id }, () => carryOut(this.#parts, job))
      .then(() => {
        this.#resting.delete(name);
      })
      .catch((error: unknown) => {
        if (isAway(error)) {
          this.#lost.set(name, job);
          return this.#missDatabase(error);
        }
        // When an app is asked again stands in the database, where whoever connects it anew can change it.
        if (!(error instanceof Failure)) this.#resting.set(name, clock.monotonic() + FAULT_SECONDS * 1000);
        tell(this.#parts, job, error);
      })
      .finally(() => {
        this.#running.delete(name);
        this.#ended();
      });
    this.#running.set(name, { done, haste: job.haste });
  }
}

/** Frees what workers hold whose process is gone: `missing` is since when each was not there (monotonic milliseconds). */
async function freeDead({ engine, db, clock, log }: WorkerParts, missing: Map<string, number>): Promise<void> {
  const absent = await absentWorkers(db, engine.worker);
  for (const worker of missing.keys()) if (!absent.includes(worker)) missing.delete(worker);
  for (const worker of absent) {
    const since = missing.get(worker) ?? clock.monotonic();
    missing.set(worker, since);
    if (clock.monotonic() - since < DEAD_MILLISECONDS) continue;
    missing.delete(worker);
    const leases = await freeWorker(db, worker);
    log.warn('a worker has died; what it held goes on elsewhere', { worker, leases });
  }
}

async function carryOut(parts: WorkerParts, { kind, id, haste }: DueJob): Promise<void> {
  const engine = haste === 'backfill' ? { ...parts.engine, open: parts.accounts.openBackfill } : parts.engine;
  if (kind === 'feed') return readFeed({ ...parts, engine }, id);
  const report = await runSync(engine, id);
  if (report?.end === 'paused') await parts.onPause?.(id);
}

async function readFeed({ engine, db, accounts, onRead }: WorkerParts, feed: string): Promise<void> {
  const turn = await feedTurn(db, feed);
  if (!turn) return;
  const left = await accounts.dayLeft(turn.account);
  const seen = await runFeed(engine, feed, 'changes', ({ fresh, changed, gone }) =>
    readAgainSeconds(turn.everySeconds, fresh + changed + gone > 0 ? 'moved' : 'quiet', left),
  ).catch(async (error: unknown) => {
    if (isTrouble(engine, error)) await noteTrouble(db, feed, error.kind, error.message);
    throw error;
  });
  if (!seen) return;
  if (turn.troubled) await forgetTrouble(db, feed);
  await onRead?.(feed);
}

/** An app that asks for a pause, and a worker that was told to stop, are no trouble. */
function isTrouble({ stop }: Engine, error: unknown): error is Failure {
  return error instanceof Failure && error.kind !== 'throttled' && stop?.aborted !== true;
}

/** A lost lease is nobody's fault, nor is a stop; an app's failure is told once a job, anything else is ours. */
function tell({ engine, log }: WorkerParts, job: DueJob, error: unknown): void {
  if (error instanceof Fenced || (error instanceof Failure && engine.stop?.aborted)) return;
  const facts = { [job.kind]: job.id, reason: messageOf(error) };
  if (error instanceof Failure) log.warn('an app could not be reached', facts);
  else log.error('a job failed', facts);
}

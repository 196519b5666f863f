import type pg from 'pg';
import { PgBoss } from 'pg-boss';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';

/** Background work that no sync is: alerts, renewals, retention, exports. Each job is done by one worker of all. */
export interface Jobs {
  /** Takes up jobs of a name, one at a time in this process; with `cron`, one is made at those times whoever is there. */
  on<Data extends object>(name: string, work: (data: Data) => Promise<void>, options?: JobOptions): Promise<void>;
  /** Makes a job; a second one with the same `key` that is still waiting is not made. */
  send(name: string, data: object, options?: { key?: string; afterSeconds?: number }): Promise<void>;
  stop(): Promise<void>;
}

/** How a kind of job goes. */
export interface JobOptions {
  /** Five fields, UTC: also made by itself at these times. */
  cron?: string;
  /** How often a failed job is tried again. */
  retries?: number;
  /** A job that takes longer counts as lost with its worker. */
  mostSeconds?: number;
}

/** Connections that the background work may use per process. */
const MOST_CONNECTIONS = 2;
const RETRIES = 3;
const MOST_SECONDS = 15 * 60;
/** How often a worker looks for jobs, in seconds. */
const LOOK_SECONDS = 1;
const STOP_MILLISECONDS = 10_000;
/** Errors of pg-boss itself are told so often, in milliseconds. */
const TELL_MILLISECONDS = 60_000;

/** Starts the background work of this process on a database (pg-boss, in a schema of its own). */
export async function startJobs(
  connection: pg.ClientConfig,
  { clock, log }: { clock: Clock; log: Log },
): Promise<Jobs> {
  const boss = new PgBoss({ ...(connection as object), max: MOST_CONNECTIONS, schema: 'syncline_jobs' });
  let told = Number.NEGATIVE_INFINITY;
  boss.on('error', (error) => {
    // While the database is away each look of each queue fails.
    if (clock.monotonic() - told < TELL_MILLISECONDS) return;
    told = clock.monotonic();
    log.warn('background work met an error', { reason: error.message });
  });
  await boss.start();
  return {
    on: async (name, work, { cron, retries = RETRIES, mostSeconds = MOST_SECONDS } = {}) => {
      await boss.createQueue(name, {
        policy: 'short',
        retryLimit: retries,
        retryBackoff: true,
        expireInSeconds: mostSeconds,
      });
      await boss.work(name, { pollingIntervalSeconds: LOOK_SECONDS, batchSize: 1 }, async ([job]) => {
        if (job) await work(job.data as never);
      });
      if (cron) await boss.schedule(name, cron);
    },
    send: async (name, data, { key, afterSeconds } = {}) => {
      await boss.send(name, data, {
        ...(key === undefined ? {} : { singletonKey: key }),
        ...(afterSeconds === undefined ? {} : { startAfter: afterSeconds }),
      });
    },
    stop: () => boss.stop({ graceful: true, timeout: STOP_MILLISECONDS, close: true }),
  };
}

import { type Connector, Failure } from '../connector/contract.ts';
import type { Session } from '../connector/session.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Random } from '../lib/random.ts';
import type { Fenced, Lease, Store } from '../store/store.ts';
import type { Look } from './look.ts';
import type { Rulebook } from './rulebook.ts';

/** Everything the engine stands on; `main.ts` (or the simulation) hands it in. */
export interface Engine {
  store: Store;
  clock: Clock;
  random: Random;
  log: Log;
  /** This worker's name, on the leases it holds. */
  worker: string;
  /** An account's connector and session, by account id. `deadline`: no call starts that might not end by then (monotonic). */
  open(account: string, deadline?: () => number): Promise<Access>;
  rulebook: Rulebook;
  /** Once it is aborted no further call to an app starts, and no wait: what is under way is finished. */
  stop?: AbortSignal;
  /** Sees every decision before it is carried out. */
  look?: Look;
}

/** The way to an account's app. */
export interface Access {
  connector: Connector;
  session: Session;
}

/** How long a lease is given for: a batch of several calls fits in, and what a dead worker held is free again soon. */
export const LEASE_SECONDS = 150;
/** S1: no call starts when less than this is left of the lease: the longest that a call may take (a listing of a CardDAV book). */
export const CALL_SECONDS = 60;

/** A lease in use, with the moment (monotonic milliseconds) until which it surely holds. */
export interface Hold {
  lease: Lease;
  until: number;
}

/** Takes a lease, or null where another holds it. */
export async function take(engine: Engine, kind: Lease['kind'], id: string): Promise<Hold | null> {
  const from = engine.clock.monotonic();
  const lease = await engine.store.claim(kind, id, engine.worker, LEASE_SECONDS);
  return lease && { lease, until: from + LEASE_SECONDS * 1000 };
}

/**
 * S1: to be called before each call to an app: lengthens the lease where a call might outlast it. Throws {@link Fenced},
 * and `Failure` 'unavailable' once the engine was asked to stop.
 */
export async function keep(engine: Engine, hold: Hold): Promise<void> {
  if (engine.stop?.aborted)
    throw new Failure('unavailable', 'stopped on request; the next run goes on from here', { retrySeconds: 0 });
  const from = engine.clock.monotonic();
  if (hold.until - from > CALL_SECONDS * 1000) return;
  hold.lease = await engine.store.renew(hold.lease, LEASE_SECONDS);
  hold.until = from + LEASE_SECONDS * 1000;
}

/** Tells of a failure in this work whose app it was. */
export async function blame<T>(account: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Failure) error.account ??= account;
    throw error;
  }
}

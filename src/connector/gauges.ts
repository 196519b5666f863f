import type { Clock } from '../lib/clock.ts';
import type { Observed, RateLimit } from './contract.ts';
import { blockMeters, enterMeters, freshMeters, leaveMeters, leftOf, type Meters, observeMeters } from './meters.ts';

/**
 * The limits of accounts, counted in one place for all sessions on them (W5). `memoryGauges` serves the sessions of one
 * process; several workers share one that keeps the same meters in the database.
 */
export interface Gauges {
  /** Takes room for one call on every gauge named, or on none and says how long to wait. */
  enter(account: string, needs: Need[]): Promise<Entered>;
  /** No call to this account before so many seconds have passed (Retry-After). */
  block(account: string, seconds: number): Promise<void>;
  /** The app itself says how much is left. */
  observe(account: string, gauge: RateLimit, told: Observed): Promise<void>;
  /** How much of a limit of so many is left just now. */
  left(account: string, limit: RateLimit, most: number): Promise<number>;
}

/** What one call takes of one gauge, how much of it may be in use at most, and how much must be left where the app tells that. */
export interface Need {
  limit: RateLimit;
  most: number;
  kept: number;
  cost: number;
}

/** In, and `leave` gives the concurrency back; or to be tried again after a while, or as soon as a call has ended. */
export type Entered = { leave(): void } | { waitSeconds: number; freed?: Promise<void> };

/** Gauges in this process's memory, by its monotonic clock. Bounded: about a hundred slots a gauge. */
export function memoryGauges(clock: Clock): Gauges {
  const accounts = new Map<string, { meters: Meters; waiting: (() => void)[] }>();
  let tickets = 0;
  const ofAccount = (account: string) => {
    const state = accounts.get(account) ?? { meters: freshMeters(), waiting: [] };
    accounts.set(account, state);
    return state;
  };
  return {
    async enter(account, needs) {
      const { meters, waiting } = ofAccount(account);
      const ticket = String(++tickets);
      // A call of this process always ends: nobody has to give it up.
      const call = { ticket, until: Number.POSITIVE_INFINITY };
      const { waitSeconds, full } = enterMeters(meters, needs, clock.monotonic(), call);
      if (waitSeconds > 0) {
        return full ? { waitSeconds, freed: new Promise((resolve) => waiting.push(resolve)) } : { waitSeconds };
      }
      const leave = () => {
        leaveMeters(meters, ticket);
        for (const wake of waiting.splice(0)) wake();
      };
      return { leave };
    },
    async block(account, seconds) {
      blockMeters(ofAccount(account).meters, seconds, clock.monotonic());
    },
    async observe(account, limit, told) {
      observeMeters(ofAccount(account).meters, limit, told, clock.monotonic());
    },
    async left(account, limit, most) {
      return leftOf(ofAccount(account).meters, limit, most, clock.monotonic());
    },
  };
}

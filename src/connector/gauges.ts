import type { Clock } from '../lib/clock.ts';
import type { Observed, RateLimit } from './contract.ts';

/**
 * The limits of accounts, counted in one place for all sessions on them (W5). `memoryGauges` serves the sessions of one
 * process; several workers share one that keeps the same counts elsewhere.
 */
export interface Gauges {
  /** Takes room for one call on every gauge named, or on none and says how long to wait. */
  enter(account: string, needs: Need[]): Promise<Entered>;
  /** No call to this account before so many seconds have passed (Retry-After). */
  block(account: string, seconds: number): Promise<void>;
  /** The app itself says how much is left. */
  observe(account: string, gauge: RateLimit, told: Observed): Promise<void>;
}

/** What one call takes of one gauge, and how much of it may be in use at most. */
export interface Need {
  limit: RateLimit;
  most: number;
  cost: number;
}

/** In, and `leave` gives the concurrency back; or to be tried again after a while, or as soon as a call has ended. */
export type Entered = { leave(): void } | { waitSeconds: number; freed?: Promise<void> };

/** A window is counted in so many slots; a call is forgotten up to a slot late, never early. */
const slotsPerWindow = 100;

/** A daily budget that the app calls empty is asked about again after an hour: nobody says when its day ends. */
const emptyDaySeconds = 3600;

const daySeconds = 86_400;

/** Longest time a call waits for another to end before it looks again. */
const waitForRoomSeconds = 60;

/** What the gauges know of one account. */
interface Meters {
  blockedUntil: number;
  byGauge: Map<string, Meter>;
  waiting: (() => void)[];
}

/** One gauge. */
interface Meter {
  /** What was used lately, in slots, each forgotten at its `until`. Concurrency has none. */
  used: { start: number; until: number; amount: number }[];
  underWay: number;
  /** What the app last said is left, less what was taken since. */
  told: { left: number; until: number } | null;
}

/** Gauges in this process's memory, by its monotonic clock. Bounded: about a hundred slots a gauge. */
export function memoryGauges(clock: Clock): Gauges {
  const accounts = new Map<string, Meters>();
  const metersOf = (account: string): Meters => {
    const meters = accounts.get(account) ?? { blockedUntil: 0, byGauge: new Map(), waiting: [] };
    accounts.set(account, meters);
    return meters;
  };
  return {
    async enter(account, needs) {
      const meters = metersOf(account);
      const now = clock.monotonic();
      const waitSeconds = Math.max(
        (meters.blockedUntil - now) / 1000,
        ...needs.map((need) => waitOf(meters, need, now)),
      );
      if (waitSeconds > 0) {
        const busy = needs.some((need) => isFull(meters, need));
        return busy ? { waitSeconds, freed: new Promise((resolve) => meters.waiting.push(resolve)) } : { waitSeconds };
      }
      for (const need of needs) take(meters, need, now);
      return { leave: () => leave(meters, needs) };
    },
    async block(account, seconds) {
      const meters = metersOf(account);
      meters.blockedUntil = Math.max(meters.blockedUntil, clock.monotonic() + seconds * 1000);
    },
    async observe(account, limit, told) {
      const meter = meterOf(metersOf(account), limit);
      const seconds = told.resetSeconds ?? (limit.gauge === 'daily' ? emptyDaySeconds : windowOf(limit));
      // Calls under way are not in the app's figure yet.
      meter.told = { left: told.left - meter.underWay, until: clock.monotonic() + seconds * 1000 };
    },
  };
}

function meterOf(meters: Meters, limit: RateLimit): Meter {
  const meter = meters.byGauge.get(limit.name) ?? { used: [], underWay: 0, told: null };
  meters.byGauge.set(limit.name, meter);
  return meter;
}

/** Seconds until this need may be met; 0 or less: now. */
function waitOf(meters: Meters, need: Need, now: number): number {
  if (need.limit.gauge === 'concurrency') return isFull(meters, need) ? waitForRoomSeconds : 0;
  const meter = meterOf(meters, need.limit);
  meter.used = meter.used.filter((slot) => slot.until > now);
  const told = meter.told && meter.told.left < need.cost ? (meter.told.until - now) / 1000 : 0;
  return Math.max(told, waitForSlots(meter, need, now));
}

function isFull(meters: Meters, need: Need): boolean {
  return need.limit.gauge === 'concurrency' && meterOf(meters, need.limit).underWay + need.cost > need.most;
}

/** Seconds until enough slots are forgotten. A call that weighs more than the whole gauge goes once all of them are. */
function waitForSlots(meter: Meter, need: Need, now: number): number {
  let excess = meter.used.reduce((sum, slot) => sum + slot.amount, need.cost) - need.most;
  let wait = 0;
  for (const slot of meter.used) {
    if (excess <= 0) return wait;
    excess -= slot.amount;
    wait = (slot.until - now) / 1000;
  }
  return wait;
}

function take(meters: Meters, need: Need, now: number): void {
  const meter = meterOf(meters, need.limit);
  meter.underWay += need.cost;
  if (meter.told) meter.told.left -= need.cost;
  if (need.limit.gauge === 'concurrency') return;
  const window = windowOf(need.limit) * 1000;
  const slotLength = window / slotsPerWindow;
  const slot = meter.used.at(-1);
  if (slot && now < slot.start + slotLength) slot.amount += need.cost;
  else meter.used.push({ start: now, until: now + slotLength + window, amount: need.cost });
}

function leave(meters: Meters, needs: Need[]): void {
  for (const need of needs) meterOf(meters, need.limit).underWay -= need.cost;
  for (const wake of meters.waiting.splice(0)) wake();
}

function windowOf(limit: RateLimit): number {
  return limit.windowSeconds ?? (limit.gauge === 'daily' ? daySeconds : 1);
}

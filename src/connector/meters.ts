import type { Observed, RateLimit } from './contract.ts';
import type { Need } from './gauges.ts';

/** What is known of one account's limits: plain data, so that it can be kept in memory or in a database row. */
export interface Meters {
  blockedUntil: number;
  byGauge: Record<string, Meter>;
}

/** One gauge. Times are milliseconds of whatever clock the keeper of the meters goes by. */
interface Meter {
  /** What was used lately, in slots, each forgotten at its `until`. Concurrency has none. */
  used: { start: number; until: number; amount: number }[];
  /** Calls under way, where their number counts; each is given up at its `until`: its maker is dead then. */
  underWay: { ticket: string; until: number; amount: number }[];
  /** What the app last said is left, less what was taken since. */
  told: { left: number; until: number } | null;
}

/** A window is counted in so many slots; a call is forgotten up to a slot late, never early. */
const slotsPerWindow = 100;

/** A daily budget that the app calls empty is asked about again after an hour: nobody says when its day ends. */
const emptyDaySeconds = 3600;

const daySeconds = 86_400;

/** Longest time a call waits for another to end before it looks again. */
const waitForRoomSeconds = 60;

/** Meters that have counted nothing yet. */
export function freshMeters(): Meters {
  return { blockedUntil: 0, byGauge: {} };
}

/**
 * Takes room for one call on every gauge named, or on none: answers the seconds to wait (0: it is in), and whether it is
 * a call under way that stands in the way. The meters are changed in place.
 */
export function enterMeters(
  meters: Meters,
  needs: Need[],
  now: number,
  call: { ticket: string; until: number },
): { waitSeconds: number; full: boolean } {
  forgetOld(meters, now);
  const waits = needs.map((need) => waitOf(meters, need, now));
  const waitSeconds = Math.max(0, (meters.blockedUntil - now) / 1000, ...waits);
  if (waitSeconds > 0) return { waitSeconds, full: needs.some((need) => isFull(meters, need)) };
  for (const need of needs) take(meters, need, now, call);
  return { waitSeconds: 0, full: false };
}

/** A call has ended: its room is free again. */
export function leaveMeters(meters: Meters, ticket: string): void {
  for (const meter of Object.values(meters.byGauge)) {
    meter.underWay = meter.underWay.filter((call) => call.ticket !== ticket);
  }
}

/** No call before so many seconds have passed. */
export function blockMeters(meters: Meters, seconds: number, now: number): void {
  meters.blockedUntil = Math.max(meters.blockedUntil, now + seconds * 1000);
}

/** The app itself says how much is left. */
export function observeMeters(meters: Meters, limit: RateLimit, told: Observed, now: number): void {
  const meter = meterOf(meters, limit);
  const seconds = told.resetSeconds ?? (limit.gauge === 'daily' ? emptyDaySeconds : windowOf(limit));
  // Calls under way are not in the app's figure yet.
  meter.told = { left: told.left - amountUnderWay(meter), until: now + seconds * 1000 };
}

/** How much of a limit of so many is left just now: as the app says, else as counted here. */
export function leftOf(meters: Meters, limit: RateLimit, most: number, now: number): number {
  forgetOld(meters, now);
  const meter = meters.byGauge[limit.name];
  if (!meter) return most;
  if (limit.gauge === 'concurrency') return Math.max(0, most - amountUnderWay(meter));
  if (meter.told && meter.told.until > now) return Math.max(0, meter.told.left);
  return Math.max(0, most - meter.used.reduce((sum, slot) => sum + slot.amount, 0));
}

function meterOf(meters: Meters, limit: RateLimit): Meter {
  const meter = meters.byGauge[limit.name] ?? { used: [], underWay: [], told: null };
  meters.byGauge[limit.name] = meter;
  return meter;
}

function forgetOld(meters: Meters, now: number): void {
  for (const meter of Object.values(meters.byGauge)) {
    if (meter.used.some((slot) => slot.until <= now)) meter.used = meter.used.filter((slot) => slot.until > now);
    if (meter.underWay.some((call) => call.until <= now)) {
      meter.underWay = meter.underWay.filter((call) => call.until > now);
    }
  }
}

/** Seconds until this need may be met; 0 or less: now. */
function waitOf(meters: Meters, need: Need, now: number): number {
  if (need.limit.gauge === 'concurrency') return isFull(meters, need) ? waitForRoomSeconds : 0;
  const meter = meterOf(meters, need.limit);
  const told = meter.told && meter.told.left < need.cost + need.kept ? (meter.told.until - now) / 1000 : 0;
  return Math.max(told, waitForSlots(meter, need, now));
}

function isFull(meters: Meters, need: Need): boolean {
  if (need.limit.gauge !== 'concurrency') return false;
  return amountUnderWay(meterOf(meters, need.limit)) + need.cost > need.most;
}

function amountUnderWay(meter: Meter): number {
  return meter.underWay.reduce((sum, call) => sum + call.amount, 0);
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

function take(meters: Meters, need: Need, now: number, call: { ticket: string; until: number }): void {
  const meter = meterOf(meters, need.limit);
  if (need.limit.gauge === 'concurrency' || need.limit.observe) meter.underWay.push({ ...call, amount: need.cost });
  if (meter.told) meter.told.left -= need.cost;
  if (need.limit.gauge === 'concurrency') return;
  const window = windowOf(need.limit) * 1000;
  const slotLength = window / slotsPerWindow;
  const slot = meter.used.at(-1);
  if (slot && now < slot.start + slotLength) slot.amount += need.cost;
  else meter.used.push({ start: now, until: now + slotLength + window, amount: need.cost });
}

function windowOf(limit: RateLimit): number {
  return limit.windowSeconds ?? (limit.gauge === 'daily' ? daySeconds : 1);
}

import { Chances } from './chance.ts';
import type { Fault, Rates } from './knobs.ts';
import type { Fate } from './scheduler.ts';

/** What may go wrong with a read of an app. */
export type ReadTrouble = 'throttled' | 'unavailable' | 'broken' | 'slow';

/** What may go wrong with a write to an app; 'unknown' ones leave the engine without an answer. */
export type WriteTrouble =
  | 'throttled'
  | 'unavailable'
  | 'unknown-before'
  | 'unknown-after'
  | 'partial'
  | 'items-unknown'
  | 'item-unavailable'
  | 'slow';

/** An answer of an app that is well-formed and wrong. */
export type LieKind = 'empty' | 'short' | 'expired';

const readTroubles: ReadTrouble[] = ['throttled', 'unavailable', 'broken', 'slow'];
const writeTroubles: WriteTrouble[] = [
  'throttled',
  'unavailable',
  'unknown-before',
  'unknown-after',
  'unknown-after',
  'partial',
  'items-unknown',
  'item-unavailable',
  'slow',
];
const lies: LieKind[] = ['empty', 'short', 'expired'];
const fates: Fate[] = ['crash-before', 'crash-after'];
const losses: Fate[] = ['lost-before', 'lost-after'];
const stalls = ['5', '40', '90', '200'];

/** Operations around a write: here a crash is worth more than elsewhere. */
const tender = /commit|stamp|create|update|archive|delete|reserve|reply/;
const TENDER_TIMES = 4;

/**
 * Decides which operations go wrong: by chance while a history is played first, by list when it is played again or
 * shrunk. What fired is kept either way, so that a history found by chance becomes one by list.
 */
export class Faults {
  on = false;
  readonly fired: Fault[] = [];
  readonly #chances: Chances;
  readonly #rates: Rates;
  readonly #listed: Map<string, string> | null;
  readonly #times = new Map<string, number>();

  constructor(seed: number, rates: Rates, list: Fault[] | undefined) {
    this.#chances = new Chances(seed);
    this.#rates = rates;
    this.#listed = list ? new Map(list.map((fault) => [`${fault.label}#${fault.nth}`, fault.what])) : null;
  }

  /** Of an operation of a worker: does the worker, or its connection to the database, die here? */
  fate(label: string): Fate {
    if (!this.on) return 'run';
    const times = this.#timesOf(label);
    const crash = this.#rates.crash * times;
    const lost = label.startsWith('store.') ? this.#rates.lost * times : 0;
    return (
      this.#draw(label, [
        [crash, fates],
        [lost, losses],
      ]) ?? 'run'
    );
  }

  /** Of a worker's operation: how many seconds it stands still after it. */
  stallSeconds(label: string): number {
    return this.on ? Number(this.#draw(`stall ${label}`, [[this.#rates.stall, stalls]]) ?? 0) : 0;
  }

  ofRead(label: string): ReadTrouble | null {
    return this.on ? this.#draw(`trouble ${label}`, [[this.#rates.read, readTroubles]]) : null;
  }

  ofWrite(label: string): WriteTrouble | null {
    return this.on ? this.#draw(`trouble ${label}`, [[this.#rates.write, writeTroubles]]) : null;
  }

  lie(label: string): LieKind | null {
    return this.on ? this.#draw(`lie ${label}`, [[this.#rates.lie, lies]]) : null;
  }

  #timesOf(label: string): number {
    let times = this.#times.get(label);
    if (times === undefined) {
      times = tender.test(label) ? TENDER_TIMES : 1;
      this.#times.set(label, times);
    }
    return times;
  }

  /** One draw: each kind has its share of the whole, and its fault is one of a few. */
  #draw<T extends string>(label: string, kinds: [number, readonly T[]][]): T | null {
    if (!this.#listed && kinds.every(([rate]) => rate === 0)) return null;
    const { chance, nth } = this.#chances.next(label);
    const what = this.#listed ? this.#listed.get(`${label}#${nth}`) : pick(chance, kinds);
    if (what === undefined) return null;
    this.fired.push({ label, nth, what });
    return what as T;
  }
}

function pick<T extends string>(chance: number, kinds: [number, readonly T[]][]): T | undefined {
  let from = 0;
  for (const [rate, faults] of kinds) {
    if (chance < from + rate) return faults[Math.floor(((chance - from) / rate) * faults.length)];
    from += rate;
  }
  return undefined;
}

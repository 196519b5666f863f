import { chanceOf } from './chance.ts';
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
const fates: Fate[] = ['crash-before', 'crash-after'];
const losses: Fate[] = ['lost-before', 'lost-after'];

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
  readonly #seed: number;
  readonly #rates: Rates;
  readonly #listed: Map<string, string> | null;
  #counts = new Map<string, number>();

  constructor(seed: number, rates: Rates, list: Fault[] | undefined) {
    this.#seed = seed;
    this.#rates = rates;
    this.#listed = list ? new Map(list.map((fault) => [`${fault.label}#${fault.nth}`, fault.what])) : null;
  }

  /** Of an operation of a worker: does the worker, or its connection to the database, die here? */
  fate(label: string): Fate {
    const times = tender.test(label) ? TENDER_TIMES : 1;
    const crash = this.#draw(`crash ${label}`, this.#rates.crash * times, fates);
    if (crash !== null) return crash;
    if (!label.startsWith('store.')) return 'run';
    return this.#draw(`lost ${label}`, this.#rates.lost * times, losses) ?? 'run';
  }

  /** Of a worker's operation: how many seconds it stands still after it. */
  stallSeconds(label: string): number {
    return Number(this.#draw(`stall ${label}`, this.#rates.stall, ['5', '40', '90', '150']) ?? 0);
  }

  ofRead(label: string): ReadTrouble | null {
    return this.#draw(`trouble ${label}`, this.#rates.read, readTroubles);
  }

  ofWrite(label: string): WriteTrouble | null {
    return this.#draw(`trouble ${label}`, this.#rates.write, writeTroubles);
  }

  /** An answer that is well-formed and wrong. */
  lie(label: string): 'empty' | 'short' | 'expired' | null {
    return this.#draw(`lie ${label}`, this.#rates.lie, ['empty', 'short', 'expired'] as const);
  }

  #draw<T extends string>(label: string, rate: number, kinds: readonly T[]): T | null {
    const nth = this.#counts.get(label) ?? 0;
    this.#counts.set(label, nth + 1);
    if (!this.on) return null;
    const what = this.#listed ? this.#listed.get(`${label}#${nth}`) : this.#byChance(label, nth, rate, kinds);
    if (what === undefined) return null;
    this.fired.push({ label, nth, what });
    return what as T;
  }

  #byChance<T extends string>(label: string, nth: number, rate: number, kinds: readonly T[]): T | undefined {
    const chance = chanceOf(this.#seed, label, nth);
    return chance < rate ? kinds[Math.floor((chance / rate) * kinds.length)] : undefined;
  }
}

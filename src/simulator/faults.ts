import type { Random } from '../lib/random.ts';
import type { SimRequest } from './sim-request.ts';

/**
 * Ways in which a call goes wrong. `before`: nothing was done; `after`: it was done, and the answer tells otherwise or is
 * lost. `empty`: a list comes back as if there were nothing.
 */
const faultKinds = [
  '429',
  '500-before',
  '500-after',
  'drop-before',
  'drop-after',
  'slow',
  'truncated',
  'bad-json',
  'empty',
] as const;

/** One of `faultKinds`. */
export type FaultKind = (typeof faultKinds)[number];

/** A fault that waits for its call. */
export interface Fault {
  /** Calls it strikes; all where empty. `path`: its beginning, or a pattern with `*`. */
  match: { method?: string; path?: string };
  kind: FaultKind;
  /** How many more times it strikes. */
  times: number;
  /** How likely it strikes a call that matches, 0 … 1. */
  probability: number;
  /** How long a slow answer is held back, or what a 429 asks to wait. */
  seconds: number;
}

/** How long `slow` and `429` last when nobody says. */
const faultSeconds = { slow: 30, '429': 1 };

/** The faults that are ordered. */
export class Faults {
  readonly #random: Random;
  #waiting: Fault[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  /** Orders a fault: once, for sure, for every call, unless it says otherwise. Throws for an unknown kind. */
  add(order: Partial<Fault> & { kind: FaultKind }): void {
    if (!faultKinds.includes(order.kind)) throw new Error(`there is no fault '${order.kind}'; there are ${faultKinds}`);
    const seconds = order.kind === '429' ? faultSeconds['429'] : faultSeconds.slow;
    this.#waiting.push({ match: {}, times: 1, probability: 1, seconds, ...order });
  }

  /** Takes back what has not struck yet. */
  clear(): void {
    this.#waiting = [];
  }

  /** What still waits. */
  list(): Fault[] {
    return this.#waiting.map((fault) => ({ ...fault }));
  }

  /** The fault that strikes this call. */
  draw(request: SimRequest): Fault | undefined {
    for (const fault of this.#waiting) {
      if (!strikes(fault, request)) continue;
      if (fault.probability < 1 && this.#random.next() >= fault.probability) continue;
      fault.times -= 1;
      if (fault.times <= 0) this.#waiting = this.#waiting.filter((one) => one !== fault);
      return fault;
    }
    return undefined;
  }
}

function strikes({ match }: Fault, request: SimRequest): boolean {
  if (match.method && match.method.toUpperCase() !== request.method) return false;
  if (!match.path) return true;
  if (!match.path.includes('*')) return request.path.startsWith(match.path);
  const pattern = match.path.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${pattern.join('.*')}$`).test(request.path);
}

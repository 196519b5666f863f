import { Chances, mix } from './chance.ts';
import { Heap } from './heap.ts';
import { Violation } from './violation.ts';

/** Someone who acts in the world and can die: a worker of Syncline, one incarnation of it. */
export interface Actor {
  name: string;
  dead: boolean;
}

/** What becomes of an operation: 'lost' means that the actor lives on and is told that the connection broke. */
export type Fate = 'run' | 'crash-before' | 'crash-after' | 'lost-before' | 'lost-after';

/** The part of the world that decides on faults. */
export interface Hooks {
  /** Asked once per operation of an actor, just before it is run. */
  fate(actor: Actor, label: string): Fate;
  /** The actor is gone, with all it waited for. */
  crashed(actor: Actor, label: string, fate: Fate): void;
  /** The virtual time is now this. */
  moved(now: number): void;
  /** Takes a line about each step. */
  trace?: (line: string) => void;
}

/** Virtual milliseconds at which histories begin (2026-01-01). */
export const START = 1_767_225_600_000;

/** A history that takes more steps than this does not end by itself. */
const MOST_STEPS = 400_000;

interface Parked {
  readyAt: number;
  order: number;
  actor: Actor | null;
  label: string;
  work: () => unknown;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

/** The connection to the database broke: whether the transaction was committed is not known. */
export class ConnectionLost extends Error {
  constructor(label: string) {
    super(`the connection broke during ${label}`);
    this.name = 'ConnectionLost';
  }
}

/**
 * The one who decides what happens next. Every operation of an actor outside itself (a store method, an app call, a
 * sleep) is parked here with a virtual time at which it is due; the earliest is run, its actor goes on until it parks
 * again, and only then the next is taken. Delays and faults come from hashes of (seed, label, how many of that label
 * before), so taking one user's action out of a history moves the others as little as can be.
 */
export class Scheduler {
  now = START;
  steps = 0;
  /** A running hash of all that happened: two runs of one seed end with the same. */
  hash = 0x811c9dc5;
  readonly seed: number;
  #parked = new Heap<Parked>((one, other) => one.readyAt - other.readyAt || one.order - other.order);
  #order = 0;
  readonly #chances: Chances;
  #failures: unknown[] = [];
  readonly hooks: Hooks;

  constructor(seed: number, hooks: Hooks) {
    this.seed = seed;
    this.#chances = new Chances(seed);
    this.hooks = hooks;
  }

  /** Starts an actor. Its `main` waits for nothing but its own operations. */
  spawn(actor: Actor, main: () => Promise<void>): void {
    main().then(
      () => {
        actor.dead = true;
      },
      (error) => {
        if (!actor.dead) this.#failures.push(error);
      },
    );
  }

  /** Parks an operation of an actor for so many milliseconds; resolves with what `work` gave when it was run. */
  op<T>(actor: Actor, label: string, delay: number, work: () => T | Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      // Who is dead waits for ever, even for what it asks between its last answer and its end.
      if (actor.dead) return;
      const readyAt = this.now + delay;
      this.#parked.push({ readyAt, order: this.#order++, actor, label, work, resolve: resolve as never, reject });
    });
  }

  /** Runs `work` at a time, on nobody's behalf. */
  at(time: number, label: string, work: () => void | Promise<void>): void {
    const nobody = () => {};
    const readyAt = Math.max(time, this.now);
    this.#parked.push({ readyAt, order: this.#order++, actor: null, label, work, resolve: nobody, reject: nobody });
  }

  /** Runs what is due until the virtual time, or until `enough` holds. */
  async runUntil(time: number, enough: () => boolean = () => false): Promise<void> {
    await drained();
    for (let next = this.#parked.first(); next && next.readyAt <= time; next = this.#parked.first()) {
      this.#parked.pop();
      if (!next.actor?.dead) await this.#step(next);
      this.#mustBeWell();
      if (enough()) return;
    }
    this.#mustBeWell();
    this.#moveTo(time);
  }

  /** Brings forward what is parked under this label: it is due now. */
  hurry(label: string): void {
    const parked: Parked[] = [];
    for (let next = this.#parked.pop(); next; next = this.#parked.pop()) parked.push(next);
    for (const each of parked) this.#parked.push(each.label === label ? { ...each, readyAt: this.now } : each);
  }

  /** A float in [0, 1) for the next operation of this name. */
  chance(name: string): number {
    return this.#chances.next(name).chance;
  }

  /** Mixes what happened into the hash. */
  note(what: string): void {
    this.hash = mix((this.hash ^ this.now) >>> 0, what);
  }

  async #step(parked: Parked): Promise<void> {
    this.#moveTo(parked.readyAt);
    this.steps += 1;
    this.note(parked.label);
    if (!parked.actor) {
      await parked.work();
      return;
    }
    this.note(parked.actor.name);
    const fate = this.hooks.fate(parked.actor, parked.label);
    this.hooks.trace?.(
      `${((this.now - START) / 1000).toFixed(3)} ${parked.actor.name} ${parked.label}${fate === 'run' ? '' : ` !${fate}`}`,
    );
    if (fate === 'crash-before') this.#crash(parked, fate);
    else if (fate === 'lost-before') parked.reject(new ConnectionLost(parked.label));
    else await this.#run(parked, fate);
    await drained();
  }

  async #run(parked: Parked, fate: Fate): Promise<void> {
    let answer: () => void;
    try {
      const value = await parked.work();
      answer = () => parked.resolve(value);
    } catch (error) {
      if (error instanceof Violation) throw error;
      answer = () => parked.reject(error);
    }
    if (fate === 'crash-after') this.#crash(parked, fate);
    else if (fate === 'lost-after') parked.reject(new ConnectionLost(parked.label));
    else answer();
  }

  /** Its other parked operations are dropped when their time comes; its promises never settle. */
  #crash(parked: Parked, fate: Fate): void {
    const actor = parked.actor as Actor;
    actor.dead = true;
    this.hooks.crashed(actor, parked.label, fate);
  }

  #moveTo(time: number): void {
    if (time <= this.now) return;
    this.now = time;
    this.hooks.moved(time);
  }

  #mustBeWell(): void {
    if (this.#failures.length > 0) throw this.#failures[0];
    if (this.steps > MOST_STEPS) throw new Error(`the history does not end by itself: ${MOST_STEPS} steps were taken`);
  }
}

/** Whatever an actor does by itself are microtasks, and all of them come before the next macrotask. */
function drained(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

import type { Connector } from '../../src/connector/contract.ts';
import { Failure } from '../../src/connector/contract.ts';
import type { Session } from '../../src/connector/session.ts';
import { type Access, CALL_SECONDS, type Engine } from '../../src/engine/engine.ts';
import { makeRulebook } from '../../src/engine/rulebook.ts';
import { runFeed, runSync } from '../../src/engine/run.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { silentLog } from '../../src/lib/log.ts';
import { seededRandom } from '../../src/lib/random.ts';
import { type Changes, Fenced, type Lease, type Store } from '../../src/store/store.ts';
import { hashOf } from './chance.ts';
import type { LocalChecks } from './checkers-local.ts';
import type { Faults } from './faults.ts';
import type { Ghost } from './ghost.ts';
import type { Plant } from './planted.ts';
import { type Actor, ConnectionLost, type Scheduler } from './scheduler.ts';
import { Violation } from './violation.ts';

/** One incarnation of a worker: when it dies, all it knew goes with it. */
export interface Worker {
  actor: Actor;
  engine: Engine;
  /** The sync whose run is under way. */
  syncId: string | null;
  /** Until when (virtual milliseconds) its lease on that sync surely holds. */
  heldUntil: number;
  /** Orders events: when the run under way began. */
  runSeq: number;
  /** Account, object and id → when this worker last read it directly. */
  direct: Map<string, number>;
}

/** A session of a worker: no call starts that might not end by the deadline (S1), as the real session sees to. */
export interface Line {
  worker: Worker;
  deadline(): number;
}

/** What workers live in. */
export interface Workplace {
  scheduler: Scheduler;
  faults: Faults;
  ghost: Ghost;
  checks: LocalChecks;
  /** The store, as a planted bug may have spoilt it. */
  store: Store;
  connectors: Map<string, Connector>;
  lines: WeakMap<Session, Line>;
  feeds: string[];
  syncs: string[];
  skewMilliseconds: number;
  /** Seconds between two rounds of a worker. */
  pollSeconds(): number;
  stopped(worker: string): boolean;
  /** A bug that is put in on purpose. */
  plant?: Plant;
}

/** The label under which a worker waits for its next round. */
export const IDLE = 'idle';

/** A person's own acts, and not a worker's runs. */
export function isAdmin({ name }: Actor): boolean {
  return name.startsWith('admin');
}

/** Starts a worker that reads feeds and runs syncs, in any order, until the world stops. */
export function startWorker(place: Workplace, name: string, incarnation: number): void {
  const worker = makeWorker(place, name, incarnation);
  place.scheduler.spawn(worker.actor, () => work(place, worker, name));
}

/** A worker with its engine, that does nothing yet. */
export function makeWorker(place: Workplace, name: string, incarnation: number): Worker {
  const actor: Actor = { name: `${name}.${incarnation}`, dead: false };
  const worker = { actor, syncId: null, heldUntil: 0, runSeq: 0, direct: new Map() } as unknown as Worker;
  const engine = makeEngine(place, worker, name);
  worker.engine = place.plant?.engine?.(engine) ?? engine;
  return worker;
}

async function work(place: Workplace, worker: Worker, name: string): Promise<void> {
  const { clock } = worker.engine;
  await clock.sleep(place.scheduler.chance('start') * 2000);
  while (!place.stopped(name)) {
    const jobs = [
      ...place.feeds.map((id) => ({ id, run: () => runFeed(worker.engine, id) })),
      ...place.syncs.map((id) => ({ id, run: () => syncOnce(place, worker, id) })),
    ];
    const first = Math.floor(place.scheduler.chance('job') * jobs.length);
    for (let at = 0; at < jobs.length && !place.stopped(name); at++) {
      await survive(place, (jobs[(first + at) % jobs.length] as (typeof jobs)[number]).run);
    }
    const wait = place.pollSeconds() * 1000 * (0.5 + place.scheduler.chance('poll'));
    await place.scheduler.op(worker.actor, IDLE, wait, () => {});
  }
}

async function syncOnce(place: Workplace, worker: Worker, id: string): Promise<void> {
  worker.syncId = id;
  worker.runSeq = place.ghost.next();
  place.ghost.forgets(worker.actor.name);
  place.checks.begins(worker);
  try {
    const report = await runSync(worker.engine, id);
    if (report) place.ghost.meet(`run ${report.end}`);
    if (report?.failure) mustBeExpected(report.failure);
  } finally {
    worker.syncId = null;
  }
}

/** What may stop a run is expected: the rest is a bug of ours. */
async function survive(place: Workplace, run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (error instanceof Fenced) place.ghost.meet('fenced');
    mustBeExpected(error);
  }
}

function mustBeExpected(error: unknown): void {
  if (error instanceof Fenced || error instanceof ConnectionLost || error instanceof Failure) return;
  if (error instanceof Violation) throw error;
  const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
  throw new Violation('engine', `a run ended in an error nobody expects: ${told}`);
}

function makeEngine(place: Workplace, worker: Worker, name: string): Engine {
  const { scheduler } = place;
  const store = parkedStore(place, worker, place.store, 'store');
  const now = () => scheduler.now + place.skewMilliseconds;
  const clock: Clock = {
    now,
    monotonic: () => scheduler.now,
    sleep: (delay) => scheduler.op(worker.actor, 'sleep', delay, () => {}),
  };
  const random = seededRandom(hashOf(scheduler.seed, worker.actor.name, 1));
  const open = async (account: string, deadline: () => number = () => Number.POSITIVE_INFINITY): Promise<Access> => {
    const connector = place.connectors.get(account);
    if (!connector) throw new Error(`there is no account ${account}`);
    const session = makeSession(clock, random);
    place.lines.set(session, { worker, deadline });
    return { connector, session };
  };
  const rulebook = makeRulebook(store, open, now);
  return { store, clock, random, log: silentLog, worker: name, open, rulebook };
}

function makeSession(clock: Clock, random: Engine['random']): Session {
  const never = () => Promise.reject(new Error('a simulated app is not reached over a network'));
  return {
    settings: {},
    secrets: {},
    clock,
    random,
    log: silentLog,
    request: never,
    resource: never,
    count() {},
    remember: (_, learn) => learn(),
  };
}

/** Each method of the store as an operation of the worker: parked, delayed, and a place to die. */
function parkedStore(place: Workplace, worker: Worker, store: Store, prefix: string): Store {
  const { scheduler, faults, checks, ghost } = place;
  const park = async (name: string, args: unknown[]): Promise<unknown> => {
    const label = `${prefix}.${name}`;
    const delay = 1 + scheduler.chance(label) * 12;
    const answer = await scheduler.op(worker.actor, label, delay, async () => {
      const method = store[name as keyof Store] as (...given: unknown[]) => Promise<unknown>;
      const value = await method.apply(store, args);
      if (prefix === 'store') checks.stored(worker, name, args, value);
      if (name === 'commit' && (args[1] as Changes).close) ghost.settled(worker.actor.name);
      if (scheduler.hooks.trace) scheduler.hooks.trace(`  ${name}(${told(args)}) → ${told(value)}`);
      return value;
    });
    const stall = faults.stallSeconds(label);
    if (stall > 0) {
      place.ghost.meet('stalled');
      await scheduler.op(worker.actor, 'stall', stall * 1000, () => {});
    }
    return answer;
  };
  return new Proxy({} as Store, {
    get: (_, name: string) => {
      // What a store need not have is not called.
      if (!(name in store)) return undefined;
      if (name !== 'scratch') return (...args: unknown[]) => park(name, args);
      return <T>(inside: (inner: Store) => Promise<T>) =>
        store.scratch((inner) => inside(parkedStore(place, worker, inner, 'scratch')));
    },
  });
}

/** A claim or a renewal says until when a worker may start calls. */
export function leaseFact(worker: Worker, now: number, name: string, args: unknown[], value: unknown): void {
  if (value === null) return;
  const lease = value as Lease;
  if (lease.kind === 'sync' && (name === 'claim' || name === 'renew'))
    worker.heldUntil = now + (args.at(-1) as number) * 1000;
}

/** How long before a lease's end the last call may start. */
export const lastCallMilliseconds = CALL_SECONDS * 1000;

function told(value: unknown): string {
  const text = JSON.stringify(value instanceof Map ? [...value] : value);
  return text === undefined ? '' : text;
}

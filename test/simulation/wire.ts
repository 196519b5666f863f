import type { WriteResult } from '../../src/connector/contract.ts';
import { Failure } from '../../src/connector/contract.ts';
import type { Session } from '../../src/connector/session.ts';
import type { LocalChecks } from './checkers-local.ts';
import type { FakeApp } from './fake-app.ts';
import type { Mutation, Wire } from './fake-connector.ts';
import type { Hidden, Lie } from './fake-reads.ts';
import type { Faults, ReadTrouble, WriteTrouble } from './faults.ts';
import type { By, Ghost } from './ghost.ts';
import type { Scheduler } from './scheduler.ts';
import { type Line, lastCallMilliseconds, type Worker } from './workers.ts';

/** What the wire runs through. */
export interface WireWorld {
  scheduler: Scheduler;
  faults: Faults;
  ghost: Ghost;
  checks: LocalChecks;
  lineOf(s: Session): Line;
  /** Actions that wait for this operation happen now. */
  trigger(label: string, mutation: Mutation | null): void;
  hidden(app: FakeApp): Hidden;
}

/** The longest a call takes, in milliseconds: below the engine's own limit. */
const SLOWEST = 25_000;

/** S1: no call starts that might not end in time. */
function mustHaveTime({ lineOf, scheduler }: WireWorld, s: Session): Worker {
  const { worker, deadline } = lineOf(s);
  if (deadline() - scheduler.now >= lastCallMilliseconds) return worker;
  throw new Failure('unavailable', 'no time is left for another call: the run goes on later');
}

/** An app that is throttled, down or broken answers so. `throttled`: account → the time until which it refuses calls. */
function refuse(
  { scheduler, ghost }: WireWorld,
  throttled: Map<string, number>,
  app: FakeApp,
  trouble: ReadTrouble | WriteTrouble | null,
): void {
  const until = throttled.get(app.knobs.name) ?? 0;
  if (trouble === 'throttled' || until > scheduler.now) {
    const seconds = until > scheduler.now ? (until - scheduler.now) / 1000 : 1 + scheduler.chance('throttle') * 9;
    throttled.set(app.knobs.name, Math.max(until, scheduler.now + seconds * 1000));
    ghost.meet('throttled');
    throw new Failure('throttled', `${app.knobs.name} asks to wait`, { retrySeconds: seconds });
  }
  if (trouble === 'unavailable') throw new Failure('unavailable', `${app.knobs.name} is down`, { sent: 'no' });
  if (trouble === 'broken') throw new Failure('broken', `${app.knobs.name} answered nonsense`, { sent: 'unknown' });
}

/** The network between workers and apps: it is slow, breaks, and throttles. */
export function makeWire(world: WireWorld): Wire {
  const { checks } = world;
  /** Account → the time until which it refuses calls. */
  const throttled = new Map<string, number>();

  return {
    read: reading(world, throttled),
    write: writing(world, throttled),
    sawDirect: (s, app, object, ids) => checks.sawDirect(world.lineOf(s).worker, app, object, ids),
  };
}

function reading(world: WireWorld, throttled: Map<string, number>): Wire['read'] {
  const { scheduler, faults, ghost } = world;
  return async (s, app, label, serve) => {
    const { actor } = mustHaveTime(world, s);
    let trouble: ReadTrouble | null = null;
    const answer = await scheduler.op(actor, label, 20 + scheduler.chance(label) * 300, () => {
      world.trigger(label, null);
      trouble = faults.ofRead(label);
      refuse(world, throttled, app, trouble);
      const lie: Lie = label.endsWith('.page') ? faults.lie(label) : null;
      if (lie) ghost.meet(`lie ${lie}`);
      const served = serve(lie, world.hidden(app));
      scheduler.hooks.trace?.(`  ${label} → ${JSON.stringify(served)}`);
      return served;
    });
    await scheduler.op(
      actor,
      `${label}.reply`,
      trouble === 'slow' ? SLOWEST : 5 + scheduler.chance(label) * 60,
      nothing,
    );
    return answer;
  };
}

function writing(world: WireWorld, throttled: Map<string, number>): Wire['write'] {
  const { scheduler, faults, ghost, checks } = world;
  let calls = 0;
  return async (s, mutation, serve) => {
    const worker = mustHaveTime(world, s);
    const { app, op, items } = mutation;
    const label = `${app.knobs.name}.${op}`;
    const call = ++calls;
    checks.sending(worker, mutation);
    ghost.unanswered.set(call, mutation);
    let trouble: WriteTrouble | null = null;
    const results = await scheduler
      .op(worker.actor, label, 30 + scheduler.chance(label) * 600, () => {
        world.trigger(label, mutation);
        trouble = faults.ofWrite(label);
        refuse(world, throttled, app, trouble);
        if (trouble) ghost.meet(`write ${trouble}`);
        if (trouble === 'unknown-before') return null;
        const by: By = { who: 'engine', worker: worker.actor.name, sync: worker.syncId ?? '', call };
        checks.arriving(worker, mutation);
        const from = ghost.seq;
        const served = isPartial(trouble) ? Math.floor(items.length / 2) : items.length;
        const answer = serve(by, world.hidden(app), served);
        scheduler.hooks.trace?.(`  ${label} ${JSON.stringify(items)} → ${JSON.stringify(answer)} ${trouble ?? ''}`);
        checks.applied(worker, mutation, call, from);
        return trouble === 'unknown-after' || trouble === 'partial' ? null : spoilt(answer, items.length, trouble);
      })
      .catch((error: unknown) => {
        if (error instanceof Failure && error.sent === 'no') ghost.unanswered.delete(call);
        throw error;
      });
    const silent = results === null || trouble === 'slow';
    await scheduler.op(worker.actor, `${label}.reply`, silent ? SLOWEST : 5 + scheduler.chance(label) * 100, nothing);
    if (results !== null && trouble !== 'items-unknown') {
      ghost.heard(worker.actor.name, call);
      checks.answered(worker, call);
    }
    if (results !== null) return results;
    throw new Failure('unavailable', `${app.knobs.name} did not answer`, { sent: 'unknown' });
  };
}

/** Only the first half of the items gets through. */
function isPartial(trouble: WriteTrouble | null): boolean {
  return trouble === 'partial' || trouble === 'items-unknown' || trouble === 'item-unavailable';
}

/** Items that were not served are told so, or nothing is told of them, nor of some that were. */
function spoilt(results: WriteResult[], count: number, trouble: WriteTrouble | null): WriteResult[] {
  const unknown: WriteResult = { unknown: 'the answer about this item is missing' };
  const busy: WriteResult = { refused: { kind: 'unavailable', message: 'the app could not take this item now' } };
  const rest = Array.from({ length: count - results.length }, () => (trouble === 'items-unknown' ? unknown : busy));
  const told = trouble === 'items-unknown' ? results.map((result, at) => (at % 2 === 0 ? unknown : result)) : results;
  return [...told, ...rest];
}

function nothing(): void {}

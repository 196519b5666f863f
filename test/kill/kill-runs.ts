import assert from 'node:assert/strict';
import { must } from '../../src/lib/assert.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { type Random, seededRandom } from '../../src/lib/random.ts';
import { makeDesk, type Running, runCommand, startCommand, summaryIn } from '../scenarios/command.ts';
import type { Tap } from './tap.ts';
import { type CallFate, hubspotLatencyMilliseconds, makeWorld, type World } from './world.ts';

/** What is killed how often, on which database. */
export interface KillPlan {
  kills: number;
  seed: number;
  /** A server for the state; null: the embedded one. */
  database: KillDatabase | null;
  tell(line: string): void;
}

/** A server for the state that others may share, so that what a dead process held stays held until it runs out. */
export interface KillDatabase {
  url: string;
  /** Something on the way to it that tells of commits. */
  tap: Tap;
  /** Frees what dead processes hold, as an operator may who knows that they are dead. */
  freeLeases(): Promise<void>;
  /** After every so many kills nothing is freed: the next process waits until the leases have run out. 0: never. */
  waitsEvery: number;
}

/** What came of it. */
export interface KillReport {
  kills: number;
  /** Kills by the moment at which they struck. */
  moments: Record<string, number>;
  /** Pairs that were equal in the end. */
  pairs: number;
}

/** A moment to die: at a time, at a call of HubSpot's or a commit once it was carried out and before it was answered. */
interface Moment {
  name: string;
  arm(world: World, strike: () => void): () => void;
}

/** Runs in which the process ended before its moment came, in a row; more means that the moments are badly chosen. */
const mostMisses = 20;

/**
 * Kills `syncline sync` with SIGKILL at seeded moments while people work on both sides, and then lets it end once:
 * nobody may stand twice at any time, and in the end both sides are equal and hold every edit.
 */
export async function runKills(plan: KillPlan): Promise<KillReport> {
  const random = seededRandom(plan.seed);
  const world = await makeWorld();
  const desk = makeDesk();
  const environment: Record<string, string> = plan.database ? { DATABASE_URL: plan.database.url } : {};
  const words = ['sync', desk.file(world.file), '--data', desk.data, '--yes', '--json'];
  const report: KillReport = { kills: 0, moments: {}, pairs: 0 };
  try {
    for (let misses = 0; report.kills < plan.kills; ) {
      const moment = drawMoment(random, plan.database?.tap ?? null);
      const isKilled = await killAt(moment, world, startCommand(words, environment));
      await world.checkTwins();
      plan.tell(`${isKilled ? 'killed' : 'ended before'} ${moment.name}`);
      if (isKilled) {
        report.kills++;
        const kind = must(moment.name.split(',')[0]);
        report.moments[kind] = (report.moments[kind] ?? 0) + 1;
        misses = 0;
        const { database } = plan;
        const waits = database && database.waitsEvery > 0 && report.kills % database.waitsEvery === 0;
        if (waits) plan.tell('its leases are left to run out');
        else await database?.freeLeases();
      } else assert.ok(++misses < mostMisses, 'the process ends before all its moments');
      await world.edit(random);
    }
    const last = await runCommand(words, environment);
    assert.equal(last.code, 0, `the last run: ${last.out}${last.err}`);
    const { people } = summaryIn(last).syncs;
    report.pairs = await world.checkEqual();
    assert.equal(people?.inSync, report.pairs, JSON.stringify(people));
    const quiet = summaryIn(await runCommand(words, environment)).syncs.people;
    assert.deepEqual([quiet?.a, quiet?.b], [nothing, nothing], 'a further run writes nothing');
    return report;
  } finally {
    await world.stop();
    desk.clear();
  }
}

const nothing = { created: 0, updated: 0, archived: 0, deleted: 0 };

/** Lets the process run until its moment comes; false where it ended before. */
async function killAt(moment: Moment, world: World, running: Running): Promise<boolean> {
  let isKilled = false;
  const disarm = moment.arm(world, () => {
    isKilled = running.process.kill('SIGKILL');
  });
  const { code, out, err } = await running.ended;
  disarm();
  if (!isKilled) assert.equal(code, 0, `a run that nobody killed: ${out}${err}`);
  return isKilled && code === null;
}

/** Longest time after its start at which a process is killed by the clock. */
const latestMilliseconds = 4000;
/** How long after the answer to a write the next kill may come: its outcome is being stored then. */
const afterwardsMilliseconds = 40;

/** Kinds of moments with their shares: most strike around a write of HubSpot's, the app that cannot take one back. */
const shares = { clock: 0.2, before: 0.15, after: 0.2, answered: 0.1, read: 0.1, shop: 0.1, state: 0.15 };

function drawMoment(random: Random, state: Tap | null): Moment {
  const nth = (most: number) => 1 + Math.floor(random.next() * most);
  const kind = kindOf(random.next());
  const write = /\/batch\/(create|update)$/;
  switch (kind) {
    case 'after':
      return atCall('a write that HubSpot did and did not answer', write, nth(2), 'drop');
    case 'answered': {
      const { atLeast, atMost } = hubspotLatencyMilliseconds;
      const delay = atLeast + Math.floor(random.next() * (atMost - atLeast + afterwardsMilliseconds));
      return atCall('an answer of HubSpot to a write', write, nth(2), 'pass', delay);
    }
    case 'read':
      return atCall('a read of HubSpot', /\/(search|batch\/read|contacts)$/, nth(4), 'drop');
    case 'shop':
      return atCommit('a commit in the shop', (world) => world.shopTap, nth(3));
    case 'clock':
      return atTime(nth(latestMilliseconds));
    default:
      if (kind === 'state' && state) return atCommit('a commit of the state', () => state, nth(40));
      return atCall('a write on its way to HubSpot', write, nth(2), 'refuse');
  }
}

function kindOf(draw: number): keyof typeof shares {
  let left = draw;
  for (const [kind, share] of Object.entries(shares)) {
    left -= share;
    if (left < 0) return kind as keyof typeof shares;
  }
  return 'clock';
}

function atTime(milliseconds: number): Moment {
  return {
    name: `by the clock, after ${milliseconds} ms`,
    arm(_world, strike) {
      return later(milliseconds, strike);
    },
  };
}

/** At the nth call of a kind, or so long after it was carried out. */
function atCall(name: string, path: RegExp, nth: number, fate: CallFate, delay = 0): Moment {
  return {
    name: `at ${name}, number ${nth}`,
    arm(world, strike) {
      let count = 0;
      let disarm = () => {};
      world.onCall = (request) => {
        if (!path.test(request.path) || ++count !== nth) return 'pass';
        if (delay === 0) strike();
        else disarm = later(delay, strike);
        return fate;
      };
      return () => {
        disarm();
        world.onCall = () => 'pass';
      };
    },
  };
}

/** Does it after so many milliseconds, unless it is called off. */
function later(milliseconds: number, strike: () => void): () => void {
  const called = new AbortController();
  systemClock.sleep(milliseconds, called.signal).then(strike, () => {});
  return () => called.abort();
}

function atCommit(name: string, tapOf: (world: World) => Tap, nth: number): Moment {
  return {
    name: `at ${name}, number ${nth}`,
    arm(world, strike) {
      const tap = tapOf(world);
      let count = 0;
      tap.onCommit = () => {
        if (++count !== nth) return 'pass';
        strike();
        return 'drop';
      };
      return () => {
        tap.onCommit = () => 'pass';
      };
    },
  };
}

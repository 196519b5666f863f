import { checkMirror } from './checkers-mirror.ts';
import { checkQuiet } from './checkers-quiet.ts';
import type { Fault, History } from './knobs.ts';
import { START } from './scheduler.ts';
import { Violation } from './violation.ts';
import { IDLE } from './workers.ts';
import { type Stage, World } from './world.ts';

/** How a history went. */
export interface Played {
  violation: Violation | null;
  steps: number;
  /** Of everything that happened: the same history twice gives the same. */
  hash: number;
  /** Faults that fired, to play the same again. */
  fired: Fault[];
  /** What was met, and how often. */
  met: Map<string, number>;
}

/** After the users went home: those who stand still move again, indexes catch up; then backs-off run out and a sweep passes. */
const CALM_SECONDS = 420;
const SWEEP_HOURS = 26;
/** One for a sweep to notice what nobody told, one for what failed because of it to be tried again. */
const DAYS = 2;
const SWEEP_POLL_SECONDS = 4 * 3600;
const CALM_POLL_SECONDS = 30;
/** Once nothing was written for so long, the world is quiet. */
const STILL_SECONDS = 100;
const MOST_STILL_ROUNDS = 60;

/** Plays a history to its end: populate, chaos, heal, quiet, and then the judgement. */
export async function play(history: History, stage: Stage): Promise<Played> {
  const world = new World(history, stage);
  let violation: Violation | null = null;
  try {
    await world.open();
    await chaos(world);
    await heal(world);
    await checkMirror(world, 'before the sweep');
    for (let day = 0; day < DAYS; day++) {
      await sweep(world);
      await becomeStill(world);
    }
    await checkMirror(world, 'after the sweep');
    await checkQuiet(world);
  } catch (error) {
    violation = error instanceof Violation ? error : new Violation('engine', (error as Error).stack ?? String(error));
  }
  const { steps, hash } = world.scheduler;
  return { violation, steps, hash, fired: world.faults.fired, met: world.ghost.met };
}

async function chaos(world: World): Promise<void> {
  world.start();
  world.faults.on = true;
  await world.scheduler.runUntil(START + world.history.world.chaosSeconds * 1000);
}

async function heal(world: World): Promise<void> {
  world.faults.on = false;
  world.busy = false;
  world.pollSeconds = CALM_POLL_SECONDS;
  world.admin.settle();
  await pass(world, CALM_SECONDS);
}

async function sweep(world: World): Promise<void> {
  world.pollSeconds = SWEEP_POLL_SECONDS;
  await pass(world, SWEEP_HOURS * 3600);
  world.pollSeconds = CALM_POLL_SECONDS;
  world.scheduler.hurry(IDLE);
}

/** I2: the engine comes to rest; then two further rounds of everybody write nothing. */
async function becomeStill(world: World): Promise<void> {
  let written = -1;
  for (let round = 0; round < MOST_STILL_ROUNDS; round++) {
    if (written === world.ghost.engineWrites) return;
    written = world.ghost.engineWrites;
    world.admin.settle();
    await pass(world, STILL_SECONDS);
  }
  throw new Violation(
    'I2',
    `the engine still writes ${MOST_STILL_ROUNDS * STILL_SECONDS} seconds after everything calmed down`,
  );
}

async function pass(world: World, seconds: number): Promise<void> {
  await world.scheduler.runUntil(world.scheduler.now + seconds * 1000);
}

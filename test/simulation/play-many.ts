import { startTestServer, type TestServer } from '../../src/store/test-server.ts';
import { drawHistory } from './draw.ts';
import type { History } from './knobs.ts';
import type { Plant } from './planted.ts';
import { play } from './play.ts';
import { postgresWorldRig } from './postgres-rig.ts';
import { memoryWorldRig } from './rigs.ts';

/** A history that broke an invariant. */
export interface Broken {
  seed: number;
  message: string;
  /** With the faults that fired, so that it plays the same again. */
  history: History;
}

/** What many histories came to. */
export interface Played {
  histories: number;
  steps: number;
  broken: Broken[];
  /** What was met, and how often: a suite that meets nothing proves nothing. */
  met: Record<string, number>;
}

/** Which histories: seeds from `first`, every `stride`-th, `count` of them; on which store. */
export interface Portion {
  first: number;
  stride: number;
  count: number;
  store: 'memory' | 'postgres';
}

/** Plays a portion of histories one after the other; `each` hears of every one. */
export async function playMany(portion: Portion, each: (played: Played) => void, plant?: Plant): Promise<Played> {
  const sum: Played = { histories: 0, steps: 0, broken: [], met: {} };
  const server = portion.store === 'postgres' ? await startTestServer() : null;
  try {
    for (let index = 0; index < portion.count; index++) {
      const seed = portion.first + index * portion.stride;
      const history = drawHistory(seed);
      await playOne(history, seed, server, sum, plant);
      each(sum);
    }
  } finally {
    await server?.stop();
  }
  return sum;
}

/** Plays one history and adds it up. */
export async function playOne(
  history: History,
  seed: number,
  server: TestServer | null,
  sum: Played,
  plant?: Plant,
): Promise<void> {
  const rig = server ? await postgresWorldRig(server) : memoryWorldRig();
  try {
    const played = await play(history, { rig, ...(plant ? { plant } : {}) });
    sum.histories++;
    sum.steps += played.steps;
    if (played.violation)
      sum.broken.push({ seed, message: played.violation.message, history: { ...history, faults: played.fired } });
    for (const [name, count] of played.met) sum.met[name] = (sum.met[name] ?? 0) + count;
  } finally {
    await rig.close();
  }
}

/** Adds what another process played. */
export function addPlayed(into: Played, more: Played): void {
  into.histories += more.histories;
  into.steps += more.steps;
  into.broken.push(...more.broken);
  for (const [name, count] of Object.entries(more.met)) into.met[name] = (into.met[name] ?? 0) + count;
}

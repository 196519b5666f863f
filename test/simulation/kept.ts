import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawHistory } from './draw.ts';
import type { History } from './knobs.ts';
import { play } from './play.ts';
import { memoryWorldRig } from './rigs.ts';
import { shrink } from './shrink.ts';

/** Histories that broke something once and must not again, as they were shrunk: a file each, in the repository. */
const seedFolder = join(import.meta.dirname, 'seeds');
/** Histories that are played before all others. */
export function keptHistories(): { name: string; history: History }[] {
  const files = readdirSync(seedFolder).filter((name) => name.endsWith('.json'));
  return files.sort().map((name) => ({ name, history: historyIn(join(seedFolder, name)) }));
}

/** The history that words on the command line mean: a seed, or the name of a kept file. */
export function historyNamed(name: string): History {
  if (/^\d+$/.test(name)) return drawHistory(Number(name));
  const path = join(seedFolder, name.endsWith('.json') ? name : `${name}.json`);
  if (!existsSync(path)) throw new Error(`there is no seed ${name}: give a number, or the name of a file in seeds/`);
  return historyIn(path);
}

/** Keeps a history that broke something, as it was played: it is played first from now on. */
export function keepBroken(history: History): void {
  writeFileSync(join(seedFolder, `broken-${history.seed}.json`), `${JSON.stringify(history)}\n`);
}

/** Makes a failing history as small as it gets, and keeps it as a file; answers its path, or null where nothing is broken. */
export async function keepShrunk(name: string): Promise<string | null> {
  const player = (history: History) => play(history, { rig: memoryWorldRig() });
  const history = historyNamed(name);
  const played = await player(history);
  if (!played.violation) return null;
  const small = await shrink(history, played, player);
  const path = join(seedFolder, `${played.violation.invariant.toLowerCase()}-seed-${history.seed}.json`);
  writeFileSync(path, `${JSON.stringify(small, null, 2)}\n`);
  return path;
}

function historyIn(path: string): History {
  const content = JSON.parse(readFileSync(path, 'utf8')) as History | { seed: number };
  return 'world' in content ? content : drawHistory(content.seed);
}

import { drawHistory } from './draw.ts';
import type { History } from './knobs.ts';
import type { Plant } from './planted.ts';
import { type Played, play } from './play.ts';
import { memoryWorldRig } from './rigs.ts';

/** A planted bug that was caught: by which rules, as the checker named them, and where. */
export interface Caught {
  seed: number;
  rule: string;
  message: string;
  /** Histories that were played with the bug. */
  played: number;
}

/**
 * Plays histories with a planted bug, from the seed where it is known to be caught, until a checker catches it in one that
 * is clean without it. An error in the engine's own code does not count. Null: not within so many.
 */
export async function catchPlant(plant: Plant, most: number): Promise<Caught | null> {
  for (let played = 1; played <= most; played++) {
    const seed = plant.seed + played - 1;
    const { violation } = await playUnder(plant, seed, plant);
    if (!violation || violation.invariant === 'engine') continue;
    if ((await playUnder(plant, seed)).violation) continue;
    const { message } = violation;
    return { seed, rule: ruleIn(message), message, played };
  }
  return null;
}

function playUnder(conditions: Plant, seed: number, plant?: Plant): Promise<Played> {
  const history: History = drawHistory(seed);
  conditions.conditions?.(history);
  return play(history, { rig: memoryWorldRig(), ...(plant ? { plant } : {}) });
}

/** 'I5: X1 two live records …' → 'I5 X1'. */
function ruleIn(message: string): string {
  const words = message.replace(':', '').split(' ');
  return words
    .filter((word, at) => /^[A-Z]\d+$/.test(word) && (at === 0 || /^[A-Z]\d+$/.test(words[at - 1] ?? '')))
    .join(' ');
}

import type { History } from './knobs.ts';
import { type Played, play } from './play.ts';
import { memoryWorldRig } from './rigs.ts';

/** Plays a history and tells everything that happens in it, a line each: the world as it was drawn, every step, how it ended. */
export async function trace(history: History, tell: (line: string) => void): Promise<Played> {
  const { world, actions, seed } = history;
  const { apps, syncs, ...rest } = world;
  tell(`seed ${seed} ${JSON.stringify(rest)}, ${actions.length} deeds of people and admins`);
  for (const { name, objects, ...knobs } of apps) {
    tell(`app ${name} ${JSON.stringify(knobs)}`);
    for (const object of objects) tell(`  ${object.name} ${JSON.stringify(object)}`);
  }
  for (const { key, settings } of syncs) tell(`sync ${key} ${JSON.stringify(settings)}`);
  const played = await play(history, { rig: memoryWorldRig(), trace: tell });
  for (const { label, nth, what } of played.fired) tell(`fault ${what} at ${label}, number ${nth}`);
  tell(`${played.steps} steps, hash ${played.hash.toString(16)}`);
  tell(played.violation?.message ?? 'nothing was broken');
  return played;
}

import type { World } from './world.ts';

/** The judgement once everything is quiet. */
export async function checkQuiet(world: World): Promise<void> {
  void world;
}

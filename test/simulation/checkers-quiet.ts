import { checkEdges } from './checkers-edges.ts';
import { checkHistory } from './checkers-history.ts';
import { checkLinks } from './checkers-links.ts';
import { checkValues } from './checkers-values.ts';
import { truthOf } from './truth.ts';
import { Violation } from './violation.ts';
import type { World } from './world.ts';

/** The judgement once everything is quiet. */
export async function checkQuiet(world: World): Promise<void> {
  const all = await Promise.all([...world.syncs.values()].map((sync) => truthOf(world, sync)));
  for (const truth of all) {
    const { progress } = await world.store.sync(truth.sync.id);
    if (progress.paused)
      throw new Violation('I2', `G4 sync ${truth.sync.id} is still paused by a brake that was approved`);
    if (progress.phase !== 'live')
      throw new Violation('I2', `sync ${truth.sync.id} is still in phase ${progress.phase}`);
    checkLinks(world, truth);
    checkValues(world, truth);
    checkEdges(world, truth, all);
    await checkHistory(world, truth);
  }
}

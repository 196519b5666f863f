import type { Connector } from '../../src/connector/contract.ts';
import type { Engine } from '../../src/engine/engine.ts';
import type { Store } from '../../src/store/store.ts';
import type { History } from './knobs.ts';
import { creatingPlants } from './planted/creating.ts';
import { judgingPlants } from './planted/judging.ts';
import { readingPlants } from './planted/reading.ts';
import { writingPlants } from './planted/writing.ts';
import type { World } from './world.ts';

/** A bug that is put in on purpose, to see that the suite catches it: it spoils what the engine stands on. */
export interface Plant {
  name: string;
  /** The rules it breaks, and what is wrong. */
  about: string;
  /** A seed at which it is known to be caught: the search begins there. */
  seed: number;
  /** What makes the bug show more often; histories without the bug are played under the same conditions. */
  conditions?(history: History): void;
  store?(store: Store, world: World): Store;
  connector?(connector: Connector, world: World): Connector;
  engine?(engine: Engine): Engine;
}

/** All planted bugs (reference §4.5, and one for each rule and pitfall that a wrapped store, app or rulebook can break). */
export const plants: Plant[] = [...readingPlants, ...creatingPlants, ...writingPlants, ...judgingPlants];

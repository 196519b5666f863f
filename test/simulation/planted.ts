import type { Connector } from '../../src/connector/contract.ts';
import type { Engine } from '../../src/engine/engine.ts';
import type { Store } from '../../src/store/store.ts';
import type { World } from './world.ts';

/** A bug that is put in on purpose, to see that the suite catches it: it spoils what the engine stands on. */
export interface Plant {
  name: string;
  /** What is wrong. */
  about: string;
  store?(store: Store, world: World): Store;
  connector?(connector: Connector, world: World): Connector;
  engine?(engine: Engine): Engine;
}

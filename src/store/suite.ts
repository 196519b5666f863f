import { after, before, describe, test } from 'node:test';
import { batchSuite } from './suite/batches.ts';
import * as commits from './suite/commit.ts';
import * as lagging from './suite/lagging.ts';
import { leaseSuite } from './suite/leases.ts';
import * as matching from './suite/matching.ts';
import { observeSuite } from './suite/observe.ts';
import * as pairs from './suite/pairs.ts';
import { partnerSuite } from './suite/partners.ts';
import { passSuite } from './suite/passes.ts';
import type { StoreRig, StoreTests } from './suite/rig.ts';
import { roundTripSuite } from './suite/round-trips.ts';

export type { RigSync, RigWorld, StoreRig } from './suite/rig.ts';
export { rigSettings } from './suite/rig.ts';

/**
 * The store's contract as tests, named by rule: both stores (PostgreSQL, and the one in memory of the simulation) pass
 * all of it. `make` gives a rig; each test makes a workspace of its own in it.
 */
export function storeSuite(name: string, make: () => Promise<StoreRig>): void {
  describe(name, () => {
    let rig: StoreRig | undefined;
    before(async () => {
      rig = await make();
    });
    after(async () => rig?.close());
    for (const part of parts) {
      for (const [rule, run] of Object.entries(part)) test(rule, () => run(rig as StoreRig));
    }
  });
}

const parts: StoreTests[] = [
  leaseSuite,
  observeSuite,
  ...Object.values(lagging),
  passSuite,
  ...Object.values(pairs),
  ...Object.values(matching),
  partnerSuite,
  ...Object.values(commits),
  batchSuite,
  roundTripSuite,
];

import { describe, test } from 'node:test';
import { type Bench, onBench } from './conformance/bench.ts';
import { calling } from './conformance/calling.ts';
import { noticing } from './conformance/noticing.ts';
import { reading } from './conformance/reading.ts';
import type { Rig } from './conformance/rig.ts';
import { values } from './conformance/values.ts';
import { writing } from './conformance/writing.ts';

export type { AssociationRig, DocumentedError, Faults, Feature, Person, Rig, WebhookRig } from './conformance/rig.ts';

/**
 * The one suite that every connector passes. `start` sets up an empty account for each test: on a simulator, or on a
 * real server. What a connector declares is checked; what its app cannot do, the rig says in `cannot`.
 */
export function conformance(name: string, start: () => Promise<Rig>): void {
  describe(`${name} conforms`, () => {
    for (const tests of [reading, writing, values, calling, noticing]) register(tests, start);
  });
}

function register(tests: Record<string, (bench: Bench) => Promise<void>>, start: () => Promise<Rig>): void {
  for (const [name, work] of Object.entries(tests)) {
    test(name, async (t) => {
      const { passedOver } = await onBench(start, work);
      if (passedOver) t.skip(passedOver);
    });
  }
}

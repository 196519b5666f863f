import assert from 'node:assert/strict';
import { test } from 'node:test';
import { postgresRig, RIG_BEGIN } from '../../src/store/suite/postgres-rig.ts';
import { testDatabase } from '../../src/store/testing.ts';
import { TwoStores } from './differential/two-stores.ts';
import { Walk } from './differential/walk.ts';
import { syncsOfWalk } from './differential/world.ts';
import { memoryRig } from './memory/rig.ts';

/** Walks through both stores, each from a seed of its own, and calls in each. */
const WALKS = 16;
const CALLS = 160;

/** What must have been met, or the walks prove nothing. */
const mustMeet = [
  'fenced',
  'claim refused',
  'observe fresh',
  'observe changed',
  'observe equal',
  'observe dirty',
  'observe gone',
  'dirty',
  'missing',
  'due',
  'due with link',
  'candidates across',
  'candidates twins',
  'matchAll',
  'unkeyed',
  'partners found',
  'arrivals',
  'barrier',
  'openBatches',
  'commit refused',
  'links',
  'history',
  'wake',
  'scan b',
  'scan links',
  'counts failing',
  'nextWork later',
  'scratch',
  'records gone',
  'survivor',
];

test('the store in memory answers every call as PostgreSQL does', async (t) => {
  const met = new Map<string, number>();
  for (let seed = 1; seed <= WALKS; seed++) {
    const clock = { now: RIG_BEGIN };
    const database = await testDatabase(() => clock.now);
    try {
      const stores = await TwoStores.open([memoryRig(RIG_BEGIN), postgresRig(database, clock)], syncsOfWalk);
      await new Walk(seed, stores, met).go(CALLS);
    } finally {
      await database.close();
    }
  }
  t.diagnostic([...met].map(([what, times]) => `${what} ${times}`).join(', '));
  assert.deepEqual(
    mustMeet.filter((what) => !met.get(what)),
    [],
  );
});

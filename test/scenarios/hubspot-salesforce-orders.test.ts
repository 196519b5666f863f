import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startSimulator as startHubspot } from '../../src/connectors/hubspot/simulator.ts';
import { startSimulator as startSalesforce } from '../../src/connectors/salesforce/simulator.ts';
import { syncUntilQuiet } from '../../src/engine/schedule.ts';
import { must } from '../../src/lib/assert.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { type Random, seededRandom } from '../../src/lib/random.ts';
import { fillHubspot, fillSalesforce } from './hubspot-salesforce-fill.ts';
import { fileOf, graphOf, nodes, type Sizes } from './hubspot-salesforce-world.ts';
import { install } from './installation.ts';

/** A tenth of what the other suite syncs. */
const size: Sizes = {
  companies: 8,
  contacts: 30,
  deals: 12,
  products: 4,
  orders: 8,
  items: 16,
  tasks: 12,
  meetings: 8,
};

/** Orders that are drawn, each from a seed of its own. */
const seeds = [11, 12, 13];

const none = { created: 0, updated: 0, archived: 0, deleted: 0 };

test('A1 associations are equal on both sides whatever order the syncs run in, one after the other', async () => {
  const usual = Object.keys(nodes);
  const expected = await graphAfter(usual);
  assert.ok(expected.length > 300, `${expected.length} records and associations`);
  for (const seed of seeds) {
    const order = shuffled(usual, seededRandom(seed));
    assert.deepEqual(await graphAfter(order), expected, `seed ${seed}: ${order.join(', ')}`);
  }
});

/** All records and associations when these syncs have run, each until it had nothing left to do, and then all together. */
async function graphAfter(order: string[]): Promise<string[]> {
  const hubspot = await startHubspot({ port: 0, clock: systemClock, settings: { limits: 'off' } });
  const salesforce = await startSalesforce({ port: 0, clock: systemClock });
  const installation = await install();
  try {
    fillHubspot(hubspot, size);
    fillSalesforce(salesforce, size);
    const file = fileOf({ hubspot, salesforce }, Object.keys(nodes));
    await installation.act(file, async (engine, ids) => {
      for (const kind of order) {
        const syncs = [must(ids[kind])];
        await syncUntilQuiet(engine, { syncs, reach: 'changes', patienceSeconds: 0, watch: () => {} });
      }
    });
    await installation.sync(file);
    const again = await installation.sync(file);
    for (const [name, { a, b }] of Object.entries(again.syncs)) {
      assert.deepEqual({ name, a, b }, { name, a: none, b: none }, `a second run writes nothing, after ${order}`);
    }
    const graph = await graphOf('hubspot', hubspot);
    assert.deepEqual(await graphOf('salesforce', salesforce), graph, order.join(', '));
    return graph;
  } finally {
    await installation.close();
    await Promise.all([hubspot.stop(), salesforce.stop()]);
  }
}

function shuffled(all: string[], random: Random): string[] {
  return all
    .map((one) => ({ one, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);
}

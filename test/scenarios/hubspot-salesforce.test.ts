import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { startSimulator as startHubspot } from '../../src/connectors/hubspot/simulator.ts';
import { startSimulator as startSalesforce } from '../../src/connectors/salesforce/simulator.ts';
import { syncUntilQuiet } from '../../src/engine/schedule.ts';
import { must } from '../../src/lib/assert.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { ServedSimulator } from '../../src/simulator/simulator.ts';
import { fillHubspot, fillSalesforce } from './hubspot-salesforce-fill.ts';
import { counts, fileOf, graphOf, nodes } from './hubspot-salesforce-world.ts';
import { type Installation, install, type Ran } from './installation.ts';

const none = { created: 0, updated: 0, archived: 0, deleted: 0 };
const kinds = Object.keys(nodes) as (keyof typeof counts.hubspot)[];
const total = kinds.reduce((sum, kind) => sum + counts.hubspot[kind] + counts.salesforce[kind], 0);

/** Both apps, filled, and an installation between them. */
interface World {
  hubspot: ServedSimulator;
  salesforce: ServedSimulator;
  installation: Installation;
}

suite(`HubSpot and Salesforce: companies, contacts, deals, products, orders and activities, ${total} records`, () => {
  const worlds: World[] = [];
  let straight: World;
  let backwards: World;
  const world = async (): Promise<World> => {
    const hubspot = await startHubspot({ port: 0, clock: systemClock, settings: { limits: 'off' } });
    const salesforce = await startSalesforce({ port: 0, clock: systemClock });
    fillHubspot(hubspot);
    fillSalesforce(salesforce);
    const made = { hubspot, salesforce, installation: await install() };
    worlds.push(made);
    return made;
  };
  before(async () => {
    straight = await world();
    backwards = await world();
  });
  after(() => Promise.all(worlds.flatMap(({ hubspot, salesforce }) => [hubspot.stop(), salesforce.stop()])));

  test('every record arrives with its associations, and a second run writes nothing', async () => {
    const { hubspot, salesforce, installation } = straight;
    const first = await installation.sync(fileOf(straight, kinds));
    assert.equal(first.exit, 0, JSON.stringify(first.syncs));
    for (const kind of kinds) {
      const { inSync, waiting, failing, excluded } = first.syncs[kind] ?? { inSync: 0 };
      const all = counts.hubspot[kind] + counts.salesforce[kind];
      assert.deepEqual(
        { kind, inSync, waiting, failing, excluded },
        { kind, inSync: all, waiting: 0, failing: 0, excluded: 0 },
      );
    }
    assertQuiet(await installation.sync(fileOf(straight, kinds)));
    const graph = await graphOf('hubspot', hubspot);
    assert.deepEqual(await graphOf('salesforce', salesforce), graph);
    assert.ok(graph.length > total + 1500, `${graph.length} records and associations`);
  });

  test('A1 the same comes of it when the syncs run the other way round, children before parents', async () => {
    const { hubspot, salesforce, installation } = backwards;
    const file = fileOf(backwards, kinds);
    await installation.act(file, (engine, ids) => {
      const syncs = [...kinds].reverse().map((kind) => must(ids[kind]));
      return syncUntilQuiet(engine, { syncs, reach: 'changes', patienceSeconds: 0, watch: () => {} });
    });
    assertQuiet(await installation.sync(file));
    const graph = await graphOf('hubspot', straight.hubspot);
    assert.deepEqual(await graphOf('hubspot', hubspot), graph);
    assert.deepEqual(await graphOf('salesforce', salesforce), graph);
  });

  test('stages, associations and amounts that change on either side arrive on the other', async () => {
    const { hubspot, salesforce, installation } = straight;
    const named = (simulator: ServedSimulator, object: string, field: string, name: string) =>
      simulator.admin.records(object).find(({ values }) => values[field] === name)?.id ?? assert.fail(name);
    const deal = named(hubspot, 'deals', 'dealname', 'Deal 1');
    hubspot.admin.edit('deals', {
      update: [{ id: deal, values: { dealstage: 'closedwon', amount: '77.7' } }],
      dissociate: [
        { id: deal, to: { object: 'contacts', id: named(hubspot, 'contacts', 'email', 'person1@example.com') } },
      ],
    });
    const contact = named(salesforce, 'Contact', 'Email', 'person2@example.com');
    const AccountId = named(salesforce, 'Account', 'Name', 'Account 5');
    salesforce.admin.edit('Contact', { update: [{ id: contact, values: { AccountId } }] });
    await installation.sync(fileOf(straight, kinds));
    const { values } =
      salesforce.admin.record('Opportunity', named(salesforce, 'Opportunity', 'Name', 'Deal 1')) ?? assert.fail();
    assert.deepEqual([values.StageName, values.Amount], ['Closed Won', 77.7]);
    const graph = await graphOf('salesforce', salesforce);
    assert.ok(!graph.includes('deals Deal 1 → contacts person1@example.com'));
    assert.ok(graph.includes('contacts person2@example.com → companies Account 5'));
    assert.deepEqual(await graphOf('hubspot', hubspot), graph);
    assertQuiet(await installation.sync(fileOf(straight, kinds)));
  });
});

function assertQuiet(ran: Ran): void {
  for (const [name, { a, b }] of Object.entries(ran.syncs)) assert.deepEqual({ a, b }, { a: none, b: none }, name);
}

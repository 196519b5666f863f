import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { startSimulator as startHubspot } from '../../src/connectors/hubspot/simulator.ts';
import { startSimulator as startPipedrive } from '../../src/connectors/pipedrive/simulator.ts';
import { must } from '../../src/lib/assert.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { systemHttp } from '../../src/lib/http.ts';
import type { CommandSummary } from '../../src/server/api.ts';
import type { SimRecord } from '../../src/simulator/sim-record.ts';
import type { ServedSimulator } from '../../src/simulator/simulator.ts';
import { testPostgres } from '../partners/postgres.ts';
import { type Desk, makeDesk, runCommand, summaryIn } from './command.ts';

const none = { created: 0, updated: 0, archived: 0, deleted: 0 };

/** HubSpot's stages and where they stand in Pipedrive; won and lost pair by themselves. */
const stages = {
  appointmentscheduled: '1',
  qualifiedtobuy: '2',
  presentationscheduled: '3',
  decisionmakerboughtin: '4',
  contractsent: '5',
};

suite('HubSpot and Pipedrive, by the command: companies, people, deals, products, activities and notes', () => {
  let hubspot: ServedSimulator;
  let pipedrive: ServedSimulator;
  let desk: Desk;
  let state: { DATABASE_URL: string };
  let first: CommandSummary;
  before(async () => {
    const options = { port: 0, clock: systemClock, records: 60, settings: { limits: 'off' } } as const;
    hubspot = await startHubspot(options);
    pipedrive = await startPipedrive(options);
    desk = makeDesk();
    state = { DATABASE_URL: (await testPostgres()).url };
    first = await run();
  });
  after(async () => {
    await hubspot?.stop();
    await pipedrive?.stop();
    desk?.clear();
  });

  const run = async (): Promise<CommandSummary> => {
    const words = ['sync', desk.file(fileOf(hubspot, pipedrive)), '--data', desk.data, '--yes', '--json'];
    return summaryIn(await runCommand(words, state));
  };
  const quiet = ({ syncs }: CommandSummary) => {
    for (const [name, { a, b }] of Object.entries(syncs)) assert.deepEqual({ a, b }, { a: none, b: none }, name);
  };
  const inHubspot = (object: string, name: string, value: unknown) => oneOf(hubspot, object, name, value);
  const inPipedrive = (object: string, name: string, value: unknown) => oneOf(pipedrive, object, name, value);
  const personOf = (email: string) =>
    must(live(pipedrive, 'persons').find(({ values }) => JSON.stringify(values.emails ?? '').includes(email)));

  test('what both apps know is linked, what one knows goes across, and people who stand twice are told', () => {
    const { companies, contacts, deals, products } = first.syncs;
    assert.ok((contacts?.linked ?? 0) > 20, `${contacts?.linked} people are known to both`);
    assert.equal(companies?.inSync, live(hubspot, 'companies').length);
    assert.equal(products?.failing, 0);
    assert.equal(deals?.failing, 0);
    assert.deepEqual(
      Object.keys(contacts?.problems ?? {}).filter((one) => one !== 'ambiguous-match'),
      [],
    );
  });

  test('M5 a second run writes nothing', async () => quiet(await run()));

  test('A1 deals stand in their stages, with their companies and people', async () => {
    const mapped: Record<string, unknown> = { ...stages, closedwon: 'won', closedlost: 'lost' };
    let edges = 0;
    for (const { id, values } of live(hubspot, 'deals')) {
      const across = live(pipedrive, 'deals').find((deal) => deal.values.title === values.dealname);
      if (!across) continue;
      const { status, stage_id: stage, value, currency } = across.values;
      assert.equal(status === 'open' ? String(stage) : status, mapped[String(values.dealstage)]);
      assert.equal(value, Number(values.amount ?? 0));
      assert.equal(currency, values.deal_currency_code);
      for (const contact of await associated(hubspot, 'deals', id, 'contacts')) {
        const email = hubspot.admin.record('contacts', contact)?.values.email;
        if (!email) continue;
        assert.equal(String(across.values.person_id), personOf(String(email)).id);
        edges += 1;
      }
    }
    assert.ok(edges >= 3, `${edges} people of deals`);
  });

  test('edits on either side arrive on the other, once', async () => {
    const contact = must(live(hubspot, 'contacts').find(({ values }) => values.email));
    const email = String(contact.values.email);
    hubspot.admin.edit('contacts', {
      update: [{ id: contact.id, values: { lastname: 'Edited', phone: '+49301234' } }],
    });
    const deal = must(live(pipedrive, 'deals').find(({ values }) => values.status === 'open'));
    pipedrive.admin.edit('deals', { update: [{ id: deal.id, values: { status: 'won', value: 77.25 } }] });
    await run();
    assert.equal(personOf(email).values.last_name, 'Edited');
    assert.equal((personOf(email).values.phones as { value: string }[])[0]?.value, '+49301234');
    const across = inHubspot('deals', 'dealname', deal.values.title);
    assert.deepEqual([across.values.dealstage, across.values.amount], ['closedwon', '77.25']);
    quiet(await run());
  });

  test('A1 a new company, its person and their deal arrive with what joins them', async () => {
    const [org = ''] = pipedrive.admin.edit('organizations', { create: [{ name: 'Brand New Ltd' }] }).created;
    const emails = [{ value: 'new.person@brand.example' }];
    const person = { first_name: 'New', last_name: 'Person', emails, org_id: Number(org) };
    const [id = ''] = pipedrive.admin.edit('persons', { create: [person] }).created;
    const deal = { title: 'Brand new deal', value: 10, stage_id: 2, person_id: Number(id), org_id: Number(org) };
    pipedrive.admin.edit('deals', { create: [deal] });
    await run();
    const company = inHubspot('companies', 'name', 'Brand New Ltd');
    const contact = inHubspot('contacts', 'email', 'new.person@brand.example');
    const across = inHubspot('deals', 'dealname', 'Brand new deal');
    assert.equal(across.values.dealstage, 'qualifiedtobuy');
    assert.deepEqual(await associated(hubspot, 'contacts', contact.id, 'companies'), [company.id]);
    assert.deepEqual(await associated(hubspot, 'deals', across.id, 'contacts'), [contact.id]);
    assert.deepEqual(await associated(hubspot, 'deals', across.id, 'companies'), [company.id]);
    assert.equal(inPipedrive('deals', 'title', 'Brand new deal').values.person_id, Number(id));
    quiet(await run());
  });
});

function fileOf(hubspot: ServedSimulator, pipedrive: ServedSimulator) {
  // The simulators let everything through, so the connectors need not hold back either.
  const fast = { callsPerTenSeconds: '100000', searchesPerSecond: '1000' };
  const free = { tokensPerDay: '10000000', callsPerTwoSeconds: '100000' };
  const sync = (a: string, b: string, more: object = {}) => ({
    a: { account: 'crm', object: a },
    b: { account: 'sales', object: b },
    ...more,
  });
  return {
    accounts: {
      crm: { ...hubspot.account, settings: { ...hubspot.account.settings, ...fast } },
      sales: { ...pipedrive.account, settings: { ...pipedrive.account.settings, ...free } },
    },
    syncs: {
      companies: sync('companies', 'organizations'),
      contacts: sync('contacts', 'persons'),
      products: sync('products', 'products'),
      deals: sync('deals', 'deals', { mappings: ['default', { a: 'dealstage', b: 'stage', options: stages }] }),
      tasks: sync('tasks', 'activities'),
      notes: sync('notes', 'notes'),
    },
  };
}

function live({ admin }: ServedSimulator, object: string): SimRecord[] {
  return admin.records(object).filter((record) => record.archivedAt === undefined);
}

function oneOf(simulator: ServedSimulator, object: string, name: string, value: unknown): SimRecord {
  const found = live(simulator, object).filter(({ values }) => values[name] === value);
  assert.equal(found.length, 1, `${object} with ${name} ${value}`);
  return must(found[0]);
}

async function associated({ url, account }: ServedSimulator, from: string, id: string, to: string): Promise<string[]> {
  const headers = { authorization: `Bearer ${account.secrets.token}` };
  const reply = await systemHttp.request({
    method: 'GET',
    url: `${url}/crm/v4/objects/${from}/${id}/associations/${to}`,
    headers,
  });
  const { results } = JSON.parse(Buffer.from(reply.body).toString()) as { results: { toObjectId: number }[] };
  return results.map(({ toObjectId }) => String(toObjectId));
}

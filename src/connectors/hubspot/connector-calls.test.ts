import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSession } from '../../connector/open-session.ts';
import { silentLog } from '../../lib/log.ts';
import { seededRandom } from '../../lib/random.ts';
import { virtualClock } from '../../lib/virtual-clock.ts';
import { simulatorHttp } from '../../simulator/simulator-http.ts';
import { connector } from './connector.ts';
import { makeSimulator } from './simulator.ts';

test('a first listing takes one call for a hundred records, associations included', async () => {
  const { session, simulator } = opened({ records: 1000 });
  const object = await objectOf(session, 'contacts');
  const fields = typeof object.fields === 'function' ? (await object.fields(session)).map((field) => field.name) : [];
  const before = session.calls();
  const seen = new Set<string>();
  let resume: string | undefined;
  do {
    const page = await object.reads.page(session, { fields: [...fields, 'primary_company', 'companies'], resume });
    for (const { id } of page.records) seen.add(id);
    resume = page.resume;
  } while (resume !== undefined);
  assert.equal(seen.size, 1000);
  assert.equal(session.calls() - before, 10);
  assert.equal(simulator.admin.state().objects.contacts?.live, 1000);
});

test('F10 12,000 records on one stamp are all seen, beyond the 10,000 that a search shows', async () => {
  const { session, clock } = opened({ records: 12_500, sameStamp: 12_000 });
  const object = await objectOf(session, 'contacts');
  const since = JSON.stringify({ since: new Date(clock.now() - 1000 * 86_400_000).toISOString(), notes: {} });
  const before = session.calls();
  const seen = new Set<string>();
  let resume: string | undefined;
  do {
    const page = await object.reads.page(session, { since, fields: ['email'], resume });
    for (const { id } of page.records) seen.add(id);
    resume = page.resume;
  } while (resume !== undefined);
  assert.equal(seen.size, 12_500);
  assert.ok(session.calls() - before <= 70, `${session.calls() - before} calls for 63 pages`);
});

test('a batch of a hundred takes one call, its associations one more for each kind', async () => {
  const { session } = opened({ records: 10 });
  const object = await objectOf(session, 'contacts');
  const items = Array.from({ length: 100 }, (_, index) => ({
    values: { email: `new${index}@example.com` },
    token: `${index}`,
  }));
  const before = session.calls();
  const made = await object.writes?.create?.send(session, items);
  assert.equal(session.calls() - before, 2, 'the create, and once the types of fields');
  assert.equal(made?.filter((result) => 'done' in result).length, 100);
});

test('custom objects and labels of the account are found', async () => {
  const { session, simulator } = opened({ records: 1 });
  const labels = await session.request({
    method: 'POST',
    url: '/crm/v4/associations/contacts/companies/labels',
    body: { label: 'Decision maker', name: 'decision_maker' },
  });
  assert.equal(labels.status, 200);
  const object = await objectOf(session, 'contacts');
  assert.ok(object.associations?.some((association) => association.name === 'companies/Decision maker'));
  assert.equal(simulator.app, 'hubspot');
});

test('stages come with their pipeline, and owners are users', async () => {
  const { session } = opened({ records: 1 });
  const object = await objectOf(session, 'deals');
  const fields = typeof object.fields === 'function' ? await object.fields(session) : [];
  const stage = fields.find((field) => field.name === 'dealstage');
  assert.equal(stage?.means, 'deal.stage');
  assert.equal(stage?.options?.find((option) => option.value === 'appointmentscheduled')?.group, 'default');
  const users = await connector.users?.(session);
  assert.ok(users?.some((user) => user.email === 'ann.lee@example.com'));
});

test('F20 an e-mail address that another contact has is a duplicate, in an update too', async () => {
  const { session, simulator } = opened({});
  const { created } = simulator.admin.edit('contacts', {
    create: [{ email: 'a@example.com' }, { email: 'b@example.com' }],
  });
  const [a = '', b = ''] = created;
  const object = await objectOf(session, 'contacts');
  const item = { id: b, values: { email: 'A@example.com' }, before: {} };
  const [result] = (await object.writes?.update?.send(session, [item])) ?? [];
  assert.ok(result && 'refused' in result);
  const { kind, category, existingId, field, message } = result.refused;
  assert.deepEqual([kind, category, existingId, field], ['duplicate', 'duplicate-in-target', a, 'email']);
  assert.ok(!message.includes('example.com'), 'no value in a message');
});

test('A1 a far record that is gone, and a limit that is reached, are problems of the association', async () => {
  const { session, simulator } = opened({});
  const [id = ''] = simulator.admin.edit('contacts', { create: [{ email: 'a@example.com' }] }).created;
  const companies = simulator.admin.edit('companies', { create: [{ name: 'One' }, { name: 'Two' }] }).created;
  const body = { inputs: [{ category: 'HUBSPOT_DEFINED', typeId: 279, maxToObjectIds: 1 }] };
  const url = '/crm/v4/associations/definitions/configurations/contacts/companies/batch/create';
  await session.request({ method: 'POST', url, body });
  const object = await objectOf(session, 'contacts');
  const add = async (far: string) => {
    const item = { id, values: {}, before: {}, edges: { companies: { add: [far], remove: [] } } };
    const [result] = (await object.writes?.update?.send(session, [item])) ?? [];
    return result && 'refused' in result ? result.refused.category : 'done';
  };
  assert.equal(await add('999999'), 'association-waiting');
  assert.equal(await add(companies[0] ?? ''), 'done');
  assert.equal(await add(companies[1] ?? ''), 'association-limit');
});

test('G1 the archived list is gone through the more rarely the longer it is', async () => {
  const { session, simulator, clock } = opened({});
  const records = Array.from({ length: 450 }, (_, n) => ({ email: `old${n}@example.com` }));
  const ids = simulator.admin.edit('contacts', { create: records }).created;
  simulator.admin.edit('contacts', { archive: ids.slice(1) });
  await clock.sleep(3_600_000);
  const object = await objectOf(session, 'contacts');
  const pass = async (since: string) => {
    const before = session.calls();
    const gone: string[] = [];
    let page = await object.reads.page(session, { since, fields: ['email'] });
    for (; ; page = await object.reads.page(session, { since, resume: page.resume, fields: ['email'] })) {
      gone.push(...(page.gone ?? []).map((one) => one.id));
      if (page.resume === undefined) return { gone, until: page.until ?? '', calls: session.calls() - before };
    }
  };
  const first = await pass(JSON.stringify({ since: new Date(clock.now()).toISOString(), notes: {} }));
  await pass(first.until);
  simulator.admin.edit('contacts', { archive: ids.slice(0, 1) });
  await clock.sleep(60_000);
  const soon = await pass(first.until);
  await clock.sleep(240_000);
  const later = await pass(soon.until);
  assert.deepEqual([soon.calls, soon.gone], [1, []]);
  assert.deepEqual([later.calls, later.gone], [6, ids.slice(0, 1)]);
});

test('a developer’s key subscribes to notices, which are signed', async () => {
  const { session, simulator, clock } = opened({
    settings: { appId: '77' },
    secrets: { developerKey: 'dev-key-1234' },
  });
  const ask = {
    address: 'https://sync.example.com/notices',
    objects: ['contacts'],
    secret: 'chosen-by-the-subscriber',
  };
  const { handles = [], secret } = (await connector.webhooks?.subscribe?.(session, ask)) ?? {};
  assert.ok(handles.length > 5);
  assert.equal(secret, undefined, 'the client secret of the app signs');
  const [id = ''] = simulator.admin.edit('contacts', { create: [{ email: 'a@example.com' }] }).created;
  const [delivery] = simulator.courier?.take() ?? [];
  assert.ok(delivery);
  assert.equal(connector.webhooks?.verify(delivery, simulator.oauth?.clientSecret ?? '', clock.now()), 'genuine');
  assert.deepEqual(connector.webhooks?.read(delivery), [{ object: 'contacts', ids: [id] }]);
  await connector.webhooks?.unsubscribe?.(session, handles);
  simulator.admin.edit('contacts', { update: [{ id, values: { firstname: 'Ann' } }] });
  assert.deepEqual(simulator.courier?.take(), []);
});

interface Opening {
  records?: number;
  sameStamp?: number;
  settings?: Record<string, string>;
  secrets?: Record<string, string>;
}

function opened({ records, sameStamp, ...own }: Opening) {
  const clock = virtualClock();
  const simulator = makeSimulator({ records, sameStamp, clock });
  const { settings, secrets } = simulator.accountAt(simulator.url);
  const http = simulatorHttp(simulator, clock);
  const session = openSession(connector, {
    account: 'crm',
    settings: { ...settings, ...own.settings },
    secrets: { ...secrets, ...own.secrets },
    http,
    clock,
    random: seededRandom(1),
    log: silentLog,
  });
  return { session, simulator, clock };
}

async function objectOf(session: ReturnType<typeof opened>['session'], name: string) {
  const { objects } = connector;
  const all = typeof objects === 'function' ? await objects(session) : objects;
  const found = all.find((object) => object.name === name);
  assert.ok(found);
  return found;
}

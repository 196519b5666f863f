import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSession } from '../../connector/open-session.ts';
import { must } from '../../lib/assert.ts';
import { silentLog } from '../../lib/log.ts';
import { seededRandom } from '../../lib/random.ts';
import { virtualClock } from '../../lib/virtual-clock.ts';
import type { Values } from '../../model/value.ts';
import { simulatorHttp } from '../../simulator/simulator-http.ts';
import { connector } from './connector.ts';
import { makeSimulator, type PipedriveOptions } from './simulator.ts';

test('one part of a name goes with the other, which is read where the mirror has not seen it', async () => {
  const { admin, update, calls } = await open('persons');
  const [id = ''] = admin.edit('persons', { create: [{ first_name: 'Ann', last_name: 'Lee' }] }).created;
  await update(id, { first_name: 'Anna' }, { first_name: 'Ann', last_name: 'Lee' });
  assert.deepEqual([admin.record('persons', id)?.values.name, calls().reads], ['Anna Lee', 0]);
  await update(id, { last_name: 'Roe' }, {});
  assert.deepEqual([admin.record('persons', id)?.values.name, calls().reads], ['Anna Roe', 1]);
});

test('a person without a name is called by the e-mail address', async () => {
  const { admin, create } = await open('persons');
  const id = await create({ emails: [{ value: 'ann@example.com' }] });
  assert.equal(admin.record('persons', id)?.values.name, 'ann@example.com');
});

test('the main address comes first wherever it stands, and labels stay', async () => {
  const { admin, read, update } = await open('persons');
  const emails = [
    { value: 'home@example.com', label: 'home', primary: false },
    { value: 'work@example.com', label: 'work', primary: true },
  ];
  const [id = ''] = admin.edit('persons', { create: [{ name: 'Ann', emails }] }).created;
  const shown = (await read(id)).emails as { value: string; label: string }[];
  assert.deepEqual(shown, [
    { value: 'work@example.com', label: 'work' },
    { value: 'home@example.com', label: 'home' },
  ]);
  await update(id, { emails: [{ value: 'new@example.com', label: 'work' }, must(shown[1])] }, {});
  assert.deepEqual(admin.record('persons', id)?.values.emails, [
    { value: 'new@example.com', label: 'work', primary: true },
    { value: 'home@example.com', label: 'home', primary: false },
  ]);
});

test('a part of an address is written with all the others, and the whole text follows', async () => {
  const { admin, read, update } = await open('organizations');
  const address = { value: 'High Street 5, Berlin', route: 'High Street', street_number: '5', locality: 'Berlin' };
  const [id = ''] = admin.edit('organizations', { create: [{ name: 'Firm', address }] }).created;
  assert.equal((await read(id))['address.street'], 'High Street 5');
  await update(id, { 'address.city': 'Hamburg' }, {});
  const { value, route, locality } = must(admin.record('organizations', id)).values.address as Values;
  assert.deepEqual([value, route, locality], ['High Street 5, Hamburg', 'High Street 5', 'Hamburg']);
});

test('a deal is won in its pipeline, opened again in a stage, and nought where it has no amount', async () => {
  const { admin, create, read, update } = await open('deals');
  const id = await create({ title: 'Deal', value: null, stage: '3' });
  assert.deepEqual(await shownOf(read, id), { stage: '3', value: '0', currency: 'EUR' });
  await update(id, { stage: 'won:1', value: '12.5' }, {});
  assert.deepEqual(await shownOf(read, id), { stage: 'won:1', value: '12.5', currency: 'EUR' });
  assert.equal(admin.record('deals', id)?.values.stage_id, 3, 'winning leaves the stage');
  await update(id, { stage: '5' }, {});
  assert.deepEqual((await read(id)).stage, '5');
});

test('parts of a custom field are written together', async () => {
  const { admin, create, update } = await open('deals');
  const delivery = 'bb11bb22cc33dd44ee55ff6600112233445566bb';
  const commission = 'aa11bb22cc33dd44ee55ff6600112233445566aa';
  const id = await create({ title: 'Deal', [delivery]: '2026-12-01', [`${delivery}.until`]: '2026-12-05' });
  await update(id, { [delivery]: '2026-12-02', [commission]: '7.25', [`${commission}.currency`]: 'EUR' }, {});
  const { custom_fields: own } = admin.record('deals', id)?.values ?? {};
  assert.deepEqual(own, {
    [delivery]: { value: '2026-12-02', until: '2026-12-05' },
    [commission]: { value: 7.25, currency: 'EUR' },
  });
});

test('a price changes in its currency, and those in others stay', async () => {
  const { admin, create, read, update } = await open('products');
  const id = await create({ name: 'Chair', price: '19.99' });
  assert.deepEqual([(await read(id)).price, (await read(id)).currency], ['19.99', 'EUR']);
  const prices = [
    { currency: 'EUR', price: 19.99 },
    { currency: 'USD', price: 25, notes: 'list' },
  ];
  admin.edit('products', { update: [{ id, values: { prices } }] });
  await update(id, { price: '21' }, {});
  const now = admin.record('products', id)?.values.prices as Values[];
  assert.deepEqual(
    now.map(({ currency, price, notes }) => [currency, price, notes]),
    [
      ['EUR', 21, ''],
      ['USD', 25, 'list'],
    ],
  );
});

test('a number that JSON would round is refused for its record', async () => {
  const { writes, session } = await open('deals');
  const item = { token: 't', values: { title: 'Deal', value: '12345678901234567.89' } };
  const [result] = await must(writes.create).send(session, [item]);
  assert.ok(result && 'refused' in result && result.refused.kind === 'invalid');
});

test('an archived deal is gone from the list, and told so by its id', async () => {
  const { writes, reads, session } = await open('deals');
  const [made] = await must(writes.create).send(session, [{ token: 't', values: { title: 'Deal' } }]);
  assert.ok(made && 'done' in made);
  assert.deepEqual(await must(writes.archive).send(session, [{ id: made.done }]), [{ done: made.done }]);
  assert.deepEqual((await reads.page(session, { fields: [] })).records, []);
  assert.deepEqual((await reads.byIds(session, [made.done, '77'], [])).gone, [
    { id: made.done, how: 'archived' },
    { id: '77', how: 'missing' },
  ]);
});

test('notes hang on something, page without a gap while others go, and end when they are deleted', async () => {
  const { admin, reads, writes, session, create } = await open('notes');
  const [person = ''] = admin.edit('persons', { create: [{ name: 'Ann' }] }).created;
  const [loose] = await must(writes.create).send(session, [{ token: 't', values: { content: 'loose' } }]);
  assert.ok(loose && 'refused' in loose);
  const time = '2026-01-31T10:00:00.000Z';
  const id = await create({ content: '<p>Hello</p>', person: [person], add_time: time });
  const one = await reads.byIds(session, [id], ['content', 'person', 'add_time']);
  assert.deepEqual(one.records[0]?.values, { content: '<p>Hello</p>', person: [person], add_time: time });
  const notes = Array.from({ length: 250 }, (_, n) => ({ content: `Note ${n}`, person_id: Number(person) }));
  const { created } = admin.edit('notes', { create: notes });
  const first = await reads.page(session, { fields: ['content'] });
  admin.edit('notes', { archive: created.slice(0, 5) });
  const seen = new Set(first.records.map((record) => record.id));
  for (let page = first; page.resume; ) {
    page = await reads.page(session, { fields: ['content'], resume: page.resume });
    for (const record of page.records) seen.add(record.id);
  }
  assert.ok(created.slice(5).every((note) => seen.has(note)));
  await must(writes.delete).send(session, [{ id }]);
  assert.deepEqual((await reads.byIds(session, [id], [])).gone, [{ id, how: 'missing' }]);
});

test('participants are added to those there are', async () => {
  const { admin, create, read, update } = await open('activities');
  const people = admin.edit('persons', { create: [{ name: 'Ann' }, { name: 'Ben' }] }).created;
  const id = await create({ subject: 'Call', persons: [must(people[0])], due: '2026-12-05T10:30:00.000Z' });
  await update(id, {}, { persons: [must(people[0])] }, { persons: { add: [must(people[1])], remove: [] } });
  const { persons, due, status } = await read(id);
  assert.deepEqual([persons, due, status], [people, '2026-12-05T10:30:00.000Z', 'open']);
});

test('notices are subscribed to with a password of ours, name both records of a merge, and end when asked', async () => {
  const { admin, session, simulator, clock } = await open('persons');
  const { subscribe, unsubscribe, verify, read } = must(connector.webhooks);
  const address = 'https://sync.example.com/notices/sales';
  const { handles, secret } = await must(subscribe)(session, { address, objects: ['persons'], secret: 'of-our-own' });
  assert.equal(secret, 'of-our-own');
  const [ann = '', ben = ''] = admin.edit('persons', { create: [{ name: 'Ann' }, { name: 'Ben' }] }).created;
  admin.edit('deals', { create: [{ title: 'not asked for' }] });
  admin.edit('persons', { merge: [{ primary: ann, other: ben }] });
  const sent = simulator.courier?.take() ?? [];
  const notices = sent.map((notice) => {
    assert.equal(verify(notice, 'of-our-own', clock.now()), 'genuine');
    assert.equal(verify(notice, 'another', clock.now()), 'forged');
    return read(notice);
  });
  assert.deepEqual(notices, [
    [{ object: 'persons', ids: [ann] }],
    [{ object: 'persons', ids: [ben] }],
    [{ object: 'persons', ids: [ben, ann] }],
    [{ object: 'persons', ids: [ann] }],
  ]);
  await must(unsubscribe)(session, [...handles, ...handles]);
  admin.edit('persons', { archive: [ann] });
  assert.deepEqual(simulator.courier?.take(), []);
});

test('W5 the day’s tokens are waited for, not run into', async () => {
  const { reads, session, simulator } = await open('persons', { tokensPerDay: 60 }, { tokensPerDay: '60' });
  const ended = await Promise.allSettled(Array.from({ length: 12 }, () => reads.page(session, { fields: [] })));
  const failed = ended.flatMap((one) => (one.status === 'rejected' ? [one.reason.kind] : []));
  assert.ok(failed.length > 0 && failed.every((kind) => kind === 'throttled'));
  assert.ok(must(simulator.admin.state().limits.tokens).left >= 0);
});

/** An object of an empty company. */
async function open(object: string, options: Partial<PipedriveOptions> = {}, own: Record<string, string> = {}) {
  const clock = virtualClock();
  const simulator = makeSimulator({ clock, ...options });
  const { settings, secrets } = simulator.accountAt(simulator.url);
  const session = openSession(connector, {
    account: 'sales',
    settings: { ...settings, ...own },
    secrets,
    http: simulatorHttp(simulator, clock),
    clock,
    random: seededRandom(1),
    log: silentLog,
  });
  const objects = typeof connector.objects === 'function' ? await connector.objects(session) : connector.objects;
  const { reads, writes = {}, fields, associations = [] } = must(objects.find(({ name }) => name === object));
  const described = typeof fields === 'function' ? await fields(session) : fields;
  const names = [...described, ...associations].map(({ name }) => name);
  simulator.admin.resetCalls();
  const create = async (values: Values) => {
    const [result] = await must(writes.create).send(session, [{ token: 't', values }]);
    assert.ok(result && 'done' in result, JSON.stringify(result));
    return result.done;
  };
  const update = async (id: string, values: Values, before: Values, edges = {}) => {
    const [result] = await must(writes.update).send(session, [{ id, values, before, edges }]);
    assert.ok(result && 'done' in result, JSON.stringify(result));
  };
  const read = async (id: string) => must((await reads.byIds(session, [id], names)).records[0]).values;
  const calls = () => ({
    reads: Object.entries(simulator.admin.calls())
      .filter(([name]) => name === `GET /api/v2/${object}/{id}`)
      .reduce((sum, [, count]) => sum + count, 0),
  });
  return { simulator, admin: simulator.admin, session, clock, reads, writes, create, update, read, calls };
}

async function shownOf(read: (id: string) => Promise<Values>, id: string): Promise<Values> {
  const { stage = null, value = null, currency = null } = await read(id);
  return { stage, value, currency };
}

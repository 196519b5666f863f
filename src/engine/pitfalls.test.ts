import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Failure, type ObjectType, type Writes } from '../connector/contract.ts';
import type { Field } from '../model/field.ts';
import type { SyncInput } from '../model/file/schema.ts';
import { type FakeApp, type FakeObject, fakeApp } from './fake-app.ts';
import { type FakeWorld, fakeWorld } from './fake-world.ts';

const worlds: FakeWorld[] = [];
after(() => Promise.all(worlds.map((world) => world.close())));

test('P1 the base is what the app then showed, so its own form of a value never flows back', async () => {
  const { x, y, world } = await linked({}, (_name, value) => (typeof value === 'string' ? value.toUpperCase() : value));
  x.set('people', 'x1', { city: 'Rom' });
  await world.quiet();
  await world.quiet();
  assert.deepEqual([x.all('people').x1?.city, y.all('people').y1?.city], ['Rom', 'ROM']);
});

test('P2 of the answer to a write only the written fields are believed: an edit made meanwhile still flows', async () => {
  const { x, y, world } = await linked();
  const writes = writesOf(y);
  const { send } = writes.update as NonNullable<Writes['update']>;
  writes.update = {
    ...(writes.update as NonNullable<Writes['update']>),
    send: async (s, items) => {
      y.set('people', 'y1', { phone: '42' });
      return send(s, items);
    },
  };
  x.set('people', 'x1', { city: 'Rom' });
  await world.quiet();
  writes.update.send = send;
  await world.quiet();
  assert.equal(x.all('people').x1?.phone, '42');
});

test('P3 an intent is stored before anything is sent, and its time is that of the sending, not of the planning', async () => {
  const { x, y, world, sync } = await linked();
  const sentFrom = await world.store.now();
  failOnce(y, 'create', 'not applied', () => world.advance(100));
  x.put('people', { email: 'bo@example.org', city: 'Bonn' });
  await world.read();
  await run(world, sync);
  const [open] = await world.store.openBatches(sync);
  assert.equal(open?.items.length, 1);
  assert.ok((open?.sentAt ?? 0) >= sentFrom + 100_000);
});

test('P4 a delete is acknowledged once it is done: one that the app did not take is done by a later run', async () => {
  const { x, y, world } = await linked({ deletions: { a: 'archive' } });
  const archive = writesOf(y).archive as NonNullable<Writes['archive']>;
  const { send } = archive;
  archive.send = async () => {
    archive.send = send;
    throw new Failure('unavailable', 'down for a moment');
  };
  x.remove('people', 'x1');
  await world.quiet();
  assert.ok(y.all('people').y1);
  world.advance(120);
  await world.quiet();
  assert.equal(y.all('people').y1, undefined);
});

test('P5 a write whose outcome is unknown is judged against what it would have replaced, not against the base', async () => {
  const { x, y, world } = await linked();
  failOnce(y, 'update', 'not applied');
  x.set('people', 'x1', { city: 'Rom' });
  y.set('people', 'y1', { city: 'Oslo' });
  await world.quiet();
  await world.quiet();
  assert.deepEqual([x.all('people').x1?.city, y.all('people').y1?.city], ['Rom', 'Rom']);
});

test('P6 a create whose outcome is unknown is found among records that are gone again, and not made twice', async () => {
  const { x, y, world, sync } = await linked();
  failOnce(y, 'create', 'applied');
  x.put('people', { email: 'bo@example.org', city: 'Bonn' });
  await world.read();
  await run(world, sync);
  const made = Object.keys(y.all('people')).find((id) => id !== 'y1') as string;
  await world.read();
  y.remove('people', made);
  await world.read();
  world.advance(600);
  await world.quiet();
  world.advance(600);
  await world.quiet();
  assert.deepEqual(Object.keys(y.all('people')), ['y1']);
  assert.equal((await world.store.counts(sync)).problems['deleted-in-b'], 1);
});

test('W2 a listing that was asked for before a create and answered after it shows what that made', async () => {
  const { x, y, world, sync } = await linked({ direction: 'a-to-b' });
  failOnce(y, 'create', 'applied');
  const { reads } = objectOf(y);
  const { page } = reads;
  reads.page = async (s, ask) => {
    reads.page = page;
    await run(world, sync);
    return page(s, ask);
  };
  x.put('people', { email: 'bo@example.org', city: 'Bonn' });
  await world.read();
  world.advance(600);
  await world.quiet();
  assert.equal(Object.keys(y.all('people')).length, 2);
  assert.equal((await world.store.counts(sync)).inSync, 2);
});

test('W2 what is looked for among more arrivals than are looked at is not sent again: a person is asked', async () => {
  const { x, y, world, sync } = await linked({ direction: 'a-to-b' });
  const crowd = (count: number) => {
    for (let nth = 0; nth < count; nth++) y.put('people', { city: 'Bern' });
  };
  // Its id, y999, comes last of a thousand and one that are seen at once.
  failOnce(y, 'create', 'applied', () => crowd(997));
  x.put('people', { email: 'bo@example.org', city: 'Bonn' });
  await world.read();
  await run(world, sync);
  crowd(3);
  world.advance(600);
  await world.quiet();
  const people = Object.values(y.all('people')).filter(({ email }) => email === 'bo@example.org');
  assert.equal(people.length, 1);
  assert.equal((await world.store.counts(sync)).problems.unknown, 1);
});

test('P7 a link whose other end is gone frees its mate: a record that comes in its place is matched with it', async () => {
  const { x, y, world, sync } = await linked();
  y.remove('people', 'y1');
  await world.quiet();
  assert.equal((await world.store.counts(sync)).problems['deleted-in-b'], 1);
  y.put('people', { email: 'ann@example.org', city: 'Bonn' });
  await world.quiet();
  const counts = await world.store.counts(sync);
  assert.deepEqual([counts.inSync, counts.failing], [1, 0]);
  assert.equal(Object.keys(x.all('people')).length, 1);
});

test('G3 a change of a filter never deletes: what no longer passes stays as it is, on both sides', async () => {
  const { x, y, world } = await linked({ deletions: { a: 'archive', b: 'archive' } });
  const filter = { 'a-to-b': { field: 'city', op: 'equals' as const, value: 'Nowhere' } };
  await world.change('people', {
    ...ends,
    leaving: 'exclude',
    direction: 'a-to-b',
    filter,
    deletions: { a: 'archive' },
  });
  await world.quiet();
  assert.deepEqual([Object.keys(x.all('people')), Object.keys(y.all('people'))], [['x1'], ['y1']]);
});

const ends = {
  a: { account: 'x', object: 'people' },
  b: { account: 'y', object: 'people' },
  require: [],
  match: [['email']],
};

/** Two apps with the same person in both, in sync. */
async function linked(settings: Partial<SyncInput> = {}, stores?: FakeObject['stores']) {
  const field = (name: string): Field => ({
    name,
    label: name,
    type: name === 'email' ? 'email' : 'text',
    writable: 'always',
  });
  const object = { name: 'people', fields: ['email', 'city', 'phone'].map(field), images: 'yes' as const };
  const x = fakeApp('x', [object]);
  const y = fakeApp('y', [{ ...object, ...(stores ? { stores } : {}) }]);
  x.put('people', { email: 'ann@example.org', city: 'Bonn' });
  y.put('people', { email: 'ann@example.org', city: 'Bonn' });
  const world = await fakeWorld({ x, y }, { people: { ...ends, ...settings } as SyncInput });
  worlds.push(world);
  await world.quiet();
  return { x, y, world, sync: world.syncs.people as string };
}

async function run({ engine }: FakeWorld, sync: string): Promise<void> {
  const { runSync } = await import('./run.ts');
  await runSync(engine, sync);
}

function objectOf(app: FakeApp): ObjectType {
  return (app.connector.objects as ObjectType[])[0] as ObjectType;
}

function writesOf(app: FakeApp): Writes {
  return objectOf(app).writes as Writes;
}

/** The next write of this kind is answered by silence, whether the app applied it or not. */
function failOnce(app: FakeApp, op: 'create' | 'update', effect: 'applied' | 'not applied', before = () => {}): void {
  const batch = writesOf(app)[op] as { send(s: never, items: never[]): Promise<unknown> };
  const { send } = batch;
  batch.send = async (s, items) => {
    batch.send = send;
    before();
    if (effect === 'applied') await send(s, items);
    throw new Failure('unavailable', 'no answer', { sent: 'unknown' });
  };
}

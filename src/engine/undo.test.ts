import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Field } from '../model/field.ts';
import type { SyncInput } from '../model/file/schema.ts';
import type { HistoryRow } from '../store/store.ts';
import { type FakeApp, type FakeObject, fakeApp } from './fake-app.ts';
import { type FakeWorld, fakeWorld } from './fake-world.ts';
import { undo } from './undo.ts';

test('U1 undoing a run restores what stood there, and the other side does not write it again', async () => {
  const { x, y, world, sync } = await linked();
  x.set('people', 'x1', { city: 'Rom' });
  await world.quiet();
  const [row] = await historyOf(world);
  const report = await undo(world.engine, sync, { run: row?.run as string });
  assert.deepEqual([report.undone, report.kept], [1, 0]);
  assert.equal(y.all('people').y1?.city, 'Bonn');
  await world.quiet();
  assert.deepEqual([x.all('people').x1?.city, y.all('people').y1?.city], ['Rom', 'Bonn']);
});

test('U1 the same without images: a write that nobody has seen since is settled first', async () => {
  const { x, y, world, sync } = await linked({ images: 'no' });
  x.set('people', 'x1', { city: 'Rom' });
  await world.quiet();
  const [row] = await historyOf(world);
  const report = await undo(world.engine, sync, { run: row?.run as string });
  assert.deepEqual([report.undone, report.kept], [1, 0]);
  await world.quiet();
  assert.deepEqual([x.all('people').x1?.city, y.all('people').y1?.city], ['Rom', 'Bonn']);
});

test('U1 a value that a person edited later survives, also once it was synced', async () => {
  const { x, y, world, sync } = await linked();
  x.set('people', 'x1', { city: 'Rom' });
  await world.quiet();
  const [row] = await historyOf(world);
  y.set('people', 'y1', { city: 'Oslo' });
  await world.quiet();
  const report = await undo(world.engine, sync, { run: row?.run as string });
  assert.deepEqual([report.undone, report.kept], [0, 1]);
  await world.quiet();
  assert.deepEqual([x.all('people').x1?.city, y.all('people').y1?.city], ['Oslo', 'Oslo']);
});

test('U1 what a person typed where the sync had cleared a field survives the undo of the clear', async () => {
  const { x, y, world, sync } = await linked();
  x.set('people', 'x1', { city: null });
  await world.quiet();
  assert.equal(y.all('people').y1?.city, null);
  const [row] = await historyOf(world);
  y.set('people', 'y1', { city: 'Oslo' });
  const report = await undo(world.engine, sync, { run: row?.run as string });
  assert.deepEqual([report.undone, report.kept], [0, 1]);
  assert.equal(y.all('people').y1?.city, 'Oslo');
});

test('U1 a later write of the sync survives the undo of an earlier run', async () => {
  const { x, y, world, sync } = await linked();
  x.set('people', 'x1', { city: 'Rom' });
  await world.quiet();
  const [row] = await historyOf(world);
  x.set('people', 'x1', { city: 'Oslo' });
  await world.quiet();
  await undo(world.engine, sync, { run: row?.run as string });
  assert.equal(y.all('people').y1?.city, 'Oslo');
});

test('U1 an edit of the source that is not synced yet still flows after an undo', async () => {
  const { x, y, world, sync } = await linked();
  x.set('people', 'x1', { city: 'Rom' });
  await world.quiet();
  const [row] = await historyOf(world);
  x.set('people', 'x1', { city: 'Oslo' });
  await world.read();
  await undo(world.engine, sync, { run: row?.run as string });
  await world.quiet();
  assert.deepEqual([x.all('people').x1?.city, y.all('people').y1?.city], ['Oslo', 'Oslo']);
});

test('U1 an undo can be undone: a field', async () => {
  const { x, y, world, sync } = await linked();
  x.set('people', 'x1', { city: 'Rom', phone: '5' });
  await world.quiet();
  const [row] = await historyOf(world);
  const first = await undo(world.engine, sync, { link: row?.link as string, field: 'city' });
  assert.deepEqual([first.undone, first.kept], [1, 0]);
  assert.deepEqual([y.all('people').y1?.city, y.all('people').y1?.phone], ['Bonn', '5']);
  const second = await undo(world.engine, sync, { run: first.run });
  assert.deepEqual([second.undone, second.kept], [1, 0]);
  await world.quiet();
  assert.equal(y.all('people').y1?.city, 'Rom');
});

test('U1 undoing a field counts only the writes that touched it', async () => {
  const { x, world, sync } = await linked();
  x.set('people', 'x1', { phone: '5' });
  await world.quiet();
  x.set('people', 'x1', { city: 'Rom' });
  await world.quiet();
  const [row] = await historyOf(world);
  const report = await undo(world.engine, sync, { link: row?.link as string, field: 'city' });
  assert.deepEqual([report.undone, report.kept], [1, 0]);
});

test('U1 a record that the sync made goes again and stays away; undoing that pairs the two again', async () => {
  const { x, y, world, sync } = await linked();
  x.put('people', { email: 'new@example.com', city: 'Ulm' });
  await world.quiet();
  const [row] = await historyOf(world);
  const gone = await undo(world.engine, sync, { run: row?.run as string });
  assert.deepEqual([gone.undone, Object.keys(y.all('people')).length], [1, 1]);
  await world.quiet();
  assert.equal(Object.keys(y.all('people')).length, 1);
  const back = await undo(world.engine, sync, { run: gone.run });
  assert.deepEqual([back.undone, Object.keys(y.all('people')).length], [1, 2]);
  await world.quiet();
  const [id] = Object.entries(x.all('people')).find(([, values]) => values.email === 'new@example.com') ?? [];
  x.set('people', id as string, { city: 'Trier' });
  await world.quiet();
  const cities = Object.values(y.all('people')).map((values) => values.city);
  assert.deepEqual(cities, ['Bonn', 'Trier']);
});

test('U1 G2 a record that was made and edited since is kept', async () => {
  const { x, y, world, sync } = await linked();
  x.put('people', { email: 'new@example.com', city: 'Ulm' });
  await world.quiet();
  const [row] = await historyOf(world);
  y.set('people', row?.record as string, { city: 'Kiel' });
  const report = await undo(world.engine, sync, { run: row?.run as string });
  assert.deepEqual([report.undone, report.kept, Object.keys(y.all('people')).length], [0, 1, 2]);
});

test('U1 a record that the sync archived is made again, with what the app lets be written', async () => {
  const { x, y, world, sync } = await linked({ settings: { deletions: { a: 'archive' } } });
  x.remove('people', 'x1');
  await world.quiet();
  const [row] = await historyOf(world);
  assert.equal(row?.op, 'archive');
  const report = await undo(world.engine, sync, { run: row?.run as string });
  assert.equal(report.undone, 1);
  assert.deepEqual(
    Object.values(y.all('people')).map(({ email, city, number }) => ({ email, city, number })),
    [{ email: 'ann@example.com', city: 'Bonn', number: null }],
  );
  await world.quiet();
  assert.equal(Object.keys(x.all('people')).length, 0);
});

/** Two apps with one person each, linked. */
async function linked({
  images = 'yes',
  settings = {},
}: {
  images?: FakeObject['images'];
  settings?: Partial<SyncInput>;
} = {}): Promise<{ x: FakeApp; y: FakeApp; world: FakeWorld; sync: string }> {
  const object: FakeObject = { name: 'people', fields, images };
  const [x, y] = [fakeApp('x', [object]), fakeApp('y', [object])];
  x.put('people', { email: 'ann@example.com', city: 'Bonn' });
  y.put('people', { email: 'ann@example.com', city: 'Bonn', number: '17' });
  const ends = { a: { account: 'x', object: 'people' }, b: { account: 'y', object: 'people' } };
  const world = await fakeWorld({ x, y }, { people: { ...ends, match: [['email']], ...settings } });
  await world.quiet();
  return { x, y, world, sync: world.syncs.people as string };
}

const fields: Field[] = [
  { name: 'email', label: 'email', type: 'email', writable: 'always' },
  { name: 'city', label: 'city', type: 'text', writable: 'always' },
  { name: 'phone', label: 'phone', type: 'text', writable: 'always' },
  { name: 'number', label: 'number', type: 'text', writable: 'never' },
];

function historyOf(world: FakeWorld): Promise<HistoryRow[]> {
  return world.store.history({ sync: world.syncs.people as string, most: 9 });
}

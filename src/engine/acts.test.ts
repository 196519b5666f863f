import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Field } from '../model/field.ts';
import type { SyncInput } from '../model/file/schema.ts';
import type { Link } from '../model/link.ts';
import { approve, leave, makeNew, pairUp, recreate, retry, takeBack, unlink } from './acts.ts';
import { type FakeApp, fakeApp } from './fake-app.ts';
import { type FakeWorld, fakeWorld } from './fake-world.ts';

test('X1 a deleted record is re-created on the side that lost it, in the next generation, and only there', async () => {
  const { x, y, world, sync } = await linked();
  y.remove('people', 'y1');
  await world.quiet();
  const link = await linkOf(world, 'a', 'x1');
  assert.equal(link.problem?.category, 'deleted-in-b');
  assert.equal(await recreate(world.engine, sync, [link.id], 'a'), 0);
  assert.equal(await recreate(world.engine, sync, [link.id], 'either'), 1);
  await world.quiet();
  assert.deepEqual(cities(y), ['Bonn']);
  assert.deepEqual(cities(x), ['Bonn']);
  assert.equal((await linkOf(world, 'a', 'x1')).generation, 1);
});

test('A2 a deleted record that comes back is in sync again with what it had agreed', async () => {
  const { x, y, world } = await linked();
  y.remove('people', 'y1');
  await world.quiet();
  x.set('people', 'x1', { city: 'Rom' });
  await world.quiet();
  y.restore('people', 'y1');
  await world.quiet();
  assert.deepEqual(cities(y), ['Rom']);
  assert.equal((await world.store.counts(world.syncs.people as string)).inSync, 1);
});

test('an unlinked pair is not paired again by a rule, until it is taken back', async () => {
  const { x, y, world, sync } = await linked();
  const link = await linkOf(world, 'a', 'x1');
  assert.equal(await unlink(world.engine, sync, [link.id]), 1);
  x.set('people', 'x1', { city: 'Rom' });
  await world.quiet();
  assert.deepEqual([cities(x), cities(y)], [['Rom'], ['Bonn']]);
  assert.equal(await takeBack(world.engine, sync, [link.id]), 1);
  await world.quiet();
  assert.deepEqual(cities(y), ['Rom']);
});

test('X2 an unlinked record can be paired with another one; the one it had stays alone', async () => {
  const { x, y, world, sync } = await linked();
  const link = await linkOf(world, 'a', 'x1');
  await unlink(world.engine, sync, [link.id]);
  const other = y.put('people', { email: 'other@example.com', city: 'Oslo' });
  await world.read();
  await pairUp(world.engine, sync, 'x1', other);
  await world.quiet();
  assert.deepEqual(y.all('people')[other]?.email, 'ann@example.com');
  assert.deepEqual([Object.keys(x.all('people')).length, Object.keys(y.all('people')).length], [1, 2]);
});

test('a pair whose record across is gone frees the other, for a person who pairs it up', async () => {
  const { y, world, sync } = await linked();
  y.remove('people', 'y1');
  await world.quiet();
  const other = y.put('people', { email: 'other@example.com', city: 'Bonn' });
  await world.read();
  await pairUp(world.engine, sync, 'x1', other);
  await world.quiet();
  assert.equal(y.all('people')[other]?.email, 'ann@example.com');
});

test('X2 a record that is in sync cannot be paired with another one', async () => {
  const { y, world, sync } = await linked();
  const other = y.put('people', { email: 'other@example.com' });
  await world.read();
  await assert.rejects(pairUp(world.engine, sync, 'x1', other), /in sync with another record/);
});

test('F2 an ambiguous record is paired by a person, or made new', async () => {
  const { x, y, world, sync } = await linked();
  const [across] = ['Rom', 'Oslo'].map((city) => y.put('people', { email: 'bo@example.com', city }));
  const [one, two] = ['Rom', 'Wien'].map((city) => x.put('people', { email: 'bo@example.com', city }));
  await world.quiet();
  assert.equal((await world.store.counts(sync)).problems['ambiguous-match'], 4);
  await pairUp(world.engine, sync, one as string, across as string);
  await world.quiet();
  const link = await linkOf(world, 'a', two as string);
  await makeNew(world.engine, sync, link.id);
  await world.quiet();
  assert.equal(Object.keys(y.all('people')).length, 4);
  assert.equal((await linkOf(world, 'a', two as string)).status, 'in-sync');
  assert.equal((await linkOf(world, 'a', two as string)).held, null);
  assert.equal(await makeNew(world.engine, sync, link.id), 0, 'it has a partner by now');
});

test('a record that is left alone is not written until it is taken back', async () => {
  const { x, y, world, sync } = await linked();
  const link = await linkOf(world, 'a', 'x1');
  await leave(world.engine, sync, [link.id]);
  x.set('people', 'x1', { city: 'Rom' });
  await world.quiet();
  assert.deepEqual(cities(y), ['Bonn']);
  assert.equal((await world.store.counts(sync)).excluded, 1);
  await takeBack(world.engine, sync, [link.id]);
  await world.quiet();
  assert.deepEqual(cities(y), ['Rom']);
});

test('X1 X3 nothing is done to a record whose create is still looked for', async () => {
  const { world, sync } = await linked();
  const lease = await world.store.claim('sync', sync, 'other', 60);
  assert.ok(lease);
  const link = await linkOf(world, 'a', 'x1');
  await world.store.commit(lease, { update: [{ ...link, stage: 'creating', ids: { a: 'x1', b: null } }] });
  await world.store.release(lease, 0);
  assert.equal(await unlink(world.engine, sync, [link.id]), 0);
  assert.equal(await makeNew(world.engine, sync, link.id), 0);
  await assert.rejects(pairUp(world.engine, sync, 'x1', 'y1'), /not known yet/);
});

test('retry plans failing records again at once', async () => {
  const { y, world, sync } = await linked();
  y.remove('people', 'y1');
  await world.quiet();
  assert.equal(await retry(world.engine, sync, { status: 'failing' }), 1);
  assert.equal(await retry(world.engine, sync, { category: 'deleted-in-a' }), 0);
});

test('G4 where nothing is due nothing is approved: what comes later was shown to nobody', async () => {
  const { x, world, sync } = await linked({ brakes: { create: 0 } });
  await approve(world.engine, sync);
  x.put('people', { email: 'new@example.com', city: 'Ulm' });
  assert.equal((await world.quiet()).people?.pause?.brake, 'create');
});

test('G4 an approved run passes its brake once', async () => {
  const { x, y, world, sync } = await linked({ brakes: { create: 0 } });
  x.put('people', { email: 'new@example.com', city: 'Ulm' });
  const paused = await world.quiet();
  assert.equal(paused.people?.pause?.brake, 'create');
  assert.deepEqual(cities(y), ['Bonn']);
  await approve(world.engine, sync);
  await world.quiet();
  assert.deepEqual(cities(y), ['Bonn', 'Ulm']);
  x.put('people', { email: 'newer@example.com', city: 'Trier' });
  assert.equal((await world.quiet()).people?.pause?.brake, 'create');
});

const fields: Field[] = ['email', 'city'].map((name) => ({ name, label: name, type: 'text', writable: 'always' }));

/** Two apps with one person each, linked. */
async function linked(settings: Partial<SyncInput> = {}) {
  const object = { name: 'people', fields, images: 'yes' as const };
  const [x, y] = [fakeApp('x', [object]), fakeApp('y', [object])];
  x.put('people', { email: 'ann@example.com', city: 'Bonn' });
  y.put('people', { email: 'ann@example.com', city: 'Bonn' });
  const ends = { a: { account: 'x', object: 'people' }, b: { account: 'y', object: 'people' } };
  const world = await fakeWorld({ x, y }, { people: { ...ends, match: [['email']], ...settings } });
  await world.quiet();
  return { x, y, world, sync: world.syncs.people as string };
}

function cities(app: FakeApp) {
  return Object.values(app.all('people')).map(({ city }) => city);
}

async function linkOf(world: FakeWorld, side: 'a' | 'b', record: string): Promise<Link> {
  const [pair] = await world.store.load(world.syncs.people as string, { a: [], b: [], [side]: [record] });
  assert.ok(pair?.link, `${record} has no link`);
  return pair.link;
}

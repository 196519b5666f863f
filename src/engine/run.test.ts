import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Field } from '../model/field.ts';
import type { SyncInput } from '../model/file/schema.ts';
import type { Value } from '../model/value.ts';
import { type FakeObject, fakeApp } from './fake-app.ts';
import { fakeWorld } from './fake-world.ts';

test('A1 an association is written once its far record is in sync, whatever the order, and the mirror keeps what still waits', async () => {
  const { x, y, world } = await twoObjects({ firms: 'last' });
  const firm = x.put('firms', { name: 'Acme' });
  const person = x.put('people', { email: 'ann@example.com', firms: [firm] });
  const first = await world.quiet();
  assert.deepEqual([first.people?.tally.b.created, first.firms?.tally.b.created], [1, 1]);
  const [far] = Object.keys(y.all('firms'));
  const [near] = Object.keys(y.all('people'));
  assert.deepEqual(y.all('people')[near as string]?.firms, [far]);
  // A firm that never syncs stays on its own side, and waits there.
  const lone = y.put('firms', { name: null });
  y.set('people', near as string, { firms: [far as string, lone] });
  await world.quiet();
  x.set('people', person, { firms: [firm, x.put('firms', { name: 'Best' })] });
  await world.quiet();
  assert.equal(listOf(y.all('people')[near as string]?.firms).length, 3);
  y.set('firms', lone, { name: 'Core' });
  await world.quiet();
  assert.equal(listOf(x.all('people')[person]?.firms).length, 3);
});

test('A1 a record whose required association has no partner yet waits for it, and is then made', async () => {
  const { x, y, world } = await twoObjects({ firms: 'last', required: 'yes' });
  const firm = x.put('firms', { name: null });
  x.put('people', { email: 'ann@example.com', firms: [firm] });
  await world.quiet();
  assert.deepEqual(y.all('people'), {});
  assert.equal((await world.store.counts(world.syncs.people as string)).waiting, 1);
  x.set('firms', firm, { name: 'Acme' });
  await world.quiet();
  assert.equal(Object.keys(y.all('people')).length, 1);
});

test('a dry run of two syncs with associations tells what the run then does, and writes nothing', async () => {
  const { x, y, world } = await twoObjects({ firms: 'last' });
  const firms = ['Acme', 'Best'].map((name) => x.put('firms', { name }));
  for (const at of [0, 1, 2]) x.put('people', { email: `p${at}@example.com`, firms: [firms[at % 2] as string] });
  y.put('people', { email: 'p0@example.com', city: 'Bonn', firms: [y.put('firms', { name: 'Acme' })] });
  y.put('people', { email: 'q@example.com', firms: null });
  const foreseen = await world.rehearse();
  assert.deepEqual([x.writes, y.writes], [[], []]);
  const done = await world.quiet();
  for (const key of ['people', 'firms']) assert.deepEqual(foreseen[key]?.tally, done[key]?.tally, key);
});

test('a dry run of edits and removals tells what the run then does', async () => {
  const { x, y, world } = await twoObjects({ firms: 'first', settings: { deletions: { a: 'archive' } } });
  const ids = [0, 1, 2].map((at) => x.put('people', { email: `p${at}@example.com`, city: 'Bonn' }));
  await world.quiet();
  x.remove('people', ids[0] as string);
  x.set('people', ids[1] as string, { city: 'Rom' });
  y.set('people', Object.keys(y.all('people'))[2] as string, { city: 'Oslo' });
  const [before, after] = [x.writes.length, y.writes.length];
  const foreseen = await world.rehearse();
  assert.deepEqual([x.writes.length, y.writes.length], [before, after]);
  const done = await world.quiet();
  assert.deepEqual(foreseen.people?.tally, done.people?.tally);
  assert.equal(done.people?.tally.b.archived, 1);
});

test('G4 a re-plan counts each record once, also those that have work', async () => {
  const brakes = { create: 5, update: 20 };
  const { x, world } = await twoObjects({ firms: 'first', settings: { brakes } });
  const ids = Array.from({ length: 15 }, (_, at) => x.put('people', { email: `p${at}@example.com`, city: 'Bonn' }));
  await world.quiet();
  for (const id of ids) x.set('people', id, { city: 'Rom' });
  await world.change('people', { ...people, brakes: { ...brakes, archive: 3 } });
  const run = await world.quiet();
  assert.deepEqual([run.people?.pause, run.people?.tally.b.updated], [null, 15]);
});

test('G4 changed settings are planned again within the brakes, a first sync without them', async () => {
  const brakes = { create: 5, update: 5 };
  const { x, y, world } = await twoObjects({ firms: 'first', settings: { brakes } });
  for (let at = 0; at < 8; at++) x.put('people', { email: `p${at}@example.com`, city: 'Bonn' });
  assert.equal((await world.quiet()).people?.pause, null);
  const transform = { 'a-to-b': 'upper(value)', 'b-to-a': 'lower(value)' };
  await world.change('people', { ...people, brakes, mappings: ['default', { a: 'city', b: 'city', transform }] });
  const run = await world.quiet();
  assert.deepEqual(run.people?.pause && { ...run.people.pause, share: 0 }, {
    brake: 'update',
    share: 0,
    limit: 5,
    count: 8,
  });
  assert.equal(Object.values(y.all('people'))[0]?.city, 'Bonn');
});

test('G4 associations that waited for their far records are no accident: they pass the update brake', async () => {
  const { x, y, world } = await twoObjects({ firms: 'last', settings: { brakes: { update: 2 } } });
  const firm = x.put('firms', { name: null });
  for (let at = 0; at < 5; at++) x.put('people', { email: `p${at}@example.com`, firms: [firm] });
  await world.quiet();
  x.set('firms', firm, { name: 'Acme' });
  const run = await world.quiet();
  assert.equal(run.people?.pause, null);
  assert.ok(Object.values(y.all('people')).every(({ firms }) => listOf(firms).length === 1));
});

test('M1 what the app gives a new record by itself flows back where a mapping wants it', async () => {
  const { x, world, y } = await twoObjects({
    firms: 'first',
    settings: { mappings: ['default', { a: 'note', b: 'number' }] },
  });
  const id = x.put('people', { email: 'ann@example.com' });
  await world.quiet();
  const [made] = Object.values(y.all('people'));
  assert.equal(made?.number, 'n-ann@example.com');
  assert.equal(x.all('people')[id]?.note, 'n-ann@example.com');
});

function listOf(value: Value | undefined): string[] {
  return Array.isArray(value) ? (value as string[]) : [];
}

const text = (name: string, more: Partial<Field> = {}): Field => ({
  name,
  label: name,
  type: 'text',
  writable: 'always',
  ...more,
});
const people: SyncInput = {
  a: { account: 'x', object: 'people' },
  b: { account: 'y', object: 'people' },
  match: [['email']],
  require: ['email'],
};
const firms: SyncInput = {
  a: { account: 'x', object: 'firms' },
  b: { account: 'y', object: 'firms' },
  match: [['name']],
  require: ['name'],
};

/** Two apps with people and firms, and a sync of each. */
async function twoObjects(rig: { firms: 'first' | 'last'; required?: 'yes'; settings?: Partial<SyncInput> }) {
  const association = {
    name: 'firms',
    label: 'firms',
    to: 'firms',
    many: 'many' as const,
    writable: 'always' as const,
  };
  const objects = (app: 'x' | 'y'): FakeObject[] => [
    {
      name: 'people',
      fields: [
        text('email'),
        text('city'),
        text(app === 'x' ? 'note' : 'number', { writable: app === 'x' ? 'always' : 'never' }),
        ...(rig.required && app === 'y' ? [text('firms', { required: true, type: 'reference' })] : []),
      ],
      associations: [association],
      images: 'yes',
      ...(app === 'y' ? { gives: (values) => ({ number: `n-${values.email}` }) } : {}),
    },
    { name: 'firms', fields: [text('name')], images: 'yes' },
  ];
  const [x, y] = [fakeApp('x', objects('x')), fakeApp('y', objects('y'))];
  const both = { people: { ...people, associations: [{ a: 'firms', b: 'firms' }], ...rig.settings }, firms };
  const syncs = rig.firms === 'first' ? { firms, people: both.people } : both;
  const world = await fakeWorld({ x, y }, syncs);
  return { x, y, world };
}

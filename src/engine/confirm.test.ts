import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Writes } from '../connector/contract.ts';
import type { Association, Field } from '../model/field.ts';
import type { SyncInput } from '../model/file/schema.ts';
import { type FakeObject, fakeApp } from './fake-app.ts';
import { fakeWorld } from './fake-world.ts';

test('D1 an association that the app did not take is not agreed: it comes back from neither side', async () => {
  const name: Field = { name: 'name', label: 'Name', type: 'text', writable: 'always' };
  const to = (far: string): Association => ({ name: far, label: far, to: far, many: 'one', writable: 'always' });
  const plain = (object: string): FakeObject => ({ name: object, fields: [name], images: 'yes' });
  const objects = [{ ...plain('tasks'), associations: [to('firms'), to('deals')] }, plain('firms'), plain('deals')];
  const [x, y] = [fakeApp('x', objects), fakeApp('y', objects)];
  const of = (object: string): SyncInput => ({
    a: { account: 'x', object },
    b: { account: 'y', object },
    match: [['name']],
    require: [],
  });
  const world = await fakeWorld({ x, y }, { firms: of('firms'), deals: of('deals'), tasks: of('tasks') });
  // On y a task hangs on one record of either kind: a deal goes before a firm.
  const { update } =
    (y.connector.objects as { name: string; writes: Writes }[]).find(({ name }) => name === 'tasks')?.writes ?? {};
  assert.ok(update);
  update.send = async (_s, items) =>
    items.map(({ id, edges = {} }) => {
      const deals = edges.deals?.add ?? [];
      y.set('tasks', id, { firms: [], deals });
      return { done: id, image: { firms: [], deals } };
    });
  const task = x.put('tasks', { name: 'Call' });
  await world.quiet();
  const [firm, deal] = [x.put('firms', { name: 'Acme' }), x.put('deals', { name: 'Desks' })];
  await world.quiet();
  x.set('tasks', task, { firms: [firm], deals: [deal] });
  await world.quiet();
  const written = x.writes.length;
  await world.quiet();
  assert.deepEqual(x.all('tasks')[task], { name: 'Call', firms: [firm], deals: [deal] });
  assert.equal(x.writes.length, written);
  assert.deepEqual(Object.values(y.all('tasks'))[0]?.firms, []);
});

test('D1 M2 a write that a person takes back before anybody has seen it is an edit like any other', async () => {
  const field = (name: string): Field => ({ name, label: name, type: 'text', writable: 'always' });
  const people = { name: 'people', fields: ['name', 'city'].map(field), images: 'no' as const };
  const [x, y] = [fakeApp('x', [people]), fakeApp('y', [people])];
  const [a, b] = [x.put('people', { name: 'Ann', city: 'Bonn' }), y.put('people', { name: 'Ann', city: 'Bonn' })];
  const ends = { a: { account: 'x', object: 'people' }, b: { account: 'y', object: 'people' } };
  const world = await fakeWorld({ x, y }, { people: { ...ends, match: [['name']], require: [] } });
  await world.quiet();
  x.set('people', a, { city: 'Rom' });
  await world.quiet();
  assert.equal(y.all('people')[b]?.city, 'Rom');
  y.set('people', b, { city: 'Bonn' });
  await world.quiet();
  world.advance(600);
  await world.quiet();
  assert.deepEqual([x.all('people')[a]?.city, y.all('people')[b]?.city], ['Bonn', 'Bonn']);
  world.advance(600);
  await world.quiet();
  assert.equal(await world.store.nextWork(world.syncs.people as string), null);
});

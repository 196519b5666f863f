import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Association, Field } from '../model/field.ts';
import type { Values } from '../model/value.ts';
import { type FakeApp, fakeApp } from './fake-app.ts';
import { fakeWorld } from './fake-world.ts';
import { undo } from './undo.ts';

test('U1 A1 an undo takes back the edges that were added and removed, and leaves those of others', async () => {
  const { x, y, world, sync, firms } = await linked('many');
  x.set('people', 'x3', { firms: [firms.x[1] as string] });
  await world.quiet();
  assert.deepEqual(y.all('people').y3?.firms, [firms.y[1]]);
  const [row] = await world.store.history({ sync, most: 1 });
  y.set('people', 'y3', { firms: [firms.y[1] as string, 'y9'] });
  const report = await undo(world.engine, sync, { run: row?.run as string });
  assert.equal(report.undone, 1);
  assert.deepEqual(firmsOf(y), [firms.y[0], 'y9']);
  const back = await undo(world.engine, sync, { run: report.run });
  assert.equal(back.undone, 1);
  assert.deepEqual(firmsOf(y), [firms.y[1], 'y9']);
});

test('U1 A1 a single association that a person set since is kept', async () => {
  const { x, y, world, sync, firms } = await linked('one');
  x.set('people', 'x3', { firms: [firms.x[1] as string] });
  await world.quiet();
  assert.deepEqual(y.all('people').y3?.firms, [firms.y[1]]);
  const [row] = await world.store.history({ sync, most: 1 });
  y.set('people', 'y3', { firms: ['y9'] });
  const report = await undo(world.engine, sync, { run: row?.run as string });
  assert.deepEqual([report.undone, report.kept], [0, 1]);
  assert.deepEqual(y.all('people').y3?.firms, ['y9']);
});

test('U1 A1 a single association is put back as it was', async () => {
  const { x, y, world, sync, firms } = await linked('one');
  x.set('people', 'x3', { firms: [firms.x[1] as string] });
  await world.quiet();
  const [row] = await world.store.history({ sync, most: 1 });
  await undo(world.engine, sync, { run: row?.run as string });
  await world.quiet();
  assert.deepEqual(y.all('people').y3?.firms, [firms.y[0]]);
});

function firmsOf(app: FakeApp): string[] {
  const now = app.all('people').y3?.firms;
  return Array.isArray(now) ? (now as string[]).toSorted() : [];
}

/** Two apps with two firms and one person each, all linked; the person is of the first firm. */
async function linked(many: Association['many']) {
  const text = (name: string): Field => ({ name, label: name, type: 'text', writable: 'always' });
  const association: Association = { name: 'firms', label: 'firms', to: 'firms', many, writable: 'always' };
  const objects = [
    { name: 'firms', fields: [text('name')], images: 'yes' as const },
    { name: 'people', fields: [text('email')], associations: [association], images: 'yes' as const },
  ];
  const [x, y] = [fakeApp('x', objects), fakeApp('y', objects)];
  const fill = (app: typeof x) => {
    const ids = ['Acme', 'Best'].map((name) => app.put('firms', { name }));
    const person: Values = { email: 'ann@example.com', firms: [ids[0] as string] };
    app.put('people', person);
    return ids;
  };
  const firms = { x: fill(x), y: fill(y) };
  const between = (object: string) => ({ a: { account: 'x', object }, b: { account: 'y', object }, require: [] });
  const world = await fakeWorld(
    { x, y },
    {
      firms: { ...between('firms'), match: [['name']] },
      people: { ...between('people'), match: [['email']], associations: [{ a: 'firms', b: 'firms' }] },
    },
  );
  await world.quiet();
  return { x, y, world, sync: world.syncs.people as string, firms };
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Field } from '../model/field.ts';
import { fakeApp } from './fake-app.ts';
import { fakeWorld } from './fake-world.ts';
import { previewUndo } from './preview-undo.ts';
import { undo } from './undo.ts';

const fields: Field[] = [
  { name: 'email', label: 'email', type: 'email', writable: 'always' },
  { name: 'city', label: 'city', type: 'text', writable: 'always' },
];

test('U1 a preview of an undo tells what would go back and what stays since it was edited, and changes nothing', async () => {
  const { x, y, world, sync } = await people();
  for (const id of ['x1', 'x2', 'x3']) x.set('people', id, { city: 'Rom' });
  await world.quiet();
  const [row] = await world.store.history({ sync, most: 1 });
  y.set('people', 'y2', { city: 'Oslo' });
  await world.quiet();
  const preview = await previewUndo(world.engine, sync, { run: row?.run as string }, 10);
  assert.deepEqual(preview.counts, { restore: 2, remove: 0, 'make-again': 0, keep: 1 });
  assert.equal(preview.complete, 'yes');
  const kept = preview.steps.find(({ does }) => does === 'keep');
  assert.equal(kept?.row.record, 'y2');
  assert.deepEqual(preview.steps.find(({ row: { record } }) => record === 'y1')?.back, { city: 'Bonn' });
  assert.equal(y.all('people').y1?.city, 'Rom');
  const report = await undo(world.engine, sync, { run: row?.run as string });
  assert.deepEqual([report.undone, report.kept], [2, 1]);
});

test('U1 a preview takes several writes of one record back one after the other, as the undo does', async () => {
  const { x, world, sync } = await people();
  x.set('people', 'x1', { city: 'Rom' });
  await world.quiet();
  x.set('people', 'x1', { city: 'Oslo' });
  await world.quiet();
  const [row] = await world.store.history({ sync, most: 1 });
  const preview = await previewUndo(world.engine, sync, { link: row?.link as string, field: 'city' }, 10);
  assert.deepEqual(preview.counts, { restore: 2, remove: 0, 'make-again': 0, keep: 0 });
  assert.deepEqual(
    preview.steps.map(({ back }) => back.city),
    ['Rom', 'Bonn'],
  );
});

async function people() {
  const [x, y] = [
    fakeApp('x', [{ name: 'people', fields, images: 'no' }]),
    fakeApp('y', [{ name: 'people', fields, images: 'no' }]),
  ];
  for (const name of ['ann', 'bo', 'cy']) {
    x.put('people', { email: `${name}@example.com`, city: 'Bonn' });
    y.put('people', { email: `${name}@example.com`, city: 'Bonn' });
  }
  const ends = { a: { account: 'x', object: 'people' }, b: { account: 'y', object: 'people' } };
  const world = await fakeWorld({ x, y }, { people: { ...ends, match: [['email']] } });
  await world.quiet();
  return { x, y, world, sync: world.syncs.people as string };
}

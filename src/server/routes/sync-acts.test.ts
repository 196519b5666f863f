import assert from 'node:assert/strict';
import { test } from 'node:test';
import { healthRig } from '../health-rig.ts';

test('a deleted record fails, is made again on either side, and is in sync; who may only look may not', async () => {
  const { see, manage, one, two, quiet } = await healthRig();
  const [first, second] = await one.people();
  await one.act({ archive: [first?.id, second?.id] });
  await quiet();
  const failing = (await see.get('/records?status=failing')).body.items;
  assert.deepEqual(
    failing.map(({ problem }: { problem: { category: string } }) => problem.category),
    ['deleted-in-a', 'deleted-in-a'],
  );
  assert.equal((await see.post('/syncs/people/recreate', { all: true })).status, 403);
  const some = await manage.post('/syncs/people/recreate', { records: [failing[0].id], side: 'a' });
  assert.deepEqual(some.body, { count: 1 });
  const rest = await manage.post('/syncs/people/recreate', { all: true });
  assert.deepEqual(rest.body, { count: 1 });
  await quiet();
  assert.equal((await one.people()).length, 10);
  assert.equal((await two.people()).length, 10);
  assert.equal((await see.get('/records?status=in-sync')).body.items.length, 10);
});

test('records are left alone, taken back and unlinked; an act says which records it is about', async () => {
  const { see, manage, one, two, quiet } = await healthRig();
  const { items } = (await see.get('/records?limit=2')).body;
  const [record, other] = items;
  assert.equal((await manage.post('/syncs/people/leave', {})).status, 400);
  assert.equal((await manage.post('/syncs/people/leave', { records: ['x'] })).status, 400);
  assert.deepEqual((await manage.post('/syncs/people/leave', { records: [record.id] })).body, { count: 1 });
  await one.act({ update: [{ id: record.a.id, values: { city: 'Uppsala' } }] });
  await quiet();
  assert.equal((await see.get(`/syncs/people/records/${record.id}`)).body.held, 'left');
  assert.deepEqual((await manage.post('/syncs/people/take-back', { records: [record.id] })).body, { count: 1 });
  await quiet();
  const partner = (await two.people()).find(({ id }) => id === record.b.id);
  assert.equal(partner?.values.city, 'Uppsala');
  assert.deepEqual((await manage.post('/syncs/people/unlink', { records: [other.id] })).body, { count: 1 });
  assert.equal((await see.get(`/syncs/people/records/${other.id}`)).body.status, 'excluded');
});

test('two records are paired by hand only where both are there and free', async () => {
  const { see, manage } = await healthRig();
  const { items } = (await see.get('/records?limit=2')).body;
  const [one, two] = items;
  const taken = await manage.post('/syncs/people/pair', { a: one.a.id, b: two.b.id });
  assert.equal(taken.status, 409);
  assert.match(taken.body.detail, /unlink that pair first/);
  const gone = await manage.post('/syncs/people/pair', { a: 'nobody', b: two.b.id });
  assert.equal(gone.status, 422);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type HealthRig, healthRig } from '../health-rig.ts';
import { until } from '../testing.ts';

test('runs tell what they looked at, wrote and used; a run tells every write', async () => {
  const { see, rig } = await healthRig();
  const { items } = (await see.get('/runs')).body;
  const [run] = items;
  assert.equal(run.b.created, 10);
  assert.equal(run.ending, 'quiet');
  assert.ok(run.looked >= 10 && run.calls.b > 0 && run.endedAt !== null);
  const first = (await see.get(`/runs/${run.number}/writes?limit=4`)).body;
  assert.equal(first.items.length, 4);
  const rest = (await see.get(`/runs/${run.number}/writes?after=${first.next}`)).body;
  assert.equal(rest.items.length, 6);
  assert.deepEqual([rest.items[0].op, rest.items[0].account], ['create', 'two']);
  assert.equal((await see.get(`/runs/${run.number}`)).body.ends.b.account, 'two');
  assert.equal((await rig.as('super-admin', 'other').get(`/runs/${run.number}`)).status, 404);
  assert.equal((await rig.as('super-admin', 'other').get('/runs')).body.items.length, 0);
});

test('U1 the undo of a run says before what goes back and what stays, and is done in the background', async () => {
  const health = await healthRig();
  const { see, manage, one, two, quiet } = health;
  const people = await one.people();
  await one.act({ update: people.slice(0, 3).map(({ id }) => ({ id, values: { city: 'Uppsala' } })) });
  await quiet();
  const [run] = (await see.get('/runs?limit=1')).body.items;
  assert.equal(run.b.updated, 3);
  const later = (await two.people()).find(({ values }) => values.city === 'Uppsala');
  await two.act({ update: [{ id: later?.id, values: { city: 'Visby' } }] });
  await quiet();
  const preview = (await see.get(`/runs/${run.number}/undo`)).body;
  assert.deepEqual([preview.restore, preview.keep, preview.complete], [2, 1, true]);
  assert.equal((await see.post(`/runs/${run.number}/undo`)).status, 403);
  const done = await undone(health, `/runs/${run.number}/undo`);
  assert.deepEqual([done.state, done.total, done.undone, done.kept], ['done', 3, 2, 1]);
  await quiet();
  const cities = (await two.people()).map(({ values }) => values.city);
  assert.deepEqual([cities.includes('Uppsala'), cities.includes('Visby')], [false, true]);
  assert.equal((await see.get(`/runs/${done.ownRun}`)).body.ending, 'undo');
  // An undo is a run like any other.
  const again = await undone(health, `/runs/${done.ownRun}/undo`);
  assert.deepEqual([again.state, again.undone], ['done', 2]);
  assert.equal((await manage.post('/runs/999999/undo')).status, 404);
});

test('U1 one field of one record is undone alone', async () => {
  const health = await healthRig();
  const { see, one, two, quiet } = health;
  const [person] = await one.people();
  await one.act({ update: [{ id: person?.id, values: { city: 'Uppsala', jobtitle: 'Baker' } }] });
  await quiet();
  const [run] = (await see.get('/runs?limit=1')).body.items;
  const [record] = (await see.get(`/records?text=${person?.values.email}`)).body.items;
  const path = `/syncs/people/records/${record.id}/undo`;
  const preview = (await see.get(`${path}?field=city&run=${run.number}`)).body;
  assert.deepEqual([preview.restore, preview.steps[0].fields.length], [1, 2]);
  const done = await undone(health, path, { field: 'city', run: run.number });
  assert.deepEqual([done.state, done.undone], ['done', 1]);
  const partner = (await two.people()).find(({ id }) => id === record.b.id);
  assert.deepEqual([partner?.values.city, partner?.values.jobtitle], [person?.values.city, 'Baker']);
  assert.equal((await see.get(`${path}?run=999999`)).status, 404);
});

async function undone({ see, manage }: HealthRig, path: string, body?: unknown) {
  const started = await manage.post(path, body);
  assert.equal(started.status, 202, started.text);
  const read = async () => (await see.get(`/runs/undos/${started.body.id}`)).body;
  await until(async () => (await read()).state !== 'running');
  return read();
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { act, draftOf, people, planned } from '../plan-rig.ts';
import { until } from '../testing.ts';

test('starting a plan writes what it showed', async () => {
  const { rig, admin, two, id } = await draftOf({ records: 12 });
  const plan = await planned(admin);
  const started = await admin.post(`/syncs/people/plans/${plan.number}/start`);
  assert.deepEqual([started.status, started.body.state], [202, 'started']);
  assert.equal((await admin.get('/syncs/people')).body.state, 'first-sync');
  await rig.syncUntilQuiet(id);
  assert.equal((await people(two)).length, 12);
  const shown = (await admin.get('/syncs/people')).body;
  assert.deepEqual([shown.state, shown.counts.inSync, shown.counts.changed], ['on', 12, 0]);
  assert.equal((await admin.post(`/syncs/people/plans/${plan.number}/start`)).status, 409);
});

test('a record that changed since the plan is held back for a second look, and goes on once it is let pass', async () => {
  const { rig, admin, one, two, id } = await draftOf({ records: 5 });
  const plan = await planned(admin);
  const [changed] = await people(one);
  await act(one, { update: [{ id: changed?.id as string, values: { city: 'Elsewhere' } }] });
  await act(one, { create: [{ email: 'late@x.example', firstname: 'Late' }] });
  await admin.post(`/syncs/people/plans/${plan.number}/start`);
  await rig.syncUntilQuiet(id);
  const there = await people(two);
  assert.equal(there.length, 5);
  assert.ok(there.some(({ values }) => values.email === 'late@x.example'));
  assert.ok(!there.some(({ values }) => values.city === 'Elsewhere'));
  assert.deepEqual((await admin.get('/syncs/people')).body.counts.changed, 1);
  const listed = await admin.get('/records?sync=people&status=waiting');
  assert.equal(listed.body.items[0].held, 'changed');
  assert.match(listed.body.items[0].problem.message, /changed since the preview/);
  await rig.syncUntilQuiet(id);
  assert.equal((await people(two)).length, 5);
  assert.deepEqual((await admin.post('/syncs/people/let-pass', { all: true })).body, { count: 1 });
  await rig.syncUntilQuiet(id);
  assert.ok((await people(two)).some(({ values }) => values.city === 'Elsewhere'));
  const done = (await admin.get('/syncs/people')).body;
  assert.deepEqual([done.counts.inSync, done.counts.changed, done.counts.waiting], [6, 0, 0]);
});

test('a start with a few records writes those, and the rest of the plan can still be started', async () => {
  const { rig, admin, two, id } = await draftOf({ records: 25 });
  const plan = await planned(admin);
  const all = plan.totals.b.create;
  const tried = await admin.post(`/syncs/people/plans/${plan.number}/start`, { sample: true });
  assert.equal(tried.status, 202);
  const read = async () => (await admin.get(`/syncs/people/plans/${plan.number}`)).body;
  await until(async () => (await read()).sample?.state !== 'running');
  assert.deepEqual((await read()).sample, { state: 'done', records: 10, written: 10 });
  assert.equal((await people(two)).length, 10);
  assert.equal((await admin.get('/syncs/people')).body.counts.inSync, 10);
  assert.equal((await admin.post(`/syncs/people/plans/${plan.number}/start`)).status, 202);
  await rig.syncUntilQuiet(id);
  assert.equal((await people(two)).length, all);
  assert.equal((await admin.get('/syncs/people')).body.counts.changed, 0);
});

test('an edit of a running sync shows its re-plan first, and starting it applies the settings', async () => {
  const { rig, admin, one, two, id } = await draftOf({ records: 4 });
  await admin.post(`/syncs/people/plans/${(await planned(admin)).number}/start`);
  await rig.syncUntilQuiet(id);
  const { settings } = (await admin.get('/syncs/people')).body;
  const upper = { a: 'city', b: 'city', transform: { 'a-to-b': 'upper(value)' }, direction: 'a-to-b' };
  const plan = await planned(admin, { settings: { ...settings, mappings: [upper, 'default'] } });
  assert.deepEqual([plan.proposed, plan.totals.b.update, plan.totals.b.create], [true, 4, 0]);
  assert.ok((await people(two)).every(({ values }) => values.city !== values.city?.toUpperCase()));
  assert.equal((await admin.post(`/syncs/people/plans/${plan.number}/start`)).status, 202);
  await rig.syncUntilQuiet(id);
  assert.ok((await people(two)).every(({ values }) => values.city === values.city?.toUpperCase()));
  const stale = await planned(admin);
  await act(one, { update: [] });
  const etag = (await admin.get('/syncs/people')).headers.get('etag') ?? '';
  await admin.put('/syncs/people', settings, { 'if-match': etag });
  const refused = await admin.post(`/syncs/people/plans/${stale.number}/start`);
  assert.equal(refused.status, 409);
  assert.match(refused.body.detail, /make a new one/);
});

test('G4 a braked sync has its plan; it is approved once, or its brake is raised', async () => {
  const { rig, admin, one, two, id } = await draftOf({ records: 30 }, { brakes: { update: 5 }, every: '1s' });
  await admin.post(`/syncs/people/plans/${(await planned(admin)).number}/start`);
  await rig.syncUntilQuiet(id);
  const change = async (city: string) => {
    const update = (await people(one)).map((person) => ({ id: person.id, values: { city } }));
    await act(one, { update });
    await rig.syncUntilQuiet(id);
  };
  await change('Gavle');
  const { paused } = (await admin.get('/syncs/people')).body;
  assert.deepEqual([paused.brake, paused.share, paused.limit], ['update', 1, 5]);
  const plan = await planned(admin);
  assert.deepEqual([plan.cause, plan.totals.b.update], ['brake', paused.count]);
  assert.equal((await admin.post('/syncs/people/approve', { plan: plan.number })).status, 200);
  await rig.syncUntilQuiet(id);
  assert.ok((await people(two)).every(({ values }) => values.city === 'Gavle'));
  await change('Ystad');
  assert.ok((await admin.get('/syncs/people')).body.paused);
  assert.equal((await admin.post('/syncs/people/raise-brake', { brake: 'update', to: 'what' })).status, 400);
  assert.equal((await admin.post('/syncs/people/raise-brake', { brake: 'update', to: 500 })).status, 200);
  await rig.syncUntilQuiet(id);
  assert.ok((await people(two)).every(({ values }) => values.city === 'Ystad'));
  assert.equal((await admin.post('/syncs/people/approve')).status, 409);
});

test('G4 what tripped a brake is made a plan of by itself, and stands until it is approved or discarded', async () => {
  const { rig, admin, one, id } = await draftOf({ records: 30 }, { brakes: { update: 5 }, every: '1s' });
  await admin.post(`/syncs/people/plans/${(await planned(admin)).number}/start`);
  await rig.syncUntilQuiet(id);
  await act(one, { update: (await people(one)).map((person) => ({ id: person.id, values: { city: 'Gavle' } })) });
  await rig.db.rows('update feed set due_at = null');
  rig.work();
  const newest = async () => (await admin.get('/syncs/people')).body.plan;
  await until(async () => (await newest()).number === 2 && (await newest()).state === 'ready');
  const plan = (await admin.get('/syncs/people/plans/2')).body;
  assert.equal(plan.cause, 'brake');
  assert.ok(plan.totals.b.update > 5);
  assert.equal((await admin.post('/syncs/people/plans/2/discard')).status, 200);
  assert.ok((await admin.get('/syncs/people')).body.paused);
});

test('G4 a brake that was let pass once makes a plan of its own when it asks again', async () => {
  const { rig, admin, one, two, id } = await draftOf({ records: 30 }, { brakes: { update: 5 }, every: '1s' });
  await admin.post(`/syncs/people/plans/${(await planned(admin)).number}/start`);
  await rig.syncUntilQuiet(id);
  rig.work();
  const move = async (city: string) => {
    await act(one, { update: (await people(one)).map((person) => ({ id: person.id, values: { city } })) });
    await rig.db.rows('update feed set due_at = null');
  };
  const shown = async () => (await admin.get('/syncs/people')).body;
  await move('Gavle');
  await until(async () => (await shown()).plan.number === 2 && (await shown()).plan.state === 'ready');
  assert.equal((await admin.post('/syncs/people/approve')).status, 200);
  assert.equal((await admin.get('/syncs/people/plans/2')).body.state, 'started');
  await until(async () => {
    const isWritten = (await people(two)).every(({ values }) => values.city === 'Gavle');
    return isWritten && (await admin.get('/runs?sync=people')).body.items[0].ending === 'quiet';
  });
  await move('Ystad');
  await until(async () => (await shown()).plan.number === 3 && (await shown()).plan.state === 'ready');
  assert.ok((await shown()).paused);
});

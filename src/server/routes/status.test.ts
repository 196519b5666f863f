import assert from 'node:assert/strict';
import { test } from 'node:test';
import { healthRig } from '../health-rig.ts';

test('the health of all syncs: counts, the last run, and the proof that both sides are equal', async () => {
  const { see, one, quiet, rig } = await healthRig();
  const status = (await see.get('/status')).body;
  assert.deepEqual(status.totals, { inSync: 10, failing: 0, excluded: 0, waiting: 0, share: 1 });
  const [people] = status.syncs;
  assert.deepEqual([people.sync, people.state, people.lastRun.ending], ['people', 'on', 'quiet']);
  assert.ok(people.checkedAt !== null && people.firstSync === null);
  const [person] = await one.people();
  await one.act({ update: [{ id: person?.id, values: { city: 'Uppsala' } }] });
  await quiet();
  const proof = (await see.get('/status/proof')).body;
  assert.deepEqual([proof.records, proof.share], [10, 1]);
  assert.ok(proof.fields > 10 && proof.equal === proof.fields && proof.slowestSeconds >= 0);
  const other = (await rig.as('super-admin', 'other').get('/status')).body;
  assert.deepEqual([other.syncs.length, other.totals.share], [0, null]);
});

test('a day and a week of changes, failures and lags', async () => {
  const { see, one, quiet } = await healthRig();
  const [first, second] = await one.people();
  await one.act({ update: [{ id: first?.id, values: { city: 'Uppsala' } }] });
  await quiet();
  await one.act({ archive: [second?.id] });
  await quiet();
  for (const [span, length] of [
    ['24h', 24],
    ['7d', 28],
  ]) {
    const { points } = (await see.get(`/trends?span=${span}`)).body;
    assert.equal(points.length, length);
    const last = points.at(-1);
    assert.deepEqual([last.writes, last.failures], [11, 1]);
    assert.ok(last.p50Seconds !== null && last.p50Seconds <= last.p95Seconds && last.p95Seconds <= last.slowestSeconds);
    assert.equal(points[0].p50Seconds, null);
  }
  assert.equal((await see.get('/trends?span=9d')).status, 400);
  assert.equal((await see.get('/trends?sync=nothing')).status, 404);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectors } from '../../connectors/registry.ts';
import { testRig } from '../testing.ts';

test('the catalogue shows every app to whoever is signed in, and to nobody else', async () => {
  const rig = await testRig();
  const all = await rig.as('view-health').get('/apps');
  assert.equal(all.status, 200);
  assert.equal(all.body.items.length, connectors.length);
  const one = await rig.as('view-health').get('/apps/hubspot');
  assert.equal(one.body.label, 'HubSpot');
  assert.equal((await rig.as('super-admin').get('/apps/nothing')).status, 404);
  assert.equal((await rig.as('nobody').get('/apps')).status, 401);
});

test('a rig has simulators, settings and an engine of its own', async () => {
  const rig = await testRig();
  const [one, two] = [await rig.simulator('hubspot', { records: 3 }), await rig.simulator('hubspot', { seed: 2 })];
  const people = { a: { account: 'one', object: 'contacts' }, b: { account: 'two', object: 'contacts' }, require: [] };
  const { syncs } = await rig.apply({ accounts: { one: one.account, two: two.account }, syncs: { people } });
  const reports = await rig.syncUntilQuiet(syncs.people as string);
  assert.equal(reports.get(syncs.people as string)?.tally.b.created, 3);
});

test('two apps tell what maps to what by itself, object by object', async () => {
  const rig = await testRig();
  const { body } = await rig.as('view-health').get('/apps/hubspot/defaults?with=pipedrive');
  const people = body.items.find(({ a }: { a: { name: string } }) => a.name === 'contacts');
  assert.equal(people.b.label, 'People');
  assert.ok(
    people.mappings.some(({ a, b }: { a: string[]; b: string[] }) => a[0] === 'Job Title' && b[0] === 'Job title'),
  );
  assert.equal((await rig.as('view-health').get('/apps/hubspot/defaults?with=nothing')).status, 404);
});

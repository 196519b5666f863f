import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Field } from '../model/field.ts';
import type { SyncInput } from '../model/file/schema.ts';
import { fakeApp } from './fake-app.ts';
import { fakeWorld } from './fake-world.ts';

test('X3 F1 two syncs share an object: each makes its own records, and none makes those of the other again', async () => {
  const { x, y, world } = await routed();
  x.put('people', { email: 'lead@example.com', stage: 'lead' });
  x.put('people', { email: 'customer@example.com', stage: 'customer' });
  y.put('leads', { email: 'l2@example.com', stage: 'lead' });
  y.put('contacts', { email: 'c2@example.com', stage: 'customer' });
  await world.quiet();
  const emails = (object: string) => Object.values(y.all(object)).map(({ email }) => email);
  assert.deepEqual(emails('leads').sort(), ['l2@example.com', 'lead@example.com']);
  assert.deepEqual(emails('contacts').sort(), ['c2@example.com', 'customer@example.com']);
  assert.equal(Object.keys(x.all('people')).length, 4);
  const writes = x.writes.length + y.writes.length;
  await world.quiet();
  assert.equal(x.writes.length + y.writes.length, writes, 'I2 at rest');
});

test('F1 a record that is promoted moves from one sync to the other: one partner in each, however often it goes back', async () => {
  const { x, y, world } = await routed();
  const id = x.put('people', { email: 'ann@example.com', stage: 'lead' });
  await world.quiet();
  x.set('people', id, { stage: 'customer', city: 'Rom' });
  await world.quiet();
  assert.equal(Object.keys(y.all('leads')).length, 1);
  assert.deepEqual(
    Object.values(y.all('contacts')).map(({ stage, city }) => [stage, city]),
    [['customer', 'Rom']],
  );
  assert.equal(Object.keys(x.all('people')).length, 1);
  x.set('people', id, { stage: 'lead' });
  await world.quiet();
  assert.deepEqual([Object.keys(y.all('leads')).length, Object.keys(y.all('contacts')).length], [1, 1]);
  assert.equal((await world.store.counts(world.syncs.leads as string)).inSync, 1);
  assert.equal((await world.store.counts(world.syncs.contacts as string)).failing, 0);
});

test('X5 F1 two routed syncs of the same two objects: a promoted record keeps its one partner', async () => {
  const { x, y, world } = await routed('contacts');
  const id = x.put('people', { email: 'ann@example.com', stage: 'lead' });
  await world.quiet();
  assert.equal(Object.keys(y.all('contacts')).length, 1);
  x.set('people', id, { stage: 'customer', city: 'Rom' });
  await world.quiet();
  x.set('people', id, { city: 'Oslo' });
  await world.quiet();
  assert.deepEqual(
    Object.values(y.all('contacts')).map(({ stage, city }) => [stage, city]),
    [['customer', 'Oslo']],
  );
});

test('F1 a record that leaves the filter is excluded, and returning is merged with the base it had', async () => {
  const filter = { 'a-to-b': { field: 'stage', op: 'equals' as const, value: 'lead' } };
  const { x, y, world } = await routed('leads', { leads: { filter, leaving: 'exclude', direction: 'a-to-b' } });
  const id = x.put('people', { email: 'ann@example.com', stage: 'lead', city: 'Bonn' });
  await world.quiet();
  x.set('people', id, { stage: 'customer', city: 'Rom' });
  await world.quiet();
  assert.deepEqual((await world.store.counts(world.syncs.leads as string)).excluded, 1);
  y.set('leads', Object.keys(y.all('leads'))[0] as string, { city: 'Ulm' });
  x.set('people', id, { stage: 'lead' });
  await world.quiet();
  assert.deepEqual(
    Object.values(y.all('leads')).map(({ city }) => city),
    ['Rom'],
  );
  assert.deepEqual((await world.store.counts(world.syncs.leads as string)).inSync, 1);
});

/** People of one app are leads or contacts of the other, by their stage. */
async function routed(leads = 'leads', settings: Record<string, Partial<SyncInput>> = {}) {
  const text = (name: string): Field => ({ name, label: name, type: 'text', writable: 'always' });
  const object = (name: string) => ({
    name,
    fields: ['email', 'stage', 'city'].map(text),
    images: 'yes' as const,
  });
  const [x, y] = [fakeApp('x', [object('people')]), fakeApp('y', [object('leads'), object('contacts')])];
  const to = (far: string, stage: string): SyncInput => ({
    a: { account: 'x', object: 'people' },
    b: { account: 'y', object: far },
    match: [['email']],
    require: [],
    ...(settings.leads ? {} : { route: { field: 'stage', 'a-to-b': [stage] } }),
  });
  const both = { leads: { ...to(leads, 'lead'), ...settings.leads }, contacts: to('contacts', 'customer') };
  const world = await fakeWorld({ x, y }, settings.leads ? { leads: both.leads } : both);
  return { x, y, world };
}

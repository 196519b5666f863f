import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure, type ObjectType } from '../connector/contract.ts';
import { must } from '../lib/assert.ts';
import type { Field } from '../model/field.ts';
import { type FakeApp, type FakeObject, fakeApp } from './fake-app.ts';
import { fakeWorld } from './fake-world.ts';
import { syncUntilQuiet } from './schedule.ts';

const fields: Field[] = [
  { name: 'email', label: 'E-mail', type: 'email', writable: 'always', means: 'person.email' },
  { name: 'name', label: 'Name', type: 'text', writable: 'always' },
];
const people: FakeObject = { name: 'people', fields, images: 'yes' };

/** Two apps with a person on the first; the second refuses so many creates, as one that is asked too often does. */
async function throttledWorld(times: number, seconds: number) {
  const x = fakeApp('x', [people]);
  const y = fakeApp('y', [people]);
  let left = times;
  const refuse = () => {
    if (left-- > 0) throw new Failure('throttled', 'y is asked too often', { retrySeconds: seconds });
  };
  const objects = (y.connector.objects as ObjectType[]).map((object) => {
    const create = must(object.writes?.create);
    const send: typeof create.send = async (...ask) => {
      refuse();
      return create.send(...ask);
    };
    return { ...object, writes: { ...object.writes, create: { ...create, send } } };
  });
  const busy: FakeApp = { ...y, connector: { ...y.connector, objects } };
  const end = (account: string) => ({ account, object: 'people' });
  const world = await fakeWorld({ x, y: busy }, { people: { a: end('x'), b: end('y') } });
  x.put('people', { email: 'ann@example.com', name: 'Ann' });
  return { world, y };
}

test('W5 an app that asks to be left alone for a while is left alone, and then gets the rest', async () => {
  const { world, y } = await throttledWorld(3, 5);
  const report = must((await world.quiet()).people);
  assert.deepEqual([report.failure, report.tally.b.created], [null, 1]);
  assert.equal(Object.keys(y.all('people')).length, 1);
});

test('W5 one that is too busy for longer than the patience ends the sync, and the next run goes on', async () => {
  const { world, y } = await throttledWorld(8, 5);
  const report = must((await world.quiet()).people);
  assert.equal(report.failure?.kind, 'throttled');
  assert.ok(report.failure?.account, 'it is known whose app it was');
  assert.deepEqual(y.all('people'), {});
  world.advance(60);
  assert.equal(must((await world.quiet()).people).tally.b.created, 1);
});

test('what never comes to rest is told', async () => {
  const { world } = await throttledWorld(0, 0);
  await world.quiet();
  const sync = must(world.syncs.people);
  const { store } = world.engine;
  // As if a record were always due: each look finds work, and doing it makes no difference.
  const restless = { ...world.engine, store: { ...store, nextWork: async () => 0 } };
  const quiet = { syncs: [sync], reach: 'changes' as const, patienceSeconds: 30, watch: () => {} };
  assert.equal((await syncUntilQuiet(restless, quiet)).get(sync)?.restless, 'yes');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure, type ObjectType } from '../connector/contract.ts';
import { must } from '../lib/assert.ts';
import type { Field } from '../model/field.ts';
import { type FakeApp, fakeApp } from './fake-app.ts';
import { fakeWorld } from './fake-world.ts';

test('R1 a place in a listing that the app no longer knows is given up, and the pass begins again', async () => {
  const { x, y, world } = await people();
  const paged = pagedOneByOne(x);
  for (const n of [1, 2, 3, 4]) x.put('people', { email: `p${n}@example.com` });
  paged.breakAt(3);
  await assert.rejects(world.read(), { kind: 'unavailable' });
  paged.forgetPlaces();
  await world.quiet();
  assert.equal(Object.keys(y.all('people')).length, 4);
  paged.breakAt(2);
  for (const id of Object.keys(x.all('people'))) x.set('people', id, { email: `new-${id}@example.com` });
  await assert.rejects(world.read(), { kind: 'unavailable' });
  paged.forgetPlaces();
  await world.quiet();
  assert.ok(Object.values(y.all('people')).every(({ email }) => String(email).startsWith('new-')));
});

test('R1 an app that refuses every second page is a failure of the run, not an endless one', async () => {
  const { x, world } = await people();
  const paged = pagedOneByOne(x);
  for (const n of [1, 2, 3]) x.put('people', { email: `p${n}@example.com` });
  paged.refuseAlways();
  await assert.rejects(world.read(), { kind: 'invalid' });
  assert.ok(paged.pages() < 6);
});

/** Makes an app's people come one by one; places can be forgotten, as page tokens are. */
function pagedOneByOne(app: FakeApp) {
  const type = must((app.connector.objects as ObjectType[])[0]);
  const whole = type.reads.page;
  let [era, breaks, pages] = [0, 0, 0];
  let refuses = false;
  type.reads.page = async (s, { since, resume, fields }) => {
    pages += 1;
    const [madeIn, at] = resume === undefined ? [era, 0] : resume.split(' ').map(Number);
    if (resume !== undefined && (madeIn !== era || refuses)) throw new Failure('invalid', 'the page token is unknown');
    if (breaks > 0 && --breaks === 0) throw new Failure('unavailable', 'the app is away');
    const { records, until } = await whole(s, { since, fields });
    const next = Number(at) + 1;
    const some = records.slice(Number(at), next);
    return next < records.length ? { records: some, resume: `${era} ${next}` } : { records: some, until };
  };
  return {
    breakAt: (page: number) => {
      breaks = page;
    },
    forgetPlaces: () => {
      era += 1;
    },
    refuseAlways: () => {
      refuses = true;
    },
    pages: () => pages,
  };
}

async function people() {
  const fields: Field[] = [{ name: 'email', label: 'email', type: 'text', writable: 'always' }];
  const [x, y] = [
    fakeApp('x', [{ name: 'people', fields, images: 'yes' }]),
    fakeApp('y', [{ name: 'people', fields, images: 'yes' }]),
  ];
  const ends = { a: { account: 'x', object: 'people' }, b: { account: 'y', object: 'people' } };
  const world = await fakeWorld({ x, y }, { people: { ...ends, match: [['email']], require: ['email'] } });
  return { x, y, world };
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemCategories } from '../../model/problem.ts';
import { healthRig } from '../health-rig.ts';

test('what fails is told by category, with what it means and the steps that mend it', async () => {
  const { see, one, quiet, rig } = await healthRig();
  const [first] = await one.people();
  await one.act({ archive: [first?.id] });
  await quiet();
  const { items } = (await see.get('/problems')).body;
  assert.equal(items.length, 1);
  assert.deepEqual([items[0].category, items[0].count, items[0].syncs[0].sync], ['deleted-in-a', 1, 'people']);
  assert.ok(items[0].means.length > 0 && items[0].steps.length > 0);
  assert.equal((await see.get('/problems?sync=nothing')).body.items.length, 0);
  assert.equal((await rig.as('super-admin', 'other').get('/problems')).body.items.length, 0);
  assert.equal((await see.get('/problems/categories')).body.items.length, problemCategories.length);
  const deleted = (await see.get('/deleted')).body;
  assert.deepEqual(deleted.counts, [{ sync: 'people', side: 'a', count: 1 }]);
  assert.equal(deleted.items[0].b.name !== null, true);
  assert.equal((await see.get('/deleted?side=b')).body.items.length, 0);
});

test('an ambiguous match shows the candidates of both sides, and is settled by pairing two and making one new', async () => {
  const { see, manage, one, two, quiet } = await healthRig({ match: [['firstname', 'lastname']] });
  const zed = (email: string) => ({ firstname: 'Zed', lastname: 'Zander', email });
  await one.act({ create: [zed('zed@one.example')] });
  await two.act({ create: [zed('zed@two.example'), zed('zed@three.example')] });
  await quiet();
  const { items } = (await see.get('/ambiguous')).body;
  assert.equal(items.length, 3);
  const [{ candidates }] = items;
  type Candidate = { side: string; id: string; facts: { value: string }[] };
  const of = (side: string) => candidates.filter((each: Candidate) => each.side === side) as Candidate[];
  assert.deepEqual([of('a').length, of('b').length], [1, 2]);
  const [a] = of('a');
  const b = of('b').find(({ facts }) => facts.some(({ value }) => value === 'zed@two.example'));
  assert.deepEqual((await manage.post('/syncs/people/pair', { a: a?.id, b: b?.id })).body, { count: 1 });
  const left = (await see.get('/ambiguous')).body.items;
  assert.equal(left.length, 1);
  assert.deepEqual((await manage.post('/syncs/people/make-new', { records: [left[0].id] })).body, { count: 1 });
  await quiet();
  assert.equal((await see.get('/ambiguous')).body.items.length, 0);
  assert.equal((await one.people()).filter(({ values }) => values.lastname === 'Zander').length, 2);
  assert.equal((await two.people()).filter(({ values }) => values.lastname === 'Zander').length, 2);
});

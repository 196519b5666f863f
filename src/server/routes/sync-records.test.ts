import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runFeed } from '../../engine/run.ts';
import { healthRig } from '../health-rig.ts';

test('a record shows both sides field by field, what was agreed, and which rule decided', async () => {
  const { see, one, two, quiet, rig } = await healthRig();
  const [person] = await one.people();
  await one.act({ update: [{ id: person?.id, values: { city: 'Uppsala' } }] });
  await quiet();
  const listed = await see.get(`/records?text=${person?.values.email}`);
  const [{ id }] = listed.body.items;
  const path = `/syncs/people/records/${id}`;
  const record = (await see.get(path)).body;
  const city = fieldOf(record, 'city');
  assert.equal(city.state, 'same');
  assert.deepEqual([city.a.values, city.b.values, city.b.agreed], [['Uppsala'], ['Uppsala'], ['Uppsala']]);
  assert.deepEqual([city.last.wrote, city.last.rule], ['b', 'changed in a']);
  assert.match(city.last.why, /^changed in one/);
  const history = await see.get(`${path}/history`);
  assert.equal(history.body.items[0].fields[0].name, 'city');
  assert.equal(history.body.items[0].fields[0].after, 'Uppsala');
  assert.equal(history.body.items.at(-1).op, 'create');
  // What is changed and not synced yet shows beside what was agreed.
  const partner = (await two.people()).find(({ values }) => values.email === person?.values.email);
  await two.act({ update: [{ id: partner?.id, values: { city: 'Visby' } }] });
  await rig.installation.engine.store.mark(await feedOf(rig.db, 'two'), [String(partner?.id)]);
  await read(rig, await feedOf(rig.db, 'two'));
  const later = fieldOf((await see.get(path)).body, 'city');
  assert.deepEqual([later.state, later.b.values, later.b.agreed], ['changed-in-b', ['Visby'], ['Uppsala']]);
});

test('a record is shown without its fields while an app cannot be asked', async () => {
  const { see, rig } = await healthRig();
  const { items } = (await see.get('/records?limit=1')).body;
  await rig.db.rows(`update account set settings = '{"baseUrl": "http://127.0.0.1:1"}' where key = 'two'`);
  const [account] = await rig.db.rows<{ id: number }>(`select id from account where key = 'two'`);
  await rig.installation.accounts.forget(String(account?.id));
  rig.installation.relearn();
  const answer = await see.get(`/syncs/people/records/${items[0].id}`);
  assert.equal(answer.status, 200);
  assert.deepEqual([answer.body.fields, answer.body.a.id], [[], items[0].a.id]);
  assert.match(answer.body.trouble, /./);
});

test('a record of another workspace, or of no sync, is not there', async () => {
  const { see, rig } = await healthRig();
  const { items } = (await see.get('/records?limit=1')).body;
  const path = `/syncs/people/records/${items[0].id}`;
  assert.equal((await rig.as('super-admin', 'other').get(path)).status, 404);
  assert.equal((await see.get('/syncs/people/records/999999')).status, 404);
  assert.equal((await see.get('/syncs/people/records/999999999999999999999')).status, 400);
  assert.equal((await see.get('/syncs/nothing/records/1')).status, 404);
});

// biome-ignore lint/suspicious/noExplicitAny: the body of an answer
function fieldOf(record: any, name: string) {
  // biome-ignore lint/suspicious/noExplicitAny: the body of an answer
  return record.fields.find((field: any) => field.name === name);
}

type Rig = Awaited<ReturnType<typeof healthRig>>['rig'];

async function feedOf(db: Rig['db'], account: string): Promise<string> {
  const [feed] = await db.rows<{ id: number }>(
    'select f.id from feed f join account a on a.id = f.account where a.key = $1',
    [account],
  );
  return String(feed?.id);
}

async function read(rig: Rig, feed: string): Promise<void> {
  await runFeed(rig.installation.engine, feed);
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type WorkspaceSync, workspaceSyncs } from '../../store/workspace-syncs.ts';
import { act, draftOf, people, planned } from '../plan-rig.ts';
import { type TestRig, until } from '../testing.ts';

test('a plan shows what a first sync would do, record by record, and writes nothing', async () => {
  const { rig, admin, two } = await draftOf({ records: 12 });
  const plan = await planned(admin);
  assert.deepEqual([plan.state, plan.cause, plan.proposed], ['ready', 'asked', false]);
  assert.equal(plan.totals.b.create, 12);
  assert.equal(plan.totals.a.create, 0);
  assert.ok(plan.totals.calls.two.calls >= 1);
  const page = await admin.get('/syncs/people/plans/1/records?limit=5');
  assert.deepEqual([page.body.items.length, page.body.next], [5, '5']);
  const rest = await admin.get(`/syncs/people/plans/1/records?after=${page.body.next}`);
  assert.deepEqual([rest.body.items.length, rest.body.next], [7, null]);
  const [first] = page.body.items;
  assert.equal(first.outcome, 'write');
  assert.deepEqual([first.writes.b.op, first.writes.a, first.ids.b], ['create', null, null]);
  assert.ok(first.writes.b.after.email);
  assert.ok(first.names.a);
  const named = await admin.get(`/syncs/people/plans/1/records?text=${encodeURIComponent(first.names.a)}`);
  assert.ok(named.body.items.length >= 1);
  assert.equal((await admin.get('/syncs/people/plans/1/records?op=update')).body.items.length, 0);
  assert.equal((await admin.get('/syncs/people/plans/1/records?side=a&op=create')).body.items.length, 0);
  const csv = await rig.as('view-health').get('/syncs/people/plans/1/records.csv');
  assert.match(csv.text, /^\uFEFF?outcome,a_id/);
  assert.ok(csv.text.includes(`,${first.writes.b.after.email},`));
  assert.equal((await people(two)).length, 0);
  assert.deepEqual((await rig.db.rows('select from link')).length, 0);
  const shown = await admin.get('/syncs/people');
  assert.deepEqual([shown.body.state, shown.body.plan], ['draft', { number: 1, state: 'ready' }]);
});

test('a plan says who wins what differs, what is only linked, what is skipped and why, and what will fail', async () => {
  const { admin, one, two } = await draftOf({ records: 0 });
  await act(one, {
    create: [
      { email: 'ann@x.example', firstname: 'Ann', city: 'Lund' },
      { email: 'bo@x.example', firstname: 'Bo', city: 'Visby' },
      { firstname: 'Cy', city: 'Umea' },
      { email: 'dan@x.example', firstname: 'Dan' },
    ],
  });
  await act(two, {
    create: [
      { email: 'ann@x.example', firstname: 'Ann', city: 'Malmo' },
      { email: 'bo@x.example', firstname: 'Bo', city: 'Visby' },
      { email: 'dan@x.example', firstname: 'Dan', city: 'Kiruna' },
    ],
  });
  const { totals } = await planned(admin);
  assert.deepEqual([totals.link, totals.a.update, totals.b.update], [1, 1, 1]);
  assert.deepEqual(totals.conflicts, { records: 2, a: 1, b: 0, filled: 1 });
  assert.equal(totals.a.skipped, 1);
  assert.match(Object.keys(totals.skipped)[0] ?? '', /email/i);
  const conflicts = await admin.get('/syncs/people/plans/1/records?conflicts=only&side=b');
  const [ann] = conflicts.body.items;
  assert.deepEqual([ann.writes.b.before.city, ann.writes.b.after.city], ['Malmo', 'Lund']);
  assert.equal(ann.writes.b.rule.city, 'default app');
  const skipped = await admin.get('/syncs/people/plans/1/records?outcome=skipped');
  assert.equal(skipped.body.items.length, 1);
});

test('one plan of a sync is made at a time; a discarded one is given up; another workspace sees none', async () => {
  const { rig, admin } = await draftOf({ records: 3 });
  const [first, second] = await Promise.all([admin.post('/syncs/people/plans'), admin.post('/syncs/people/plans')]);
  assert.deepEqual([first.status, second.status].sort(), [202, 409]);
  assert.equal((await admin.post('/syncs/people/plans/1/discard')).body.state, 'discarded');
  const again = await admin.post('/syncs/people/plans');
  assert.equal(again.body.number, 2);
  await until(async () => (await admin.get('/syncs/people/plans/2')).body.state === 'ready');
  const list = await admin.get('/syncs/people/plans');
  assert.deepEqual(
    list.body.items.map((each: { state: string }) => each.state),
    ['ready', 'discarded'],
  );
  for (const path of ['/syncs/people/plans', '/syncs/people/plans/2', '/syncs/people/plans/2/records'])
    assert.equal((await rig.as('super-admin', 'other').get(path)).status, 404);
  assert.equal((await rig.as('view-health').post('/syncs/people/plans')).status, 403);
  assert.equal((await admin.get('/syncs/people/plans/9')).status, 404);
});

test('a plan that nobody makes any more is interrupted', async () => {
  const { rig, admin } = await draftOf({ records: 1 });
  await planned(admin);
  await rig.db.rows(`update plan set state = 'making', seen_at = 0`);
  assert.equal((await admin.get('/syncs/people/plans/1')).body.state, 'interrupted');
});

test('A1 a plan knows where far records are by the other syncs between the same accounts', async () => {
  const { rig, admin, one } = await draftOf({ records: 0 });
  const [company] = await made(one, 'companies', { create: [{ name: 'Acme', domain: 'acme.example' }] });
  const [person] = await made(one, 'contacts', { create: [{ email: 'ann@acme.example', firstname: 'Ann' }] });
  const to = { object: 'companies', id: company };
  await made(one, 'contacts', { associate: [{ id: person, to }] });
  const firms = { a: { account: 'one', object: 'companies' }, b: { account: 'two', object: 'companies' } };
  await admin.post('/syncs', { key: 'firms', settings: firms });
  const sync = (await workspaceSyncs(rig.db, rig.workspaces.own, 'firms'))[0];
  await rig.syncUntilQuiet(sync?.id as string);
  const plan = await planned(admin);
  assert.deepEqual([plan.totals.b.create, plan.totals.waiting], [1, 0]);
  const { body } = await admin.get(`/syncs/people/plans/${plan.number}/records`);
  const after = JSON.stringify(body.items[0].writes.b);
  const [there] = await rig.installation.engine.store.records(sync?.ends.b.feed as string, await idsOf(rig, sync));
  assert.ok(after.includes(`"${there?.id}"`), after);
});

async function idsOf(rig: TestRig, sync: WorkspaceSync | undefined): Promise<string[]> {
  const rows = await rig.db.rows<{ id: string }>('select b_id as id from link where sync = $1', [sync?.id]);
  return rows.map(({ id }) => id);
}

async function made(app: Awaited<ReturnType<TestRig['simulator']>>, object: string, edits: object): Promise<string[]> {
  const url = `${app.account.settings.baseUrl}/__sim/records/${object}`;
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify(edits) });
  assert.equal(answer.ok, true);
  return ((await answer.json()) as { created: string[] }).created;
}

test('a server that stops leaves its plans interrupted, and they can be made again', async () => {
  const { rig, admin } = await draftOf({ records: 3 });
  await admin.post('/syncs/people/plans');
  await rig.installation.plans.stop();
  const state = (await admin.get('/syncs/people/plans/1')).body.state;
  assert.ok(['interrupted', 'ready'].includes(state), state);
  assert.equal((await planned(admin)).number, 2);
});

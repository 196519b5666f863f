import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type HealthRig, healthRig } from './health-rig.ts';
import { until } from './testing.ts';

test('an account whose key its app refuses twice must be connected again: its sync rests, and no record is blamed', async () => {
  const place = await healthRig({ every: '1s' });
  const { rig, manage, one, see } = place;
  const good = await secretsOf(place);
  await giveTwo(place, { secrets: { token: 'pat-na1-that-was-ended' } });
  await edit(place, 'Uppsala');
  rig.work();
  await until(async () => (await rig.db.rows('select from feed where trouble is not null')).length > 0);
  assert.equal(await stateOfTwo(place), 'connected', 'one refusal may be a mistake of the app');
  await due(place, `update account set grant_refused_at = 1 where key = 'two'`);
  await until(async () => (await stateOfTwo(place)) === 'reconnect-needed');

  const { body: status } = await see.get('/status');
  const [trouble, ...others] = status.accounts;
  assert.deepEqual([trouble.account, trouble.syncs, others], ['two', ['people'], []]);
  assert.match(trouble.trouble, /no longer accepts this account/);
  assert.equal(status.syncs[0].state, 'account');
  assert.equal(status.totals.failing, 0);
  const [{ epoch }] = (await rig.db.rows('select epoch from sync')) as [{ epoch: number }];
  await due(place, 'update sync set due_at = null');
  const [first] = await one.people();
  await one.act({ update: [{ id: first?.id, values: { city: 'Lund' } }] });
  await due(place, `update feed set due_at = null where account = (select id from account where key = 'one')`);
  await until(async () => (await rig.db.rows(`select from feed where due_at is null`)).length === 0);
  assert.deepEqual(await rig.db.rows('select epoch from sync'), [{ epoch }], 'its sync is not run');

  const { headers } = await manage.get('/accounts/two');
  const again = await manage.patch('/accounts/two', { secrets: good }, { 'if-match': headers.get('etag') ?? '' });
  assert.equal(again.body.state, 'connected', again.text);
  await until(async () => (await place.two.people()).some(({ values }) => values.city === 'Lund'));
  assert.deepEqual((await see.get('/status')).body.accounts, []);
});

test('an app that does not answer is told at its account, once for all its syncs, until it answers', async () => {
  const place = await healthRig({ every: '1s' });
  const { rig, see } = place;
  const [{ settings }] = (await rig.db.rows(`select settings from account where key = 'two'`)) as [
    { settings: Record<string, string> },
  ];
  const gone = await rig.simulator('hubspot');
  await gone.stop();
  await giveTwo(place, { settings: gone.account.settings });
  rig.work();
  await due(place, 'update feed set due_at = null');
  await until(async () => (await stateOfTwo(place)) === 'unreachable');
  const { body: status } = await see.get('/status');
  assert.match(status.accounts[0].trouble, /could not be reached/);
  assert.equal(status.syncs[0].state, 'account');
  const { body: sync } = await see.get('/syncs/people');
  assert.match(sync.trouble, /could not be reached/);
  await giveTwo(place, { settings });
  await due(place, 'update feed set due_at = null');
  await until(async () => (await stateOfTwo(place)) === 'connected');
  assert.deepEqual((await see.get('/status')).body.accounts, []);
});

async function secretsOf({ rig }: HealthRig): Promise<Record<string, string>> {
  const [row] = await rig.db.rows<{ secrets: Buffer }>(`select secrets from account where key = 'two'`);
  return rig.installation.accounts.unseal(row?.secrets as Buffer, 'two');
}

/** Other settings or secrets for account two, past the API: nobody asks its app whether they are good. */
async function giveTwo(place: HealthRig, given: { settings?: object | undefined; secrets?: object }): Promise<void> {
  const { rig } = place;
  const [row] = await rig.db.rows<{ settings: object }>(`select settings from account where key = 'two'`);
  const two = { app: 'hubspot', settings: row?.settings, secrets: await secretsOf(place), ...given };
  const { accounts } = await rig.apply({ accounts: { two } });
  await rig.installation.accounts.forget(accounts.two as string);
}

/** Somebody changes a record of account one, and everything is due. */
async function edit(place: HealthRig, city: string): Promise<void> {
  const [first] = await place.one.people();
  await place.one.act({ update: [{ id: first?.id, values: { city } }] });
  await due(place, 'update feed set due_at = null');
}

async function due({ rig }: HealthRig, change: string): Promise<void> {
  await rig.db.rows(change);
  await rig.db.rows(`update feed set due_at = null where trouble is not null`);
  rig.installation.wake();
}

async function stateOfTwo({ see }: HealthRig): Promise<string> {
  return (await see.get('/accounts/two')).body.state;
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testRig } from './testing.ts';

test('Prometheus is told of the caller’s workspace: records, lags, queues, calls and budgets', async () => {
  const rig = await testRig();
  const [app, other] = [await rig.simulator('hubspot', { records: 3 }), await rig.simulator('hubspot', { seed: 2 })];
  const { syncs } = await rig.apply({
    accounts: { one: app.account, two: other.account },
    syncs: {
      contacts: { a: { account: 'one', object: 'contacts' }, b: { account: 'two', object: 'contacts' }, require: [] },
    },
  });
  await rig.syncUntilQuiet(...Object.values(syncs));
  const { status, text, headers } = await rig.as('view-health').get('/../../metrics');
  assert.equal(status, 200);
  assert.match(headers.get('content-type') ?? '', /text\/plain/);
  assert.match(text, /syncline_records\{sync="contacts",state="in_sync"\} 3/);
  assert.match(text, /syncline_queue_depth\{sync="contacts"\} 0/);
  assert.match(text, /syncline_calls\{account="two"\} [1-9]/);
  assert.match(text, /syncline_budget_left\{account="two",limit="[^"]+"\} [1-9]/);
  assert.doesNotMatch((await rig.as('view-health', 'other').get('/../../metrics')).text, /contacts/);
  assert.equal((await rig.as('nobody').get('/../../metrics')).status, 401);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../connector/contract.ts';
import { testRig } from './testing.ts';

test('W5 what a backfill may not use of an account’s day is there for live changes', async () => {
  const rig = await testRig();
  const app = await rig.simulator('pipedrive', { records: 1 });
  const settings = { ...app.account.settings, tokensPerDay: '500' };
  const { accounts } = await rig.apply({ accounts: { crm: { ...app.account, settings } } });
  const crm = accounts.crm as string;
  const { open, openBackfill, dayLeft } = rig.installation.accounts;
  const forever = () => Number.POSITIVE_INFINITY;
  const backfill = await openBackfill(crm, forever);
  const call = ({ session }: typeof backfill) => session.request({ method: 'GET', url: '/api/v1/users/me' });
  await assert.rejects(
    async () => {
      for (let calls = 0; calls < 500; calls++) await call(backfill);
    },
    (error) => error instanceof Failure && error.kind === 'throttled',
  );
  const left = await dayLeft(crm);
  assert.ok(left >= 0.2 && left < 0.3, `${left} of the day is left`);
  await call(await open(crm, forever));
  assert.ok((await dayLeft(crm)) < left);
});

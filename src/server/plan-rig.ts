import assert from 'node:assert/strict';
import { must } from '../lib/assert.ts';
import { systemHttp, textOf } from '../lib/http.ts';
import { workspaceSyncs } from '../store/workspace-syncs.ts';
import { type TestCaller, type TestRig, testRig, until } from './testing.ts';

type ServedSimulator = Awaited<ReturnType<TestRig['simulator']>>;

/** A draft of a sync of two HubSpot portals' contacts, for tests of plans. */
export interface Draft {
  rig: TestRig;
  admin: TestCaller;
  one: ServedSimulator;
  two: ServedSimulator;
  /** The sync's id; its key is `people`. */
  id: string;
}

/** The ends of the sync `people`. */
export const ends = { a: { account: 'one', object: 'contacts' }, b: { account: 'two', object: 'contacts' } };

/** Two simulators, of which the first has so many records, and a sync of them that never ran. */
export async function draftOf({ records }: { records: number }, settings: object = {}): Promise<Draft> {
  const rig = await testRig();
  const [one, two] = [await rig.simulator('hubspot', { records }), await rig.simulator('hubspot', { seed: 2 })];
  await rig.apply({ accounts: { one: one.account, two: two.account } });
  const admin = rig.as('manage-apps');
  const made = await admin.post('/syncs', { key: 'people', settings: { ...ends, ...settings, enabled: false } });
  assert.equal(made.status, 201, made.text);
  const [sync] = await workspaceSyncs(rig.db, rig.workspaces.own, 'people');
  return { rig, admin, one, two, id: must(sync, 'the sync').id };
}

/** Makes a plan of `people` and waits until it is ready. */
export async function planned(admin: TestCaller, body?: unknown): Promise<TestAnswerBody> {
  const { body: begun, status, text } = await admin.post('/syncs/people/plans', body);
  assert.equal(status, 202, text);
  const read = async () => (await admin.get(`/syncs/people/plans/${begun.number}`)).body;
  await until(async () => (await read()).state !== 'making');
  const plan = await read();
  assert.equal(plan.reason, null);
  return plan;
}

type TestAnswerBody = Awaited<ReturnType<TestCaller['get']>>['body'];

/** A simulated app's contacts. */
export async function people(app: ServedSimulator): Promise<{ id: string; values: Record<string, string> }[]> {
  const answer = await systemHttp.request({ method: 'GET', url: recordsOf(app) });
  return (JSON.parse(textOf(answer)) as { records: { id: string; values: Record<string, string> }[] }).records;
}

/** What a person does to a simulated app's contacts. */
export async function act(
  app: ServedSimulator,
  edits: { create?: Record<string, string>[]; update?: { id: string; values: Record<string, string> }[] },
): Promise<void> {
  const answer = await systemHttp.request({ method: 'POST', url: recordsOf(app), body: JSON.stringify(edits) });
  assert.equal(answer.status < 300, true, textOf(answer));
}

function recordsOf(app: ServedSimulator): string {
  return `${app.account.settings.baseUrl}/__sim/records/contacts`;
}

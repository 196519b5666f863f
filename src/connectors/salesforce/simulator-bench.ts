import assert from 'node:assert/strict';
import { after } from 'node:test';
import { Connection } from 'jsforce';
import { systemClock } from '../../lib/clock.ts';
import type { ServedSimulator } from '../../simulator/simulator.ts';
import { type SalesforceOptions, startSimulator } from './simulator.ts';

const running: ServedSimulator[] = [];
after(() => Promise.all(running.map((simulator) => simulator.stop())));

/** Salesforce's simulator with jsforce on it, for one test; all are stopped when the file's tests are over. */
export async function salesforce(options: Partial<SalesforceOptions> = {}) {
  const simulator = await startSimulator({ port: 0, clock: systemClock, ...options });
  running.push(simulator);
  const { url: instanceUrl, account } = simulator;
  const conn = new Connection({ instanceUrl, accessToken: account.secrets.token, version: '62.0' });
  return { simulator, conn };
}

/** The error code of a call that must fail. */
export async function codeOf(call: PromiseLike<unknown>): Promise<string> {
  try {
    await call;
  } catch (thrown) {
    const { errorCode, name } = thrown as { errorCode?: string; name?: string };
    return errorCode ?? name ?? '';
  }
  assert.fail('the call should fail');
}

import assert from 'node:assert/strict';
import { after } from 'node:test';
import { Client } from '@hubspot/api-client';
import { systemClock } from '../../lib/clock.ts';
import { systemHttp } from '../../lib/http.ts';
import type { ServedSimulator } from '../../simulator/simulator.ts';
import { type HubSpotOptions, startSimulator } from './simulator.ts';

const running: ServedSimulator[] = [];
after(() => Promise.all(running.map((simulator) => simulator.stop())));

/** HubSpot's simulator with the vendor's own client on it, for one test; all are stopped when the file's tests are over. */
export async function hubspot(options: Partial<HubSpotOptions> = {}) {
  const simulator = await startSimulator({ port: 0, http: systemHttp, clock: systemClock, ...options });
  running.push(simulator);
  const client = new Client({ basePath: simulator.url, accessToken: simulator.account.secrets.token });
  return { simulator, client, crm: client.crm };
}

/** What the client throws for a status that is no success. */
export interface ApiFailure {
  code: number;
  body: { category?: string; message?: string; policyName?: string };
  headers: Record<string, string>;
}

/** The failure of a call that must fail. */
export function failureOf(call: Promise<unknown>): Promise<ApiFailure> {
  return call.then(
    () => assert.fail('the call should fail'),
    (thrown: ApiFailure) => thrown,
  );
}

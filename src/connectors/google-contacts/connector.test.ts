import { simulatedRig } from '../../../test/connectors/simulated-rig.ts';
import { conformance, type DocumentedError, type Person, type Rig } from '../../connector/conformance.ts';
import { virtualClock } from '../../lib/virtual-clock.ts';
import type { Values } from '../../model/value.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import { connector } from './connector.ts';
import { makeSimulator } from './simulator.ts';

const lagSeconds = 180;

conformance('google-contacts', async (): Promise<Rig> => {
  const clock = virtualClock();
  const searchLagMilliseconds = { atLeast: 1000, atMost: lagSeconds * 1000 };
  const simulator = makeSimulator({ clock, settings: { searchLagMilliseconds } });
  return {
    connector,
    ...simulatedRig(simulator, clock),
    object: 'contacts',
    record: (n) => ({ first_name: 'Ann', last_name: `Lee ${n}`, email: `ann.${n}@example.com`, note: `note ${n}` }),
    fields: { text: 'note', date: 'birthday' },
    bad: { values: { birthday: '2026-02-30' }, category: 'invalid-value' },
    person: personOf(simulator),
    settle: () => clock.sleep(lagSeconds * 1000 + 1000),
    errors,
    cannot: {
      tie: 'changes are told by a token, not by time',
      webhooks: 'the People API has none',
      'old notices': 'there are no notices',
      associations: 'contacts refer to nothing but labels',
    },
  };
});

/** Somebody at contacts.google.com. */
function personOf({ admin }: Simulator): Person {
  return {
    make: async (records) => admin.edit('contacts', { create: records.map(typed) }).created,
    edit: async (id, values) => void admin.edit('contacts', { update: [{ id, values: typed(values) }] }),
    remove: async (id) => void admin.edit('contacts', { purge: [id] }),
    async show(id) {
      const record = admin.record('contacts', id);
      if (!record) return null;
      const { names, emailAddresses, biographies } = record.values as Record<string, Record<string, string>[]>;
      return {
        first_name: names?.[0]?.givenName ?? null,
        last_name: names?.[0]?.familyName ?? null,
        email: emailAddresses?.[0]?.value ?? null,
        note: biographies?.[0]?.value ?? null,
      };
    },
    count: async () => admin.records('contacts').length,
    merge: async (primary, other) => admin.edit('contacts', { merge: [{ primary, other }] }).merged[0] ?? '',
  };
}

function typed({ first_name, last_name, email, note }: Values): Record<string, unknown> {
  return {
    ...(last_name ? { names: [{ givenName: first_name, familyName: last_name }] } : {}),
    ...(email ? { emailAddresses: [{ value: email }] } : {}),
    ...(note ? { biographies: [{ value: note, contentType: 'TEXT_PLAIN' }] } : {}),
  };
}

const body = (code: number, status: string, reason?: string) => ({
  error: { code, status, message: 'why', ...(reason ? { details: [{ reason }] } : {}) },
});

/** Errors as google.rpc.Code and the People API's reference name them. */
const errors: DocumentedError[] = [
  { name: 'bad input', status: 400, body: body(400, 'INVALID_ARGUMENT'), kind: 'invalid' },
  { name: 'old etag', status: 400, body: body(400, 'FAILED_PRECONDITION'), kind: 'stale' },
  { name: 'no credentials', status: 401, body: body(401, 'UNAUTHENTICATED'), kind: 'unauthorized' },
  { name: 'missing scope', status: 403, body: body(403, 'PERMISSION_DENIED'), kind: 'forbidden' },
  { name: 'quota as 403', status: 403, body: body(403, 'PERMISSION_DENIED', 'rateLimitExceeded'), kind: 'throttled' },
  { name: 'not there', status: 404, body: body(404, 'NOT_FOUND'), kind: 'missing' },
  { name: 'quota', status: 429, body: body(429, 'RESOURCE_EXHAUSTED'), kind: 'throttled' },
  { name: 'broken', status: 500, body: body(500, 'INTERNAL'), kind: 'unavailable' },
  { name: 'down', status: 503, body: body(503, 'UNAVAILABLE'), kind: 'unavailable' },
];

import { conformance, type DocumentedError, type Rig } from '../../src/connector/conformance.ts';
import { virtualClock } from '../../src/lib/virtual-clock.ts';
import type { Values } from '../../src/model/value.ts';
import { simulatorHttp } from '../../src/simulator/simulator-http.ts';
import { connector } from './connector.ts';
import { makeSimulator } from './simulator.ts';

conformance('example', async () => makeRig());

function makeRig(): Rig {
  const clock = virtualClock();
  const simulator = makeSimulator({ clock });
  const { admin } = simulator;
  const { settings, secrets } = simulator.accountAt(simulator.url);
  return {
    connector,
    settings,
    secrets,
    http: simulatorHttp(simulator, clock),
    clock,
    time: 'simulated',
    object: 'people',
    record: (n) => ({ name: `Person ${n}`, email: `person${n}@example.com`, points: `${n}` }),
    fields: { text: 'name', number: 'points', date: 'birthday', select: 'plan' },
    bad: { values: { email: 'no address' }, category: 'invalid-value' },
    person: {
      make: async (records) => admin.edit('people', { create: records }).created,
      edit: async (id, values) => void admin.edit('people', { update: [{ id, values }] }),
      remove: async (id) => void admin.edit('people', { archive: [id] }),
      async show(id) {
        const record = admin.record('people', id);
        return record && record.archivedAt === undefined ? { ...(record.values as Values) } : null;
      },
      count: async () => admin.records('people').filter((record) => record.archivedAt === undefined).length,
      tie: async (ids) => void admin.edit('people', { update: ids.map((id) => ({ id, values: { name: 'tied' } })) }),
    },
    settle: () => clock.sleep(1000),
    faults: {
      throttle: async (seconds) => admin.fault({ kind: '429', seconds }),
      breakBefore: async () => admin.fault({ kind: '500-before' }),
      loseAnswer: async () => admin.fault({ kind: 'drop-after' }),
      cutAnswer: async () => admin.fault({ kind: 'bad-json' }),
    },
    errors,
    cannot: {
      merge: 'people cannot be merged there',
      webhooks: 'the app sends no notices',
      associations: 'there is only one kind of record',
    },
    stop: async () => {},
  };
}

/** Every error of the app's documentation. */
const errors: DocumentedError[] = [
  { name: 'bad request', status: 400, body: { error: { code: 'bad_limit' } }, kind: 'invalid' },
  { name: 'no key', status: 401, body: { error: { code: 'unauthorized' } }, kind: 'unauthorized' },
  { name: 'not there', status: 404, body: { error: { code: 'not_found' } }, kind: 'missing' },
  { name: 'changed meanwhile', status: 412, body: { error: { code: 'changed_meanwhile' } }, kind: 'stale' },
  { name: 'bad value', status: 422, body: { error: { code: 'invalid' } }, kind: 'invalid' },
  { name: 'too fast', status: 429, body: { error: { code: 'too_fast' } }, kind: 'throttled' },
  { name: 'broken', status: 500, body: { error: { code: 'internal' } }, kind: 'unavailable' },
];

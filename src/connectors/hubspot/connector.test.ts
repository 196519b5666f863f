import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type AssociationRig,
  conformance,
  type DocumentedError,
  type Person,
  type Rig,
} from '../../connector/conformance.ts';
import { openSession } from '../../connector/open-session.ts';
import { silentLog } from '../../lib/log.ts';
import { seededRandom } from '../../lib/random.ts';
import { virtualClock } from '../../lib/virtual-clock.ts';
import type { Values } from '../../model/value.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import { simulatorHttp } from '../../simulator/simulator-http.ts';
import { connector } from './connector.ts';
import { toText } from './connector-fields.ts';
import { makeSimulator } from './simulator.ts';

/** What a suite run is about, besides what all of HubSpot has in common. */
interface Subject {
  object: string;
  apiVersion: string;
  record(n: number): Values;
  fields: Rig['fields'];
  bad: { values: Values; category: string };
  association: { name: string; far: string; make(n: number): Values };
}

const contacts: Subject = {
  object: 'contacts',
  apiVersion: 'v3',
  record: (n) => ({
    email: `person${n}@example.com`,
    firstname: 'Ann',
    lastname: `Lee ${n}`,
    jobtitle: `Engineer ${n}`,
  }),
  fields: { text: 'jobtitle', select: 'hs_lead_status', date: 'date_of_birth' },
  bad: { values: { email: 'not an address' }, category: 'invalid-value' },
  association: { name: 'companies', far: 'companies', make: (n) => ({ name: `Company ${n}` }) },
};

const deals: Subject = {
  object: 'deals',
  apiVersion: '2026-09',
  record: (n) => ({ dealname: `Deal ${n}`, amount: `${n}.5`, dealstage: 'appointmentscheduled', pipeline: 'default' }),
  fields: { text: 'dealname', number: 'amount', datetime: 'closedate', select: 'dealtype' },
  bad: { values: { dealtype: 'no such type' }, category: 'unknown-option' },
  association: { name: 'primary_company', far: 'companies', make: (n) => ({ name: `Company ${n}` }) },
};

conformance('hubspot contacts', async () => rigOf(contacts));
conformance('hubspot deals, by a dated version', async () => rigOf(deals));

test('a first listing takes one call for a hundred records, associations included', async () => {
  const { session, simulator } = opened({ records: 1000 });
  const object = await objectOf(session, 'contacts');
  const fields = typeof object.fields === 'function' ? (await object.fields(session)).map((field) => field.name) : [];
  const before = session.calls();
  const seen = new Set<string>();
  let resume: string | undefined;
  do {
    const page = await object.reads.page(session, { fields: [...fields, 'primary_company', 'companies'], resume });
    for (const { id } of page.records) seen.add(id);
    resume = page.resume;
  } while (resume !== undefined);
  assert.equal(seen.size, 1000);
  assert.equal(session.calls() - before, 10);
  assert.equal(simulator.admin.state().objects.contacts?.live, 1000);
});

test('F10 12,000 records on one stamp are all seen, beyond the 10,000 that a search shows', async () => {
  const { session, clock } = opened({ records: 12_500, sameStamp: 12_000 });
  const object = await objectOf(session, 'contacts');
  const since = JSON.stringify({ since: new Date(clock.now() - 1000 * 86_400_000).toISOString(), notes: {} });
  const before = session.calls();
  const seen = new Set<string>();
  let resume: string | undefined;
  do {
    const page = await object.reads.page(session, { since, fields: ['email'], resume });
    for (const { id } of page.records) seen.add(id);
    resume = page.resume;
  } while (resume !== undefined);
  assert.equal(seen.size, 12_500);
  assert.ok(session.calls() - before <= 70, `${session.calls() - before} calls for 63 pages`);
});

test('a batch of a hundred takes one call, its associations one more for each kind', async () => {
  const { session } = opened({ records: 10 });
  const object = await objectOf(session, 'contacts');
  const items = Array.from({ length: 100 }, (_, index) => ({
    values: { email: `new${index}@example.com` },
    token: `${index}`,
  }));
  const before = session.calls();
  const made = await object.writes?.create?.send(session, items);
  assert.equal(session.calls() - before, 2, 'the create, and once the types of fields');
  assert.equal(made?.filter((result) => 'done' in result).length, 100);
});

test('custom objects and labels of the account are found', async () => {
  const { session, simulator } = opened({ records: 1 });
  const labels = await session.request({
    method: 'POST',
    url: '/crm/v4/associations/contacts/companies/labels',
    body: { label: 'Decision maker', name: 'decision_maker' },
  });
  assert.equal(labels.status, 200);
  const object = await objectOf(session, 'contacts');
  assert.ok(object.associations?.some((association) => association.name === 'companies/Decision maker'));
  assert.equal(simulator.app, 'hubspot');
});

test('stages come with their pipeline, and owners are users', async () => {
  const { session } = opened({ records: 1 });
  const object = await objectOf(session, 'deals');
  const fields = typeof object.fields === 'function' ? await object.fields(session) : [];
  const stage = fields.find((field) => field.name === 'dealstage');
  assert.equal(stage?.means, 'deal.stage');
  assert.equal(stage?.options?.find((option) => option.value === 'appointmentscheduled')?.group, 'default');
  const users = await connector.users?.(session);
  assert.ok(users?.some((user) => user.email === 'ann.lee@example.com'));
});

function opened(options: { records?: number; sameStamp?: number }) {
  const clock = virtualClock();
  const simulator = makeSimulator({ ...options, clock });
  const { settings, secrets } = simulator.accountAt(simulator.url);
  const http = simulatorHttp(simulator, clock);
  const session = openSession(connector, {
    account: 'crm',
    settings,
    secrets,
    http,
    clock,
    random: seededRandom(1),
    log: silentLog,
  });
  return { session, simulator, clock };
}

async function objectOf(session: ReturnType<typeof opened>['session'], name: string) {
  const { objects } = connector;
  const all = typeof objects === 'function' ? await objects(session) : objects;
  const found = all.find((object) => object.name === name);
  assert.ok(found);
  return found;
}

const lagSeconds = 60;

function rigOf(subject: Subject): Rig {
  const clock = virtualClock();
  const simulator = makeSimulator({
    clock,
    settings: { searchLagMilliseconds: { atLeast: 1000, atMost: lagSeconds * 1000 } },
    webhookUrl: 'https://sync.example.com/notices/crm',
  });
  const { admin } = simulator;
  const { object } = subject;
  const { settings, secrets } = simulator.accountAt(simulator.url);
  return {
    connector,
    settings: { ...settings, apiVersion: subject.apiVersion },
    secrets,
    http: simulatorHttp(simulator, clock),
    clock,
    time: 'simulated',
    object,
    record: subject.record,
    fields: subject.fields,
    bad: subject.bad,
    stored: (text) => text.trim(),
    person: personOf(simulator, subject),
    settle: () => clock.sleep(lagSeconds * 1000 + 1000),
    faults: {
      throttle: async (seconds) => admin.fault({ kind: '429', seconds }),
      breakBefore: async () => admin.fault({ kind: '500-before' }),
      loseAnswer: async () => admin.fault({ kind: 'drop-after' }),
      cutAnswer: async () => admin.fault({ kind: 'bad-json' }),
    },
    webhook: {
      secret: simulator.oauth?.clientSecret ?? '',
      async notice(id) {
        simulator.courier?.take();
        admin.edit(object, { update: [{ id, values: { [subject.fields.text]: 'noticed' } }] });
        const [delivery] = simulator.courier?.take() ?? [];
        assert.ok(delivery);
        const { method, url, headers, body } = delivery;
        return { notice: { method, url, headers, body }, now: clock.now() };
      },
    },
    association: associationRig(subject, (far, records) => admin.edit(far, { create: records.map(typed) }).created),
    errors,
    cannot: {},
    stop: async () => {},
  };
}

function personOf({ admin }: Simulator, { object, fields }: Subject): Person {
  return {
    make: async (records) => admin.edit(object, { create: records.map(typed) }).created,
    edit: async (id, values) => void admin.edit(object, { update: [{ id, values: typed(values) }] }),
    remove: async (id) => void admin.edit(object, { archive: [id] }),
    async show(id) {
      const record = admin.record(object, id);
      // The simulator finds a merged record by the ids it had before.
      const isThere = record?.id === id && record.archivedAt === undefined;
      return isThere ? { ...(record.values as Values) } : null;
    },
    count: async () => admin.records(object).filter((record) => record.archivedAt === undefined).length,
    async tie(ids) {
      admin.edit(object, { update: ids.map((id) => ({ id, values: { [fields.text]: 'tied' } })) });
    },
    merge: async (primary, other) => admin.edit(object, { merge: [{ primary, other }] }).merged[0] ?? '',
  };
}

function associationRig({ association }: Subject, make: (far: string, records: Values[]) => string[]): AssociationRig {
  return {
    name: association.name,
    makeFar: async (count) =>
      make(
        association.far,
        Array.from({ length: count }, (_, n) => association.make(n)),
      ),
  };
}

/** Values as they are typed into HubSpot: all text. */
function typed(values: Values): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, toText(value)]));
}

/** The errors of developers.hubspot.com/docs/api-reference/error-handling and of its usage guidelines. */
const errors: DocumentedError[] = [
  { name: 'bad input', status: 400, body: { status: 'error', category: 'VALIDATION_ERROR' }, kind: 'invalid' },
  { name: 'no credentials', status: 401, body: { category: 'INVALID_AUTHENTICATION' }, kind: 'unauthorized' },
  { name: 'expired token', status: 401, body: { category: 'EXPIRED_AUTHENTICATION' }, kind: 'unauthorized' },
  { name: 'missing scope', status: 403, body: { category: 'MISSING_SCOPES' }, kind: 'forbidden' },
  { name: 'not there', status: 404, body: { category: 'OBJECT_NOT_FOUND' }, kind: 'missing' },
  { name: 'already there', status: 409, body: { category: 'CONFLICT' }, kind: 'duplicate' },
  { name: 'address too long', status: 414, body: '', kind: 'invalid' },
  { name: 'locked', status: 423, body: { category: 'LOCKED' }, kind: 'throttled' },
  { name: 'too fast', status: 429, body: { policyName: 'TEN_SECONDLY_ROLLING' }, kind: 'throttled' },
  { name: 'search too fast', status: 429, body: { policyName: 'SECONDLY' }, kind: 'throttled' },
  { name: 'day used up', status: 429, body: { policyName: 'DAILY' }, kind: 'throttled' },
  { name: 'account moves', status: 477, headers: { 'retry-after': '3600' }, body: '', kind: 'throttled' },
  { name: 'broken', status: 500, body: { category: 'INTERNAL_ERROR' }, kind: 'unavailable' },
  { name: 'gateway', status: 502, body: '<html>', kind: 'unavailable' },
  { name: 'unavailable', status: 503, body: '', kind: 'unavailable' },
  { name: 'gateway time-out', status: 504, body: '', kind: 'unavailable' },
  { name: 'web server down', status: 521, body: '', kind: 'unavailable' },
  { name: 'time-out in between', status: 522, body: '', kind: 'unavailable' },
  { name: 'unreachable', status: 523, body: '', kind: 'unavailable' },
  { name: 'slow', status: 524, body: '', kind: 'unavailable' },
  { name: 'certificate', status: 525, body: '', kind: 'unavailable' },
];

import { noticesOf, simulatedRig } from '../../../test/connectors/simulated-rig.ts';
import {
  type AssociationRig,
  conformance,
  type DocumentedError,
  type Person,
  type Rig,
} from '../../connector/conformance.ts';
import { virtualClock } from '../../lib/virtual-clock.ts';
import type { Values } from '../../model/value.ts';
import type { Simulator } from '../../simulator/simulator.ts';
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
  const simulated = simulatedRig(simulator, clock);
  return {
    connector,
    ...simulated,
    settings: { ...simulated.settings, apiVersion: subject.apiVersion },
    object,
    record: subject.record,
    fields: subject.fields,
    bad: subject.bad,
    stored: (text) => text.trim(),
    person: personOf(simulator, subject),
    settle: () => clock.sleep(lagSeconds * 1000 + 1000),
    webhook: {
      secret: simulator.oauth?.clientSecret ?? '',
      notice: noticesOf(simulator, clock, object, { [subject.fields.text]: 'noticed' }),
    },
    association: associationRig(subject, (far, records) => admin.edit(far, { create: records.map(typed) }).created),
    errors,
    cannot: {},
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

import { noticesOf, simulatedRig } from '../../../test/connectors/simulated-rig.ts';
import { conformance, type DocumentedError, type Person, type Rig } from '../../connector/conformance.ts';
import { virtualClock } from '../../lib/virtual-clock.ts';
import type { Values } from '../../model/value.ts';
import type { SimRecord, SimValues } from '../../simulator/sim-record.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import { connector } from './connector.ts';
import { makeSimulator, webhookAuth } from './simulator.ts';

/** A kind of Pipedrive's records under test. */
interface Subject {
  object: string;
  record(n: number): Values;
  fields: Rig['fields'];
  bad: NonNullable<Rig['bad']>;
  /** The association that is tried, and the records at its far end. */
  association?: { name: string; to: string; far(n: number): SimValues };
  /** Values as Pipedrive keeps them. */
  kept(values: Values): SimValues;
}

/** A custom field of deals. */
const reference = 'cc11bb22cc33dd44ee55ff6600112233445566cc';

const far = { name: 'organization', to: 'organizations', far: (n: number) => ({ name: `Far ${n}` }) };

const subjects: Subject[] = [
  {
    object: 'persons',
    record: (n) => ({
      first_name: 'Ann',
      last_name: `Lee ${n}`,
      job_title: `Engineer ${n}`,
      emails: [{ value: `person${n}@example.com`, label: 'work' }],
    }),
    fields: { text: 'job_title', date: 'birthday' },
    bad: { values: { birthday: 'no day' }, category: 'invalid-value' },
    association: far,
    kept: ({ emails, organization, ...values }) => ({
      ...values,
      ...(emails === undefined
        ? {}
        : { emails: ((emails ?? []) as object[]).map((one) => ({ ...one, primary: true })) }),
    }),
  },
  {
    object: 'organizations',
    record: (n) => ({ name: `Organization ${n}`, website: `https://company${n}.example`, employee_count: `${n}` }),
    fields: { text: 'linkedin', number: 'annual_revenue', select: 'industry' },
    bad: { values: { linkedin: 'x'.repeat(300) }, category: 'too-long' },
    kept: numbers('employee_count', 'annual_revenue', 'industry'),
  },
  {
    object: 'deals',
    record: (n) => ({ title: `Deal ${n}`, value: `${n}.5`, currency: 'EUR', [reference]: `R ${n}` }),
    fields: { text: reference, number: 'value', date: 'expected_close_date', select: 'stage' },
    bad: { values: { currency: 'XXX' }, category: 'unknown-option' },
    association: far,
    kept: ({ [reference]: text, ...values }) => ({
      ...numbers('value')(values),
      ...(text === undefined ? {} : { custom_fields: { [reference]: text } }),
    }),
  },
  {
    object: 'products',
    record: (n) => ({ name: `Product ${n}`, code: `P-${n}`, tax: '19' }),
    fields: { text: 'description', number: 'tax', select: 'category' },
    bad: { values: { code: 'x'.repeat(300) }, category: 'too-long' },
    kept: numbers('tax', 'category'),
  },
  {
    object: 'activities',
    record: (n) => ({ subject: `Call ${n}`, note: `about ${n}` }),
    fields: { text: 'note', select: 'status' },
    bad: { values: { subject: 'x'.repeat(300) }, category: 'too-long' },
    association: { name: 'persons', to: 'persons', far: (n) => ({ name: `Far ${n}` }) },
    kept: ({ due: _, status: __, ...values }) => values,
  },
];

for (const subject of subjects) conformance(`pipedrive ${subject.object}`, async () => rigOf(subject));

function rigOf(subject: Subject): Rig {
  const clock = virtualClock();
  const simulator = makeSimulator({ clock, webhookUrl: 'https://sync.example.com/notices/sales' });
  const { admin } = simulator;
  const { association } = subject;
  return {
    connector,
    ...simulatedRig(simulator, clock),
    object: subject.object,
    record: (n) => subject.record(n),
    fields: subject.fields,
    bad: subject.bad,
    person: personOf(simulator, subject),
    ...(association
      ? {
          association: {
            name: association.name,
            makeFar: async (count) =>
              admin.edit(association.to, { create: Array.from({ length: count }, (_, n) => association.far(n)) })
                .created,
          },
        }
      : {}),
    webhook: {
      secret: webhookAuth.password,
      notice: noticesOf(simulator, clock, subject.object, subject.kept({ [subject.fields.text]: 'noticed' })),
    },
    errors,
    cannot: {
      merge: 'API v2 names no survivor of a merge; notices ask for both records.',
      'old notices': 'Notices come with a password, not with a signed time.',
      'signed bodies': 'Notices come with a password, which says nothing of their body.',
      ...(association ? {} : { associations: 'It hangs on nothing that can change.' }),
    },
  };
}

function personOf({ admin }: Simulator, { object, fields, kept }: Subject): Person {
  const isLive = ({ archivedAt, values }: SimRecord) => archivedAt === undefined && values.is_archived !== true;
  return {
    make: async (records) => admin.edit(object, { create: records.map(kept) }).created,
    edit: async (id, values) => void admin.edit(object, { update: [{ id, values: kept(values) }] }),
    remove: async (id) => void admin.edit(object, { archive: [id] }),
    async show(id) {
      const record = admin.record(object, id);
      if (!record || !isLive(record)) return null;
      const { custom_fields: own, ...values } = record.values;
      return { ...values, ...(own as Values | undefined) } as Values;
    },
    count: async () => admin.records(object).filter(isLive).length,
    async tie(ids) {
      admin.edit(object, { update: ids.map((id) => ({ id, values: kept({ [fields.text]: 'tied' }) })) });
    },
  };
}

function numbers(...names: string[]): (values: Values) => SimValues {
  return (values) =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name,
        names.includes(name) && value !== null ? Number(value) : value,
      ]),
    );
}

/** The statuses of pipedrive.readme.io/docs/core-api-concepts-http-status-codes. */
const errors: DocumentedError[] = [
  { name: 'bad request', status: 400, body: { success: false, code: 'ERR_SCHEMA_VALIDATION_FAILED' }, kind: 'invalid' },
  { name: 'no token', status: 401, body: { success: false, error: 'unauthorized access' }, kind: 'unauthorized' },
  { name: 'no right', status: 403, body: { success: false, error: 'forbidden' }, kind: 'forbidden' },
  { name: 'guard', status: 403, body: '<html>error 1015</html>', kind: 'throttled' },
  { name: 'not there', status: 404, body: { success: false, code: 'ERR_NOT_FOUND' }, kind: 'missing' },
  { name: 'gone', status: 410, body: { success: false }, kind: 'missing' },
  { name: 'unprocessable', status: 422, body: { success: false }, kind: 'invalid' },
  { name: 'too fast', status: 429, body: { success: false, error: 'request over limit' }, kind: 'throttled' },
  {
    name: 'tokens used up',
    status: 429,
    headers: { 'x-ratelimit-remaining': '19', 'x-ratelimit-reset': '2' },
    body: { success: false },
    kind: 'throttled',
  },
  { name: 'broken', status: 500, body: { success: false }, kind: 'unavailable' },
  { name: 'away', status: 503, body: '', kind: 'unavailable' },
];

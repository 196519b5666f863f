import { simulatedRig } from '../../../test/connectors/simulated-rig.ts';
import { conformance, type DocumentedError, type Person, type Rig } from '../../connector/conformance.ts';
import { virtualClock } from '../../lib/virtual-clock.ts';
import type { Values } from '../../model/value.ts';
import type { SimValues } from '../../simulator/sim-record.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import { connector } from './connector.ts';
import { makeSimulator, type SalesforceOptions } from './simulator.ts';
import { area, bool, moment, number, pick, reference } from './simulator-field.ts';
import { externalId } from './simulator-org.ts';

/** What a suite run is about, besides what all of Salesforce has in common. */
interface Subject {
  object: string;
  org?: Partial<SalesforceOptions>;
  record(n: number, simulator: Simulator): Values;
  fields: Rig['fields'];
  bad: { values: Values; category: string };
  association?: { name: string; far: string; make(n: number): SimValues };
  merge?: 'no';
}

const account = { far: 'Account', make: (n: number) => ({ Name: `Account ${n}` }) };
const bad = { values: { Email: 'not an address' }, category: 'invalid-value' };

const subjects: Record<string, Subject> = {
  contacts: {
    object: 'Contact',
    record: (n) => ({
      Email: `person${n}@example.com`,
      FirstName: 'Ann',
      LastName: `Lee ${n}`,
      Description: `Note ${n}`,
    }),
    fields: { text: 'Description', date: 'Birthdate' },
    bad,
    association: { name: 'AccountId', ...account },
  },
  'contacts with a field for our own ids': {
    object: 'Contact',
    org: { customFields: { Contact: [externalId('Syncline_Id__c')] } },
    record: (n) => ({ Email: `person${n}@example.com`, LastName: `Lee ${n}`, Description: `Note ${n}` }),
    fields: { text: 'Description' },
    bad,
    association: { name: 'ReportsToId', far: 'Contact', make: (n) => ({ LastName: `Boss ${n}` }) },
  },
  accounts: {
    object: 'Account',
    record: (n) => ({ Name: `Acme ${n}`, Website: `https://acme${n}.example.com`, Description: `Note ${n}` }),
    fields: { text: 'Description' },
    bad: { values: { Name: null }, category: 'required-missing' },
    association: { name: 'ParentId', ...account },
  },
  leads: {
    object: 'Lead',
    record: (n) => ({ Email: `lead${n}@example.com`, LastName: `Lee ${n}`, Company: 'Acme', Description: `Note ${n}` }),
    fields: { text: 'Description' },
    bad,
  },
  opportunities: {
    object: 'Opportunity',
    org: { currencies: 'several' },
    record: (n) => ({
      Name: `Deal ${n}`,
      Amount: `${n}.5`,
      CurrencyIsoCode: 'EUR',
      StageName: 'Prospecting',
      CloseDate: '2026-12-01',
      Description: `Note ${n}`,
    }),
    fields: { text: 'Description', number: 'Amount', date: 'CloseDate', select: 'CurrencyIsoCode' },
    bad: { values: { CurrencyIsoCode: 'XXX' }, category: 'unknown-option' },
    association: { name: 'Contacts', far: 'Contact', make: (n) => ({ LastName: `Person ${n}` }) },
    merge: 'no',
  },
  products: {
    object: 'Product2',
    record: (n) => ({ Name: `Desk ${n}`, ProductCode: `SKU-${n}`, UnitPrice: `${n}.25`, Description: `Note ${n}` }),
    fields: { text: 'Description', number: 'UnitPrice' },
    bad: { values: { Name: null }, category: 'required-missing' },
    merge: 'no',
  },
  orders: {
    object: 'Order',
    org: { currencies: 'one' },
    record: (n, simulator) => ({
      Name: `Order ${n}`,
      EffectiveDate: '2026-11-23',
      Description: `Note ${n}`,
      AccountId: [simulator.admin.edit('Account', { create: [{ Name: `Buyer ${n}` }] }).created[0] ?? ''],
    }),
    fields: { text: 'Description', date: 'EffectiveDate' },
    bad: { values: { Name: 'x'.repeat(81) }, category: 'too-long' },
    merge: 'no',
  },
  tasks: {
    object: 'Task',
    record: (n) => ({ Subject: `Call ${n}`, Status: 'Not Started', Priority: 'High', Description: `Note ${n}` }),
    fields: { text: 'Description', date: 'ActivityDate' },
    bad: { values: { Subject: 'x'.repeat(256) }, category: 'too-long' },
    association: { name: 'WhatId/Account', ...account },
    merge: 'no',
  },
  events: {
    object: 'Event',
    record: (n) => ({ Subject: `Meet ${n}`, StartDateTime: '2026-11-23T10:00:00.000Z', Description: `Note ${n}` }),
    fields: { text: 'Description', datetime: 'StartDateTime' },
    bad: { values: { Subject: 'x'.repeat(256) }, category: 'too-long' },
    association: { name: 'WhoId/Contact', far: 'Contact', make: (n) => ({ LastName: `Person ${n}` }) },
    merge: 'no',
  },
  'a custom object': {
    object: 'Project__c',
    org: {
      customObjects: [
        {
          name: 'Project__c',
          label: 'Project',
          labelPlural: 'Projects',
          fields: [
            number('Budget__c', 'Budget', 'double', { precision: 18, scale: 2 }),
            moment('Start__c', 'Start', 'datetime'),
            pick('Phase__c', 'Phase', ['Plan', 'Build'], { restricted: true }),
            bool('Urgent__c', 'Urgent'),
            reference('Account__c', 'Account', ['Account']),
            area('Notes__c', 'Notes', 32_768),
          ],
        },
      ],
    },
    record: (n) => ({ Name: `Project ${n}`, Budget__c: `${n}`, Notes__c: `Note ${n}` }),
    fields: { text: 'Notes__c', number: 'Budget__c', datetime: 'Start__c', select: 'Phase__c' },
    bad: { values: { Phase__c: 'Dance' }, category: 'unknown-option' },
    association: { name: 'Account__c', ...account },
    merge: 'no',
  },
};

for (const [name, subject] of Object.entries(subjects)) conformance(`salesforce ${name}`, async () => rigOf(subject));

function rigOf(subject: Subject): Rig {
  const clock = virtualClock();
  const simulator = makeSimulator({ clock, ...subject.org });
  const { admin } = simulator;
  const { object, association } = subject;
  const simulated = simulatedRig(simulator, clock);
  return {
    connector,
    ...simulated,
    object,
    record: (n) => subject.record(n, simulator),
    fields: subject.fields,
    bad: subject.bad,
    stored: (text) => text.trim(),
    person: personOf(simulator, subject),
    // `deleted` tells of whole minutes.
    settle: () => clock.sleep(90_000),
    faults: {
      ...simulated.faults,
      throttle: undefined,
      loseAnswer: async () =>
        admin.fault({ kind: 'drop-after', match: { method: 'POST', path: '/services/data/*/composite/sobjects' } }),
    },
    ...(association && {
      association: {
        name: association.name,
        makeFar: async (count) =>
          admin.edit(association.far, { create: Array.from({ length: count }, (_, n) => association.make(n)) }).created,
      },
    }),
    errors,
    cannot: {
      throttle: 'Salesforce does not say how long to wait (REQUEST_LIMIT_EXCEEDED, 403)',
      webhooks: 'Salesforce’s notices are SOAP messages or event streams',
      ...(association ? {} : { associations: 'the object has none that can always be written' }),
      ...(subject.merge === 'no' ? { merge: 'only accounts, contacts, leads and cases are merged' } : {}),
    },
  };
}

function personOf({ admin, clock }: Simulator, { object, fields, merge }: Subject): Person {
  const typed = (values: Values): SimValues =>
    Object.fromEntries(
      Object.entries(values)
        .filter(([name]) => name !== 'UnitPrice')
        .map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
    );
  const person: Person = {
    make: async (records) => admin.edit(object, { create: records.map(typed) }).created,
    edit: async (id, values) => void admin.edit(object, { update: [{ id, values: typed(values) }] }),
    remove: async (id) => void admin.edit(object, { archive: [id] }),
    async show(id) {
      const record = admin.record(object, id);
      return record && record.archivedAt === undefined ? { ...(record.values as Values) } : null;
    },
    count: async () => admin.records(object).filter((record) => record.archivedAt === undefined).length,
    async tie(ids) {
      // All within one second, which is as fine as stamps are.
      await clock.sleep(1000 - (clock.now() % 1000));
      admin.edit(object, { update: ids.map((id) => ({ id, values: { [fields.text]: 'tied' } })) });
    },
  };
  if (merge !== 'no')
    person.merge = async (primary, other) => admin.edit(object, { merge: [{ primary, other }] }).merged[0] ?? '';
  return person;
}

const body = (errorCode: string, message = 'words') => [{ errorCode, message }];

/** The errors of the REST guide's list of status codes and error responses. */
const errors: DocumentedError[] = [
  { name: 'bad query', status: 400, body: body('MALFORMED_QUERY'), kind: 'invalid' },
  { name: 'bad field', status: 400, body: body('INVALID_FIELD'), kind: 'invalid' },
  { name: 'slow query', status: 400, body: body('QUERY_TIMEOUT'), kind: 'unavailable' },
  { name: 'session over', status: 401, body: body('INVALID_SESSION_ID'), kind: 'unauthorized' },
  {
    name: 'session over, by SOAP',
    status: 500,
    body: '<faultcode>sf:INVALID_SESSION_ID</faultcode>',
    kind: 'unauthorized',
  },
  {
    name: 'day used up',
    status: 403,
    body: body('REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.'),
    kind: 'throttled',
  },
  {
    name: 'too many at once',
    status: 403,
    body: body('REQUEST_LIMIT_EXCEEDED', 'ConcurrentPerOrgLongTxn Limit exceeded.'),
    kind: 'throttled',
  },
  { name: 'no API', status: 403, body: body('API_DISABLED_FOR_ORG'), kind: 'forbidden' },
  { name: 'no right', status: 403, body: body('INSUFFICIENT_ACCESS'), kind: 'forbidden' },
  { name: 'not there', status: 404, body: body('NOT_FOUND'), kind: 'missing' },
  { name: 'deleted', status: 404, body: body('ENTITY_IS_DELETED'), kind: 'missing' },
  { name: 'wrong method', status: 405, body: body('METHOD_NOT_ALLOWED'), kind: 'invalid' },
  { name: 'twice', status: 409, body: body('CONFLICT'), kind: 'duplicate' },
  { name: 'gone with its version', status: 410, body: body('UNSUPPORTED_API_VERSION'), kind: 'missing' },
  { name: 'changed meanwhile', status: 412, body: '', kind: 'stale' },
  { name: 'address too long', status: 414, body: '', kind: 'invalid' },
  { name: 'header too long', status: 431, body: '', kind: 'invalid' },
  { name: 'broken', status: 500, body: body('UNKNOWN_EXCEPTION'), kind: 'unavailable' },
  { name: 'busy', status: 503, body: body('SERVER_UNAVAILABLE'), kind: 'unavailable' },
];

import type {
  AppRecord,
  Connector,
  CreateItem,
  Gone,
  ObjectType,
  Reads,
  UpdateItem,
  WriteResult,
  Writes,
} from '../../src/connector/contract.ts';
import { byIdsEach, listing } from '../../src/connector/listing.ts';
import { cursorPaging } from '../../src/connector/paging.ts';
import { passes } from '../../src/connector/passes.ts';
import { eachAtOnce, withoutValues } from '../../src/connector/sending.ts';
import type { HttpRequest, Reply, Session } from '../../src/connector/session.ts';
import type { Field } from '../../src/model/field.ts';
import type { Value, Values } from '../../src/model/value.ts';

/** Rows on a page. */
const mostListed = 100;

/** Items sent one by one before the engine stores their outcomes. */
const batchSize = 20;

/** Calls side by side. */
const mostAtOnce = 4;

/** Its index is said to be up to date within seconds. */
const overlapSeconds = 60;

const fields: Field[] = [
  { name: 'email', label: 'E-mail', type: 'email', writable: 'always', means: 'person.email' },
  {
    name: 'name',
    label: 'Name',
    type: 'text',
    writable: 'always',
    required: true,
    maxLength: 70_000,
    means: 'person.name',
  },
  { name: 'points', label: 'Points', type: 'number', writable: 'always' },
  { name: 'birthday', label: 'Birthday', type: 'date', writable: 'always', means: 'person.birthday' },
  {
    name: 'plan',
    label: 'Plan',
    type: 'select',
    writable: 'always',
    options: [
      { value: 'free', label: 'Free' },
      { value: 'paid', label: 'Paid' },
    ],
  },
];

const names = fields.map(({ name }) => name);

/** Example: a connector to begin with. Each request, and where the rows are, is all that an author writes. */
export const connector: Connector = {
  app: {
    name: 'example',
    label: 'Example',
    about: 'A small contact app.',
    category: 'crm',
    notices: 'Changes are asked for by their time.',
  },
  auth: {
    kind: 'key',
    secrets: [{ name: 'key', label: 'API key' }],
    apply: (request, { key }) => ({ ...request, headers: { ...request.headers, authorization: `Bearer ${key}` } }),
  },
  settings: [{ name: 'baseUrl', label: 'Address of the API', required: true }],
  limits: [{ name: 'calls a minute', gauge: 'rate', most: 300, windowSeconds: 60 }],
  objects: [people()],
  async whoami(s) {
    const reply = await s.request({ method: 'GET', url: '/v1/account' });
    const { id, name } = reply.json<{ id: string; name: string }>();
    return { id, label: name };
  },
  explain: (reply) => (reply.status < 400 ? undefined : errorOf(reply).code),
};

/** A person as the app shows it. `revision` grows with each change; `deleted` ones come in lists of changes. */
interface Row {
  id: string;
  revision: number;
  deleted?: boolean;
  [field: string]: unknown;
}

interface List {
  people: Row[];
  next?: string;
}

function people(): ObjectType {
  return {
    name: 'people',
    label: 'People',
    means: 'person',
    fields,
    keys: ['email'],
    reads: reads(),
    writes: writes(),
  };
}

function reads(): Reads {
  const pages = {
    paging: cursorPaging('after', (body) => (body as List).next),
    rows: (body: unknown) => (body as List).people,
    read: (rows: Row[], _: unknown, ask: { fields: string[] }) => readRows(rows, ask.fields),
  };
  const request = (query: HttpRequest['query']): HttpRequest => ({ method: 'GET', url: '/v1/people', query });
  const all = listing<Row>({ ...pages, request: () => request({ limit: mostListed }) });
  const changed = listing<Row>({
    ...pages,
    request: (ask) => request({ limit: mostListed, updated_since: ask.since }),
  });
  return {
    page: passes({ full: [all], changed: [changed], overlapSeconds }),
    byIds: byIdsEach<Row>({
      request: (id) => ({ method: 'GET', url: `/v1/people/${id}` }),
      read: (row, _, names) => recordOf(row, names),
    }),
    byIdsMost: 50,
    pageMost: mostListed,
    deletions: 'told',
    changes: 'since',
    overlapSeconds,
    freshOnList: true,
    orderedVersions: false,
  };
}

function writes(): Writes {
  const calls = (items: number) => items;
  return {
    create: {
      size: batchSize,
      safety: [{ by: 'idempotency-key', hours: 24 }, { by: 'window' }],
      calls,
      send: eachAtOnce<CreateItem>(mostAtOnce, async (s, { values, token }) => {
        const headers = { 'idempotency-key': token };
        return write(s, { method: 'POST', url: '/v1/people', headers, body: values }, values);
      }),
    },
    update: {
      size: batchSize,
      conditional: true,
      calls,
      send: eachAtOnce<UpdateItem>(mostAtOnce, async (s, { id, values, version }) => {
        const headers = { 'if-match': version ?? '*' };
        return write(s, { method: 'PATCH', url: `/v1/people/${id}`, headers, body: values }, values);
      }),
    },
    delete: {
      size: batchSize,
      conditional: true,
      send: eachAtOnce<{ id: string; version?: string }>(mostAtOnce, async (s, { id, version }) => {
        const headers = { 'if-match': version ?? '*' };
        await s.request({ method: 'DELETE', url: `/v1/people/${id}`, headers, accept: [404] });
        return { done: id };
      }),
    },
  };
}

function readRows(rows: Row[], names: string[]): { records: AppRecord[]; gone: Gone[] } {
  const live = rows.filter((row) => !row.deleted);
  const gone = rows.filter((row) => row.deleted).map(({ id }): Gone => ({ id, how: 'missing' }));
  return { records: live.map((row) => recordOf(row, names)), gone };
}

function recordOf(row: Row, names: string[]): AppRecord {
  return { id: row.id, values: shownValues(row, names), version: String(row.revision) };
}

/** Only what was asked for and answered: a field without a key was not seen, which is not the same as empty (null). */
function shownValues(row: Row, names: string[]): Values {
  const known = names.filter((name) => row[name] !== undefined && fields.some((field) => field.name === name));
  return Object.fromEntries(known.map((name) => [name, toValue(row[name])]));
}

function toValue(shown: unknown): Value {
  return shown === null || shown === '' ? null : String(shown);
}

async function write(s: Session, request: HttpRequest, sent: Values): Promise<WriteResult> {
  const reply = await s.request({ ...request, accept: [422] });
  if (reply.status < 400) {
    const row = reply.json<Row>();
    // The whole record, for what the app fills in by itself is then no change of anybody's.
    return { done: row.id, image: shownValues(row, names), version: String(row.revision) };
  }
  const { code, field, message = '' } = errorOf(reply);
  const category = code === 'unknown_option' ? 'unknown-option' : 'invalid-value';
  const words = withoutValues(message, Object.values(sent));
  return { refused: { kind: 'invalid', category, field, message: `Example refused the value: ${words}` } };
}

function errorOf(reply: Reply): { code?: string; field?: string; message?: string } {
  try {
    return (JSON.parse(reply.text) as { error?: { code?: string } }).error ?? {};
  } catch {
    return {};
  }
}

import { type Route, route } from '../../simulator/router.ts';
import type { SimRecord } from '../../simulator/sim-record.ts';
import { jsonReply } from '../../simulator/sim-reply.ts';
import { SalesforceError } from './simulator-error.ts';
import { isId, to18 } from './simulator-ids.ts';
import { type Org, type OrgObject, objectOf } from './simulator-org.ts';
import { versionOf } from './simulator-path.ts';
import { committedRecords, fieldAt, type Row, rowOf, valueAt } from './simulator-rows.ts';
import { type Condition, type Literal, parseQuery, type Query } from './simulator-soql.ts';
import { momentOf } from './simulator-values.ts';

/** Rows in one answer, and the query locators that an org keeps open. */
const rowsInAnswer = 2000;
const mostLocators = 50;

/** What a query found, and what it asked to see of it. */
export interface Found {
  object: OrgObject;
  query: Query;
  records: SimRecord[];
}

/** `query` and `queryAll`; the rest of a long answer waits under a locator. */
export function queryRoutes(org: Org): Route[] {
  const locators = new Map<string, { found: Found; at: number }>();
  let last = 0;
  const answer = (found: Found, at: number, version: string) => {
    const { object, query, records } = found;
    if (query.select === 'count') return jsonReply(200, { totalSize: records.length, done: true, records: [] });
    const paths = query.select;
    const rows = records.slice(at, at + rowsInAnswer).map((record): Row => rowOf(org, object, record, paths, version));
    const next = at + rows.length;
    if (next >= records.length) return jsonReply(200, { totalSize: records.length, done: true, records: rows });
    const locator = `01ggK${String(++last).padStart(10, '0')}-${next}`;
    locators.set(locator, { found, at: next });
    if (locators.size > mostLocators) locators.delete(locators.keys().next().value as string);
    const nextRecordsUrl = `/services/data/${version}/query/${locator}`;
    return jsonReply(200, { totalSize: records.length, done: false, nextRecordsUrl, records: rows });
  };
  return [
    route('GET', '/query', ({ request }) =>
      answer(find(org, request.query.get('q') ?? '', 'hidden'), 0, versionOf(request)),
    ),
    route('GET', '/queryAll', ({ request }) =>
      answer(find(org, request.query.get('q') ?? '', 'shown'), 0, versionOf(request)),
    ),
    route('GET', '/query/{locator}', ({ request, params }) => {
      const open = locators.get(params.locator ?? '');
      if (!open) throw new SalesforceError('INVALID_QUERY_LOCATOR', 'invalid query locator');
      return answer(open.found, open.at, versionOf(request));
    }),
  ];
}

/** Carries out a query. `deleted`: whether records in the recycle bin are among those looked at. */
export function find(org: Org, soql: string, deleted: 'shown' | 'hidden'): Found {
  const query = parseQuery(soql);
  const object = queried(org, query.from);
  for (const path of query.select === 'count' ? [] : query.select) fieldAt(org, object, path);
  const passes = query.where ? compile(org, object, query.where) : () => true;
  const records: SimRecord[] = [];
  for (const record of committedRecords(org, object, deleted)) if (passes(record)) records.push(record);
  const sorted = query.order.length > 0 ? records.sort(comparer(org, object, query)) : records;
  const end = query.limit === null ? undefined : query.offset + query.limit;
  return { object, query, records: sorted.slice(query.offset, end) };
}

function queried(org: Org, name: string): OrgObject {
  try {
    return objectOf(org, name);
  } catch {
    const message = `sObject type '${name}' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name.`;
    throw new SalesforceError('INVALID_TYPE', message);
  }
}

type Test = (record: SimRecord) => boolean;

function compile(org: Org, object: OrgObject, condition: Condition): Test {
  if ('all' in condition) {
    const tests = condition.all.map((one) => compile(org, object, one));
    return (record) => tests.every((test) => test(record));
  }
  if ('any' in condition) {
    const tests = condition.any.map((one) => compile(org, object, one));
    return (record) => tests.some((test) => test(record));
  }
  if ('not' in condition) {
    const test = compile(org, object, condition.not);
    return (record) => !test(record);
  }
  return compileComparison(org, object, condition);
}

function compileComparison(
  org: Org,
  object: OrgObject,
  { path, operator, values }: Extract<Condition, { path: string }>,
): Test {
  const field = fieldAt(org, object, path);
  if (field.type === 'textarea' && field.length > 255)
    throw new SalesforceError('INVALID_FIELD', `field '${field.name}' can not be filtered in a query call`);
  const wanted = values.map((literal) => keyOf(field.type, literalValue(field.type, literal)));
  const [first] = wanted;
  const actual = (record: SimRecord) => keyOf(field.type, valueAt(org, object, record, path));
  switch (operator) {
    case '=':
      return (record) => actual(record) === first;
    case '!=':
      return (record) => actual(record) !== first;
    case 'IN':
      return (record) => wanted.includes(actual(record));
    case 'NOT IN':
      return (record) => !wanted.includes(actual(record));
    case 'LIKE': {
      const pattern = likePattern(String(first ?? ''));
      return (record) => pattern.test(String(actual(record) ?? ''));
    }
    default:
      return (record) => ordered(actual(record), first, operator);
  }
}

function ordered(actual: Key, wanted: Key | undefined, operator: string): boolean {
  if (actual === null || wanted === null || wanted === undefined) return false;
  if (operator === '<') return actual < wanted;
  if (operator === '<=') return actual <= wanted;
  return operator === '>' ? actual > wanted : actual >= wanted;
}

/** What values are compared by: texts without case, times as numbers, ids in their long form. */
type Key = string | number | boolean | null;

function keyOf(type: string, value: unknown): Key {
  if (value === null || value === undefined || value === '') return null;
  if (type === 'datetime') return momentOf(value);
  if (type === 'id' || type === 'reference') return to18(String(value));
  if (typeof value === 'boolean' || typeof value === 'number') return value;
  return String(value).toLowerCase();
}

const fits: Record<Literal['kind'], (type: string) => boolean> = {
  null: () => true,
  text: (type) => !['boolean', 'int', 'double', 'currency', 'percent', 'date', 'datetime'].includes(type),
  number: (type) => ['int', 'double', 'currency', 'percent'].includes(type),
  boolean: (type) => type === 'boolean',
  date: (type) => type === 'date',
  datetime: (type) => type === 'datetime',
};

function literalValue(type: string, { kind, text }: Literal): unknown {
  if (!fits[kind](type)) {
    const message = `value of filter criterion must be of type ${type} and should ${kind === 'text' ? 'not ' : ''}be enclosed in quotes`;
    throw new SalesforceError('INVALID_FIELD', message);
  }
  if ((type === 'id' || type === 'reference') && kind === 'text' && !isId(text))
    throw new SalesforceError('INVALID_QUERY_FILTER_OPERATOR', `invalid ID field: ${text}`);
  if (kind === 'null') return null;
  return kind === 'number' ? Number(text) : kind === 'boolean' ? text === 'true' : text;
}

function likePattern(pattern: string): RegExp {
  const parts = [...pattern].map((letter) =>
    letter === '%' ? '.*' : letter === '_' ? '.' : letter.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
  );
  return new RegExp(`^${parts.join('')}$`, 'is');
}

/** Empty values come first. */
function comparer(org: Org, object: OrgObject, { order }: Query): (one: SimRecord, other: SimRecord) => number {
  const by = order.map(({ path, direction }) => {
    const { type } = fieldAt(org, object, path);
    const key = (record: SimRecord) => keyOf(type, valueAt(org, object, record, path));
    return { key, sign: direction === 'asc' ? 1 : -1 };
  });
  return (one, other) => {
    for (const { key, sign } of by) {
      const [a, b] = [key(one), key(other)];
      if (a === b) continue;
      if (a === null || b === null) return a === null ? -sign : sign;
      return a < b ? -sign : sign;
    }
    return 0;
  };
}

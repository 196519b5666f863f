import { type AppRecord, Failure, type Gone, type Page, type Reads } from '../../connector/contract.ts';
import { type KeysetQuery, keyset, listing, type Read } from '../../connector/listing.ts';
import { cursorPaging } from '../../connector/paging.ts';
import { passes, type Step, timeOf } from '../../connector/passes.ts';
import type { HttpRequest, Session } from '../../connector/session.ts';
import type { Field } from '../../model/field.ts';
import type { Values } from '../../model/value.ts';
import { addAssociations, isListed, type ListedAssociations } from './connector-associations.ts';
import { fieldsOf, stampOf, toValue, versionOf } from './connector-fields.ts';
import type { CrmAssociation, CrmObject } from './connector-object.ts';
import { pathsOf } from './connector-paths.ts';

/** Records on a page of a list. */
const mostListed = 100;

/** Records in a batch. */
export const mostInBatch = 100;

/** Records on a page of a search. */
const mostSearched = 200;

/**
 * How long the search index may lag behind, where the account's settings do not say. HubSpot gives no figure ("it may take a
 * few moments"); readers of minutes are on record, so five of them.
 */
const usualLagSeconds = 300;

/** Archived records are kept 90 days: an older cursor could have missed one. */
const cursorDays = 80;

/** All archived records are listed to find the new ones, so a long list is gone through the more rarely: a page a minute. */
const secondsPerArchivedPage = 60;

/** Property names in a list's address; with more the records are read in batches by their ids, whose body has no limit. */
const mostAddressLength = 6000;

/** A record as HubSpot shows it. */
export interface Shown {
  id: string;
  properties: Record<string, string | null>;
  updatedAt?: string;
  archived?: boolean;
  archivedAt?: string;
  objectWriteTraceId?: string;
  associations?: ListedAssociations;
}

interface Answer {
  results: Shown[];
  paging?: { next?: { after?: string } };
}

/** How an object type is read: full by the list (by id), changes by search, what was archived by the archived list. */
export function readsOf(object: CrmObject, settings: Record<string, string>): Reads {
  const told = Number(settings.searchLagSeconds);
  const overlapSeconds = told >= 0 ? told : usualLagSeconds;
  const changed = [changes(object), archivedList(object, overlapSeconds)];
  return {
    page: passes({ full: [fullList(object)], changed, overlapSeconds }),
    byIds: (s, ids, fields) => byIds(object, s, ids, fields),
    byIdsMost: mostInBatch,
    pageMost: mostListed,
    deletions: 'told',
    changes: 'since',
    overlapSeconds,
    freshOnList: false,
    orderedVersions: true,
    cursorDays,
  };
}

const afterPaging = cursorPaging('after', (body) => (body as Answer).paging?.next?.after);

function fullList(object: CrmObject): Step {
  return listing<Shown>({
    request(ask, s) {
      const properties = wantedProperties(object, ask.fields).join(',');
      const fars = new Set(
        askedAssociations(object, ask.fields)
          .filter(isListed)
          .map((one) => one.far),
      );
      return {
        method: 'GET',
        url: pathsOf(s.settings).objects(object.path),
        query: {
          limit: mostListed,
          archived: 'false',
          properties: properties.length > mostAddressLength ? 'hs_object_id' : properties,
          associations: fars.size > 0 ? [...fars].join(',') : undefined,
        },
      };
    },
    paging: afterPaging,
    rows: rowsOf,
    async read(rows, s, ask) {
      const properties = wantedProperties(object, ask.fields);
      if (properties.join(',').length <= mostAddressLength) return readRows(object, s, rows, ask.fields, 'listed');
      const ids = rows.map((row) => row.id);
      return byIds(object, s, ids, ask.fields);
    },
  });
}

/** Search takes one sort order and shows 10,000 results: each page asks anew from the last stamp, ties go by id. */
function changes(object: CrmObject): Step {
  return keyset<Shown>({
    request: (query, ask, s) => searchFor(object, query, ask.fields, s),
    rows: rowsOf,
    more: (body) => (body as Answer).paging?.next?.after !== undefined,
    stamp: (row) => stampOf(row.properties[object.modified] ?? row.updatedAt),
    id: (row) => row.id,
    read: (rows, s, ask) => readRows(object, s, rows, ask.fields),
  });
}

function searchFor(object: CrmObject, query: KeysetQuery, fields: string[], s: Session): HttpRequest {
  const operator = { from: 'GTE', beyond: 'GT', tied: 'EQ' }[query.order];
  const filters: { propertyName: string; operator: string; value: string }[] = [
    { propertyName: object.modified, operator, value: String(Date.parse(query.stamp)) },
  ];
  if (query.afterId !== undefined) filters.push({ propertyName: 'hs_object_id', operator: 'GT', value: query.afterId });
  const sortBy: string = query.order === 'tied' ? 'hs_object_id' : object.modified;
  return {
    method: 'POST',
    url: `${pathsOf(s.settings).objects(object.path)}/search`,
    body: {
      filterGroups: [{ filters }],
      sorts: [{ propertyName: sortBy, direction: 'ASCENDING' }],
      properties: wantedProperties(object, fields),
      limit: mostSearched,
    },
    effect: 'read',
  };
}

/** What the archived list is gone through for: whoever was archived since `since`; not again before `due` (milliseconds). */
interface ArchivedNote {
  since: string;
  due: number;
}

function archivedList(object: CrmObject, overlapSeconds: number): Step {
  return async (s, ask) => {
    const note: ArchivedNote = ask.note ? JSON.parse(ask.note) : { since: ask.since ?? '', due: 0 };
    const began = ask.began ?? s.clock.now();
    if (ask.place === undefined && began < note.due) return { records: [] };
    const { after, pages } = ask.place
      ? (JSON.parse(ask.place) as { after: string; pages: number })
      : { after: undefined, pages: 0 };
    const reply = await s.request({
      method: 'GET',
      url: pathsOf(s.settings).objects(object.path),
      query: { limit: mostListed, archived: 'true', properties: 'hs_object_id', after },
    });
    const { paging } = reply.json<Answer>();
    const gone = (rowsOf(reply.json()) ?? [])
      .filter((row) => !row.archivedAt || stampOf(row.archivedAt) >= note.since)
      .map(archivedOf);
    const next = paging?.next?.after;
    if (next !== undefined)
      return { records: [], gone, place: JSON.stringify({ after: next, pages: pages + 1 }), asOf: timeOf(reply) };
    const since = new Date(began - overlapSeconds * 1000).toISOString();
    const done: ArchivedNote = { since, due: began + pages * secondsPerArchivedPage * 1000 };
    return { records: [], gone, note: JSON.stringify(done), asOf: timeOf(reply) };
  };
}

function archivedOf({ id }: Shown): Gone {
  return { id, how: 'archived' };
}

/** Live records by id; of the others, which were merged, which are archived and which HubSpot no longer has. */
async function byIds(object: CrmObject, s: Session, ids: string[], fields: string[]): Promise<Page> {
  const rows = await batchRead(object, s, ids, fields, 'live');
  const { records, gone = [] } = await readRows(object, s, rows, fields);
  const told = new Set([...records, ...gone].map((one) => one.id));
  const missing = ids.filter((id) => !told.has(id));
  if (missing.length === 0) return { records, gone: gone.filter((one) => ids.includes(one.id)) };
  const archived = new Set((await batchRead(object, s, missing, [], 'archived')).map((row) => row.id));
  const others = missing.map((id): Gone => ({ id, how: archived.has(id) ? 'archived' : 'missing' }));
  return { records, gone: [...gone.filter((one) => ids.includes(one.id)), ...others] };
}

async function batchRead(
  object: CrmObject,
  s: Session,
  ids: string[],
  fields: string[],
  which: 'live' | 'archived',
): Promise<Shown[]> {
  if (ids.length === 0) return [];
  const reply = await s.request({
    method: 'POST',
    url: `${pathsOf(s.settings).objects(object.path)}/batch/read`,
    query: { archived: String(which === 'archived') },
    body: {
      inputs: ids.map((id) => ({ id })),
      properties: wantedProperties(object, fields),
      propertiesWithHistory: [],
    },
    effect: 'read',
  });
  return rowsOf(reply.json()) ?? [];
}

/** The rows of an answer; one that is no record makes the whole answer nonsense. */
function rowsOf(body: unknown): Shown[] | undefined {
  const rows = (body as Answer | null)?.results;
  if (!Array.isArray(rows)) return undefined;
  return rows.map((row) => {
    if (typeof row?.id !== 'string')
      throw new Failure('broken', 'HubSpot listed something that is no record; it is asked again later');
    return { ...row, properties: row.properties ?? {} };
  });
}

/**
 * Rows as records, with the associations asked for; records that were merged into one of them are gone. `listed`: the
 * rows came with all the associations that lists can show, so that what is not there does not exist.
 */
async function readRows(
  object: CrmObject,
  s: Session,
  rows: Shown[],
  fields: string[],
  from: 'listed' | 'searched' = 'searched',
): Promise<Read> {
  const known = new Map((await fieldsOf(object)(s)).map((field) => [field.name, field]));
  const listed = rows.map((row) => {
    const associations = from === 'listed' ? (row.associations ?? {}) : undefined;
    return { ...recordOf(object, row, known, fields), listed: associations };
  });
  await addAssociations(s, object, listed, askedAssociations(object, fields));
  const records = listed.map(({ id, values, version }): AppRecord => ({ id, values, version }));
  return { records, gone: rows.flatMap(mergedInto) };
}

/** A row as a record: the fields that were asked for and answered. */
function recordOf(object: CrmObject, row: Shown, known: Map<string, Field>, fields: string[]): AppRecord {
  const values: Values = {};
  for (const name of fields) {
    const field = known.get(name);
    const raw = row.properties[name];
    if (field && raw !== undefined) values[name] = toValue(field, raw);
  }
  for (const { name, kept } of object.associations) {
    if (kept.by !== 'property' || !fields.includes(name)) continue;
    const id = row.properties[kept.property];
    values[name] = id ? [id] : [];
  }
  return { id: row.id, values, version: versionOf(row) };
}

/** HubSpot lists in a record which ones were merged into it; their ids lead to it for ever. */
function mergedInto(row: Shown): Gone[] {
  const ids = (row.properties.hs_merged_object_ids ?? '').split(';').filter((id) => id !== '' && id !== row.id);
  return ids.map((id) => ({ id, how: 'missing', survivorId: row.id }));
}

function askedAssociations(object: CrmObject, fields: string[]): CrmAssociation[] {
  return object.associations.filter((one) => fields.includes(one.name));
}

function wantedProperties(object: CrmObject, fields: string[]): string[] {
  const backed = object.associations.flatMap((one) =>
    one.kept.by === 'property' && fields.includes(one.name) ? [one.kept.property] : [],
  );
  const associations = new Set(object.associations.map((one) => one.name));
  const properties = fields.filter((name) => !associations.has(name));
  return [...new Set([...properties, ...backed, 'hs_object_id', 'hs_merged_object_ids', object.modified])];
}

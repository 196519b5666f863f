import { type Route, route } from '../../simulator/router.ts';
import { jsonReply, type SimReply } from '../../simulator/sim-reply.ts';
import { jsonOf, type SimRequest } from '../../simulator/sim-request.ts';
import { failedItem, notFound, SalesforceError, type SavedItem } from './simulator-error.ts';
import { isId, to18 } from './simulator-ids.ts';
import { fieldOf, liveRecord, type Org, type OrgObject, objectOf, objectOfId } from './simulator-org.ts';
import { versionOf } from './simulator-path.ts';
import { upsert } from './simulator-records.ts';
import { committedRecord, type Row, rowOf } from './simulator-rows.ts';
import { createRecord, deleteRecord, readValues, updateRecord } from './simulator-save.ts';

/** Records that one call writes. */
const mostWritten = 200;

/** Records that one call reads. */
const mostRetrieved = 2000;

interface Item extends Record<string, unknown> {
  attributes?: { type?: string };
}

/** Many records in one call, each with an outcome of its own, in order; the call itself succeeds when items fail. */
export function collectionRoutes(org: Org): Route[] {
  return [
    route('POST', '/composite/sobjects', ({ request }) =>
      saved(org, itemsOf(request), (item, object) => {
        const record = createRecord(org, object, readValues(object, item), org.api);
        return { id: record.id, success: true, errors: [] };
      }),
    ),
    route('PATCH', '/composite/sobjects', ({ request }) =>
      saved(org, itemsOf(request), (item, object) => {
        const id = to18(String(item.id ?? item.Id ?? ''));
        return done(id, () => updateRecord(org, object, knownId(object, id), readValues(object, item), org.api));
      }),
    ),
    route('PATCH', '/composite/sobjects/{object}/{field}', ({ request, params }) => {
      const { object = '', field = '' } = params;
      const external = fieldOf(objectOf(org, object), field).name;
      return saved(org, itemsOf(request), ({ [external]: value, ...item }, one) => {
        if (value === undefined || value === null)
          throw new SalesforceError('MISSING_ARGUMENT', `${external} not specified`);
        return { ...upsert(org, one, external, value, item), success: true, errors: [] };
      });
    }),
    route('DELETE', '/composite/sobjects', ({ request }) => {
      const ids = (request.query.get('ids') ?? '').split(',').filter(Boolean);
      if (ids.length > mostWritten) throw tooMany(mostWritten);
      return jsonReply(
        200,
        ids.map((id) => removed(org, to18(id))),
      );
    }),
    route('GET', '/composite/sobjects/{object}', ({ request, params }) => {
      const list = (name: string) => (request.query.get(name) ?? '').split(',').filter(Boolean);
      return retrieved(org, objectOf(org, params.object ?? ''), list('ids'), list('fields'), versionOf(request));
    }),
    route('POST', '/composite/sobjects/{object}', ({ request, params }) => {
      const { ids, fields } = jsonOf(request) as { ids?: string[]; fields?: string[] };
      return retrieved(org, objectOf(org, params.object ?? ''), ids ?? [], fields ?? [], versionOf(request));
    }),
  ];
}

/** A body that cannot be read, or names a field that does not exist, makes the whole call fail, and nothing is saved. */
function saved(org: Org, items: Item[], save: (item: Item, object: OrgObject) => SavedItem): SimReply {
  const typed = items.map((item) => ({ item, object: objectOf(org, item.attributes?.type ?? '') }));
  for (const { item, object } of typed) readValues(object, item);
  const results = typed.map(({ item, object }): SavedItem => {
    try {
      return save(item, object);
    } catch (error) {
      if (!(error instanceof SalesforceError)) throw error;
      return failedItem(error);
    }
  });
  return jsonReply(200, results);
}

function itemsOf(request: SimRequest): Item[] {
  const { records, allOrNone } = jsonOf(request) as { records?: Item[]; allOrNone?: boolean };
  if (!Array.isArray(records)) throw new SalesforceError('JSON_PARSER_ERROR', 'records is missing');
  if (records.length > mostWritten) throw tooMany(mostWritten);
  if (allOrNone) throw new SalesforceError('INVALID_INPUT', 'the simulated org knows allOrNone: false only');
  return records;
}

function tooMany(most: number): SalesforceError {
  return new SalesforceError(
    'EXCEEDED_MAX_SIZE_REQUEST',
    `record limit reached. cannot submit more than ${most} records into this call`,
  );
}

/** The id of an update; one that no record ever had is no cross reference. */
function knownId(object: OrgObject, id: string): string {
  if (!isId(id)) throw new SalesforceError('MISSING_ARGUMENT', 'Id not specified in an update call');
  if (!object.table.get(id)) throw new SalesforceError('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id');
  return id;
}

function removed(org: Org, id: string): SavedItem {
  return guarded(id, () => {
    const object = isId(id) ? objectOfId(org, id) : undefined;
    if (!object) throw new SalesforceError('MALFORMED_ID', `malformed id ${id}`);
    if (!object.table.get(id)) throw new SalesforceError('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id');
    if (!liveRecord(object, id)) throw new SalesforceError('ENTITY_IS_DELETED', 'entity is deleted');
    deleteRecord(org, object, id, org.api);
  });
}

function guarded(id: string, save: () => unknown): SavedItem {
  try {
    return done(id, save);
  } catch (error) {
    if (!(error instanceof SalesforceError)) throw error;
    return failedItem(error, id);
  }
}

function done(id: string, save: () => unknown): SavedItem {
  save();
  return { id, success: true, errors: [] };
}

/** In the order of the ids; null where there is none, or not any more. */
function retrieved(org: Org, object: OrgObject, ids: string[], fields: string[], version: string): SimReply {
  if (ids.length > mostRetrieved) throw tooMany(mostRetrieved);
  if (fields.length === 0) throw notFound('no fields specified');
  for (const name of fields) fieldOf(object, name);
  const rows = ids.map((id): Row | null => {
    const record = committedRecord(org, object, to18(id));
    return record && record.archivedAt === undefined ? rowOf(org, object, record, fields, version) : null;
  });
  return jsonReply(200, rows);
}

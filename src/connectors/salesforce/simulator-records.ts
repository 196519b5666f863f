import { type Call, type Route, route } from '../../simulator/router.ts';
import type { SimRecord } from '../../simulator/sim-record.ts';
import { emptyReply, jsonReply, type SimReply } from '../../simulator/sim-reply.ts';
import { jsonOf } from '../../simulator/sim-request.ts';
import { notFound, SalesforceError } from './simulator-error.ts';
import { to18 } from './simulator-ids.ts';
import { fieldOf, type Org, type OrgObject, objectOf } from './simulator-org.ts';
import { versionOf } from './simulator-path.ts';
import { committedRecord, rowOf } from './simulator-rows.ts';
import { createRecord, deleteRecord, readValues, updateRecord } from './simulator-save.ts';
import { momentOf } from './simulator-values.ts';

/** Single records: read, make, change, delete, and upsert by an external id. */
export function recordRoutes(org: Org): Route[] {
  const at = (call: Call) => objectOf(org, call.params.object ?? '');
  return [
    route('POST', '/sobjects/{object}', (call) => {
      const record = createRecord(org, at(call), readValues(at(call), jsonOf(call.request)), org.api);
      return jsonReply(201, { id: record.id, success: true, errors: [] });
    }),
    route('GET', '/sobjects/{object}/{id}', (call) => {
      const record = shownRecord(org, at(call), call.params.id ?? '');
      const asked = call.request.query.get('fields');
      const paths = asked ? asked.split(',') : [...at(call).fields.keys()];
      return jsonReply(200, rowOf(org, at(call), record, paths, versionOf(call.request)));
    }),
    route('PATCH', '/sobjects/{object}/{id}', (call) => {
      const record = shownRecord(org, at(call), call.params.id ?? '');
      const refused = refusedByDate(call, record);
      if (refused) return refused;
      updateRecord(org, at(call), record.id, readValues(at(call), jsonOf(call.request)), org.api);
      return emptyReply();
    }),
    route('DELETE', '/sobjects/{object}/{id}', (call) => {
      const record = shownRecord(org, at(call), call.params.id ?? '');
      deleteRecord(org, at(call), record.id, org.api);
      return emptyReply();
    }),
    route('GET', '/sobjects/{object}/{field}/{value}', (call) => {
      const { field = '', value = '' } = call.params;
      const record = byExternalId(at(call), field, value);
      if (!record) throw notFound();
      return jsonReply(200, rowOf(org, at(call), record, [...at(call).fields.keys()], versionOf(call.request)));
    }),
    route('PATCH', '/sobjects/{object}/{field}/{value}', (call) => {
      const { field = '', value = '' } = call.params;
      const saved = upsert(org, at(call), field, value, jsonOf(call.request));
      return jsonReply(saved.created ? 201 : 200, { ...saved, success: true, errors: [] });
    }),
  ];
}

/** Makes a record with this value of an external id field, or changes the one that has it. */
export function upsert(
  org: Org,
  object: OrgObject,
  field: string,
  value: unknown,
  given: Record<string, unknown>,
): { id: string; created: boolean } {
  const known = byExternalId(object, field, value);
  const values = readValues(object, given);
  if (known) return { id: updateRecord(org, object, known.id, values, org.api).id, created: false };
  if (field.toLowerCase() === 'id') throw notFound();
  const record = createRecord(org, object, { ...values, ...readValues(object, { [field]: value }) }, org.api);
  return { id: record.id, created: true };
}

function byExternalId(object: OrgObject, name: string, value: unknown): SimRecord | undefined {
  const field = fieldOf(object, name);
  if (field.name === 'Id') return object.table.get(to18(String(value)));
  if (!field.externalId) throw notFound(`Provided external ID field does not exist or is not accessible: ${name}`);
  const found = object.table.find(field.name, value);
  return found?.archivedAt === undefined ? found : undefined;
}

function shownRecord(org: Org, object: OrgObject, id: string): SimRecord {
  const record = committedRecord(org, object, to18(id));
  if (!record) throw notFound();
  if (record.archivedAt !== undefined)
    throw new SalesforceError('ENTITY_IS_DELETED', 'entity is deleted', { status: 404 });
  return record;
}

/** Conditional requests work for single records only, and to the second. */
function refusedByDate({ request }: Call, record: SimRecord): SimReply | undefined {
  const since = request.headers['if-unmodified-since'];
  const isStale = since !== undefined && record.updatedAt - (record.updatedAt % 1000) > momentOf(since);
  return isStale ? { status: 412, headers: {}, body: '' } : undefined;
}

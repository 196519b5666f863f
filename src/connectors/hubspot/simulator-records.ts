import type { AppEdits } from '../../simulator/admin.ts';
import { limitOf } from '../../simulator/paging.ts';
import { type Call, type Route, route } from '../../simulator/router.ts';
import type { Actor, SimRecord, SimValues } from '../../simulator/sim-record.ts';
import { emptyReply, jsonReply } from '../../simulator/sim-reply.ts';
import {
  associate,
  associationsShown,
  type GivenAssociation,
  keepOnePrimary,
  personAssociates,
  personDissociates,
  refuseBadAssociations,
} from './simulator-edges.ts';
import { HubSpotError, invalid, notFound } from './simulator-error.ts';
import { bodyOf, eraseInput, mergeInput, recordInput } from './simulator-input.ts';
import { objectOf, type Portal, type PortalObject } from './simulator-portal.ts';
import { shownRecord, type Wanted } from './simulator-shown.ts';
import { storedValues } from './simulator-values.ts';

/** Records on a page of a list. */
const listLimit = { usual: 10, most: 100 };

/** Endpoints for single records: list, read, create, update, archive, merge, erase. */
export function recordRoutes(portal: Portal): Route[] {
  const base = '/crm/v3/objects/{object}';
  const at = (call: Call) => objectOf(portal, call.params.object ?? '');
  return [
    route('GET', base, (call) => list(portal, at(call), call)),
    route('POST', base, (call) => {
      const { properties, associations } = bodyOf(call.request, recordInput);
      const record = createRecord(portal, at(call), properties, portal.app, associations ?? []);
      return jsonReply(201, shownRecord(portal, at(call), record, 'all set'));
    }),
    route('GET', `${base}/{id}`, (call) => {
      const record = findRecord(at(call), call.params.id ?? '', call.request.query.get('idProperty'));
      const wantArchived = call.request.query.get('archived') === 'true';
      if (!record || (record.archivedAt !== undefined) !== wantArchived) throw notFound();
      return jsonReply(200, withAssociations(portal, at(call), record, call));
    }),
    route('PATCH', `${base}/{id}`, (call) => {
      const { properties } = bodyOf(call.request, recordInput);
      const record = findRecord(at(call), call.params.id ?? '', call.request.query.get('idProperty'));
      if (!record) throw notFound();
      const after = updateRecord(at(call), record.id, properties, portal.app);
      return jsonReply(200, shownRecord(portal, at(call), after, afterUpdate(properties)));
    }),
    route('DELETE', `${base}/{id}`, (call) => {
      const record = at(call).table.get(call.params.id ?? '');
      if (!record) throw notFound();
      if (record.archivedAt === undefined) at(call).table.archive(record.id, portal.app);
      return emptyReply();
    }),
    route('POST', `${base}/merge`, (call) => {
      const { primaryObjectId, objectIdToMerge } = bodyOf(call.request, mergeInput);
      const record = mergeRecords(portal, at(call), primaryObjectId, objectIdToMerge, portal.app);
      return jsonReply(200, shownRecord(portal, at(call), record, 'all set'));
    }),
    route('POST', `${base}/gdpr-delete`, (call) => {
      const { objectId, idProperty } = bodyOf(call.request, eraseInput);
      const record = findRecord(at(call), objectId, idProperty);
      if (record) purgeRecord(portal, at(call), record.id, portal.app);
      return emptyReply();
    }),
  ];
}

/** What a person does in HubSpot goes through the same rules. */
export function portalEdits(portal: Portal): AppEdits {
  const at = (name: string) => objectOf(portal, name);
  return {
    create: (object, values, actor) => createRecord(portal, at(object), values, actor),
    update: (object, id, values, actor) => updateRecord(at(object), id, values, actor),
    archive: (object, id, actor) => void at(object).table.archive(id, actor),
    restore: (object, id, actor) => void at(object).table.restore(id, actor),
    purge: (object, id, actor) => purgeRecord(portal, at(object), id, actor),
    merge: (object, primary, other, actor) => mergeRecords(portal, at(object), primary, other, actor),
    associate: (from, to, label, actor) => personAssociates(portal, from, to, label, actor),
    dissociate: (from, to, label, actor) => personDissociates(portal, from, to, label, actor),
  };
}

/** Makes a record, with its associations. */
export function createRecord(
  portal: Portal,
  object: PortalObject,
  values: SimValues,
  actor: Actor,
  associations: GivenAssociation[] = [],
): SimRecord {
  refuseBadAssociations(portal, object.name, associations);
  const record = object.table.create(storedValues(object, values), actor);
  for (const { to, types } of associations) {
    associate(portal, { object: object.name, id: record.id }, to.id, types, actor);
  }
  return record;
}

/** Changes a live record. */
export function updateRecord(object: PortalObject, id: string, values: SimValues, actor: Actor): SimRecord {
  return object.table.update(id, storedValues(object, values, object.table.get(id)), actor);
}

/** What an update's answer shows: what was sent, and where the record came from. */
export function afterUpdate(sent: SimValues): Wanted {
  return { named: [...Object.keys(sent), 'hs_object_source', 'hs_object_source_id', 'hs_object_source_label'] };
}

/** The record of an id, or of the value of a unique property. */
export function findRecord(
  object: PortalObject,
  id: string,
  idProperty: string | null | undefined,
): SimRecord | undefined {
  if (!idProperty) return object.table.get(id);
  if (idProperty === 'hs_object_id') return object.table.get(id);
  if (!object.properties.get(idProperty)?.hasUniqueValue) {
    throw invalid(`Unable to look up ${object.typeId} by non-unique property ${idProperty}`);
  }
  return object.table.find(idProperty, id);
}

/**
 * Merges two records. Both ids then lead to a new record with a new id; the primary's values win, the other's fill what
 * the primary lacks (changelog "Updated merge functionality for contacts and companies").
 */
function mergeRecords(
  portal: Portal,
  object: PortalObject,
  primaryId: string,
  otherId: string,
  actor: Actor,
): SimRecord {
  const [primary, other] = [object.table.get(primaryId), object.table.get(otherId)];
  if (!primary || !other) throw notFound();
  if (primary.id === other.id)
    throw new HubSpotError(400, { message: 'Cannot merge a record with itself', category: 'VALIDATION_ERROR' });
  const more = additionalEmails(object, primary, other);
  const values = { ...other.values, ...primary.values, ...(more ? { hs_additional_emails: more } : {}) };
  const merged = object.table.merge(primary.id, other.id, 'new-id', values, actor);
  const end = { object: object.name, id: merged.id };
  for (const { id } of [primary, other]) portal.edges.move({ object: object.name, id }, end);
  keepOnePrimary(portal, end, actor);
  return merged;
}

function purgeRecord(portal: Portal, object: PortalObject, id: string, actor: Actor): void {
  object.table.purge(id, actor);
  portal.edges.drop({ object: object.name, id });
}

function additionalEmails(object: PortalObject, primary: SimRecord, other: SimRecord): string | undefined {
  if (object.name !== 'contacts') return undefined;
  const kept = [primary.values.hs_additional_emails, other.values.hs_additional_emails, other.values.email];
  const all = kept
    .flatMap((text) => String(text ?? '').split(';'))
    .filter((one) => one && one !== primary.values.email);
  return primary.values.email === undefined || all.length === 0 ? undefined : [...new Set(all)].join(';');
}

function list(portal: Portal, object: PortalObject, call: Call): ReturnType<typeof jsonReply> {
  const { query } = call.request;
  const limit = limitOf(query.get('limit'), listLimit);
  if (limit === undefined) throw invalid(`The maximum value for limit is ${listLimit.most}`);
  const after = query.get('after') ?? undefined;
  if (after !== undefined && !/^\d+$/.test(after)) throw invalid(`after is not a paging token: ${after}`);
  const kind = query.get('archived') === 'true' ? 'archived' : 'live';
  const { records, next } = object.table.page(kind, after, limit);
  const results = records.map((record) => withAssociations(portal, object, record, call));
  const link = `https://api.hubapi.com${call.request.path}?limit=${limit}&after=${next}`;
  return jsonReply(200, { results, ...(next === undefined ? {} : { paging: { next: { after: next, link } } }) });
}

function withAssociations(portal: Portal, object: PortalObject, record: SimRecord, call: Call): object {
  const { query } = call.request;
  const named = listed(query, 'properties');
  const history = listed(query, 'propertiesWithHistory');
  const wanted: Wanted = named.length > 0 || history.length > 0 ? { named, history } : 'usual';
  const shown = shownRecord(portal, object, record, wanted);
  const wantedEdges = listed(query, 'associations');
  if (wantedEdges.length === 0) return shown;
  return { ...shown, associations: associationsShown(portal, { object: object.name, id: record.id }, wantedEdges) };
}

/** A parameter given several times, or once with commas. */
function listed(query: URLSearchParams, name: string): string[] {
  return query
    .getAll(name)
    .flatMap((one) => one.split(','))
    .filter((one) => one !== '');
}

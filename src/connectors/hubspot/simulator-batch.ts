import type { z } from 'zod';
import { hashFraction } from '../../simulator/ids.ts';
import { type Call, type Route, route } from '../../simulator/router.ts';
import { NoSuchRecord, type SimRecord } from '../../simulator/sim-record.ts';
import { emptyReply, type SimReply } from '../../simulator/sim-reply.ts';
import { batchReply, type ItemError, itemError } from './simulator-batch-reply.ts';
import { refuseBadAssociations } from './simulator-edges.ts';
import { HubSpotError, invalid, invalidValues, type ValueProblem } from './simulator-error.ts';
import { batchOf, bodyOf, readInput, recordItem } from './simulator-input.ts';
import { objectOf, type Portal, type PortalObject } from './simulator-portal.ts';
import { afterUpdate, createRecord, findRecord, updateRecord } from './simulator-records.ts';
import { type ShownRecord, shownRecord, type Wanted } from './simulator-shown.ts';
import { storedValues } from './simulator-values.ts';

/** Inputs of one batch call. */
const batchMost = 100;

type Input = z.output<typeof recordItem>;

/** Batch endpoints of records. Results come in no order that could be relied on (hubspot-api-nodejs issue 190). */
export function batchRoutes(portal: Portal): Route[] {
  const base = '/crm/v3/objects/{object}/batch';
  const on = (act: (portal: Portal, object: PortalObject, inputs: Input[], call: Call) => SimReply) => (call: Call) =>
    act(portal, objectOf(portal, call.params.object ?? ''), batchOf(call.request, recordItem, batchMost), call);
  return [
    route('POST', `${base}/read`, on(batchRead)),
    route('POST', `${base}/create`, on(batchCreate)),
    route('POST', `${base}/update`, on(batchUpdate)),
    route('POST', `${base}/upsert`, on(batchUpsert)),
    route('POST', `${base}/archive`, on(batchArchive)),
  ];
}

function batchRead(portal: Portal, object: PortalObject, inputs: Input[], call: Call): SimReply {
  const { properties, propertiesWithHistory, idProperty } = bodyOf(call.request, readInput);
  const wantArchived = call.request.query.get('archived') === 'true';
  const found = new Map<string, SimRecord>();
  const missing: string[] = [];
  for (const { id } of inputs) {
    const record = findRecord(object, String(id), idProperty);
    if (record && (record.archivedAt !== undefined) === wantArchived) found.set(record.id, record);
    else missing.push(String(id));
  }
  const [named, history] = [properties ?? [], propertiesWithHistory ?? []];
  const wanted: Wanted = named.length + history.length > 0 ? { named, history } : 'usual';
  const results = shuffled([...found.values()].map((record) => shownRecord(portal, object, record, wanted)));
  return batchReply(portal, 200, results, missing.length > 0 ? [missingError(object, missing)] : []);
}

/** With a trace id on every input each item stands for itself; without, one bad item fails the whole batch. */
function batchCreate(portal: Portal, object: PortalObject, inputs: Input[]): SimReply {
  const act = (input: Input) => {
    const record = createRecord(portal, object, input.properties, portal.app, input.associations ?? []);
    return shownRecord(portal, object, record, 'all set');
  };
  if (inputs.every(({ objectWriteTraceId }) => objectWriteTraceId)) return eachTraced(portal, 201, inputs, act);
  refuseAll(
    inputs.map(({ properties, associations }) => () => {
      refuseBadAssociations(portal, object.name, associations ?? []);
      object.table.probe(storedValues(object, properties));
    }),
  );
  refuseTwins(object, inputs);
  return batchReply(portal, 201, shuffled(inputs.map(act)), []);
}

function batchUpdate(portal: Portal, object: PortalObject, inputs: Input[]): SimReply {
  refuseDuplicateIds(inputs);
  const idProperty = inputs.find((input) => input.idProperty)?.idProperty;
  refuseLoosely(portal, object, idProperty);
  const act = ({ id, properties }: Input) => {
    const record = liveRecord(object, String(id), idProperty);
    const after = updateRecord(object, record.id, properties, portal.app);
    return shownRecord(portal, object, after, afterUpdate(properties));
  };
  if (inputs.every(({ objectWriteTraceId }) => objectWriteTraceId)) return eachTraced(portal, 200, inputs, act);
  const missing = inputs.filter(({ id }) => !isLive(findRecord(object, String(id), idProperty)));
  const present = inputs.filter((input) => !missing.includes(input));
  refuseAll(
    present.map(({ id, properties }) => () => {
      const record = liveRecord(object, String(id), idProperty);
      object.table.probe(storedValues(object, properties, record), record);
    }),
  );
  const results = shuffled(present.map(act));
  const ids = missing.map(({ id }) => String(id));
  return batchReply(portal, 200, results, ids.length > 0 ? [missingError(object, ids)] : []);
}

function batchUpsert(portal: Portal, object: PortalObject, inputs: Input[]): SimReply {
  refuseDuplicateIds(inputs);
  const idProperty = inputs[0]?.idProperty;
  if (!idProperty) throw invalid('idProperty is needed');
  refuseLoosely(portal, object, idProperty);
  const act = ({ id, properties }: Input) => {
    const present = findRecord(object, String(id), idProperty);
    const values = { [idProperty]: id, ...properties };
    const record = present
      ? updateRecord(object, present.id, properties, portal.app)
      : createRecord(portal, object, values, portal.app);
    return { ...shownRecord(portal, object, record, present ? afterUpdate(values) : 'all set'), new: !present };
  };
  if (inputs.every(({ objectWriteTraceId }) => objectWriteTraceId)) return eachTraced(portal, 200, inputs, act);
  refuseAll(
    inputs.map(({ id, properties }) => () => {
      const present = findRecord(object, String(id), idProperty);
      const values = present ? properties : { [idProperty]: id, ...properties };
      object.table.probe(storedValues(object, values, present), present);
    }),
  );
  return batchReply(portal, 200, shuffled(inputs.map(act)), []);
}

/** Ids that are not there, or archived already, count as done. */
function batchArchive(portal: Portal, object: PortalObject, inputs: Input[]): SimReply {
  for (const { id } of inputs) {
    const record = object.table.get(String(id));
    if (isLive(record)) object.table.archive(record.id, portal.app);
  }
  return emptyReply();
}

function eachTraced(portal: Portal, status: number, inputs: Input[], act: (input: Input) => ShownRecord): SimReply {
  const errors: ItemError[] = [];
  const results = inputs.flatMap((input) => {
    const trace = input.objectWriteTraceId ?? '';
    try {
      return [{ ...act(input), objectWriteTraceId: trace }];
    } catch (error) {
      const ids: Record<string, string[]> = error instanceof NoSuchRecord ? { ids: [String(input.id)] } : {};
      errors.push(itemError(error, portal, { objectWriteTraceId: [trace], ...ids }));
      return [];
    }
  });
  return batchReply(portal, status, shuffled(results), errors);
}

/** Value problems of all inputs come together; any other refusal is the first one's. */
function refuseAll(probes: (() => void)[]): void {
  const problems: ValueProblem[] = [];
  for (const probe of probes) {
    try {
      probe();
    } catch (error) {
      if (!(error instanceof HubSpotError) || !error.facts.errors) throw error;
      problems.push(
        ...error.facts.errors.map(({ message, code = '', context }) => ({
          message,
          code,
          property: context?.propertyName?.[0] ?? '',
        })),
      );
    }
  }
  if (problems.length > 0) throw invalidValues(problems);
}

/** Two new records of one batch with one unique value. */
function refuseTwins(object: PortalObject, inputs: Input[]): void {
  for (const { name, hasUniqueValue } of object.properties.values()) {
    if (!hasUniqueValue) continue;
    const seen = new Set<string>();
    for (const { properties } of inputs) {
      const value = String(properties[name] ?? '')
        .trim()
        .toLowerCase();
      if (value !== '' && seen.has(value))
        throw invalid(`Two inputs of the batch have one value of the unique property ${name}`);
      seen.add(value);
    }
  }
}

function refuseDuplicateIds(inputs: Input[]): void {
  const ids = inputs.map(({ id }) => String(id));
  const doubled = [...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))];
  if (doubled.length === 0) return;
  throw invalid(`Duplicate IDs found in batch input: [${doubled.join(', ')}]. IDs must be unique`, { ids: doubled });
}

/** `hs_object_id` is no unique property to these endpoints: the record's id needs no idProperty. */
function refuseLoosely(portal: Portal, object: PortalObject, idProperty: string | null | undefined): void {
  if (!idProperty || object.properties.get(idProperty)?.hasUniqueValue) return;
  throw invalid(
    `Unable to perform update/upsert by non-unique ${object.typeId} property ${idProperty} in portal ID ${portal.id}`,
  );
}

function liveRecord(object: PortalObject, id: string, idProperty: string | null | undefined): SimRecord {
  const record = findRecord(object, id, idProperty);
  if (!isLive(record)) throw new NoSuchRecord(object.name, id);
  return record;
}

function isLive(record: SimRecord | undefined): record is SimRecord {
  return record !== undefined && record.archivedAt === undefined;
}

function missingError(object: PortalObject, ids: string[]): ItemError {
  return {
    status: 'error',
    category: 'OBJECT_NOT_FOUND',
    message: `Could not get some ${object.singular.toUpperCase()} objects, they may be deleted or not exist. Check that ids are valid.`,
    context: { ids },
  };
}

function shuffled(records: ShownRecord[]): ShownRecord[] {
  return records
    .map((record) => ({ record, place: hashFraction(record.id, 7) }))
    .sort((a, b) => a.place - b.place)
    .map(({ record }) => record);
}

import type { AppEdits } from '../../simulator/admin.ts';
import type { Actor, SimRecord, SimValues } from '../../simulator/sim-record.ts';
import { UniqueClash } from '../../simulator/sim-record.ts';
import { notFound, SalesforceError } from './simulator-error.ts';
import { to18 } from './simulator-ids.ts';
import { derived } from './simulator-object-rules.ts';
import { fieldOf, liveRecord, type Org, type OrgObject, objectOf } from './simulator-org.ts';
import { userOf } from './simulator-rows.ts';
import { storedValue } from './simulator-values.ts';

/** Values of a request, by the fields' right names and in stored form. Throws what makes a whole call fail. */
export function readValues(object: OrgObject, given: Readonly<Record<string, unknown>>): SimValues {
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    if (name === 'attributes' || name.toLowerCase() === 'id') continue;
    const field = fieldOf(object, name);
    values[field.name] = storedValue(field, value);
  }
  return values;
}

/** Makes a record. */
export function createRecord(org: Org, object: OrgObject, values: SimValues, actor: Actor): SimRecord {
  refuseFixed(object, values, 'create');
  const filled = { ...defaultsOf(org, object, actor), ...derived(org, object.name, values, undefined) };
  const record = clashing(() => object.table.create(filled, actor));
  touchParent(org, object, record, actor);
  return record;
}

/** Changes a live record. Saving the same values again is a change too, as far as its stamp goes. */
export function updateRecord(org: Org, object: OrgObject, id: string, values: SimValues, actor: Actor): SimRecord {
  const before = liveOr(object, id);
  refuseLocked(org, object, before.id, actor);
  refuseFixed(object, values, 'update');
  const after = clashing(() => object.table.update(before.id, derived(org, object.name, values, before), actor));
  touchParent(org, object, after, actor);
  return after === before ? object.table.touch(before.id, actor) : after;
}

/** Puts a live record into the recycle bin. */
export function deleteRecord(org: Org, object: OrgObject, id: string, actor: Actor): void {
  const before = liveOr(object, id);
  refuseLocked(org, object, before.id, actor);
  object.table.archive(before.id, actor);
  touchParent(org, object, before, actor);
}

/** Merges a record into another of its type: it goes to the recycle bin and says where it went. */
export function mergeRecords(org: Org, object: OrgObject, masterId: string, otherId: string, actor: Actor): SimRecord {
  if (!object.mergeable) throw new SalesforceError('INVALID_OPERATION', `${object.name} cannot be merged`);
  const [master, other] = [liveOr(object, masterId), liveOr(object, otherId)];
  for (const far of org.objects.values()) relinkTo(org, far, object.name, other.id, master.id, actor);
  object.table.update(other.id, { MasterRecordId: master.id }, actor);
  object.table.archive(other.id, actor);
  const gaps = Object.entries(other.values).filter(
    ([name]) => master.values[name] === undefined && object.fields.get(name)?.updateable,
  );
  const after = object.table.update(master.id, Object.fromEntries(gaps), actor);
  return after === master ? object.table.touch(master.id, actor) : after;
}

/** Whatever led to one record leads to the other. */
function relinkTo(org: Org, far: OrgObject, object: string, from: string, to: string, actor: Actor): void {
  for (const field of far.fields.values()) {
    if (!field.referenceTo.includes(object) || field.name === 'MasterRecordId') continue;
    for (const record of org.children.of(far.name, field.name, from))
      far.table.update(record.id, { [field.name]: to }, actor);
  }
}

/** What people do in the app goes through the same rules. */
export function orgEdits(org: Org): AppEdits {
  const at = (name: string) => objectOf(org, name);
  return {
    create: (object, values, actor) => createRecord(org, at(object), readValues(at(object), values), actor),
    update: (object, id, values, actor) => updateRecord(org, at(object), id, readValues(at(object), values), actor),
    archive: (object, id, actor) => deleteRecord(org, at(object), id, actor),
    restore: (object, id, actor) => void at(object).table.restore(id, actor),
    purge: (object, id, actor) => at(object).table.purge(id, actor),
    merge: (object, primary, other, actor) => mergeRecords(org, at(object), primary, other, actor),
  };
}

/** Which error a live record's absence is. */
export function liveOr(object: OrgObject, id: string): SimRecord {
  const record = liveRecord(object, id);
  if (record) return record;
  if (object.table.get(to18(id))) throw new SalesforceError('ENTITY_IS_DELETED', 'entity is deleted', { status: 404 });
  throw notFound();
}

function defaultsOf(org: Org, object: OrgObject, actor: Actor): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const field of object.fields.values()) if (field.default !== undefined) values[field.name] = field.default;
  if (object.fields.has('OwnerId')) values.OwnerId = userOf(actor.id);
  if (object.name === 'Order') values.OrderNumber = String(object.table.size + 101).padStart(8, '0');
  if (object.name === 'OrderItem') values.OrderItemNumber = String(object.table.size + 1).padStart(10, '0');
  return object.fields.has('CurrencyIsoCode') ? { ...values, CurrencyIsoCode: org.corporateCurrency } : values;
}

/** Fields that nobody may write, or only once. */
function refuseFixed(object: OrgObject, values: SimValues, what: 'create' | 'update'): void {
  const fixed = Object.keys(values).filter((name) => {
    const field = object.fields.get(name);
    return what === 'create' ? !field?.createable : !field?.updateable;
  });
  if (fixed.length === 0) return;
  const words = `Unable to create/update fields: ${fixed.join(', ')}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.`;
  throw new SalesforceError('INVALID_FIELD_FOR_INSERT_UPDATE', words, { fields: fixed });
}

function refuseLocked(org: Org, object: OrgObject, id: string, actor: Actor): void {
  if (actor.kind === 'person' || !org.transactions.isLocked(object.name, id)) return;
  const words = `unable to obtain exclusive access to this record or 1 records: ${id}`;
  throw new SalesforceError('UNABLE_TO_LOCK_ROW', words);
}

function clashing(save: () => SimRecord): SimRecord {
  try {
    return save();
  } catch (error) {
    if (!(error instanceof UniqueClash)) throw error;
    const words = `duplicate value found: ${error.field} duplicates value on record with id: ${error.existingId.slice(0, 15)}`;
    throw new SalesforceError('DUPLICATE_VALUE', words);
  }
}

/** Totals are part of the parent: its stamp moves with its items. */
function touchParent(org: Org, object: OrgObject, { values }: SimRecord, actor: Actor): void {
  const lookup = { OrderItem: 'OrderId', OpportunityLineItem: 'OpportunityId' }[object.name];
  if (lookup === undefined) return;
  const parent = objectOf(org, lookup.replace(/Id$/, ''));
  const record = liveRecord(parent, values[lookup]);
  if (!record) return;
  const book = org.ground.store.table('PricebookEntry').get(String(values.PricebookEntryId))?.values.Pricebook2Id;
  if (record.values.Pricebook2Id === undefined && book) parent.table.update(record.id, { Pricebook2Id: book }, actor);
  else parent.table.touch(record.id, actor);
}

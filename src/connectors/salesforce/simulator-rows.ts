import type { SimRecord } from '../../simulator/sim-record.ts';
import { SalesforceError } from './simulator-error.ts';
import type { SimField } from './simulator-field.ts';
import { adminUserId, fieldOf, type Org, type OrgObject, objectOf, objectOfId } from './simulator-org.ts';
import { stages } from './simulator-sales-objects.ts';
import { momentText } from './simulator-values.ts';

/** A row as a query shows it. */
export type Row = Record<string, unknown>;

/** The records of an object type that everybody sees: uncommitted changes left out. `deleted`: those in the recycle bin too. */
export function* committedRecords(org: Org, object: OrgObject, deleted: 'shown' | 'hidden'): Generator<SimRecord> {
  for (const record of object.table.all()) {
    const seen = org.transactions.committed(object.name, record);
    if (seen && (deleted === 'shown' || seen.archivedAt === undefined)) yield seen;
  }
}

/** The committed record of an id, deleted or not. */
export function committedRecord(org: Org, object: OrgObject, id: string): SimRecord | undefined {
  const record = object.table.get(id);
  return record && org.transactions.committed(object.name, record);
}

/** A record with these fields, as an answer has it. */
export function rowOf(org: Org, object: OrgObject, record: SimRecord, paths: string[], version: string): Row {
  const url = `/services/data/${version}/sobjects/${object.name}/${record.id}`;
  const row: Row = { attributes: { type: object.name, url } };
  for (const path of paths) {
    const [first = '', ...rest] = path.split('.');
    if (rest.length === 0) row[fieldOf(object, first).name] = fieldValue(org, object, record, first);
    else row[first] = parentRow(org, object, record, first, rest.join('.'), row[first] as Row | undefined, version);
  }
  return row;
}

/** The value at a path, which may lead through lookups: `Account.Name`. */
export function valueAt(org: Org, object: OrgObject, record: SimRecord, path: string): unknown {
  const [first = '', ...rest] = path.split('.');
  if (rest.length === 0) return fieldValue(org, object, record, first);
  const parent = parentOf(org, object, record, first);
  return parent ? valueAt(org, parent.object, parent.record, rest.join('.')) : null;
}

/** The field at the end of a path. Throws where there is none. */
export function fieldAt(org: Org, object: OrgObject, path: string): SimField {
  const [first = '', ...rest] = path.split('.');
  if (rest.length === 0) return fieldOf(object, first);
  return fieldAt(org, farObject(org, object, first), rest.join('.'));
}

function parentRow(
  org: Org,
  object: OrgObject,
  record: SimRecord,
  relationship: string,
  path: string,
  known: Row | undefined,
  version: string,
): Row | null {
  fieldAt(org, farObject(org, object, relationship), path);
  const parent = parentOf(org, object, record, relationship);
  return parent ? { ...known, ...rowOf(org, parent.object, parent.record, [path], version) } : null;
}

function parentOf(org: Org, object: OrgObject, record: SimRecord, relationship: string) {
  const lookup = lookupOf(object, relationship);
  const id = fieldValue(org, object, record, lookup.name);
  const far = typeof id === 'string' ? objectOfId(org, id) : undefined;
  const parent = far && committedRecord(org, far, id as string);
  return far && parent && parent.archivedAt === undefined ? { object: far, record: parent } : undefined;
}

function farObject(org: Org, object: OrgObject, relationship: string): OrgObject {
  return objectOf(org, lookupOf(object, relationship).referenceTo[0] ?? '');
}

function lookupOf(object: OrgObject, relationship: string): SimField {
  const found = [...object.fields.values()].find(
    (field) => field.relationshipName?.toLowerCase() === relationship.toLowerCase(),
  );
  if (found) return found;
  const message = `Didn't understand relationship '${relationship}' in field path.`;
  throw new SalesforceError('INVALID_FIELD', message);
}

/** A field's value as it is shown; null where it is empty. */
function fieldValue(org: Org, object: OrgObject, record: SimRecord, name: string): unknown {
  const field = fieldOf(object, name);
  const own = system[field.name] ?? computed[object.name]?.[field.name];
  if (own) return own(record, org) ?? null;
  if (field.type === 'address') return addressOf(object, record, field.name);
  return record.values[field.name] ?? (field.type === 'boolean' ? false : null);
}

type Compute = (record: SimRecord, org: Org) => unknown;

const system: Record<string, Compute | undefined> = {
  Id: (record) => record.id,
  IsDeleted: (record) => record.archivedAt !== undefined,
  CreatedDate: (record) => momentText(record.createdAt),
  CreatedById: (record) => userOf(record.createdBy.id),
  LastModifiedDate: (record) => momentText(record.updatedAt),
  LastModifiedById: (record) => userOf(record.updatedBy.id),
  SystemModstamp: (record) => momentText(record.updatedAt),
  OwnerId: (record) => record.values.OwnerId ?? userOf(record.createdBy.id),
};

/** People of a simulation have numbers of their own: whoever is no user here is its administrator. */
export function userOf(id: string): string {
  return id.startsWith('005') ? id : adminUserId;
}

const computed: Record<string, Record<string, Compute | undefined> | undefined> = {
  Contact: { Name: fullName },
  Lead: { Name: fullName },
  User: { Name: fullName },
  Opportunity: {
    IsClosed: ({ values }) => stages[String(values.StageName)]?.closed ?? false,
    IsWon: ({ values }) => stages[String(values.StageName)]?.won ?? false,
    ForecastCategory: ({ values }) => stages[String(values.StageName)]?.forecast ?? 'Pipeline',
    HasOpportunityLineItem: (record, org) => itemsOf(org, 'OpportunityLineItem', 'OpportunityId', record).length > 0,
    Amount(record, org) {
      const items = itemsOf(org, 'OpportunityLineItem', 'OpportunityId', record);
      return items.length > 0 ? totalOf(items) : record.values.Amount;
    },
  },
  Order: {
    StatusCode: ({ values }) => values.Status,
    TotalAmount: (record, org) => totalOf(itemsOf(org, 'OrderItem', 'OrderId', record)),
  },
  OrderItem: { TotalPrice: (item) => totalOf([item]), ListPrice: listPrice },
  OpportunityLineItem: {
    TotalPrice: (item) => totalOf([item]),
    ListPrice: listPrice,
    Name: (item, org) => productOf(org, item)?.values.Name,
    ProductCode: (item, org) => productOf(org, item)?.values.ProductCode,
  },
  PricebookEntry: {
    Name: (entry, org) => productOf(org, entry)?.values.Name,
    ProductCode: (entry, org) => productOf(org, entry)?.values.ProductCode,
  },
  Task: {
    IsClosed: ({ values }) => values.Status === 'Completed',
    IsHighPriority: ({ values }) => values.Priority === 'High',
    AccountId: activityAccount,
  },
  Event: {
    ActivityDateTime: ({ values }) => values.StartDateTime,
    ActivityDate: ({ values }) => (values.StartDateTime ? String(values.StartDateTime).slice(0, 10) : undefined),
    AccountId: activityAccount,
  },
};

function fullName({ values }: SimRecord): string {
  return [values.FirstName, values.LastName].filter(Boolean).join(' ');
}

function itemsOf(org: Org, object: string, field: string, parent: SimRecord): SimRecord[] {
  return org.children.of(object, field, parent.id);
}

function totalOf(items: SimRecord[]): number {
  const cents = items.map(({ values }) =>
    Math.round(Number(values.Quantity ?? 0) * Number(values.UnitPrice ?? 0) * 100),
  );
  return cents.reduce((sum, amount) => sum + amount, 0) / 100;
}

function listPrice(item: SimRecord, org: Org): unknown {
  return org.ground.store.table('PricebookEntry').get(String(item.values.PricebookEntryId))?.values.UnitPrice;
}

function productOf(org: Org, record: SimRecord): SimRecord | undefined {
  return org.ground.store.table('Product2').get(String(record.values.Product2Id));
}

/** The account that an activity belongs to: its own, its deal's, or its contact's. */
function activityAccount({ values }: SimRecord, org: Org): unknown {
  const what = String(values.WhatId ?? '');
  if (what.startsWith('001')) return what;
  const far = what ? objectOfId(org, what) : undefined;
  const related = far?.fields.has('AccountId') ? far.table.get(what)?.values.AccountId : undefined;
  return related ?? org.ground.store.table('Contact').get(String(values.WhoId ?? ''))?.values.AccountId;
}

function addressOf(object: OrgObject, record: SimRecord, compound: string): object | null {
  const prefix = compound.replace(/Address$/, '');
  const part = (name: string) => record.values[`${prefix}${name}`] ?? null;
  const shown = {
    city: part('City'),
    country: part('Country'),
    geocodeAccuracy: null,
    latitude: null,
    longitude: null,
    postalCode: part('PostalCode'),
    state: part('State'),
    street: part('Street'),
  };
  const isThere = [...object.fields.values()].some((field) => field.compound === compound && record.values[field.name]);
  return isThere ? shown : null;
}

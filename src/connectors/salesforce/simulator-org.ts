import type { Ground } from '../../simulator/ground.ts';
import type { RecordTable } from '../../simulator/record-table.ts';
import type { Actor, SimRecord } from '../../simulator/sim-record.ts';
import { Children } from './simulator-children.ts';
import { DeleteLog } from './simulator-delete-log.ts';
import { notFound, SalesforceError } from './simulator-error.ts';
import { field, type SimField, systemFields, text } from './simulator-field.ts';
import { to18 } from './simulator-ids.ts';
import type { ObjectFacts } from './simulator-object-facts.ts';
import { checkRecord } from './simulator-rules.ts';
import { currencyField, standardObjects, withCurrency } from './simulator-standard-objects.ts';
import { Transactions } from './simulator-transactions.ts';

/** An object type of the org. */
export interface OrgObject extends Omit<ObjectFacts, 'fields'> {
  fields: Map<string, SimField>;
  table: RecordTable;
}

/** A custom object to be made: `Project__c`. */
export interface CustomObject {
  name: string;
  label: string;
  labelPlural: string;
  fields: SimField[];
}

/** What an org can be made with. */
export interface OrgOptions {
  customObjects?: CustomObject[];
  /** Fields that people added to standard objects, by object. */
  customFields?: Record<string, SimField[]>;
  /** Records have a currency of their own; several where left out. */
  currencies?: 'one' | 'several';
  /** What people forbid, besides what the fields say. */
  validationRules?: ValidationRule[];
  /** Object types of which no second record with one e-mail address may be made; none where left out. */
  duplicateRules?: string[];
}

/** A rule that people made: a record for which it says something is refused with these words. */
export interface ValidationRule {
  object: string;
  refuses(values: Readonly<Record<string, unknown>>): string | undefined;
}

/** The simulated org. */
export interface Org {
  ground: Ground;
  id: string;
  objects: Map<string, OrgObject>;
  /** Whoever the integration calls as. */
  api: Actor;
  corporateCurrency: string;
  currencies: 'one' | 'several';
  rules: ValidationRule[];
  duplicateRules: string[];
  children: Children;
  transactions: Transactions;
  deleteLog: DeleteLog;
}

/** The org's id. */
export const orgId = to18('00DgK0000000001');

/** The user that the integration calls as. */
export const apiUserId = to18('005gK0000000001');

/** The person who looks after the org. */
export const adminUserId = to18('005gK0000000002');

/** The prefix of custom objects' ids counts up from `a00`. */
const firstCustomPrefix = 'a0';

/** An org with all standard objects and the custom ones asked for, empty but for its users and price book. */
export function makeOrg(ground: Ground, options: OrgOptions = {}): Org {
  const { currencies = 'several', customFields = {} } = options;
  const org: Org = {
    ground,
    id: orgId,
    objects: new Map(),
    api: { kind: 'integration', id: apiUserId },
    corporateCurrency: 'USD',
    currencies,
    rules: options.validationRules ?? [],
    duplicateRules: options.duplicateRules ?? [],
    children: new Children(ground.store),
    transactions: new Transactions(ground),
    deleteLog: new DeleteLog(ground.store),
  };
  for (const facts of standardObjects) {
    const money =
      currencies === 'several' && withCurrency.includes(facts.name) ? [currencyField(org.corporateCurrency)] : [];
    addObject(org, { ...facts, fields: [...facts.fields, ...money, ...(customFields[facts.name] ?? [])] });
  }
  for (const custom of options.customObjects ?? []) addCustomObject(org, custom);
  return org;
}

/** The object type of a name, in any case. Throws `NOT_FOUND`. */
export function objectOf(org: Org, name: string): OrgObject {
  const found =
    org.objects.get(name) ?? [...org.objects.values()].find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (!found) throw notFound();
  return found;
}

/** The object type of an id, by its prefix. */
export function objectOfId(org: Org, id: string): OrgObject | undefined {
  return [...org.objects.values()].find((one) => id.startsWith(one.keyPrefix));
}

/** The field of a name, in any case. Throws `INVALID_FIELD`. */
export function fieldOf(object: OrgObject, name: string): SimField {
  const found =
    object.fields.get(name) ?? [...object.fields.values()].find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (!found) {
    const message = `No such column '${name}' on entity '${object.name}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name.`;
    throw new SalesforceError('INVALID_FIELD', message);
  }
  return found;
}

/** A record that is neither deleted nor unknown. */
export function liveRecord(object: OrgObject, id: unknown): SimRecord | undefined {
  const record = typeof id === 'string' ? object.table.get(to18(id)) : undefined;
  return record?.archivedAt === undefined ? record : undefined;
}

function addObject(org: Org, { fields, ...facts }: ObjectFacts): OrgObject {
  const unique = fields.filter((one) => one.unique).map((one) => [one.name, { unique: true }] as const);
  const object: OrgObject = {
    ...facts,
    fields: new Map(fields.map((one) => [one.name, one])),
    table: org.ground.store.add(facts.name, {
      idOrder: 'text',
      fields: Object.fromEntries(unique),
      check: (written, before) => checkRecord(org, object, written, before),
    }),
  };
  org.objects.set(facts.name, object);
  return object;
}

function addCustomObject(org: Org, custom: CustomObject): void {
  const count = [...org.objects.values()].filter((one) => one.custom).length;
  addObject(org, {
    ...custom,
    keyPrefix: customPrefix(count),
    mergeable: false,
    custom: true,
    fields: [
      ...systemFields(),
      field('OwnerId', 'Owner ID', 'reference', { length: 18, referenceTo: ['User'], nillable: false }),
      text('Name', `${custom.label} Name`, 80, { nillable: false, nameField: true }),
      ...custom.fields,
    ],
  });
}

/** What the ids of an object type's records begin with. */
export function prefixOf(object: string, customObjects: CustomObject[] = []): string {
  const standard = standardObjects.find((one) => one.name === object);
  return standard?.keyPrefix ?? customPrefix(customObjects.findIndex((one) => one.name === object));
}

function customPrefix(n: number): string {
  return `${firstCustomPrefix}${n.toString(36).toUpperCase()}`;
}

/** A text field with one record for each value, by which integrations find their own records. */
export function externalId(name: string, label = 'External ID'): SimField {
  return text(name, label, 255, { externalId: true, unique: true });
}

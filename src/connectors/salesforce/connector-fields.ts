import { dateOf, datetimeOf, decimal } from '../../connector/values.ts';
import type { Field, FieldType, Option } from '../../model/field.ts';
import type { Value } from '../../model/value.ts';
import type { Describe, DescribedField } from './connector-describe.ts';
import { pricePart, type SfObject } from './connector-object.ts';

/** What Salesforce itself writes into a required field for which it was given nothing. */
const placeholder = '[not provided]';

/** Types that are no value of a record: compounds are shown by their parts, files are not read. */
const unread = ['address', 'location', 'base64', 'anyType', 'complexvalue'];

/** What other apps call options that Salesforce calls otherwise. */
const otherNames: Record<string, string[] | undefined> = {
  Normal: ['Medium'],
  'Waiting on someone else': ['Waiting'],
};

/** The fields of an object type; lookups to other records are associations, compounds are left to their parts. */
export function fieldsOf(object: SfObject, describe: Describe): Field[] {
  const own = describe.fields.filter((one) => !unread.includes(one.type) && !one.deprecatedAndHidden);
  const fields = own.filter((one) => one.type !== 'reference' || isOwner(one)).map((one) => fieldOf(object, one));
  return object.parts.includes(pricePart) ? [...fields, priceField(object)] : fields;
}

/** Is the lookup one to users? */
export function isOwner(field: DescribedField): boolean {
  return field.type === 'reference' && (field.referenceTo ?? []).includes('User');
}

/** Salesforce's value (JSON, or the text of a CSV cell) as a value of the engine. */
export function toValue(object: SfObject, field: Field, shown: unknown): Value {
  if (shown === null || shown === undefined || shown === '') return null;
  const text = String(shown);
  switch (field.type) {
    case 'boolean':
      return shown === true || text === 'true';
    case 'multi-select': {
      const chosen = text.split(';').filter((option) => option !== '');
      return chosen.length > 0 ? chosen : null;
    }
    case 'number':
    case 'integer':
    case 'money':
      return decimal(text) ?? text;
    case 'date':
      return dateOf(text) ?? text;
    case 'datetime':
      return datetimeOf(isoOf(text)) ?? text;
    default:
      return object.placeheld.includes(field.name) && text === placeholder ? null : text;
  }
}

/** A value as Salesforce's JSON takes it. What must have a value gets Salesforce's own word for nothing, or its usual one. */
export function toJson(object: SfObject, one: DescribedField | undefined, value: Value): unknown {
  if (value === null || value === '') return one ? emptyOf(object, one) : null;
  if (Array.isArray(value)) return value.map((entry) => (typeof entry === 'string' ? entry : entry.value)).join(';');
  if (typeof value === 'boolean') return value;
  const isNumber = one !== undefined && ['int', 'double', 'percent', 'currency'].includes(one.type);
  // A number that JSON would round, or that is none, goes as text: Salesforce reads it, or says why not.
  const exact = isNumber ? decimal(value) : null;
  return exact !== null && decimal(String(Number(exact))) === exact ? Number(exact) : value;
}

/** When a record was last changed, as canonical UTC so that versions order as text. */
export function versionOf(stamp: unknown): string | undefined {
  return typeof stamp === 'string' ? (datetimeOf(isoOf(stamp)) ?? undefined) : undefined;
}

function emptyOf(object: SfObject, one: DescribedField): unknown {
  if (object.placeheld.includes(one.name)) return placeholder;
  if (one.type === 'boolean') return false;
  const usual = one.picklistValues?.find((option) => option.defaultValue)?.value;
  return one.nillable ? null : (usual ?? null);
}

function fieldOf(object: SfObject, one: DescribedField): Field {
  const type = typeOf(one);
  const field: Field = { name: one.name, label: one.label || one.name, type, writable: writableOf(object, one) };
  const means = object.roles[one.name];
  if (means) field.means = means;
  if (one.unique) field.unique = true;
  const isGiven = one.defaultedOnCreate || object.usual[one.name] !== undefined || object.placeheld.includes(one.name);
  if (!one.nillable && one.createable && type !== 'boolean' && !isGiven) field.required = true;
  if ((type === 'text' || type === 'long-text' || type === 'url') && one.length) field.maxLength = one.length;
  if ((type === 'number' || type === 'money') && one.scale !== undefined) field.decimals = one.scale;
  if (type === 'select' || type === 'multi-select') field.options = optionsOf(one);
  return field;
}

/** What can only be changed, and not given to a new record, is left alone: it is the app's to fill. */
function writableOf(object: SfObject, one: DescribedField): Field['writable'] {
  if (!one.createable || one.calculated || object.fixed.includes(one.name)) return 'never';
  return one.updateable ? 'always' : 'once';
}

function typeOf(one: DescribedField): FieldType {
  if (isOwner(one)) return 'user';
  return types[one.type] ?? 'text';
}

const types: Record<string, FieldType | undefined> = {
  boolean: 'boolean',
  int: 'integer',
  long: 'integer',
  double: 'number',
  percent: 'number',
  currency: 'money',
  date: 'date',
  datetime: 'datetime',
  textarea: 'long-text',
  phone: 'phone',
  url: 'url',
  email: 'email',
  picklist: 'select',
  multipicklist: 'multi-select',
};

function optionsOf(one: DescribedField): Option[] {
  const active = (one.picklistValues ?? []).filter((option) => option.active !== false);
  return active.map(({ value, label }) => {
    const option: Option = { value, label: label || value };
    const also = otherNames[value];
    return also ? { ...option, also } : option;
  });
}

/** The price of a product in the standard price book, which is a record of its own. */
function priceField(object: SfObject): Field {
  return {
    name: pricePart.name,
    label: 'List price (standard price book)',
    type: 'money',
    writable: 'always',
    means: object.roles[pricePart.name],
    decimals: 2,
  };
}

/** Salesforce writes offsets without a colon. */
function isoOf(text: string): string {
  return text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2');
}

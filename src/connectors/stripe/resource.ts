import type { AppRecord, Gone } from '../../connector/contract.ts';
import type { Association, Field } from '../../model/field.ts';
import type { Value, Values } from '../../model/value.ts';
import { fromMinor } from './money.ts';

/** An object as Stripe shows it; a deleted one shows little more than that. */
export interface Row {
  id: string;
  deleted?: boolean;
  [name: string]: unknown;
}

/** A list as Stripe answers it. */
export interface List<T = Row> {
  data: T[];
  has_more: boolean;
}

/** A field whose name is the path of Stripe's parameter. `from`: where its value is, when that is elsewhere; money as a decimal. */
export interface StripeField extends Field {
  from?(row: Row): unknown;
}

/** A relation to one record: the id, or the object that was expanded, at its name. */
export interface StripeAssociation extends Association {
  from(row: Row): unknown;
}

/** A kind of Stripe's objects. */
export interface Resource {
  name: string;
  /** '/v1/customers'. */
  path: string;
  /** Types of the events that tell of its changes; Stripe takes at most 20. */
  events: string[];
  /** What must be shown in full. */
  expand: string[];
  /** Only rows that a listing should hold ('active'). */
  listed?: Record<string, string>;
  fields: StripeField[];
  associations: StripeAssociation[];
  /** Is the row put away, though it is still there? */
  isArchived?(row: Row): boolean;
}

/** Query parameters that show in full what a resource needs, of one row or of the rows of a list. */
export function expanding({ expand }: Resource, of: 'one' | 'list'): Record<string, string> {
  return Object.fromEntries(expand.map((path, at) => [`expand[${at}]`, of === 'list' ? `data.${path}` : path]));
}

/** A row as a record, or as gone. */
export function readRow(resource: Resource, row: Row, names: string[]): AppRecord | Gone {
  if (row.deleted) return { id: row.id, how: 'missing' };
  if (resource.isArchived?.(row)) return { id: row.id, how: 'archived' };
  return { id: row.id, values: shownValues(resource, row, names) };
}

/** All that a record can show: what Stripe fills in itself is known as soon as a write is answered. */
export function namesOf({ fields, associations }: Resource): string[] {
  return [...fields, ...associations].map(({ name }) => name);
}

/** The values of these fields and associations. What Stripe does not show at all is absent, which is not empty. */
export function shownValues(resource: Resource, row: Row, names: string[]): Values {
  const values: Values = {};
  for (const name of names) {
    const association = resource.associations.find((one) => one.name === name);
    const field = resource.fields.find((one) => one.name === name);
    if (association) values[name] = idsOf(association.from(row));
    else if (field) values[name] = toValue(field, field.from ? field.from(row) : at(row, name), row);
  }
  return values;
}

/** An id, or an object with one. */
export function idOf(shown: unknown): string | undefined {
  if (typeof shown === 'string') return shown;
  return (shown as { id?: string } | null | undefined)?.id;
}

function idsOf(shown: unknown): string[] {
  const id = idOf(shown);
  return id === undefined ? [] : [id];
}

/** The value at a path. Keys of metadata may hold dots of their own. */
function at(row: Row, path: string): unknown {
  const [first = '', ...rest] = path.split('.');
  const steps = first === 'metadata' ? [first, rest.join('.')] : [first, ...rest];
  return steps.reduce<unknown>((value, step) => (value as Record<string, unknown> | null | undefined)?.[step], row);
}

function toValue(field: StripeField, shown: unknown, row: Row): Value {
  if (shown === null || shown === undefined || shown === '') return null;
  switch (field.type) {
    case 'boolean':
      return shown === true;
    case 'datetime':
      return new Date(Number(shown) * 1000).toISOString();
    case 'money':
      return field.from ? String(shown) : fromMinor(shown, String(row.currency));
    case 'multi-select':
      return Array.isArray(shown) && shown.length > 0 ? shown.map(String) : null;
    default:
      return String(shown);
  }
}

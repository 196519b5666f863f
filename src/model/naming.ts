import type { Field, Schema } from './field.ts';
import { meaningsOf, rolesOf } from './role-finding.ts';
import type { Labelled, Value, Values } from './value.ts';

/** What an object's records are called by: kept with its feed, so that a list of records needs no app. */
export interface Naming {
  /** Ways to name a record, best first: fields whose values make the name, joined by spaces. */
  names: string[][];
  /** Fields whose text a person would look for: names, addresses, numbers. */
  search: string[];
}

/** Ways to name a record by the roles of its fields, best first. */
const nameRoles = [
  ['person.name'],
  ['person.first-name', 'person.last-name'],
  ['company.name'],
  ['deal.name'],
  ['product.name'],
  ['line-item.name'],
  ['order.name'],
  ['invoice.number'],
  ['order.number'],
  ['invoice.title'],
  ['activity.subject'],
  ['person.email'],
  ['company.domain'],
  ['product.sku'],
];
/** Roles that are looked for besides. */
const searchRoles = [
  'person.emails',
  'person.company-name',
  'person.phone',
  'person.mobile',
  'company.email',
  'company.phone',
  'line-item.sku',
];
/** The most fields that are looked through, and the longest name, in characters. */
const MOST_SEARCHED = 16;
const MOST_NAME = 200;

/**
 * What records of this object type are called by: by roles and keys, else by its first text field. Where a role names
 * them, a record without such a name has none: the first text of its app may be a system's note.
 */
export function namingOf(schema: Schema): Naming {
  const roles = rolesOf(schema, meaningsOf({ a: schema, b: schema }).a);
  const found = nameRoles
    .map((names) => names.flatMap((role) => roles.get(role)?.name ?? []))
    .filter((fields) => fields.length > 0);
  const keys = schema.keys.filter((key) => schema.fields.some((field) => field.name === key));
  const text = schema.fields.find(isName)?.name;
  const names = [...found, ...keys.map((key) => [key]), ...(text && found.length === 0 ? [[text]] : [])];
  const besides = searchRoles.flatMap((role) => roles.get(role)?.name ?? []);
  return { names, search: [...new Set([...names.flat(), ...besides])].slice(0, MOST_SEARCHED) };
}

/** What people call a record: the first way that gives anything; null: there is none. */
export function nameOf(naming: Naming | null | undefined, values: Values): string | null {
  for (const fields of naming?.names ?? []) {
    const parts = fields.map((field) => textOf(values[field])).filter((part) => part !== '');
    if (parts.length > 0) return parts.join(' ').slice(0, MOST_NAME);
  }
  return null;
}

/** A value in one line, for people: lists by their entries. */
export function textOf(value: Value | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return value.trim();
  return value.map((entry: string | Labelled) => (typeof entry === 'string' ? entry : entry.value)).join(', ');
}

function isName({ type }: Field): boolean {
  return type === 'text' || type === 'email';
}

import type { AppRecord } from '../../connector/contract.ts';
import type { Session } from '../../connector/session.ts';
import { datetimeOf } from '../../connector/values.ts';
import type { Association, Field, Meaning } from '../../model/field.ts';
import type { Value, Values } from '../../model/value.ts';
import { type Body, toJson } from './to-json.ts';
import { toValue } from './to-value.ts';

/** A record as Pipedrive shows it. */
export type Row = Record<string, unknown>;

/** A field, and where it is in a row. */
export interface PipedriveField extends Field {
  /** The path in a row; the field's name where left out. */
  at?: string[];
  /** Put together from several parts of a row, and sent by its resource's `shape`. */
  from?(row: Row): unknown;
  /** Pipedrive's ids are numbers: so is a select of them. */
  ids?: 'numbers';
}

/** A single far record: the row holds its id under `key`. `list`: several, each an object with that id. */
export interface PipedriveAssociation extends Association {
  key: string;
  list?: string;
}

/** A kind of Pipedrive's records. */
export interface Resource {
  name: string;
  label: string;
  means: Meaning;
  /** Where its records are: '/api/v2/persons'. */
  path: string;
  /** What webhooks call it. */
  event: string;
  /** Where its fields are described, for custom ones and the options of others; undefined where it has neither. */
  fieldsPath?: string;
  keys: string[];
  /** Fields that every account has. `described`: only where the account's own description names it (contact sync, plans). */
  fields: (PipedriveField & { described?: true })[];
  associations: PipedriveAssociation[];
  /** Other fields that must be known to write these, because Pipedrive takes or replaces them as a whole. */
  wholes?(names: string[]): string[];
  /** Fields that only the row itself tells enough of to be written. */
  rowFor?: string[];
  /** What a new record takes from the account where nobody says it. */
  usual?(s: Session, values: Values): Promise<Values>;
  /** What is sent for fields that are put together. `before`: what the record was; undefined for a new one. */
  shape?(body: Body, values: Values, before: Values | undefined, row: Row | undefined): void;
}

/** A resource with all fields of an account. */
export interface Described extends Resource {
  fields: PipedriveField[];
}

/** A row as a record. */
export function recordOf(resource: Described, row: Row, names: string[]): AppRecord {
  return { id: String(row.id), values: shownValues(resource, row, names), version: versionOf(row) };
}

/** The version of a row: the second of its last change. */
export function versionOf(row: Row): string | undefined {
  return datetimeOf(row.update_time ?? row.add_time) ?? undefined;
}

/** The values of these fields and associations. */
export function shownValues(resource: Described, row: Row, names: string[]): Values {
  const values: Values = {};
  const fields = new Map(resource.fields.map((field) => [field.name, field]));
  for (const name of names) {
    const field = fields.get(name);
    const association = resource.associations.find((one) => one.name === name);
    if (field) values[name] = toValue(field, field.from ? field.from(row) : partAt(row, field.at ?? [name]));
    else if (association) values[name] = farIds(row, association);
  }
  return values;
}

/** All that a record can show. */
export function namesOf({ fields, associations }: Described): string[] {
  return [...fields, ...associations].map(({ name }) => name);
}

/** A record as Pipedrive takes it: the fields that are given, and the far records that `edges` leave it with. */
export function bodyOf(
  resource: Described,
  values: Values,
  far: Record<string, string[]>,
  was: { before?: Values; row?: Row },
): Body {
  const body: Body = {};
  for (const field of resource.fields) {
    const value = values[field.name];
    if (value === undefined || field.from) continue;
    put(body, field.at ?? [field.name], toJson(field, value), was.before ? 'cleared' : 'left out');
  }
  for (const association of resource.associations) {
    const ids = far[association.name];
    if (ids) putFar(body, association, ids);
  }
  resource.shape?.(body, values, was.before, was.row);
  const custom = body.custom_fields as Body | undefined;
  if (custom)
    body.custom_fields = Object.fromEntries(Object.entries(custom).map(([code, json]) => [code, cleared(json)]));
  return body;
}

/** A field of several parts is cleared as a whole. */
function cleared(json: unknown): unknown {
  const isParts = typeof json === 'object' && json !== null && !Array.isArray(json);
  return isParts && Object.values(json).every((part) => part === null) ? null : json;
}

/** A part of a row by its path. */
export function partAt(row: Row, path: string[]): unknown {
  return path.reduce<unknown>((value, step) => (value as Row | null | undefined)?.[step], row);
}

function put(body: Body, path: string[], json: unknown, empty: 'cleared' | 'left out'): void {
  if (json === null && empty === 'left out') return;
  const [first = '', ...rest] = path;
  if (rest.length === 0) {
    body[first] = json;
    return;
  }
  body[first] ??= {};
  put(body[first] as Body, rest, json, empty);
}

function farIds(row: Row, { key, list }: PipedriveAssociation): Value {
  const entries = list ? ((row[list] as Row[] | null) ?? []).map((one) => one[key]) : [row[key]];
  return [...new Set(entries.filter((id) => typeof id === 'number').map(String))];
}

function putFar(body: Body, { key, list }: PipedriveAssociation, ids: string[]): void {
  if (list) body[list] = ids.map((id, at) => ({ [key]: Number(id), primary: at === 0 }));
  else body[key] = ids.length > 0 ? Number(ids.at(-1)) : null;
}

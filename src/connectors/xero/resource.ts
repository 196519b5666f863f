import { type AppRecord, Failure, type Gone } from '../../connector/contract.ts';
import type { HttpRequest, Reply, Session } from '../../connector/session.ts';
import { dateOf, decimal } from '../../connector/values.ts';
import type { Association, Field } from '../../model/field.ts';
import type { Value, Values } from '../../model/value.ts';

/** An element as Xero shows it. */
export type Row = Record<string, unknown>;

/** A field whose name is Xero's own, or a path of names. `from`: its value, where that is put together. */
export interface XeroField extends Field {
  from?(row: Row): unknown;
}

/** A kind of Xero's elements. */
export interface Resource {
  name: string;
  label: string;
  /** The endpoint and the list in its answers: 'Contacts'. */
  list: string;
  /** 'ContactID'. */
  id: string;
  /** The field that Xero keeps unique, and how the one that has a value is found. */
  unique: { field: string; find(value: string): HttpRequest };
  /** What every listing asks for. */
  query: Record<string, string | number>;
  /** Rows on a page; undefined where Xero lists all at once. */
  pageRows?: number;
  /** Up to so many ids in one call; undefined where there is no such filter. */
  idsMost?: number;
  fields: XeroField[];
  associations: Association[];
  /** Why a row is not among the live ones; undefined where it is. */
  goneBy?(row: Row): Omit<Gone, 'id'> | undefined;
  /** The element that is sent. `before`: what it was; undefined for a new one. */
  element(values: Values, before: Values | undefined): Row;
  /** A new element under another name, where nobody gave it one and the row that has its name is somebody else's. */
  elsewise?: ((values: Values, holder: Row) => Row | undefined) | undefined;
}

/** Calls an endpoint of the account's organisation. */
export async function call(s: Session, request: HttpRequest): Promise<Reply> {
  const headers = { ...request.headers, 'xero-tenant-id': await tenantOf(s) };
  return s.request({ ...request, url: `/api.xro/2.0/${request.url}`, headers });
}

/** The organisation: the setting's, or the only one that the sign-in opened. */
export async function tenantOf(s: Session): Promise<string> {
  if (s.settings.tenantId) return s.settings.tenantId;
  return s.remember('tenant', async () => {
    const tenants = (await s.request({ method: 'GET', url: '/connections' })).json<{ tenantId: string }[]>();
    const [only] = tenants;
    if (tenants.length === 1 && only) return only.tenantId;
    throw new Failure('forbidden', `the sign-in opens ${tenants.length} organisations: give one's id as tenantId`);
  });
}

/** A row as a record, or as gone. */
export function readRow(resource: Resource, row: Row, names: string[]): AppRecord | Gone {
  const id = String(row[resource.id]);
  const gone = resource.goneBy?.(row);
  if (gone) return { id, ...gone };
  return { id, values: shownValues(resource, row, names), version: momentOf(row.UpdatedDateUTC)?.toISOString() };
}

/** All that a record can show: what Xero fills in itself is known as soon as a write is answered. */
export function namesOf({ fields, associations }: Resource): string[] {
  return [...fields, ...associations].map(({ name }) => name);
}

/** The values of these fields and associations. */
export function shownValues(resource: Resource, row: Row, names: string[]): Values {
  const values: Values = {};
  for (const name of names) {
    const field = resource.fields.find((one) => one.name === name);
    if (field) values[name] = toValue(field, field.from ? field.from(row) : at(row, name));
    else if (resource.associations.some((one) => one.name === name)) values[name] = contactOf(row);
  }
  return values;
}

/** An element out of values whose names are paths; empty text clears. */
export function plainElement(fields: XeroField[], values: Values): Row {
  const element: Row = {};
  for (const field of fields) {
    const value = values[field.name];
    if (value === undefined || field.writable === 'never' || field.from) continue;
    const path = field.name.split('.');
    const last = path.pop() ?? '';
    let inner = element;
    for (const step of path) {
      inner[step] ??= {};
      inner = inner[step] as Row;
    }
    inner[last] = value === null ? emptyOf(field) : isNumber(field) ? numberOf(value) : value;
  }
  return element;
}

/** Texts are cleared by an empty one, others by null. */
function emptyOf(field: Field): '' | null {
  return isNumber(field) || field.type === 'date' ? null : '';
}

/** Numbers that are none go as they are, for Xero to refuse. */
function numberOf(value: Value): unknown {
  return decimal(value) === null ? value : Number(value);
}

function isNumber({ type }: Field): boolean {
  return type === 'money' || type === 'number';
}

/** A moment as Xero writes it: `/Date(1439434356790+0000)/`, or UTC without saying so. */
export function momentOf(shown: unknown): Date | undefined {
  const text = String(shown ?? '');
  const [, milliseconds] = /^\/Date\((-?\d+)/.exec(text) ?? [];
  const moment = new Date(milliseconds === undefined ? `${text.replace(/Z$/, '')}Z` : Number(milliseconds));
  return Number.isNaN(moment.getTime()) ? undefined : moment;
}

function at(row: Row, path: string): unknown {
  return path.split('.').reduce<unknown>((value, step) => (value as Row | null | undefined)?.[step], row);
}

function contactOf(row: Row): string[] {
  const id = at(row, 'Contact.ContactID');
  return typeof id === 'string' ? [id] : [];
}

function toValue(field: XeroField, shown: unknown): Value {
  if (shown === null || shown === undefined || shown === '') return null;
  switch (field.type) {
    case 'boolean':
      return shown === true;
    case 'date':
      return dateOf(momentOf(shown)?.toISOString().slice(0, 10) ?? '');
    case 'money':
    case 'number':
      return decimal(shown) ?? String(shown);
    default:
      return String(shown);
  }
}

import type { Labelled, Value } from '../../model/value.ts';
import { isStorable } from './ids.ts';
import type { Column, Kind } from './table.ts';

/**
 * SQL that shows a column so that its text depends on no setting of the session: JSON writes dates and times in ISO form
 * whatever DateStyle says. A timestamp without time zone is read as UTC.
 */
export function shown(column: Column, from = 't'): string {
  const cell = `${from}.${column.sql}`;
  switch (column.kind) {
    case 'date':
    case 'timestamp':
      return `to_json(${cell})`;
    case 'timestamptz':
      return `to_json(${cell} at time zone 'UTC')`;
    case 'money':
      return `${cell}::numeric`;
    case 'padded':
      return `${cell}::text`;
    case 'choices':
    case 'list':
      return `to_json(${cell}::text[])`;
    default:
      return cell;
  }
}

/** SQL that shows a key's column as text that, cast to its type, is the same key again. */
export function shownKey(column: Column, from = 't'): string {
  const cell = `${from}.${column.sql}`;
  if (column.kind === 'timestamptz') return `(to_json(${cell} at time zone 'UTC') #>> '{}') || 'Z'`;
  return column.kind === 'date' || column.kind === 'timestamp' ? `to_json(${cell}) #>> '{}'` : `${cell}::text`;
}

/** The value of a text that `shown` gave. An empty text and an empty list are empty. */
export function valueReader(column: Column): (text: string) => Value {
  switch (column.kind) {
    case 'boolean':
      return (text) => text === 't' || text === 'true';
    case 'float':
      return plainDecimal;
    case 'date':
      return unquoted;
    case 'timestamp':
    case 'timestamptz':
      return moment;
    case 'choices':
      return (text) => orNull(elements(text));
    case 'list':
      return (text) => orNull(elements(text).map((value): Labelled => ({ value })));
    default:
      return (text) => (text === '' ? null : text);
  }
}

/** SQL that makes a column's value of a text: `text` is an expression of type text. Not yet of the column's length. */
export function cast(column: Column, text: string): string {
  if (column.kind === 'money') return `${text}::numeric::money`;
  // Text that says its zone is turned to UTC, where a cast to timestamp would just drop the zone.
  if (column.kind === 'timestamp') return `(${text}::timestamptz at time zone 'UTC')`;
  return `${text}::${column.type}`;
}

/** SQL of what is written: an empty value in a column that must have one is the column's default. */
export function assigned(column: Column, text: string): string {
  const value = cast(column, text);
  return column.notNull && column.default !== null ? `coalesce(${value}, ${column.default})` : value;
}

/** A value that cannot be written to its column, and why. */
export class BadCell extends Error {
  override name = 'BadCell';
}

/** The text that `cast` turns into the column's value; null is empty. Throws `BadCell`. */
export function cellOf(column: Column, value: Value): string | null {
  if (column.kind === 'list' || column.kind === 'choices') return arrayCell(column, value);
  if (value === null || value === '') return null;
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') throw new BadCell(`${column.label} takes one value, not a list`);
  const form = forms[column.kind];
  if (form && !form.pattern.test(value)) {
    throw new BadCell(`the value for ${column.label} is not ${form.what}; correct it`);
  }
  return checked(column, value);
}

const decimal = { pattern: /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i, what: 'a number' };
const time = { pattern: /^\d{4}-\d\d-\d\d/, what: 'a date between the years 1 and 9999' };

/** What PostgreSQL would take and we do not: 'NaN', 'infinity', 'yesterday'. */
const forms: Partial<Record<Kind, { pattern: RegExp; what: string }>> = {
  integer: decimal,
  number: decimal,
  float: decimal,
  money: decimal,
  date: time,
  timestamp: time,
  timestamptz: time,
};

function arrayCell(column: Column, value: Value): string | null {
  const entries = Array.isArray(value) ? value : value === null || value === '' ? [] : [String(value)];
  if (entries.length === 0) return column.notNull && column.default === null ? '{}' : null;
  const texts = entries.map((entry) => checked(column, typeof entry === 'string' ? entry : entry.value));
  return `{${texts.map((text) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`).join(',')}}`;
}

function checked(column: Column, text: string): string {
  if (isStorable(text)) return text;
  throw new BadCell(`the text for ${column.label} holds characters that PostgreSQL cannot store; correct it`);
}

function unquoted(json: string): string {
  return json.slice(1, -1);
}

/** Years from 1 to 9999 become a UTC moment to the millisecond; what else there is (infinity, BC) stays as it is and pairs with nothing. */
function moment(json: string): string {
  if (!plainMoment.test(json)) return unquoted(json);
  return `${json.slice(1, 20)}.${json.slice(21, -1).padEnd(3, '0').slice(0, 3)}Z`;
}

const plainMoment = /^"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?"$/;

/** Any depth, since PostgreSQL declares none; NULL elements are left out. */
function elements(json: string): string[] {
  const flatten = (part: unknown): string[] =>
    Array.isArray(part) ? part.flatMap(flatten) : part === null || part === '' ? [] : [String(part)];
  return flatten(JSON.parse(json));
}

function orNull<T>(list: T[]): T[] | null {
  return list.length > 0 ? list : null;
}

/** Floats are shown with exponents ('1e+20'); NaN and Infinity stay as they are and are a problem of their record. */
function plainDecimal(text: string): string {
  const parts = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (!parts) return text;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts;
  const point = whole.length + Number(exponent);
  const digits = point <= 0 ? '0'.repeat(1 - point) + whole + fraction : (whole + fraction).padEnd(point, '0');
  const at = Math.max(point, 1);
  const after = digits.slice(at).replace(/0+$/, '');
  return `${sign}${digits.slice(0, at)}${after === '' ? '' : `.${after}`}`;
}

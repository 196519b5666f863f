import { SalesforceError, unreadable } from './simulator-error.ts';
import type { SimField } from './simulator-field.ts';
import { to18 } from './simulator-ids.ts';

/** A value of a request in the form it is stored. Throws where it cannot be read at all: then the whole call fails. */
export function storedValue(field: SimField, value: unknown): unknown {
  if (value === null || value === undefined || value === '') return field.type === 'boolean' ? false : null;
  switch (field.type) {
    case 'boolean':
      return storedBoolean(value);
    case 'int':
    case 'double':
    case 'currency':
    case 'percent':
      return storedNumber(field, value);
    case 'date':
      return storedDate(value);
    case 'datetime':
      return storedMoment(value);
    case 'reference':
      return to18(String(value));
    case 'multipicklist':
      return String(value)
        .split(';')
        .map((option) => option.trim())
        .filter(Boolean)
        .join(';');
    default:
      return storedText(value);
  }
}

/** `2026-11-23T10:42:00.000+0000`: how Salesforce writes a point in time. */
export function momentText(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '+0000');
}

/** The point in time of a stored or a written one, in milliseconds. */
export function momentOf(text: unknown): number {
  return Date.parse(String(text).replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
}

/** Salesforce drops the white space around a text; nothing but white space is nothing. */
function storedText(value: unknown): string | null {
  if (typeof value === 'object') throw unreadable('string', JSON.stringify(value));
  return String(value).trim() || null;
}

function storedBoolean(value: unknown): boolean {
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw unreadable('boolean', value);
}

function storedNumber(field: SimField, value: unknown): number {
  const number =
    typeof value === 'number' ? value : /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(String(value)) ? Number(value) : NaN;
  if (!Number.isFinite(number)) throw unreadable(field.type === 'int' ? 'int' : 'double', value);
  const scale = 10 ** field.scale;
  const rounded = Math.round(number * scale) / scale;
  if (Math.abs(rounded) < 10 ** (field.precision - field.scale)) return rounded;
  const message = `${field.label}: value outside of valid range on numeric field: ${value}`;
  throw new SalesforceError('NUMBER_OUTSIDE_VALID_RANGE', message, { fields: [field.name] });
}

function storedDate(value: unknown): string {
  const text = String(value);
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || Number.isNaN(Date.parse(text))) throw unreadable('date', value);
  return text;
}

/** Seconds are kept, parts of them are not. */
function storedMoment(value: unknown): string {
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/.test(String(value))
    ? momentOf(value)
    : NaN;
  if (Number.isNaN(at)) throw unreadable('datetime', value);
  return momentText(at - (at % 1000));
}

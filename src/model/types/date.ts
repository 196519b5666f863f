import type { Field } from '../field.ts';
import { invalid } from './text.ts';
import type { Taken } from './trouble.ts';

/** The date as 'YYYY-MM-DD', years 1 to 9999. Of a date-time its date in UTC: a date never moves with a time zone. */
export function takeDate(value: unknown, to: Field): Taken {
  return dateOf(value) ?? invalid(to, 'a date between the years 1 and 9999');
}

/** The moment as UTC 'YYYY-MM-DDTHH:MM:SS.mmmZ'. A date alone is its midnight in UTC. */
export function takeDatetime(value: unknown, to: Field): Taken {
  return datetimeOf(value) ?? invalid(to, 'a date and time between the years 1 and 9999');
}

/** The date of a date or date-time text, or null. */
export function dateOf(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  if (plainDate.test(value)) return isDay(value) ? value : null;
  return datetimeOf(value)?.slice(0, 10) ?? null;
}

/** The UTC moment of a date or date-time text (ISO 8601; no zone means UTC), or null. */
export function datetimeOf(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > LONGEST) return null;
  const parts = written.exec(value.trim());
  if (!parts) return null;
  const [, day = '', hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] = parts;
  if (!isDay(day) || hour > '23' || minute > '59' || second > '59') return null;
  const utc = Date.parse(`${day}T${hour}:${minute}:${second}.${fraction.padEnd(3, '0').slice(0, 3)}Z`);
  const offset = offsetMinutes(zone);
  if (offset === null) return null;
  const moment = new Date(utc - offset * 60_000).toISOString();
  return moment.length === CANONICAL && moment >= '0001' ? moment : null;
}

/** Could `now` be `exact` at the precision that `now` shows (its second, its minute, its date)? */
export function isCoarser(exact: string, now: string): boolean {
  const [a, b] = [datetimeOf(exact), datetimeOf(now)];
  if (a === null || b === null) return false;
  if (b.endsWith('T00:00:00.000Z')) return a.slice(0, 10) === b.slice(0, 10);
  const precision = b.endsWith(':00.000Z') ? 60_000 : b.endsWith('.000Z') ? 1000 : 1;
  return Math.abs(Date.parse(a) - Date.parse(b)) < precision;
}

/** Is this a date without a time? */
export function isPlainDate(value: string): boolean {
  return plainDate.test(value);
}

const LONGEST = 40;
const CANONICAL = 24;
const plainDate = /^\d{4}-\d\d-\d\d$/;
const written = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?)?$/i;
const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isDay(day: string): boolean {
  const [year, month, date] = [Number(day.slice(0, 4)), Number(day.slice(5, 7)), Number(day.slice(8))];
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 1 : 0;
  return year >= 1 && date >= 1 && date <= (monthDays[month - 1] ?? 0) + leap;
}

function offsetMinutes(zone: string): number | null {
  if (zone === 'Z' || zone === 'z') return 0;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(3).replace(':', '') || '0')];
  if (hours > 15 || minutes > 59) return null;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

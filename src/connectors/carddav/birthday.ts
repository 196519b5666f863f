import { type Line, parameter } from './vcard-lines.ts';
import { unescapeText } from './vcard-text.ts';

/**
 * A birthday as `YYYY-MM-DD`: from a date or date-time, extended or basic (RFC 2426, RFC 6350 §4.3). Null where there
 * is none; undefined where it is something that no date field can hold (`--0412`, `1985-04`, `circa 1800`).
 */
export function readBirthday(line: Line | undefined): string | null | undefined {
  const text = unescapeText(line?.value ?? '').trim();
  if (!line || text === '') return null;
  const [, year = '', month = '', day = ''] = /^(\d{4})-?(\d\d)-?(\d\d)(?:T.*)?$/i.exec(text) ?? [];
  // Apple's way to leave the year out in vCard 3: a year that the parameter calls meaningless.
  if (parameter(line, 'X-APPLE-OMIT-YEAR').includes(year)) return undefined;
  const date = `${year}-${month}-${day}`;
  return isDate(date) ? date : undefined;
}

/** The value of BDAY for a date, in the version's own form. */
export function writeBirthday(date: string, version: string): string {
  return version === '4.0' ? date.replaceAll('-', '') : date;
}

/** What else the line says of the value it held. */
export const birthdayParameters = ['VALUE', 'X-APPLE-OMIT-YEAR', 'CALSCALE'];

/** Is it a day that exists, as `YYYY-MM-DD`? */
export function isDate(text: string): boolean {
  const [, year = 0, month = 0, day = 0] = (/^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? []).map(Number);
  const isMonth = year >= 1 && month >= 1 && month <= 12;
  return isMonth && day >= 1 && Date.UTC(year, month - 1, day) < Date.UTC(year, month, 1);
}

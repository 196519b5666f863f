import type { Field, FieldType } from '../field.ts';
import type { Value } from '../value.ts';
import { countryCode } from './country.ts';
import { dateOf, datetimeOf, takeDate, takeDatetime } from './date.ts';
import { decimal, takeDecimal } from './decimal.ts';
import { entriesOf, isList, textsOf } from './list.ts';
import { normalPhone } from './phone.ts';
import { invalid, normalText, takeText } from './text.ts';
import { type Taken, Trouble } from './trouble.ts';
import { normalUrl } from './url.ts';

/** What is the same about all values of a type. Takes any JSON and never throws. */
export interface TypeRules {
  /** For people: 'number', 'date and time'. */
  label: string;
  /** The value in this type's representation, as `to` stores it, or what is wrong with it. Empty values never come here. */
  take(value: unknown, to: Field): Taken;
  /** The text by which two values that mean the same are equal. */
  normal(value: unknown, region?: string): string;
}

/** Conversion and normal form of every type, in one place. */
export const types: Record<FieldType, TypeRules> = {
  text: { label: 'text', take: takeText, normal: textNormal },
  'long-text': { label: 'long text', take: takeText, normal: textNormal },
  number: { label: 'number', take: takeDecimal, normal: decimalNormal },
  integer: { label: 'whole number', take: takeDecimal, normal: decimalNormal },
  money: { label: 'amount of money', take: takeDecimal, normal: decimalNormal },
  boolean: { label: 'yes or no', take: takeBoolean, normal: (value) => String(booleanOf(value) ?? plain(value)) },
  date: { label: 'date', take: takeDate, normal: (value) => dateOf(value) ?? plain(value) },
  datetime: { label: 'date and time', take: takeDatetime, normal: (value) => datetimeOf(value) ?? plain(value) },
  select: { label: 'select', take: takeText, normal: plain },
  'multi-select': { label: 'multi-select', take: takeTexts, normal: setNormal },
  email: { label: 'e-mail address', take: takeEmail, normal: (value) => normalEmail(plain(value)) },
  phone: { label: 'phone number', take: takeTrimmed, normal: (value, region) => normalPhone(plain(value), region) },
  url: { label: 'web address', take: takeTrimmed, normal: (value) => normalUrl(plain(value)) },
  country: { label: 'country', take: takeCountry, normal: (value) => countryCode(plain(value)) ?? textNormal(value) },
  user: { label: 'user', take: takeText, normal: plain },
  reference: { label: 'reference', take: takeText, normal: plain },
  list: { label: 'list', take: takeEntries, normal: (value) => plain(entriesOf(value)) },
};

/** An e-mail address as it is compared: without space around, case-folded. */
export function normalEmail(value: string): string {
  return value.trim().toLowerCase();
}

/** Yes or no, of a boolean or of text that says so; null where it says neither. */
export function booleanOf(value: unknown): boolean | null {
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string' || value.length > 5) return null;
  const word = value.toLowerCase();
  return word === 'true' || word === 'yes' || word === '1'
    ? true
    : word === 'false' || word === 'no' || word === '0'
      ? false
      : null;
}

/** Any value as text, for comparing: never throws, whatever an app answered. */
export function plain(value: unknown): string {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? JSON.stringify(entriesOf(value)) : typeof value === 'object' ? '' : String(value);
}

function textNormal(value: unknown): string {
  return normalText(plain(value));
}

function decimalNormal(value: unknown): string {
  return decimal(value) ?? plain(value);
}

/** The order of a multi-select says nothing. */
function setNormal(value: unknown): string {
  return JSON.stringify([...new Set(textsOf(value))].sort());
}

function takeBoolean(value: unknown, to: Field): Taken {
  return booleanOf(value) ?? invalid(to, 'yes or no');
}

function takeTrimmed(value: unknown, to: Field): Taken {
  return takeText(typeof value === 'string' ? value.trim() : value, to);
}

function takeEmail(value: unknown, to: Field): Taken {
  const text = takeTrimmed(value, to);
  // What apps agree on; whether the address exists is theirs to find out.
  return typeof text === 'string' && !/^[^\s@]+@[^\s@]+$/.test(text) ? invalid(to, 'an e-mail address') : text;
}

function takeCountry(value: unknown, to: Field): Taken {
  return (typeof value === 'string' ? countryCode(value) : null) ?? invalid(to, 'a country we know by name or code');
}

function takeTexts(value: unknown, to: Field): Taken {
  if (!isList(value)) return invalid(to, 'a list of choices');
  const taken: string[] = [];
  for (const text of textsOf(value)) {
    const one = takeText(text, to);
    if (one instanceof Trouble) return one;
    taken.push(text);
  }
  return taken;
}

function takeEntries(value: unknown, to: Field): Taken {
  if (!isList(value)) return invalid(to, 'a list');
  const entry: Field = { ...to, type: to.of ?? 'text' };
  const entries: Value & object[] = [];
  for (const { value: text, label } of entriesOf(value)) {
    const one = types[entry.type].take(text, entry);
    if (one instanceof Trouble) return one;
    if (typeof one === 'string') entries.push(label === undefined ? { value: one } : { value: one, label });
  }
  return entries as Value;
}

import type { FieldType } from '../../src/model/field.ts';
import type { Value } from '../../src/model/value.ts';

/** What users type into a field of the simulated apps; each kind can carry a token that survives every normaliser. */
export type Kind = 'email' | 'text' | 'number' | 'phone' | 'date' | 'select' | 'boolean' | 'tags';

/** What an app does to a value before it stores it. */
export type Normaliser = 'trim' | 'squeeze' | 'lower' | 'cut' | 'round' | 'digits' | 'sorted' | 'fill' | 'blank';

/** The text that a 'fill' field shows where nobody typed anything. */
export const FILLED = 'Unknown';

/** How many characters a 'cut' field keeps. */
const CUT = 11;

/** The choices of a select, by app; the last has no partner in any option map. */
export const choices = ['new', 'won', 'lost', 'odd'];

/** A choice as this account spells it. */
export function spelled(account: string, choice: string): string {
  return `${choice}-${account}`;
}

/** The contract's type of a kind. */
export function typeOf(kind: Kind): FieldType {
  return kind === 'tags' ? 'multi-select' : kind;
}

/** Which normalisers make sense for a kind. */
export const normalisersOf: Record<Kind, Normaliser[]> = {
  email: ['trim', 'lower'],
  text: ['trim', 'squeeze', 'lower', 'cut', 'fill', 'blank'],
  number: ['round'],
  phone: ['digits'],
  date: [],
  select: [],
  boolean: [],
  tags: ['sorted'],
};

/** What the app stores of what it is given. Idempotent. */
export function normalise(normalisers: Normaliser[], value: Value): Value {
  let stored = value === '' ? null : value;
  for (const each of normalisers) stored = one(each, stored);
  return stored;
}

function one(normaliser: Normaliser, value: Value): Value {
  if (normaliser === 'fill') return value === null ? FILLED : value;
  if (normaliser === 'blank') return value === null ? '' : value;
  if (normaliser === 'sorted') return Array.isArray(value) ? ([...value].sort() as string[]) : value;
  if (typeof value !== 'string') return value;
  if (normaliser === 'trim') return value.trim() || null;
  if (normaliser === 'squeeze') return value.replace(/\s+/g, ' ').trim() || null;
  if (normaliser === 'lower') return value.toLowerCase();
  if (normaliser === 'cut') return value.slice(0, CUT).trimEnd();
  if (normaliser === 'round') return String(Math.round(Number(value) * 100) / 100);
  return value.replace(/[^+\d]/g, '');
}

/** The order in which an app applies them, so that applying them twice changes nothing. */
export const normaliserOrder: Normaliser[] = [
  'trim',
  'squeeze',
  'lower',
  'cut',
  'round',
  'digits',
  'sorted',
  'fill',
  'blank',
];

const names = ['Anna  Berg', 'bo Ek', 'CARL Lind ', 'Dora Alm', ' Eva Friis-Holm'];

/** The value that carries a token, as a person would type it: with capitals, blanks and decimals for apps to change. */
export function typed(kind: Kind, token: number, account: string): Value {
  const name = names[token % names.length] as string;
  if (kind === 'email') return `U${token}.${name.replace(/\s+/g, '')}@Example.com`;
  if (kind === 'text') return `U${token} ${name}${token % 3 === 0 ? ' ' : ''}`;
  if (kind === 'number') return token % 4 === 0 ? `${token}` : `${token}.12${token % 7}`;
  if (kind === 'phone') return `+46 70 ${String(1_000_000 + token).replace(/(\d{3})(\d{2})/, '$1 $2 ')}`;
  if (kind === 'date') return new Date(Date.UTC(1960, 0, 1 + token)).toISOString().slice(0, 10);
  if (kind === 'boolean') return token % 2 === 0;
  if (kind === 'tags')
    return token % 2 === 0 ? [spelled(account, 'won'), spelled(account, 'new')] : [spelled(account, 'lost')];
  return spelled(account, choices[token % (choices.length - 1)] as string);
}

/** Is nothing there that a person would call a value? */
export function isBlank(value: Value | undefined): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

import type { Field, FieldType } from './field.ts';
import { types } from './types/types.ts';
import type { Way } from './value.ts';

/** Which ways values may flow between two fields by their types, and in words why not both. */
export interface Pairing {
  flows: 'both' | Way | 'none';
  why: string | null;
}

/**
 * The pairing table. `coded`: an option map says what the values of a select stand for in a column of text, whole
 * numbers or yes and no, so these pair both ways.
 */
export function pairing(a: Field, b: Field, coded: 'coded' | 'plain' = 'plain'): Pairing {
  if (coded === 'coded' && codable.has(a.type) && codable.has(b.type)) return { flows: 'both', why: null };
  if (a.type === 'list' && b.type === 'list') return listPairing(a, b);
  if (pairs(a, b) || pairs(b, a)) return { flows: 'both', why: null };
  if (flowsOneWay(a, b)) return { flows: 'a-to-b', why: oneWayReason(a, b) };
  if (flowsOneWay(b, a)) return { flows: 'b-to-a', why: oneWayReason(b, a) };
  return { flows: 'none', why: unpairedReason(a, b) };
}

/** The types that an option map makes pair. */
const codable: ReadonlySet<FieldType> = new Set(['text', 'select', 'integer', 'boolean']);

const texts: FieldType[] = ['text', 'long-text', 'email', 'phone', 'url', 'country'];
const numbers: FieldType[] = ['number', 'integer', 'money'];

/** What a list can be of, so what its first entry can be. */
const ofTypes: ReadonlySet<FieldType> = new Set(['text', 'long-text', 'email', 'phone', 'url']);

/** Both ways; each pair stands once. */
const bothWays: ReadonlySet<string> = new Set([
  ...texts.flatMap((type) => [`text ${type}`, `long-text ${type}`]),
  ...numbers.flatMap((type) => numbers.map((other) => `${type} ${other}`)),
  'boolean boolean',
  'date date',
  'date datetime',
  'datetime datetime',
  'select select',
  'multi-select multi-select',
  'email email',
  'phone phone',
  'url url',
  'country country',
  'user user',
]);

/** Into text only: free text is not always one of these. */
const readable: ReadonlySet<FieldType> = new Set([
  ...numbers,
  'date',
  'datetime',
  'boolean',
  'select',
  'multi-select',
  'user',
  'reference',
]);

function pairs(a: Field, b: Field): boolean {
  if (bothWays.has(`${a.type} ${b.type}`)) return true;
  if (a.type !== 'list') return false;
  const of = a.of ?? 'text';
  return of === b.type || (b.type === 'multi-select' && of === 'text') || (ofTypes.has(b.type) && isText(of, b.type));
}

function isText(...pair: FieldType[]): boolean {
  return pair.includes('text') || pair.includes('long-text');
}

function flowsOneWay(from: Field, to: Field): boolean {
  if (to.type === 'text' || to.type === 'long-text') return readable.has(from.type);
  return from.type === 'multi-select' && to.type === 'select';
}

function oneWayReason(from: Field, to: Field): string {
  if (from.type === 'multi-select' && to.type === 'select') {
    return `${to.label} takes the first of ${from.label}; one choice cannot say what the others were`;
  }
  return `${from.label} (${types[from.type].label}) can be written as text, but text is not always ${article(from)}`;
}

function unpairedReason(a: Field, b: Field): string {
  if (a.type === 'reference' && b.type === 'reference') {
    return `${a.label} and ${b.label} point at other records; keep them as an association`;
  }
  return `${a.label} is ${article(a)} and ${b.label} is ${article(b)}; these do not convert`;
}

function article(field: Field): string {
  const { label } = types[field.type];
  return label === 'yes or no' || label.endsWith('text') ? label : `${/^[aeio]/.test(label) ? 'an' : 'a'} ${label}`;
}

function listPairing(a: Field, b: Field): Pairing {
  const [mine, theirs] = [a.of ?? 'text', b.of ?? 'text'];
  if (mine === theirs || isText(mine, theirs)) return { flows: 'both', why: null };
  const why = `${a.label} is a list of ${types[mine].label}s and ${b.label} of ${types[theirs].label}s; these do not convert`;
  return { flows: 'none', why };
}

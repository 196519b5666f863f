import type { Value, Values } from '../../model/value.ts';
import { type PipedriveField, partAt, type Row } from './resource.ts';
import type { Body } from './to-json.ts';

/** Parts of an address: our name's end, Pipedrive's key, what people call it, its role. */
const parts: [string, string, string, string][] = [
  ['city', 'locality', 'City', 'city'],
  ['state', 'admin_area_level_1', 'State or region', 'state'],
  ['postal_code', 'postal_code', 'Postal code', 'postal-code'],
  ['country', 'country', 'Country', 'country'],
];

/**
 * The fields of an address kept under `key`: its whole text, which people see, and its parts, which Pipedrive's own look-up
 * of the text fills in.
 */
export function addressFields(key: string, label: string, role: string): PipedriveField[] {
  const part = (end: string, called: string, means: string, from: (row: Row) => unknown): PipedriveField => ({
    name: `${key}.${end}`,
    label: `${label}: ${called.toLowerCase()}`,
    type: 'text',
    writable: 'always',
    maxLength: 255,
    means: `${role}.${means}`,
    from,
  });
  return [
    { name: key, label, type: 'text', writable: 'always', maxLength: 255, from: (row) => partAt(row, [key, 'value']) },
    part('street', 'Street', 'street', (row) => streetOf(partAt(row, [key]) as Row | null)),
    ...parts.map(([end, own, called, means]) => part(end, called, means, (row) => partAt(row, [key, own]))),
  ];
}

/** All fields of the address where any of it is written: Pipedrive forgets the parts that it is not given. */
export function addressWhole(key: string, names: string[]): string[] {
  if (!names.some((name) => name === key || name.startsWith(`${key}.`))) return [];
  return [key, `${key}.street`, ...parts.map(([end]) => `${key}.${end}`)];
}

/** Puts the whole address into what is sent, where any of it is written. */
export function putAddress(body: Body, key: string, values: Values, before: Values | undefined): void {
  const names = addressWhole(key, Object.keys(values));
  if (names.length === 0) return;
  const now = (name: string): Value => (values[name] === undefined ? (before?.[name] ?? null) : values[name]);
  const [street, city, state, postalCode, country] = names.slice(1).map(now);
  const place = [postalCode, city].filter(Boolean).join(' ');
  const isTextOnly = Object.keys(values).includes(key);
  const text = isTextOnly ? now(key) : [street, place, state, country].filter(Boolean).join(', ') || null;
  if (text === null && !before) return;
  body[key] =
    text === null
      ? null
      : {
          value: text,
          route: street ?? null,
          locality: city ?? null,
          admin_area_level_1: state ?? null,
          postal_code: postalCode ?? null,
          country: country ?? null,
        };
}

/** Street and number in the order in which the whole text has them. */
function streetOf(address: Row | null): string | null {
  const [route, number] = [address?.route, address?.street_number].map((part) => (part ? String(part) : ''));
  if (!route || !number) return route || number || null;
  return String(address?.value ?? '').includes(`${number} ${route}`) ? `${number} ${route}` : `${route} ${number}`;
}

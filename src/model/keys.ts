import { isCountry } from './convert.ts';
import type { Field, User } from './field.ts';
import type { KeySpec } from './rules.ts';
import { countryCode } from './types/country.ts';
import { dateOf } from './types/date.ts';
import { isEmpty } from './types/empty.ts';
import { entriesOf, textsOf } from './types/list.ts';
import { e164, normalPhone } from './types/phone.ts';
import { foldText } from './types/text.ts';
import { normalEmail, plain, types } from './types/types.ts';
import { matchUrl, registrableDomain } from './types/url.ts';
import type { Side, Two, Value, Values } from './value.ts';

/** One part of a key: the field of each side (several make a full name), and how both are normalised. */
export interface KeyPart {
  fields: Two<Field[]>;
  by: Normaliser;
}

/** How values are made comparable for matching. The name is part of a spec's id, so a name never changes its meaning. */
export type Normaliser =
  | 'email'
  | 'domain'
  | 'phone'
  | 'url'
  | 'country'
  | 'number'
  | 'date'
  | 'datetime'
  | 'boolean'
  | 'option'
  | 'user'
  | 'name';

/** What normalisers need to know of the accounts. */
export interface KeyContext {
  users: Two<User[]>;
  region?: string;
}

/**
 * A match key of parts that must all be equal. `without`: on that side the key stands only for records where this field
 * is empty. The ids name fields and normalisers, so syncs on one feed share the keys they have in common.
 */
export function keySpec(parts: KeyPart[], context: KeyContext, without?: { side: Side; field: Field }): KeySpec {
  const sides = { a: sideKey('a', parts, context), b: sideKey('b', parts, context) };
  const condition = without && { [without.side]: without.field.name };
  const namesOn = (side: Side) => {
    const names = parts.flatMap((part) => part.fields[side].map((field) => field.name));
    return condition?.[side] === undefined ? names : [...names, condition[side]];
  };
  const names = { a: namesOn('a'), b: namesOn('b') };
  const key = (side: Side, values: Values) => {
    const absent = condition?.[side];
    return absent !== undefined && !isEmpty(values[absent]) ? null : sides[side](values);
  };
  return {
    id: { a: idOf('a', parts, context, condition?.a), b: idOf('b', parts, context, condition?.b) },
    key,
    kept: (side, values) =>
      names[side].some((name) => values[name] === undefined) ? undefined : (key(side, values) ?? ''),
  };
}

/**
 * The key, as the mirror keeps it, that a spec's id tells of, for records of the object with these fields: a sync whose other app cannot be asked
 * now must not lose its keys. Null where the object no longer has a field of it.
 */
export function keyOfId(id: string, fields: Field[], users: User[]): ((values: Values) => string | undefined) | null {
  const texts = id.split(',');
  const condition = texts.at(-1)?.startsWith('!') && !texts.at(-1)?.includes(':') ? texts.pop()?.slice(1) : undefined;
  const named = (text: string) => fields.find((field) => field.name.toWellFormed() === decodeURIComponent(text));
  const without = condition === undefined ? undefined : named(condition);
  const regions = new Set<string>();
  const parts = texts.map((text): KeyPart | null => {
    const [names = '', how = ''] = text.split(':');
    const [by, region] = how.split('-');
    if (region) regions.add(region);
    const found = names.split('+').map(named);
    if (!found.every((field) => field !== undefined)) return null;
    return { fields: { a: found, b: found }, by: by as Normaliser };
  });
  const whole = parts.filter((part) => part !== null);
  if (whole.length < parts.length || (condition !== undefined && !without)) return null;
  const [region] = regions;
  const context = { users: { a: users, b: users }, ...(region ? { region } : {}) };
  const spec = keySpec(whole, context, without && { side: 'a', field: without });
  return (values) => spec.kept('a', values);
}

/** The normaliser of two fields that are to be matched: by their roles, else by the closer of their types. */
export function normaliserOf(a: Field[], b: Field[]): Normaliser {
  const fields = [...a, ...b];
  const is = (...names: string[]) =>
    fields.some(
      (field) => names.includes(field.type) || names.includes(field.of ?? '') || names.includes(field.means ?? ''),
    );
  if (fields.length > 2) return 'name';
  if (is('email')) return 'email';
  if (is('company.domain', 'person.company-domain')) return 'domain';
  if (is('phone')) return 'phone';
  if (is('url')) return 'url';
  if (fields.every(isCountry)) return 'country';
  if (is('number', 'integer', 'money')) return 'number';
  if (is('date')) return 'date';
  if (is('datetime')) return 'datetime';
  if (is('boolean')) return 'boolean';
  if (is('select', 'multi-select')) return 'option';
  return is('user') ? 'user' : 'name';
}

/** The parts of one key are kept apart by a sign that no normal form holds. */
const BETWEEN = '\u001f';

function sideKey(side: Side, parts: KeyPart[], context: KeyContext): (values: Values) => string | null {
  const [only] = parts;
  if (parts.length === 1 && only) return partKey(only.fields[side], only.by, context.users[side], context.region);
  const keys = parts.map(({ fields, by }) => partKey(fields[side], by, context.users[side], context.region));
  return (values) => {
    const texts: string[] = [];
    for (const key of keys) {
      const text = key(values);
      if (text === null) return null;
      texts.push(text);
    }
    return texts.join(BETWEEN);
  };
}

function partKey(fields: Field[], by: Normaliser, users: User[], region?: string): (values: Values) => string | null {
  const normal = normaliser(by, fields, users, region);
  const names = fields.map((field) => field.name);
  const read = names.length === 1 ? single(names[0] ?? '') : (values: Values) => joined(names, values);
  return (values) => {
    const value = read(values);
    return isEmpty(value) ? null : normal(value) || null;
  };
}

function single(name: string): (values: Values) => Value {
  return (values) => values[name] ?? null;
}

function joined(names: string[], values: Values): string {
  return names.map((name) => plain(values[name] ?? '')).join(' ');
}

function normaliser(by: Normaliser, [field]: Field[], users: User[], region?: string): (value: Value) => string | null {
  switch (by) {
    case 'email':
      return (value) => normalEmail(first(value));
    case 'domain':
      return (value) => registrableDomain(first(value));
    case 'phone':
      return (value) => e164(first(value), region) ?? normalPhone(first(value), region);
    case 'url':
      return (value) => matchUrl(first(value));
    case 'country':
      return (value) => countryCode(first(value)) ?? foldText(first(value));
    case 'date':
      return (value) => dateOf(value) ?? plain(value);
    case 'number':
    case 'boolean':
    case 'datetime':
      return (value) => types[by].normal(first(value));
    case 'option':
      return (value) =>
        textsOf(value)
          .map((text) => foldText(labelOf(text, field)))
          .sort()
          .join(BETWEEN);
    case 'user':
      return (value) => emailOf(value, users) ?? foldText(first(value));
    case 'name':
      return (value) => foldText(first(value));
  }
}

/** A list matches by its main entry. */
function first(value: Value): string {
  return Array.isArray(value) ? (entriesOf(value)[0]?.value ?? '') : plain(value);
}

function labelOf(text: string, field: Field | undefined): string {
  return field?.options?.find((option) => option.value === text)?.label ?? text;
}

function emailOf(value: Value, users: User[]): string | null {
  const email = users.find((user) => user.id === value)?.email;
  return email === undefined ? null : normalEmail(email);
}

function idOf(side: Side, parts: KeyPart[], { region }: KeyContext, absent?: string): string {
  const named = parts.map(({ fields, by }) => {
    const names = fields[side].map((field) => encodeURIComponent(field.name.toWellFormed())).join('+');
    return `${names}:${by}${by === 'phone' && region ? `-${region}` : ''}`;
  });
  return named.join(',') + (absent === undefined ? '' : `,!${encodeURIComponent(absent.toWellFormed())}`);
}

import type { Value, Values } from './value.ts';

/**
 * A salted 53-bit hash of values, never 0 (0 stands for "never agreed" in a base). Not for secrets: it only tells that a
 * value changed, while the value itself is not kept. cyrb53 by bryc, public domain.
 */
export function hashValues(values: Value[], salt: number): number {
  if (values.length === 1) return hashValue(values[0] as Value, salt);
  return hashText(values.map((value) => hashValue(value, salt)).join(), salt);
}

/**
 * The hash of one value: that of a tuple of one. The kind of value goes into the salt, so '' and null differ. The order of a
 * multi-select says nothing: it is hashed as a set.
 */
export function hashValue(value: Value, salt: number): number {
  if (typeof value === 'string') return hashText(value, salt);
  if (value === null) return hashText('', salt ^ NULL_SALT);
  const content = Array.isArray(value) && typeof value[0] === 'string' ? value.toSorted() : value;
  return hashText(JSON.stringify(content), salt ^ JSON_SALT);
}

const NULL_SALT = 0x5bd1e995;
const JSON_SALT = 0x1b873593;

/** A 53-bit hash of text, never 0. */
export function hashText(text: string, salt: number): number {
  let h1 = 0xdeadbeef ^ salt;
  let h2 = 0x41c6ce57 ^ salt;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    h1 = Math.imul(h1 ^ unit, 2654435761);
    h2 = Math.imul(h2 ^ unit, 1597334677);
  }
  h1 = Math.imul(h1 ^ (h1 >>> 16), 2246822507) ^ Math.imul(h2 ^ (h2 >>> 13), 3266489909);
  h2 = Math.imul(h2 ^ (h2 >>> 16), 2246822507) ^ Math.imul(h1 ^ (h1 >>> 13), 3266489909);
  return 4294967296 * (2097151 & h2) + (h1 >>> 0) || 1;
}

/** The values of some fields in order, or null where one is absent (D2). */
export function tuple(values: Values, fields: string[]): Value[] | null {
  if (fields.length === 1) {
    const value = values[fields[0] as string];
    return value === undefined ? null : [value];
  }
  const out: Value[] = [];
  for (const field of fields) {
    const value = values[field];
    if (value === undefined) return null;
    out.push(value);
  }
  return out;
}

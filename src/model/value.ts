/**
 * A field's value, in its app's own representation, as JSON.
 * null: empty. string: text of any kind; numbers and money as plain decimals ('12.50', so that no amount is rounded);
 * dates as '2026-11-23'; date-times as UTC '2026-11-23T10:42:00.000Z'; selects, users and references as ids.
 * boolean: booleans. string[]: multi-selects and associations (ids). Labelled[]: lists of labelled values.
 */
export type Value = null | string | boolean | string[] | Labelled[];

/** One entry of a list such as e-mails or phones; the first entry is the main one. */
export interface Labelled {
  value: string;
  label?: string;
}

/** Values by field name. D2: a field whose key is missing is absent (not seen), which is not the same as empty (null). */
export type Values = Record<string, Value>;

/** One of the two sides of a sync. */
export type Side = 'a' | 'b';

/** Something for each side. */
export interface Two<T> {
  a: T;
  b: T;
}

/** The side across. */
export function across(side: Side): Side {
  return side === 'a' ? 'b' : 'a';
}

/** The way that values go, as settings name it. */
export type Way = 'a-to-b' | 'b-to-a';

/** The way from a side to the one across. */
export function wayFrom(side: Side): Way {
  return side === 'a' ? 'a-to-b' : 'b-to-a';
}

/** Do values that go in a direction reach a side? */
export function reaches(direction: 'both' | Way, side: Side): boolean {
  return direction === 'both' || direction === wayFrom(across(side));
}

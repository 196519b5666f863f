import type { Labelled, Value } from '../value.ts';
import { entryText, isEmpty } from './empty.ts';

/** Is it a list of texts or labelled texts (or one text, which stands for a list of one)? */
export function isList(value: unknown): boolean {
  if (typeof value === 'string') return true;
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string' || isLabelled(entry));
}

/** A list's entries with their labels, of any value: plain texts are entries without a label, blank ones are none. */
export function entriesOf(value: unknown): Labelled[] {
  if (!Array.isArray(value)) return typeof value === 'string' && !isEmpty(value) ? [{ value }] : [];
  const entries: Labelled[] = [];
  for (const entry of value) {
    if (isEmpty(entryText(entry))) continue;
    if (typeof entry === 'string') entries.push({ value: entry });
    else if (isLabelled(entry)) entries.push(entry);
  }
  return entries;
}

/** The ids of a multi-select or an association, of any value. */
export function textsOf(value: unknown): string[] {
  return entriesOf(value).map((entry) => entry.value);
}

/** The list with this as its main entry: the others stay, and so does the label of the one it replaces. */
export function withFirst(
  current: Value | undefined,
  first: string | null,
  same: (a: string, b: string) => boolean,
): Value {
  const entries = entriesOf(current);
  if (first === null) return entries.length > 1 ? entries.slice(1) : null;
  const at = entries.findIndex((entry) => same(entry.value, first));
  // An address that is further down the list is moved to the front, not added twice.
  if (at > 0) return [{ ...entries[at], value: first }, ...entries.filter((_, index) => index !== at)];
  return [{ ...entries[0], value: first }, ...entries.slice(1)];
}

function isLabelled(entry: unknown): entry is Labelled {
  return typeof entry === 'object' && entry !== null && 'value' in entry && typeof entry.value === 'string';
}

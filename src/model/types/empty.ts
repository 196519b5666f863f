/**
 * Is there nothing in it, by any type: null, blank text, a list without entries (or with blank ones only)?
 * Takes any JSON: an app may answer what it likes.
 */
export function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true;
  return Array.isArray(value) ? value.every(isBlankEntry) : isBlank(value);
}

/** The text of a list's entry, labelled or plain. */
export function entryText(entry: unknown): unknown {
  return typeof entry === 'object' && entry !== null && 'value' in entry ? entry.value : entry;
}

function isBlankEntry(entry: unknown): boolean {
  const text = entryText(entry);
  return text === null || text === undefined || isBlank(text);
}

function isBlank(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  const first = value.charCodeAt(0);
  // Most texts are told by their first character.
  return first > 0x20 && first < 0x80 ? false : value.trim() === '';
}

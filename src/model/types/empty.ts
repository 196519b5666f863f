/**
 * Is there nothing in it, by any type: null, blank text, a list without entries (or with blank ones only)?
 * Takes any JSON: an app may answer what it likes.
 */
export function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true;
  return Array.isArray(value) ? value.every(isBlankEntry) : isBlank(value);
}

function isBlankEntry(entry: unknown): boolean {
  return entry === null || isBlank(typeof entry === 'object' && 'value' in entry ? (entry.value ?? '') : entry);
}

function isBlank(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  const first = value.charCodeAt(0);
  // Most texts are told by their first character.
  return first > 0x20 && first < 0x80 ? false : value.trim() === '';
}

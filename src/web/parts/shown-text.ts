/** A value of a record as text for people; an empty one is ''. An entry of a list is shown by its value. */
export function shownText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(shownText).join(', ');
  if (typeof value !== 'object') return String(value);
  return 'value' in value ? shownText(value.value) : JSON.stringify(value);
}

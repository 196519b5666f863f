/** A value of a record as text for people; an empty one is ''. */
export function shownText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(shownText).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

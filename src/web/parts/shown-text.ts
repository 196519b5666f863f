/**
 * A value of a record as text for people; an empty one is ''. An entry of a list is its value with its label behind:
 * `kim@example.com (work)`.
 */
export function shownText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(shownText).filter(Boolean).join(', ');
  if (typeof value !== 'object') return String(value);
  if (!('value' in value)) return JSON.stringify(value);
  const text = shownText(value.value);
  const label = 'label' in value ? shownText(value.label) : '';
  return text && label ? `${text} (${label})` : text;
}

/**
 * PostgreSQL stores neither NUL nor lone surrogates in text and jsonb, while an app may show both. So everything that
 * comes from an app is written escaped and read back as it was: such a character becomes U+FFFF (not a character) and
 * four hex digits, and U+FFFF itself too. What to think of such a value is for the engine to say, record by record
 * (R1).
 */
const mark = '\uffff';
const unstorable = /[\0\uffff\p{Surrogate}]/gu;
const escaped = /\uffff([0-9a-f]{4})/g;

/**
 * What JSON.stringify makes of unstorable characters; it may also match ordinary text that looks like it, which does no
 * harm.
 */
const suspiciousJson = /\\u0000|\\ud[89a-f]|\uffff/;

/** Text as it can be stored. */
export function toText(text: string): string {
  if (text.isWellFormed() && !text.includes('\0') && !text.includes(mark)) return text;
  return text.replace(unstorable, (unit) => mark + unit.charCodeAt(0).toString(16).padStart(4, '0'));
}

/** Texts as they can be stored. */
export function toTexts(texts: readonly string[]): string[] {
  return texts.map(toText);
}

/** Text as the app showed it. */
export function fromText(text: string): string {
  if (!text.includes(mark)) return text;
  return text.replace(escaped, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** JSON that can be stored as jsonb. */
export function toJson(value: unknown): string {
  const json = JSON.stringify(value);
  return suspiciousJson.test(json) ? JSON.stringify(mapTexts(value, toText)) : json;
}

/** JSON that can be stored, or null. */
export function toJsonOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : toJson(value);
}

/** The value of stored JSON. */
export function fromJson(json: string): unknown {
  const value: unknown = JSON.parse(json);
  return json.includes(mark) ? mapTexts(value, fromText) : value;
}

function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((part) => mapTexts(part, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [change(key), mapTexts(part, change)]));
}

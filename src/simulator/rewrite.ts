import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/min';

/** What an app makes of a value when it stores it. Always idempotent; values it does not understand pass as they are. */
export type Rewrite = (value: unknown) => unknown;

/** One after the other. */
export function inOrder(...rewrites: Rewrite[]): Rewrite {
  return (value) => rewrites.reduce((current, rewrite) => rewrite(current), value);
}

/** White space at both ends goes. */
export const trimmed: Rewrite = onText((text) => text.trim());

/** Lower case. */
export const lowerCased: Rewrite = onText((text) => text.toLowerCase());

/** Runs of white space become one space. */
export const collapsed: Rewrite = onText((text) => text.replace(/\s+/g, ' '));

/** Markup goes. */
export const tagsStripped: Rewrite = onText((text) => text.replace(/<[^>]*>/g, ''));

/** Longer texts lose their end (counted in UTF-16 units, never inside a pair). */
export function truncated(most: number): Rewrite {
  return onText((text) => (text.length <= most ? text : text.slice(0, most).replace(/[\ud800-\udbff]$/, '')));
}

/** `+4930123456`, where the text is a phone number of the country or of any country. */
export function e164(country: CountryCode): Rewrite {
  return onText((text) => parsePhoneNumberFromString(text, country)?.number ?? text);
}

/** Numbers keep so many decimals; a number sent as text stays text. */
export function rounded(decimals: number): Rewrite {
  return (value) => {
    const number = typeof value === 'number' ? value : typeof value === 'string' && value.trim() ? Number(value) : NaN;
    if (!Number.isFinite(number)) return value;
    const scale = 10 ** decimals;
    const result = Math.round(number * scale) / scale;
    return typeof value === 'number' ? result : String(result);
  };
}

/** The day of a point in time, in UTC. */
export const dayOnly: Rewrite = onText((text) => (/^\d{4}-\d\d-\d\dT/.test(text) ? text.slice(0, 10) : text));

/** An empty value becomes this one, as apps do that cannot store nothing ("Unknown", 0). */
export function filledWith(filling: unknown): Rewrite {
  return (value) => (value === '' || value === null || value === undefined ? filling : value);
}

function onText(change: (text: string) => string): Rewrite {
  return (value) => (typeof value === 'string' ? change(value) : value);
}

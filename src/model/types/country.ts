import { createRequire } from 'node:module';

/** A country's ISO code of two letters ('SE'), from a code of two or three letters, a number, or a name in English or Swedish. */
export function countryCode(value: string): string | null {
  if (value.length > LONGEST) return null;
  return codes().get(key(value)) ?? null;
}

/** A country's name in a language ('en', 'sv'), or null for an unknown code. */
export function countryName(code: string, language = 'en'): string | null {
  return countries.getName(code, language) ?? null;
}

/** A country's ISO code of three letters ('SWE'). */
export function countryCode3(code: string): string | null {
  return countries.alpha2ToAlpha3(code) ?? null;
}

const LONGEST = 100;
const LANGUAGES = ['en', 'sv'];

// Its main entry loads the names in all 80 languages; this is the same library with two. It is CommonJS with JSON inside.
const load = createRequire(import.meta.url);
const countries: typeof import('i18n-iso-countries') = load('i18n-iso-countries/index.js');
for (const language of LANGUAGES) countries.registerLocale(load(`i18n-iso-countries/langs/${language}.json`));

let known: Map<string, string> | undefined;

function codes(): Map<string, string> {
  if (known) return known;
  known = new Map();
  for (const [code, code3] of Object.entries(countries.getAlpha2Codes())) {
    for (const writing of [code, code3, countries.alpha2ToNumeric(code)]) if (writing) known.set(key(writing), code);
    for (const language of LANGUAGES) {
      for (const name of countries.getName(code, language, { select: 'all' }) ?? []) {
        if (!known.has(key(name))) known.set(key(name), code);
      }
    }
  }
  return known;
}

/** Case, accents, dots and a leading article do not matter in a country's name. */
function key(value: string): string {
  const letters = value.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return letters
    .replace(/&/g, ' and ')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .replace(/^the /, '');
}

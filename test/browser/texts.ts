import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The page's texts in a language, by their key; gaps are filled from `values`. */
export type Say = (key: string, values?: Record<string, string | number>) => string;

const folder = fileURLToPath(new URL('../../src/web/i18n/', import.meta.url));

/** Reads the texts that the page shows in a language, so that one story is told in each. */
export function textsIn(language: string): Say {
  const areas = Object.fromEntries(
    globSync(`${folder}${language}/*.json`).map((path) => [
      basename(path, '.json'),
      JSON.parse(readFileSync(path, 'utf8')),
    ]),
  );
  return (key, values = {}) => {
    let found: unknown = areas;
    for (const part of key.split('.')) found = (found as Record<string, unknown>)?.[part];
    if (typeof found !== 'string') throw new Error(`there is no text ${key} in ${language}`);
    return found.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name] ?? ''));
  };
}

import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const web = fileURLToPath(new URL('..', import.meta.url));
const languages = ['en', 'sv'];
/** Endings that i18next adds by itself, by the number in a sentence. */
const plural = /_(zero|one|two|few|many|other)$/;

/** The texts of a language, by their whole key. */
function textsOf(language: string): Map<string, string> {
  const texts = new Map<string, string>();
  const add = (path: string, value: unknown) => {
    if (typeof value === 'string') texts.set(path, value);
    else for (const [key, inner] of Object.entries(value as object)) add(`${path}.${key}`, inner);
  };
  for (const path of globSync(`${web}i18n/${language}/*.json`))
    add(basename(path, '.json'), JSON.parse(readFileSync(path, 'utf8')));
  return texts;
}

const sources = globSync(`${web}**/*.{ts,tsx}`)
  .filter((path) => !path.endsWith('.test.ts'))
  .map((path) => readFileSync(path, 'utf8'));

/** Everything in the sources that could be a key: strings as they are, templates with anything in their gaps. */
function usedPatterns(): { literals: Set<string>; templates: RegExp[] } {
  const literals = new Set<string>();
  const templates: RegExp[] = [];
  for (const source of sources) {
    for (const [, text = ''] of source.matchAll(/'([a-z][\w]*(?:\.[\w-]+)+)'/gi)) literals.add(text);
    for (const [, text = ''] of source.matchAll(/`([a-z][\w]*\.(?:[^`\\]|\\.)*)`/gi)) {
      const parts = text.split(/\$\{(?:[^{}]|\{[^{}]*\})*\}/);
      if (parts.length > 1)
        templates.push(new RegExp(`^${parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.+')}$`));
    }
  }
  return { literals, templates };
}

test('both languages have the same texts', () => {
  const [one, other] = languages.map((language) => [...textsOf(language).keys()].sort());
  assert.deepEqual(one, other);
});

test('a text has the same gaps in both languages', () => {
  const gaps = (text: string) => [...new Set([...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name))].sort();
  const swedish = textsOf('sv');
  for (const [key, text] of textsOf('en')) assert.deepEqual(gaps(swedish.get(key) ?? ''), gaps(text), key);
});

test('every key that the page asks for is there', () => {
  const keys = new Set([...textsOf('en').keys()].flatMap((key) => [key, key.replace(plural, '')]));
  const missing = sources.flatMap((source) =>
    [...source.matchAll(/\bt\(\s*'([^']+)'/g)].map(([, key = '']) => key).filter((key) => !keys.has(key)),
  );
  assert.deepEqual(missing, []);
});

test('no text is left over', () => {
  const { literals, templates } = usedPatterns();
  const unused = [...textsOf('en').keys()]
    .map((key) => key.replace(plural, ''))
    .filter((key) => !literals.has(key) && !templates.some((template) => template.test(key)));
  assert.deepEqual(unused, []);
});

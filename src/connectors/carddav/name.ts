import type { Values } from '../../model/value.ts';
import { readList } from './labelled-lines.ts';
import { mainLine } from './preference.ts';
import { type Card, linesOf, newLine, withLine, withValue } from './vcard-lines.ts';
import { escapeText, splitEscaped, unescapeText } from './vcard-text.ts';

/** The parts of a structured name, in the order of N (RFC 6350 §6.2.2). */
const parts = ['last_name', 'first_name', 'middle_name', 'prefix', 'suffix'] as const;

/** A structured name. */
export type NameParts = Record<(typeof parts)[number], string>;

/** The parts of N; several names in one part (`Philip,Paul`) are joined by a space. */
export function nameParts(card: Card): NameParts {
  const texts = splitEscaped(mainLine(card, 'N')?.value ?? '', ';').map((part) =>
    splitEscaped(part, ',').map(unescapeText).join(' ').trim(),
  );
  return Object.fromEntries(parts.map((part, index) => [part, texts[index] ?? ''])) as NameParts;
}

/**
 * The card with these names, N and FN kept in step: where FN was the parts joined (in one of the usual ways) and only
 * parts are given, it is joined anew in the same way; where only the full name is given, the parts follow from it.
 * A full name of another kind (a nickname, a company) and its parts are left alone by each other.
 */
export function writeNames(card: Card, values: Values): Card {
  const old = nameParts(card);
  const given = parts.filter((part) => part in values);
  const fullName = mainLine(card, 'FN');
  const shown = unescapeText(fullName?.value ?? '').trim();
  const form = forms.find((each) => tidy(each(old)) === tidy(shown));
  const inStep = form !== undefined || shown === '' || shown === standIn(card);
  const wanted = typeof values.full_name === 'string' ? values.full_name.trim() : '';

  let next: NameParts = old;
  if (given.length > 0) next = { ...old, ...textsOf(values, given) };
  else if (wanted !== '' && wanted !== shown && inStep) next = splitName(wanted, old);
  const changed = parts.filter((part) => next[part] !== old[part]);
  const named = changed.length > 0 ? writeParts(card, next, changed) : card;

  if (wanted !== '') return wanted === shown ? named : writeFullName(named, wanted);
  if ('full_name' in values) return writeFullName(named, tidy(fullForm(next)));
  return inStep && changed.length > 0 ? writeFullName(named, tidy((form ?? fullForm)(next))) : named;
}

/**
 * What a contact without a name is shown by, since FN must not be empty (RFC 2426 §3.1.1, RFC 6350 §6.2.1): its
 * organization, e-mail address or phone; '' where it has none of them.
 */
export function standIn(card: Card): string {
  const organization = unescapeText(splitEscaped(mainLine(card, 'ORG')?.value ?? '', ';')[0] ?? '').trim();
  return organization || (readList(card, 'emails')[0] ?? readList(card, 'phones')[0])?.value || '';
}

/** The card with FN, and with N where its version wants one. `was`: what stood in for the name before, and gives way. */
export function withMandatoryNames(card: Card, was: string): Card {
  const hasN = card.version === '4.0' || linesOf(card, 'N').length > 0;
  const named = hasN ? card : withLine(card, undefined, newLine(card, ['N'], ';;;;'));
  const line = mainLine(card, 'FN');
  const shown = unescapeText(line?.value ?? '').trim();
  if (shown !== '' && shown !== was) return named;
  const name = tidy(fullForm(nameParts(named))) || standIn(named);
  // An empty FN is still better than none, which Radicale refuses.
  return line && name === shown ? named : writeFullName(named, name);
}

/** The ways in which people and programs write the parts as one name; the fullest first, so that a part that is added shows. */
const forms: ((name: NameParts) => string)[] = [
  fullForm,
  (name) => `${name.prefix} ${name.first_name} ${name.last_name}`,
  (name) => `${name.first_name} ${name.middle_name} ${name.last_name}`,
  (name) => `${name.first_name} ${name.last_name}`,
  (name) => (name.last_name && name.first_name ? `${name.last_name}, ${name.first_name}` : ''),
  (name) => `${name.last_name} ${name.first_name}`,
];

function fullForm({ prefix, first_name, middle_name, last_name, suffix }: NameParts): string {
  return [prefix, first_name, middle_name, last_name, suffix].join(' ');
}

function tidy(name: string): string {
  return name.replace(/\s+/g, ' ').trim();
}

function textsOf(values: Values, given: readonly (keyof NameParts)[]): Partial<NameParts> {
  return Object.fromEntries(given.map((part) => [part, String(values[part] ?? '').trim()]));
}

/** The parts of a full name; what is known of them already is found again in it. */
function splitName(full: string, known: NameParts): NameParts {
  const name = tidy(full);
  const prefix = known.prefix && name.startsWith(`${known.prefix} `) ? known.prefix : '';
  const suffix = known.suffix && name.endsWith(` ${known.suffix}`) ? known.suffix : '';
  const core = name.slice(prefix.length, suffix ? -suffix.length : undefined).trim();
  const [first, last] = firstAndLast(core, known);
  const middle = known.middle_name;
  const hasMiddle = middle !== '' && first.endsWith(` ${middle}`);
  return {
    prefix,
    suffix,
    last_name: last,
    first_name: hasMiddle ? first.slice(0, -middle.length - 1) : first,
    middle_name: hasMiddle ? middle : '',
  };
}

function firstAndLast(name: string, known: NameParts): [string, string] {
  const { first_name: first, last_name: last } = known;
  if (last && name.endsWith(` ${last}`)) return [name.slice(0, -last.length - 1), last];
  if (first && name.startsWith(`${first} `)) return [first, name.slice(first.length + 1)];
  if (last && name.startsWith(`${last} `)) return [name.slice(last.length + 1), last];
  const comma = /^([^,]+), ([^,]+)$/.exec(name);
  if (comma) return [comma[2] ?? '', comma[1] ?? ''];
  // The last word is the last name, with the small words before it ("van der Berg").
  const words = /^(\S.*?) ((?:\p{Ll}[\p{L}'’]* )*\S+)$/u.exec(name);
  return words ? [words[1] ?? '', words[2] ?? ''] : [name, ''];
}

function writeParts(card: Card, next: NameParts, changed: (keyof NameParts)[]): Card {
  const line = mainLine(card, 'N');
  const old = splitEscaped(line?.value ?? '', ';');
  const value = [...Array(Math.max(parts.length, old.length)).keys()]
    .map((index) => {
      const part = parts[index];
      return part && changed.includes(part) ? escapeText(next[part]) : (old[index] ?? '');
    })
    .join(';');
  return withLine(card, line, line ? withValue(card, line, value) : newLine(card, ['N'], value));
}

function writeFullName(card: Card, name: string): Card {
  const line = mainLine(card, 'FN');
  return withLine(card, line, line ? withValue(card, line, escapeText(name)) : newLine(card, ['FN'], escapeText(name)));
}

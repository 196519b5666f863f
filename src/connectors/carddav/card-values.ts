import type { Value, Values } from '../../model/value.ts';
import { readBirthday } from './birthday.ts';
import { readList } from './labelled-lines.ts';
import { nameParts } from './name.ts';
import { mainLine } from './preference.ts';
import { type Card, linesOf } from './vcard-lines.ts';
import { splitEscaped, unescapeText } from './vcard-text.ts';

/**
 * The values of a card, of the fields asked for. A field that the card has nothing for is null. A birthday that is no
 * whole date (`--0412`, "circa 1800") is left out: absent, not empty (D2), so that nobody writes over what only the
 * card can hold.
 */
export function cardValues(card: Card, fields: string[]): Values {
  const values: Values = {};
  for (const field of fields) {
    const value = readers[field]?.(card);
    if (value !== undefined) values[field] = isBlank(value) ? null : value;
  }
  return values;
}

/** True for a card that stands for a list of contacts (RFC 6350 §6.1.4, and Apple's way in vCard 3): no contact itself. */
export function isGroup(card: Card): boolean {
  const kinds = [...linesOf(card, 'KIND'), ...linesOf(card, 'X-ADDRESSBOOKSERVER-KIND')];
  return kinds.some((line) => line.value.trim().toLowerCase() === 'group');
}

/** How each field is read; undefined: absent. */
const readers: Record<string, (card: Card) => Value | undefined> = {
  uid: (card) => textOf(card, 'UID'),
  full_name: (card) => textOf(card, 'FN'),
  first_name: (card) => nameParts(card).first_name,
  last_name: (card) => nameParts(card).last_name,
  middle_name: (card) => nameParts(card).middle_name,
  prefix: (card) => nameParts(card).prefix,
  suffix: (card) => nameParts(card).suffix,
  nickname: (card) => textsOf(card, 'NICKNAME').join(', '),
  email: (card) => readList(card, 'emails')[0]?.value ?? null,
  emails: (card) => readList(card, 'emails'),
  phone: (card) => readList(card, 'phones')[0]?.value ?? null,
  phones: (card) => readList(card, 'phones'),
  org: (card) => unescapeText(splitEscaped(mainLine(card, 'ORG')?.value ?? '', ';')[0] ?? ''),
  title: (card) => textOf(card, 'TITLE'),
  birthday: (card) => readBirthday(mainLine(card, 'BDAY')),
  note: (card) => textOf(card, 'NOTE'),
  url: (card) => textOf(card, 'URL'),
  addresses: (card) => readList(card, 'addresses'),
  categories: (card) => [...new Set(textsOf(card, 'CATEGORIES'))],
};

function textOf(card: Card, name: string): string {
  return unescapeText(mainLine(card, name)?.value ?? '');
}

/** The entries of a property that is a list separated by commas, in all its lines. */
function textsOf(card: Card, name: string): string[] {
  return linesOf(card, name)
    .flatMap((line) => splitEscaped(line.value, ','))
    .map((part) => unescapeText(part).trim())
    .filter((part) => part !== '');
}

function isBlank(value: Value): boolean {
  return value === '' || (Array.isArray(value) && value.length === 0);
}

import type { Labelled, Value, Values } from '../../model/value.ts';
import { birthdayParameters, writeBirthday } from './birthday.ts';
import { cardValues } from './card-values.ts';
import { type ListField, readList, writeList } from './labelled-lines.ts';
import { standIn, withMandatoryNames, writeNames } from './name.ts';
import { mainLine } from './preference.ts';
import { type Card, newLine, parseCard, withLine, withValue } from './vcard-lines.ts';
import { escapeText, splitEscaped } from './vcard-text.ts';

/** A new card, of the version that every CardDAV server must take (RFC 6352 §5.1). */
export function newCard(uid: string, values: Values): Card {
  const empty = parseCard(`BEGIN:VCARD\nVERSION:3.0\nUID:${escapeText(uid)}\nEND:VCARD`);
  return editCard(empty, values);
}

/** The card with these values (checked before by `refusalOf`). Lines of other properties stay as they stood, byte for byte. */
export function editCard(card: Card, values: Values): Card {
  let next = writeNames(card, values);
  for (const [field, edit] of Object.entries(editors)) {
    const value = values[field];
    if (value !== undefined && !shows(next, field, value)) next = edit(next, value);
  }
  return withMandatoryNames(next, standIn(card));
}

/** Does the field show this already? Then its lines stay as they are, however they say it. */
function shows(card: Card, field: string, value: Value): boolean {
  const shown = cardValues(card, [field])[field];
  return JSON.stringify(shown) === JSON.stringify(value === '' ? null : value);
}

/** How each field but the names is written, lists before their first entries; null empties it. */
const editors: Record<string, (card: Card, value: Value) => Card> = {
  nickname: textEditor('NICKNAME'),
  emails: listEditor('emails'),
  email: firstEditor('emails'),
  phones: listEditor('phones'),
  phone: firstEditor('phones'),
  addresses: listEditor('addresses'),
  org: writeOrganization,
  title: textEditor('TITLE'),
  birthday: (card, value) =>
    writeSingle(card, 'BDAY', value && writeBirthday(String(value), card.version), birthdayParameters),
  note: textEditor('NOTE'),
  url: (card, value) => writeSingle(card, 'URL', value && urlValue(String(value)), []),
  categories: writeCategories,
};

function textEditor(name: string): (card: Card, value: Value) => Card {
  return (card, value) => {
    const written = writeSingle(card, name, value && escapeText(String(value)), []);
    // A nickname is read from all its lines.
    return name === 'NICKNAME' ? withoutOthers(written, name) : written;
  };
}

function listEditor(field: ListField): (card: Card, value: Value) => Card {
  return (card, value) => writeList(card, field, Array.isArray(value) ? value.map(asLabelled) : []);
}

/** The first of a list: the others stay. One that is further down is moved to the front, not added twice. */
function firstEditor(field: ListField): (card: Card, value: Value) => Card {
  return (card, value) => {
    const entries = readList(card, field);
    if (value === null) return writeList(card, field, entries.slice(1));
    const text = String(value);
    const known = entries.find((entry) => entry.value === text);
    const first = known ?? { ...entries[0], value: text };
    return writeList(card, field, [first, ...(known ? entries.filter((entry) => entry !== known) : entries.slice(1))]);
  };
}

/** The name of the organization; its units, the further parts of ORG, stay. */
function writeOrganization(card: Card, value: Value): Card {
  const units = splitEscaped(mainLine(card, 'ORG')?.value ?? '', ';').slice(1);
  const parts = [value ? escapeText(String(value)) : '', ...units];
  return writeSingle(card, 'ORG', parts.some((part) => part !== '') ? parts.join(';') : null, []);
}

function writeCategories(card: Card, value: Value): Card {
  const texts = (Array.isArray(value) ? value : []).map((entry) => escapeText(asLabelled(entry).value));
  return withoutOthers(writeSingle(card, 'CATEGORIES', texts.length > 0 ? texts.join(',') : null, []), 'CATEGORIES');
}

/** One line of a property: changed in place, made, or removed. */
function writeSingle(card: Card, name: string, value: Value, stale: string[]): Card {
  const line = mainLine(card, name);
  if (typeof value !== 'string' || value === '') return line ? withLine(card, line, null) : card;
  if (line?.value === value) return card;
  return withLine(card, line, line ? withValue(card, line, value, stale) : newLine(card, [name], value));
}

function withoutOthers(card: Card, name: string): Card {
  const main = mainLine(card, name);
  return { ...card, lines: card.lines.filter((line) => line.name !== name || line === main) };
}

/**
 * A web address is no text (RFC 6350 §6.7.8), so nothing in it is escaped; but Radicale's parser reads it as one and
 * drops what follows a comma. What either could misread is percent-encoded, which means the same.
 */
function urlValue(url: string): string {
  return url.trim().replace(/[\\,\s]/g, (character) => encodeURIComponent(character));
}

function asLabelled(entry: string | Labelled): Labelled {
  return typeof entry === 'string' ? { value: entry } : entry;
}

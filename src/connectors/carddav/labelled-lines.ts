import type { Labelled } from '../../model/value.ts';
import { readAddress, writeAddress } from './address.ts';
import { byPreference, isPreferred } from './preference.ts';
import {
  type Card,
  type Line,
  linesOf,
  newLine,
  parameter,
  withLine,
  withParameter,
  withValue,
} from './vcard-lines.ts';
import { escapeText, unescapeText } from './vcard-text.ts';

/** The fields that are lists of labelled values, each entry a line of its own. */
export type ListField = 'emails' | 'phones' | 'addresses';

/** The entries of a list, the preferred one first; lines without a value are passed over. */
export function readList(card: Card, field: ListField): Labelled[] {
  return entriesOf(card, lists[field]).map(({ value, label }) => (label ? { value, label } : { value }));
}

/**
 * The card with this list. An entry keeps its line, with all its parameters, where its value or else its label (or else,
 * for an entry that names no label, its place) is still there; only what differs in the line is changed.
 * An entry without a label says nothing about it: the line keeps the one it has.
 */
export function writeList(card: Card, field: ListField, wanted: Labelled[]): Card {
  const list = lists[field];
  const old = entriesOf(card, list);
  const kept = pairUp(old, wanted);
  let next = card;
  const lines = wanted.map((entry, index) => {
    const before = kept[index];
    const value = list.write(entry.value);
    const same = before?.value === entry.value;
    const line = before
      ? same
        ? before.line
        : withValue(card, before.line, value, list.stale)
      : newLine(card, [list.name], value);
    if (entry.label === undefined || entry.label === (before?.label ?? '')) return line;
    const labelled = relabel(next, line, entry.label);
    next = labelled.card;
    return labelled.line;
  });
  const slots = old.map((entry) => entry.line);
  const dropped = old.filter((entry) => !kept.includes(entry)).map((entry) => entry.line);
  const placed = place(next, slots, lines, list.name);
  const isInOrder = readList(placed, field).every((entry, index) => entry.value === wanted[index]?.value);
  return withoutLabels(isInOrder ? placed : reorder(next, slots, lines, list.name), dropped);
}

interface List {
  name: string;
  read(line: Line): string;
  /** The escaped value. */
  write(text: string): string;
  /** Parameters that speak of the value and go with it. */
  stale: string[];
}

interface Entry {
  line: Line;
  value: string;
  label: string;
}

const lists: Record<ListField, List> = {
  emails: {
    name: 'EMAIL',
    read: (line) => unescapeText(line.value).replace(/^mailto:/i, ''),
    write: escapeText,
    stale: [],
  },
  phones: {
    name: 'TEL',
    // vCard 4 may hold a phone as `VALUE=uri:tel:+46-8-1;ext=5`.
    read: (line) => unescapeText(line.value).replace(/^tel:/i, ''),
    write: escapeText,
    stale: ['VALUE'],
  },
  addresses: { name: 'ADR', read: readAddress, write: writeAddress, stale: ['LABEL', 'GEO', 'TZ'] },
};

/** Types that say how a thing is reached at all, or which is preferred: no label. */
const silentTypes = ['internet', 'pref', 'voice'];

/** Types that all readers know; any other label is written the way Apple does, as `item1.X-ABLabel`. */
const knownTypes = 'home work cell fax pager msg video text textphone car isdn pcs modem bbs iphone main other'.split(
  ' ',
);

/** Words for a known type. */
const sameTypes: Record<string, string> = { mobile: 'cell', office: 'work', private: 'home' };

function entriesOf(card: Card, list: List): Entry[] {
  return byPreference(linesOf(card, list.name))
    .map((line) => ({ line, value: list.read(line).trim(), label: labelOf(card, line) }))
    .filter((entry) => entry.value !== '');
}

function labelOf(card: Card, line: Line): string {
  const own = labelLine(card, line.group);
  // Apple writes its built-in labels as _$!<Home>!$_.
  const builtIn = /^_\$!<(.*)>!\$_$/.exec(own?.value ?? '');
  if (own) return (builtIn?.[1]?.toLowerCase() ?? unescapeText(own.value)).trim();
  return parameter(line, 'TYPE')
    .filter((type) => !silentTypes.includes(type))
    .join(' ');
}

function labelLine(card: Card, group: string): Line | undefined {
  return group === '' ? undefined : linesOf(card, 'X-ABLABEL').find((line) => line.group === group);
}

/** For each wanted entry the one it goes on from: of the same value and label, else of the value, else of the label, else at its place. */
function pairUp(old: Entry[], wanted: Labelled[]): (Entry | undefined)[] {
  const kept: (Entry | undefined)[] = wanted.map(() => undefined);
  const rules: ((entry: Entry, want: Labelled, place: number) => boolean)[] = [
    (entry, want) => entry.value === want.value && entry.label === (want.label ?? ''),
    (entry, want) => entry.value === want.value,
    (entry, want) => want.label !== undefined && entry.label === want.label,
    (entry, want, place) => want.label === undefined && old[place] === entry,
  ];
  for (const rule of rules) {
    for (const [place, want] of wanted.entries()) {
      kept[place] ??= old.find((entry) => !kept.includes(entry) && rule(entry, want, place));
    }
  }
  return kept;
}

/** The line with this label, and the card with or without the line that names it. */
function relabel(card: Card, line: Line, label: string): { card: Card; line: Line } {
  const own = labelLine(card, line.group);
  const words = label.toLowerCase().split(/\s+/).filter(Boolean);
  const types = words.map((word) => sameTypes[word] ?? word);
  const silent = parameter(line, 'TYPE').filter((type) => silentTypes.includes(type));
  if (types.every((type) => knownTypes.includes(type))) {
    const typed = withParameter(card, line, 'TYPE', typePieces(card, [...types, ...silent]));
    return { card: own ? withLine(card, own, null) : card, line: typed };
  }
  const group = line.group || freeGroup(card);
  const name = line.pieces[0] ?? '';
  const grouped = line.group ? line : newLine(card, [`${group}.${name}`, ...line.pieces.slice(1)], line.value);
  const labelling = newLine(card, [`${group}.X-ABLabel`], escapeText(label));
  return { card: withLine(card, own, labelling), line: withParameter(card, grouped, 'TYPE', typePieces(card, silent)) };
}

function typePieces(card: Card, types: string[]): string[] {
  if (types.length === 0) return [];
  if (card.version === '2.1') return types.map((type) => type.toUpperCase());
  return [`TYPE=${card.version === '4.0' ? types.join(',') : types.join(',').toUpperCase()}`];
}

function freeGroup(card: Card): string {
  const taken = card.lines.map((line) => Number(/^item(\d+)$/.exec(line.group)?.[1] ?? 0));
  return `item${Math.max(0, ...taken) + 1}`;
}

/** The card with `lines` where `slots` are; further ones after the last of them. */
function place(card: Card, slots: Line[], lines: Line[], name: string): Card {
  const at = new Map(slots.map((slot, index) => [slot, lines[index]]));
  const placed = card.lines.flatMap((line) => (at.has(line) ? (at.get(line) ?? []) : line));
  const last = placed.findLastIndex((line) => line.name === name);
  const end = last < 0 ? placed.length - 1 : last + 1;
  return { ...card, lines: placed.toSpliced(end, 0, ...lines.slice(slots.length)) };
}

/** As `place`, where preferences would show the entries in another order: the first becomes the only preferred one. */
function reorder(card: Card, slots: Line[], lines: Line[], name: string): Card {
  const hadPreference = lines.some(isPreferred);
  const plain = lines.map((line, index) => {
    if (!isPreferred(line) && index > 0) return line;
    const types = parameter(line, 'TYPE').filter((type) => type !== 'pref');
    const isFirst = index === 0 && hadPreference;
    const unranked = withParameter(card, line, 'PREF', isFirst && card.version === '4.0' ? ['PREF=1'] : []);
    const shown = isFirst && card.version !== '4.0' ? [...types, 'pref'] : types;
    return withParameter(card, unranked, 'TYPE', typePieces(card, shown));
  });
  const inFileOrder = card.lines.filter((line) => slots.includes(line));
  return place(card, inFileOrder, plain, name);
}

/** Removes what Apple hangs on lines that are gone: `item1.X-ABLabel`, `item1.X-ABADR`. */
function withoutLabels(card: Card, dropped: Line[]): Card {
  const inUse = new Set(card.lines.filter((line) => !line.name.startsWith('X-AB')).map((line) => line.group));
  const orphaned = new Set(dropped.map((line) => line.group).filter((group) => group !== '' && !inUse.has(group)));
  return { ...card, lines: card.lines.filter((line) => !orphaned.has(line.group)) };
}

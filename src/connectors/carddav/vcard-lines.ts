import { decodeQuotedPrintable, encodeQuotedPrintable, foldLine } from './vcard-text.ts';

/**
 * A vCard as its content lines (RFC 6350 §3.3, RFC 2426, vCard 2.1), each kept as it stood, so that a line nobody
 * edits goes back byte for byte: order, folds, letter case, unknown properties, parameters and groups included.
 */
export interface Card {
  /** Anything but 2.1 and 3.0 is handled as 4.0. */
  version: '2.1' | '3.0' | '4.0';
  lines: Line[];
}

/** One content line. A new one is made by `newLine` or `withValue`, never by hand: `raw` and the rest must agree. */
export interface Line {
  /** The line as it stands in the card, folds included, without its last line break. */
  raw: string;
  /** The group before the name ('item1'), lower case; '' where there is none. */
  group: string;
  /** The property's name in upper case; '' for a line inside a nested card, which nobody looks into. */
  name: string;
  /** The unfolded text before the colon, cut at its semicolons: `item1.EMAIL`, `TYPE=WORK`, … */
  pieces: string[];
  /** The unfolded text after the colon, still escaped; quoted-printable is decoded. */
  value: string;
}

/** The text is not one vCard. `message` says what is wrong with it, without quoting it. */
export class MalformedCard extends Error {
  override name = 'MalformedCard';
}

/** The lines of a vCard. Throws `MalformedCard` where it is not exactly one whole vCard. */
export function parseCard(text: string): Card {
  const lines: Line[] = [];
  let depth = 0;
  for (const raw of logicalLines(text)) {
    const line = parseLine(raw);
    if (lines.length > 0 && depth === 0) throw new MalformedCard('there is more after its END');
    const isEnd = line.name === 'END';
    if (line.name === 'BEGIN') depth += 1;
    if (lines.length === 0 && (depth === 0 || line.value.trim().toUpperCase() !== 'VCARD')) {
      throw new MalformedCard('it does not begin with BEGIN:VCARD');
    }
    // vCard 2.1 nests a card in AGENT; what is inside belongs to somebody else.
    lines.push(depth > 1 ? { ...line, name: '' } : line);
    if (isEnd) depth -= 1;
  }
  if (lines.length === 0) throw new MalformedCard('it is empty');
  if (depth !== 0) throw new MalformedCard('it has no END:VCARD');
  const version = lines.find((line) => line.name === 'VERSION')?.value.trim();
  return { version: version === '2.1' ? '2.1' : version === '3.0' || version === undefined ? '3.0' : '4.0', lines };
}

/** The vCard's text, every line ended by CRLF. */
export function cardText(card: Card): string {
  return card.lines.map((line) => `${line.raw}\r\n`).join('');
}

/** The lines of a property, in the order of the card. */
export function linesOf(card: Card, name: string): Line[] {
  return card.lines.filter((line) => line.name === name);
}

/** The values of a parameter in lower case, from all its forms: `TYPE=WORK,FAX`, `TYPE=WORK;TYPE=FAX`, and 2.1's bare `WORK;FAX`. */
export function parameter(line: Line, name: string): string[] {
  return line.pieces.slice(1).flatMap((piece) => {
    const [key, value] = parameterParts(piece);
    if (key !== name) return [];
    return value
      .split(',')
      .map((part) => part.replaceAll('"', '').trim().toLowerCase())
      .filter((part) => part !== '');
  });
}

/** A new line. `value` is escaped already; `pieces` begin with the name, group included. */
export function newLine(card: Card, pieces: string[], value: string): Line {
  const plain = card.version === '2.1' ? oldEscapes(value) : value;
  const needsEncoding = card.version === '2.1' && /[^\t\x20-\x7e]/.test(plain);
  const all = needsEncoding ? [...pieces, 'CHARSET=UTF-8', 'ENCODING=QUOTED-PRINTABLE'] : pieces;
  const raw = needsEncoding
    ? `${all.join(';')}:${encodeQuotedPrintable(plain)}`
    : foldLine(`${all.join(';')}:${plain}`);
  return { raw, ...nameOf(all[0] ?? ''), pieces: all, value: plain };
}

/** The line with another value, and without the parameters named; the others stay as they are. */
export function withValue(card: Card, line: Line, value: string, without: string[] = []): Line {
  const stale = [...without, ...encodings];
  const kept = line.pieces.slice(1).filter((piece) => !stale.includes(parameterParts(piece)[0]));
  return newLine(card, [line.pieces[0] ?? '', ...kept], value);
}

/** The line with other parameters of one name: `pieces` ('TYPE=WORK') replace those it had. */
export function withParameter(card: Card, line: Line, name: string, pieces: string[]): Line {
  const others = line.pieces.slice(1).filter((each) => ![name, ...encodings].includes(parameterParts(each)[0]));
  return newLine(card, [line.pieces[0] ?? '', ...pieces, ...others], line.value);
}

/** The card with one line replaced; `null` removes it; a line that is not in the card goes in before END. */
export function withLine(card: Card, old: Line | undefined, line: Line | null): Card {
  const at = old ? card.lines.indexOf(old) : -1;
  if (at >= 0) return { ...card, lines: card.lines.toSpliced(at, 1, ...(line ? [line] : [])) };
  return line ? { ...card, lines: card.lines.toSpliced(card.lines.length - 1, 0, line) } : card;
}

/** How a value is encoded is decided anew whenever a line is written. */
const encodings = ['ENCODING', 'CHARSET'];

/** Lines with their folds: one that begins with a blank goes on the line before, as does one after a soft quoted-printable break. */
function logicalLines(text: string): string[] {
  const lines: string[][] = [];
  for (const part of text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/)) {
    const last = lines.at(-1);
    if (last && (/^[ \t]/.test(part) || isSoftBroken(last))) last.push(part);
    else if (part !== '') lines.push([part]);
  }
  return lines.map((parts) => parts.join('\r\n'));
}

function isSoftBroken(parts: string[]): boolean {
  return parts.at(-1)?.endsWith('=') === true && isQuotedPrintable(parts[0] ?? '');
}

function isQuotedPrintable(line: string): boolean {
  return /QUOTED-PRINTABLE/i.test(line.slice(0, line.indexOf(':') + 1));
}

function parseLine(raw: string): Line {
  const isEncoded = isQuotedPrintable(raw);
  const unbroken = isEncoded ? raw.replace(/=\r\n/g, '') : raw;
  const text = unbroken.replace(/\r\n[ \t]/g, '');
  const colon = headEnd(text);
  if (colon < 1) throw new MalformedCard('it holds a line without a name and a colon');
  const pieces = splitOutsideQuotes(text.slice(0, colon));
  const line = { raw, ...nameOf(pieces[0] ?? ''), pieces, value: text.slice(colon + 1) };
  if (!isEncoded) return line;
  return { ...line, value: decodeQuotedPrintable(line.value, parameter(line, 'CHARSET')[0] ?? 'utf-8') };
}

/** The first colon that is not inside a quoted parameter; a quote that never ends is taken for an ordinary character. */
function headEnd(text: string): number {
  for (let at = 0; at < text.length; at++) {
    if (text[at] === ':') return at;
    if (text[at] === '"') at = Math.max(at, text.indexOf('"', at + 1));
  }
  return -1;
}

function splitOutsideQuotes(head: string): string[] {
  return head.match(/(?:[^";]|"[^"]*"|")+/g) ?? [];
}

function nameOf(first: string): { group: string; name: string } {
  const dot = first.lastIndexOf('.');
  return { group: first.slice(0, Math.max(dot, 0)).toLowerCase(), name: first.slice(dot + 1).toUpperCase() };
}

function parameterParts(piece: string): [string, string] {
  const equals = piece.indexOf('=');
  if (equals >= 0) return [piece.slice(0, equals).toUpperCase(), piece.slice(equals + 1)];
  // vCard 2.1 writes types and encodings bare.
  return /^(QUOTED-PRINTABLE|BASE64|8BIT|7BIT)$/i.test(piece) ? ['ENCODING', piece] : ['TYPE', piece];
}

/** vCard 2.1 escapes neither commas nor line breaks; the latter are what quoted-printable is for there. */
function oldEscapes(value: string): string {
  return value.replace(/\\([\\,n])/g, (written, character) =>
    character === 'n' ? '\n' : character === ',' ? ',' : written,
  );
}

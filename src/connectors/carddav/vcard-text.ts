/** The most octets of a line, without its line break (RFC 6350 §3.2). */
const mostLineOctets = 75;

/** A text value as it was meant: `\n`, `\,`, `\;`, `\\`, and `\:` as some writers escape it. */
export function unescapeText(value: string): string {
  return value.replace(/\\([nN,;:\\])/g, (_, character: string) => (/n/i.test(character) ? '\n' : character));
}

/** Text as a value (RFC 6350 §3.4). All kinds of line break become one. */
export function escapeText(text: string): string {
  return text.replace(/[\\,;]/g, '\\$&').replace(/\r\n|\r|\n/g, '\\n');
}

/** The parts of a value between its unescaped separators, still escaped. */
export function splitEscaped(value: string, separator: ';' | ','): string[] {
  const parts = [''];
  for (const piece of value.match(/\\[\s\S]|[\s\S]/g) ?? []) {
    if (piece === separator) parts.push('');
    else parts[parts.length - 1] += piece;
  }
  return parts;
}

/** A line folded to at most 75 octets each, never inside a character. */
export function foldLine(line: string): string {
  if (line.length * 3 <= mostLineOctets) return line;
  const folded: string[] = [];
  let part = '';
  let octets = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    // A continued line begins with a blank, which counts.
    if (octets + size > mostLineOctets - (folded.length > 0 ? 1 : 0)) {
      folded.push(part);
      part = '';
      octets = 0;
    }
    part += character;
    octets += size;
  }
  return [...folded, part].join('\r\n ');
}

/** Decodes quoted-printable text (RFC 2045 §6.7) whose soft line breaks are gone. An unknown charset is read as UTF-8. */
export function decodeQuotedPrintable(value: string, charset: string): string {
  const parts = value.match(/=[0-9A-Fa-f]{2}|[^=]+|=/g) ?? [];
  const bytes = parts.map((part) => (/^=../.test(part) ? Buffer.from(part.slice(1), 'hex') : Buffer.from(part)));
  return decoderOf(charset).decode(Buffer.concat(bytes)).replace(/\r\n/g, '\n');
}

/** Quoted-printable UTF-8 with soft line breaks. */
export function encodeQuotedPrintable(value: string): string {
  const encoded = [...Buffer.from(value.replace(/\r\n|\r|\n/g, '\r\n'))].map((byte) =>
    byte >= 33 && byte <= 126 && byte !== 61
      ? String.fromCharCode(byte)
      : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  );
  const lines = [''];
  for (const piece of encoded) {
    if ((lines.at(-1)?.length ?? 0) + piece.length >= mostLineOctets) lines.push('');
    lines[lines.length - 1] += piece;
  }
  return lines.join('=\r\n');
}

function decoderOf(charset: string): TextDecoder {
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder();
  }
}

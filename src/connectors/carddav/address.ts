import type { Line } from './vcard-lines.ts';
import { splitEscaped } from './vcard-text.ts';

/**
 * An address as text that converts back without loss: its parts with `; ` between them. Five parts are street, city,
 * region, postal code, country; seven have the post-office box and the extended address before them (the order of ADR,
 * RFC 6350 §6.3.1). Empty parts at the end are left out; a semicolon or backslash inside a part has a backslash before it.
 */
export function readAddress(line: Line): string {
  const parts = splitEscaped(line.value, ';').map(plainPart);
  const hasAll = parts.slice(0, boxParts).some((part) => part !== '') || parts.length > allParts;
  const shown = hasAll ? parts : parts.slice(boxParts);
  while (shown.at(-1) === '') shown.pop();
  // Fewer than six parts would be read from the street on.
  while (hasAll && shown.length < allParts) shown.push('');
  return shown.map((part) => part.replace(/[\\;]/g, '\\$&')).join('; ');
}

/** The value of ADR for such a text. Text in no known form (of one part, say) is a street and what comes after it. */
export function writeAddress(text: string): string {
  const parts = splitEscaped(text, ';').map((part) => part.trim().replace(/\\([\\;])/g, '$1'));
  const all = parts.length > addressParts ? parts : [...Array(boxParts).fill(''), ...parts];
  while (all.length < allParts) all.push('');
  return all.map(escapedPart).join(';');
}

/** Post-office box and extended address. */
const boxParts = 2;
/** From the street to the country. */
const addressParts = 5;
const allParts = boxParts + addressParts;

/** A part may be a list separated by bare commas: they are shown as commas, and escaped ones like them. */
function plainPart(part: string): string {
  return part.trim().replace(/\\([nN,;:\\])/g, (_, character: string) => (/n/i.test(character) ? '\n' : character));
}

function escapedPart(part: string): string {
  return part.replace(/[\\,;]/g, '\\$&').replace(/\r\n|\r|\n/g, '\\n');
}

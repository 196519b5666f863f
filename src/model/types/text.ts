import type { Field } from '../field.ts';
import { type Taken, Trouble } from './trouble.ts';

/** The text as `to` stores it, or what is wrong with it: NUL, half a surrogate pair, too long. */
export function takeText(value: unknown, to: Field): Taken {
  if (typeof value !== 'string') return invalid(to, 'text');
  if (value.includes('\u0000') || !value.isWellFormed()) {
    return new Trouble('invalid-value', `the text for ${to.label} holds characters that no app can store; correct it`);
  }
  if (to.maxLength !== undefined && value.length > to.maxLength) {
    const length = characters(value);
    if (length > to.maxLength) {
      return new Trouble(
        'too-long',
        `${to.label} takes ${to.maxLength} characters and the text has ${length}; shorten it`,
      );
    }
  }
  return value;
}

/** Text in the form in which equal texts are identical: composed Unicode, plain line ends, no space around. Case counts. */
export function normalText(value: string): string {
  if (plain.test(value)) return value;
  return value.normalize('NFC').replaceAll('\r\n', '\n').trim();
}

/** Text as people compare names: compatible Unicode forms, upper and lower case, runs of space are all one. */
export function foldText(value: string): string {
  if (plain.test(value) && !value.includes('  ')) return value.toLowerCase();
  // Upper case first: it spells out ß and the ligatures, so that STRASSE is straße.
  const folded = value.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC');
  return folded.replace(/\s+/gu, ' ').trim();
}

/** The trouble of a value that is of another type than its field. */
export function invalid(to: Field, what: string): Trouble {
  return new Trouble('invalid-value', `the value for ${to.label} is not ${what}; correct it`);
}

/** Printable ASCII without space around: already in normal form. */
const plain = /^(?:[!-~](?:[ -~]*[!-~])?)?$/;

function characters(value: string): number {
  let count = 0;
  for (const _ of value) count++;
  return count;
}

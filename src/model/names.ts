import { normalText } from './types/text.ts';

/** First, middle and last names as one full name: what is there, with one space between. */
export function joinName(parts: string[]): string {
  return parts
    .map(collapse)
    .filter((part) => part !== '')
    .join(' ');
}

/**
 * A full name as first (middle) last, in as many parts as `current` has. A part that stands there now and still fits
 * stays: with 'Ann Marie' and 'Lee' there, 'Ann Marie Berg' changes the last name only. Else the last word, with its
 * particles ('van der Berg'), is the last name.
 */
export function splitName(full: string, current: string[]): string[] {
  const name = unturn(collapse(full));
  const now = current.map(collapse);
  if (joinName(now) === name) return now;
  const [first = '', last = ''] = [now[0], now.at(-1)];
  const at =
    isPart(last) && endsWith(name, last) ? name.length - last.length : lastNameStart(name, first, current.length);
  const given = name.slice(0, at).trim();
  return [...splitGiven(given, first, current.length - 1), name.slice(at)];
}

/** Do a full name and its parts say the same, whatever their spaces and order ('Lee, Ann')? Case counts. */
export function isSameName(full: string, parts: string[]): boolean {
  return normalText(unturn(collapse(full))) === normalText(joinName(parts));
}

/** Lower-case words that belong to the last name after them. */
const particles = new Set(
  'van von der den de het la le di da del della do dos das du af av zu zur ter ten bin ibn al el st.'.split(' '),
);

const suffix = /^(jr|sr|ii|iii|iv|md|phd|esq)\.?$/i;

function collapse(text: string): string {
  return text.trim().replace(/\s+/gu, ' ');
}

/** 'Lee, Ann' the usual way round. */
function unturn(name: string): string {
  const [last = '', first = '', ...more] = name.split(',').map((part) => part.trim());
  return more.length === 0 && last !== '' && first !== '' && !suffix.test(first) ? `${first} ${last}` : name;
}

function isPart(part: string): boolean {
  return part !== '';
}

function endsWith(name: string, last: string): boolean {
  return name === last || name.endsWith(` ${last}`);
}

/** Where the last name begins; the end of the text where there is none. */
function lastNameStart(name: string, first: string, parts: number): number {
  const words = name.split(' ');
  if (words.length === 1) return name.length;
  const known = isPart(first) && name.startsWith(`${first} `) ? first.split(' ').length : 0;
  // In two parts, all that follows the first name that stands there now is the last name.
  const least = Math.max(known, 1);
  let at = known > 0 && parts === 2 ? known : Math.max(words.length - 1, least);
  while (at > least && particles.has(words[at - 1] ?? '')) at--;
  return words.slice(0, at).join(' ').length + 1;
}

/** The names before the last one: all in one part, or first and middle. */
function splitGiven(given: string, first: string, parts: number): string[] {
  if (parts === 1) return [given];
  const known = isPart(first) && (given === first || given.startsWith(`${first} `)) ? first.length : given.indexOf(' ');
  const at = known < 0 ? given.length : known;
  return [given.slice(0, at), given.slice(at).trim(), ...Array.from({ length: parts - 2 }, () => '')];
}

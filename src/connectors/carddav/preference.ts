import { type Card, type Line, linesOf, parameter } from './vcard-lines.ts';

/** The main line of a property: the preferred one, else the first. */
export function mainLine(card: Card, name: string): Line | undefined {
  return byPreference(linesOf(card, name))[0];
}

/** Preferred lines first (PREF=1 of vCard 4, TYPE=PREF of vCard 3), else as in the card. */
export function byPreference(lines: Line[]): Line[] {
  return [...lines].sort((one, other) => rank(one) - rank(other));
}

/** Says the line that it is preferred? */
export function isPreferred(line: Line): boolean {
  return rank(line) < unranked;
}

/** The least preferred rank of vCard 4 is 100. */
const unranked = 101;

function rank(line: Line): number {
  const said = Number(parameter(line, 'PREF')[0]);
  if (said >= 1 && said < unranked) return said;
  return parameter(line, 'TYPE').includes('pref') ? 1 : unranked;
}

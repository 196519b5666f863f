import type { Field, Option } from './field.ts';
import { decimal } from './types/decimal.ts';
import { foldText } from './types/text.ts';
import { type Taken, Trouble } from './types/trouble.ts';

/** How one select's options stand for another's, each way. */
export interface OptionTable {
  aToB: Map<string, string>;
  bToA: Map<string, string>;
}

/**
 * The option table of two fields: what a person gave (a's value → b's value), the rest filled in by label. Stages fill
 * in pipeline by pipeline. `bijective`: no option of b is used twice (two-way mappings).
 */
export function optionTable(a: Field, b: Field, given: Record<string, string>, bijective: 'yes' | 'no'): OptionTable {
  const aToB = new Map(Object.entries(given));
  const bToA = new Map<string, string>();
  for (const [mine, theirs] of aToB) if (!bToA.has(theirs)) bToA.set(theirs, mine);
  const groups = partnerGroups(a.options ?? [], b.options ?? [], aToB);
  const pairUp = (option: Option, candidates: Option[]) => {
    const partner = candidates.find(
      (candidate) => groups(option, candidate) && (bijective === 'no' || !bToA.has(candidate.value)),
    );
    if (!partner) return;
    aToB.set(option.value, partner.value);
    if (!bToA.has(partner.value)) bToA.set(partner.value, option.value);
  };
  const left = () => (a.options ?? []).filter((option) => !aToB.has(option.value));
  for (const sameness of samenesses) {
    const byKey = Map.groupBy(b.options ?? [], sameness);
    for (const option of left()) pairUp(option, byKey.get(sameness(option)) ?? []);
  }
  for (const option of left())
    pairUp(
      option,
      (b.options ?? []).filter((candidate) => shareName(option, candidate)),
    );
  standIns(left(), b.options ?? [], groups, aToB);
  const rest = (b.options ?? []).filter((option) => !bToA.has(option.value));
  standIns(rest, a.options ?? [], (theirs, mine) => groups(mine, theirs), bToA);
  return { aToB, bToA };
}

/**
 * An app that knows fewer states says which others of theirs one of its own stands for. These cross it one way; on the
 * way back it is the option that it pairs with.
 */
function standIns(
  left: Option[],
  candidates: Option[],
  inGroup: (option: Option, candidate: Option) => boolean,
  table: Map<string, string>,
): void {
  for (const option of left) {
    const names = [loose(option.label), loose(option.value)];
    const standIn = candidates.find(
      (one) => inGroup(option, one) && one.also?.some((name) => names.includes(loose(name))),
    );
    if (standIn) table.set(option.value, standIn.value);
  }
}

/** The option across, or the named problem of one that has no partner: it is never dropped silently. */
export function crossOption(value: string, from: Field, to: Field, table: Map<string, string>): Taken {
  const partner = table.get(value);
  if (partner !== undefined) return partner;
  const option = from.options?.find((candidate) => candidate.value === value);
  const free = table.size === 0 && !(from.options?.length && to.options?.length);
  const own = free ? ownOption(value, to) : undefined;
  if (own !== undefined) return own;
  const name = option ? `'${option.label}'${option.group ? ` of ${option.group}` : ''}` : 'of this record';
  if (isStage(from) || isStage(to)) {
    return new Trouble('unmapped-stage', `the stage ${name} has no partner in ${to.label}; map it to sync deals in it`);
  }
  return new Trouble('unknown-option', `the option ${name} of ${from.label} has no partner in ${to.label}; map it`);
}

/** Where a side names no options, a value stands for itself, or for the option that is so called. */
function ownOption(value: string, { options = [] }: Field): string | undefined {
  if (options.length === 0) return value;
  return options.find((one) => one.value === value || one.label === value)?.value;
}

/** Is the select a stage of a pipeline? */
function isStage(field: Field): boolean {
  return (
    field.means === 'deal.stage' ||
    field.means === 'order.stage' ||
    (field.options?.some((option) => option.group !== undefined) ?? false)
  );
}

/** The option's value as it stands in a column of another type: 'L', '1', 'true'. */
export function codeOf(value: unknown): string {
  return typeof value === 'string' ? (decimal(value) ?? value.trim()) : String(value);
}

/** From the closest to the loosest way in which two options are the same. */
const samenesses: ((option: Option) => string)[] = [
  (option) => option.label,
  (option) => loose(option.label),
  (option) => option.value,
  (option) => loose(option.value),
];

/** Does either go by a name of the other? */
function shareName(one: Option, other: Option): boolean {
  const names = (option: Option) => [option.label, option.value, ...(option.also ?? [])].map(loose);
  const known = names(other);
  return (one.also !== undefined || other.also !== undefined) && names(one).some((name) => known.includes(name));
}

function loose(text: string): string {
  return foldText(text).replace(/[^\p{L}\p{N}]+/gu, '') || text;
}

/** Which pipelines stand for each other: by name, by a stage that a person mapped, or as the only ones. */
function partnerGroups(
  a: Option[],
  b: Option[],
  given: Map<string, string>,
): (mine: Option, theirs: Option) => boolean {
  const [mine, theirs] = [groupsOf(a), groupsOf(b)];
  const only = mine.size <= 1 && theirs.size <= 1;
  if (only || mine.size === 0 || theirs.size === 0) return () => true;
  const groupOfB = new Map(b.map((option) => [option.value, option.group]));
  const pairs = new Set<string>();
  for (const option of a) {
    const partner = given.get(option.value);
    if (partner !== undefined) pairs.add(JSON.stringify([option.group, groupOfB.get(partner)]));
  }
  return (left, right) =>
    loose(left.group ?? '') === loose(right.group ?? '') || pairs.has(JSON.stringify([left.group, right.group]));
}

function groupsOf(options: Option[]): Set<string> {
  return new Set(options.flatMap((option) => option.group ?? []));
}

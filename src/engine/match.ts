import { hashText } from '../model/hash.ts';
import type { Stage } from '../model/link.ts';
import type { Problem } from '../model/problem.ts';
import type { Rules } from '../model/rules.ts';
import type { Seen } from '../model/seen.ts';
import { across, type Side, type Values } from '../model/value.ts';

/** A record that shares a key. `link` is set where it has a partner; `stage` is that of whatever link row it has. */
interface Suspect {
  id: string;
  link: string | null;
  stage: Stage | null;
}

/** Records that share a key with one record under one rule: across, and on its own side (twins). */
export interface Suspects {
  across: Suspect[];
  twins: Suspect[];
}

/** Who a record without a partner belongs to. */
export type Match =
  | { is: 'pair'; id: string }
  | { is: 'nobody' }
  /** A create with the same key is not resolved yet: plan again once it is. */
  | { is: 'later' }
  | { is: 'problem'; problem: Problem };

/**
 * M: match rules in order, then nobody. A rule under which anyone is found decides: exactly one free candidate whose only
 * free suitor is this record makes a pair; two of either are a problem for a person, never a guess. Where every candidate
 * has a partner the newcomer is a duplicate (F2). Those who have a partner count on neither side, so that both records of
 * a pair, whichever is asked, say the same.
 */
export function match(side: Side, me: Seen, suspects: Suspects[]): Match {
  for (const found of suspects) {
    const near = [...found.across, ...found.twins];
    if (near.some((each) => each.id !== me.id && each.stage === 'creating')) return { is: 'later' };
    const free = found.across.filter((each) => !each.link);
    if (free.length > 1) return ambiguous(side, idsOf(free), 'across');
    const [candidate] = free;
    const [taken] = found.across;
    if (!candidate && taken) return duplicate(side, taken.id);
    const rivals = found.twins.filter((twin) => twin.id !== me.id && !twin.link);
    if (candidate && rivals.length > 0) return ambiguous(side, idsOf(rivals), 'beside');
    if (candidate) return { is: 'pair', id: candidate.id };
  }
  return { is: 'nobody' };
}

/** W6: what a create claims on the target's feed, so that no other sync makes the same record at once. */
export function claimKeys(rules: Rules, from: Side, values: Values): string[] {
  const target = across(from);
  const keys: string[] = [];
  for (const rule of rules.match) {
    for (const spec of rule.specs) {
      const key = spec.key(from, values);
      if (key !== null) keys.push(`${spec.id[target]}=${hashText(key, 0)}`);
    }
  }
  return keys;
}

function idsOf(suspects: Suspect[]): string[] {
  return suspects.map((each) => each.id);
}

function ambiguous(side: Side, others: string[], where: 'across' | 'beside'): Match {
  const message =
    where === 'across'
      ? `${others.length} records of the other app match this one; choose the right one, or make the match rule stricter`
      : `another record of this app matches the same record across; merge the two, or choose which one belongs to it`;
  return { is: 'problem', problem: { category: 'ambiguous-match', side, message, others } };
}

/** The one candidate of this record is wanted by others too, or belongs with another by an earlier rule. */
export function contested(side: Side, other: string): Problem {
  const message =
    'the record across that matches this one matches others too; choose which one belongs to it, or make the match rule stricter';
  return { category: 'ambiguous-match', side, message, others: [other] };
}

function duplicate(side: Side, other: string): Match {
  const message =
    'the record across that matches this one is already in sync with another record of this app; merge the two or change the field they share';
  return { is: 'problem', problem: { category: 'duplicate-in-target', side: across(side), message, others: [other] } };
}

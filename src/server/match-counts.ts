import type { MatchRule } from '../model/rules.ts';
import { across, type Side, type Two, type Values } from '../model/value.ts';

/** How records would meet. */
export interface MatchCounts {
  matched: number;
  /** Records of side a with several candidates, or with one that several could be. */
  ambiguous: number;
  onlyA: number;
  onlyB: number;
}

/**
 * Counts who would meet whom by match rules, as a first sync does it: rule by rule, two that are each other's only
 * candidate are a pair; who had a candidate under one rule is not looked at under the next.
 */
export class Matcher {
  readonly #rules: MatchRule[];
  /** Per record its keys, rule by rule: texts, as they would be compared. */
  readonly #keys: Two<string[][][]> = { a: [], b: [] };

  constructor(rules: MatchRule[]) {
    this.#rules = rules;
  }

  /** Takes a record. */
  add(side: Side, values: Values): void {
    const keys = this.#rules.map(({ specs }) =>
      specs.flatMap((spec, nth) => {
        const key = spec.key(side, values);
        return key === null || key === '' ? [] : [`${nth} ${key}`];
      }),
    );
    this.#keys[side].push(keys);
  }

  /** The counts of all that were taken. */
  count(): MatchCounts {
    const open = { a: indexes(this.#keys.a), b: indexes(this.#keys.b) };
    let matched = 0;
    let ambiguous = 0;
    for (const rule of this.#rules.keys()) {
      const candidates = { a: this.#candidates('a', rule, open), b: this.#candidates('b', rule, open) };
      for (const [me, found] of candidates.a) {
        const [only] = found;
        if (found.size === 1 && candidates.b.get(only as number)?.size === 1) matched++;
        else ambiguous++;
        open.a.delete(me);
      }
      for (const other of candidates.b.keys()) open.b.delete(other);
    }
    return { matched, ambiguous, onlyA: open.a.size, onlyB: open.b.size };
  }

  /** The open records of a side that have candidates under a rule, with those. */
  #candidates(side: Side, rule: number, open: Two<Set<number>>): Map<number, Set<number>> {
    const other = across(side);
    const byKey = new Map<string, number[]>();
    for (const index of open[other]) {
      for (const key of this.#keys[other][index]?.[rule] ?? []) {
        const known = byKey.get(key);
        if (known) known.push(index);
        else byKey.set(key, [index]);
      }
    }
    const found = new Map<number, Set<number>>();
    for (const index of open[side]) {
      const candidates = (this.#keys[side][index]?.[rule] ?? []).flatMap((key) => byKey.get(key) ?? []);
      if (candidates.length > 0) found.set(index, new Set(candidates));
    }
    return found;
  }
}

function indexes(list: unknown[]): Set<number> {
  return new Set(list.keys());
}

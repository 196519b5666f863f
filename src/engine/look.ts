import { sha256 } from '../lib/crypto.ts';
import { stableStringify } from '../lib/json.ts';
import type { Decision } from '../model/decision.ts';
import type { Run } from './run.ts';

/**
 * Sees every page of decisions before it is carried out, and answers what is to be carried out: a preview writes down
 * what it saw, a started plan holds back what is not as it was shown.
 */
export type Look = (run: Run, decisions: Decision[]) => Promise<Decision[]>;

/** The page as whoever looks lets it pass. */
export async function looked(run: Run, decisions: Decision[]): Promise<Decision[]> {
  const { look } = run.engine;
  return look ? look(run, decisions) : decisions;
}

/** Hexadecimal digits of a hash: 64 bits, of which a plan of a million records has no two by chance. */
const HASH_DIGITS = 16;

/**
 * What stands for what a decision would write: operations, targets and values. Null where nothing is written. Far ids are
 * left out, since a preview makes them up for records that it only pretends to make.
 */
export function outcomeHash({ writes }: Decision): string | null {
  const sides = (['a', 'b'] as const).map((side) => {
    const write = writes[side];
    if (!write) return null;
    const { target, values, edges } = write.intent;
    const changes = Object.entries(edges).map(([name, { add, remove }]) => [name, add.length, remove.length]);
    return { op: write.op, target, values, changes };
  });
  return sides.some((side) => side !== null) ? sha256(stableStringify(sides)).slice(0, HASH_DIGITS) : null;
}

/** The record by which a decision is known: side a's where it has one. */
export function recordOf({ pair }: Decision): { side: 'a' | 'b'; record: string } | null {
  if (pair.a) return { side: 'a', record: pair.a.id };
  return pair.b ? { side: 'b', record: pair.b.id } : null;
}

import { type Look, outcomeHash } from '../engine/look.ts';
import { heldBack } from '../engine/start-plan.ts';
import type { Decision } from '../model/decision.ts';
import type { Db } from '../store/db.ts';
import { ANYTHING, shownHashes } from '../store/plan-storing.ts';

/**
 * While a started plan is carried out, what would be written to a record must be what the plan showed of it; else the
 * record is held back for a second look. Records that the plan did not show at all came after it, and flow as in any sync.
 */
export function asShown(db: Db): Look {
  return async ({ sync }, decisions) => {
    const { plan } = sync.progress;
    if (plan === undefined) return decisions;
    const writing = new Map<Decision, string>();
    for (const decision of decisions) {
      const hash = outcomeHash(decision);
      if (hash !== null) writing.set(decision, hash);
    }
    const ids = (side: 'a' | 'b') => [...writing.keys()].flatMap(({ pair }) => pair[side]?.id ?? []);
    const shown = await shownHashes(db, plan, { a: ids('a'), b: ids('b') });
    return decisions.map((decision) => {
      const hash = writing.get(decision);
      if (hash === undefined) return decision;
      const { a, b } = decision.pair;
      const known = [a && shown.a.get(a.id), b && shown.b.get(b.id)].filter((hashes) => hashes != null);
      const passes = known.length === 0 || known.some((each) => each.includes(hash) || each.includes(ANYTHING));
      return passes ? decision : heldBack(decision);
    });
  };
}

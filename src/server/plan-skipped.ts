import type { Rules } from '../model/rules.ts';
import type { Db } from '../store/db.ts';
import { type Skipped, type Storing, sayWhy, skippedRecords } from '../store/plan-storing.ts';

/** Skipped records that are explained in one step. */
const PAGE = 1_000;
/** Why a record is skipped that filters would let pass. */
const HELD = 'left alone by a person';

/** Says of each skipped record of a plan why it is: its filter's words, or that a person left it alone. To be called aside. */
export async function explainSkipped(own: Db, storing: Storing, rules: Rules): Promise<void> {
  let after = 0;
  for (;;) {
    const page = await skippedRecords(own, storing, after, PAGE);
    const last = page.at(-1);
    if (!last) return;
    const reasons = page.map((record) => ({ place: record.place, why: whyOf(record, rules) }));
    await sayWhy(own, storing.plan, reasons);
    after = last.place;
  }
}

function whyOf({ a, b }: Skipped, rules: Rules): string {
  const scopes = [
    ...(a && rules.writes.b ? [rules.starts('a', a)] : []),
    ...(b && rules.writes.a ? [rules.starts('b', b)] : []),
  ];
  const out = scopes.find((scope) => scope.is === 'out');
  if (out?.is === 'out') return out.why;
  return scopes.length === 0 ? 'the sync goes the other way' : HELD;
}

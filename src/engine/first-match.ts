import type { Seen } from '../model/seen.ts';
import { keep } from './engine.ts';
import { chunks } from './read-again.ts';
import { progress, type Run } from './run.ts';

/** Records whose keys are added in one step. */
const KEY_PAGE = 2_000;

/**
 * The first full match, set-based: both listings are complete, so who has exactly one candidate under a rule, and is its
 * only suitor, is linked in the database; the rest is matched record by record in the scan that follows.
 */
export async function matchFirst(run: Run): Promise<void> {
  const { engine, hold, rules, sync } = run;
  const specs = rules.match.map((rule) => rule.specs.map((spec) => spec.id));
  for (const side of ['a', 'b'] as const)
    await addKeys(
      run,
      side,
      specs.flat().map((spec) => spec[side]),
    );
  for (
    let rule = (await isUnresolved(run)) ? specs.length : (sync.progress.matched ?? 0);
    rule < specs.length;
    rule++
  ) {
    await keep(engine, hold);
    await engine.store.matchAll(hold.lease, specs[rule] ?? [], specs.slice(0, rule));
    await progress(run, { ...sync.progress, matched: rule + 1 });
  }
  const { matched: _, ...rest } = sync.progress;
  await progress(run, { ...rest, phase: 'scanning', scan: null });
}

/**
 * X3: a record that appeared since a create was sent whose outcome is not known may be what that made: the matching of single
 * records waits for it, and that of all at once cannot.
 */
async function isUnresolved({ engine: { store }, sides }: Run): Promise<boolean> {
  return (await store.barrier(sides.a.feed.id)) !== null || (await store.barrier(sides.b.feed.id)) !== null;
}

/** A new sync on a feed that is listed already: its records get the keys of this sync's rules. */
async function addKeys(run: Run, side: 'a' | 'b', specs: string[]): Promise<void> {
  const { store } = run.engine;
  const { feed, needs } = run.sides[side];
  let after: string | null = null;
  for (;;) {
    await keep(run.engine, run.hold);
    const seen: Seen[] = specs.length === 0 ? [] : await store.unkeyed(feed.id, specs, after, KEY_PAGE);
    if (seen.length === 0) return;
    const rows = seen.map((each) => ({ id: each.id, keys: needs.keys(each.values) }));
    for (const some of chunks(rows, KEY_PAGE)) await store.addKeys(feed.id, some);
    after = seen.at(-1)?.id ?? null;
  }
}

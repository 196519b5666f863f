import type { Decision } from '../model/decision.ts';
import type { Link } from '../model/link.ts';
import type { Two } from '../model/value.ts';
import type { SyncProgress, Tally } from '../store/store.ts';
import { Busy, holding, passBrakes } from './acts.ts';
import { begin } from './begin.ts';
import { draft, newLink } from './decision.ts';
import type { Engine } from './engine.ts';
import { matchFirst } from './first-match.ts';
import { recover } from './resolve.ts';
import { carryOut, progress } from './run.ts';
import { addTally, emptyTally } from './tally.ts';

/**
 * Has the next runs of a sync write what a plan showed: brakes are passed, and what turns out otherwise is held back. `apply`
 * is called meanwhile, so that settings and plan begin to count together. Throws {@link Busy}.
 */
export async function startPlan(engine: Engine, sync: string, plan: string, apply: () => Promise<void>): Promise<void> {
  await holding(engine, sync, async (hold) => {
    await apply();
    await passBrakes(engine, hold, sync, plan);
  });
}

/** A paused sync looks again whether its brakes let it pass. Throws {@link Busy}. */
export async function resume(engine: Engine, sync: string): Promise<void> {
  await holding(engine, sync, async (hold) => {
    const { paused: _, ...rest } = (await engine.store.sync(sync)).progress;
    await engine.store.saveSync(hold.lease, rest);
  });
}

/**
 * Carries out a few of a plan's records, and leaves the rest of a sync's first pass to be done: matched is everything, as
 * it will be then. Throws {@link Busy}, Failure.
 */
export async function runSample(engine: Engine, sync: string, plan: string, records: Two<string[]>): Promise<Tally> {
  return holding(engine, sync, async (hold) => {
    const before = (await engine.store.sync(sync)).progress;
    await engine.store.saveSync(hold.lease, { ...before, plan });
    const run = await begin(engine, hold, sync);
    if (run === 'unread') throw new Busy(sync);
    await recover(run);
    const { phase } = run.sync.progress;
    if (phase === 'new')
      await progress(run, { ...run.sync.progress, phase: 'matching', version: run.sync.version, first: 'yes' });
    if (run.sync.progress.phase === 'matching') await matchFirst(run);
    await carryOut(run, await engine.store.load(sync, records));
    const { plan: _, ...rest } = run.sync.progress;
    await progress(run, rest satisfies SyncProgress);
    return total(run);
  });
}

/** The decision that holds a record back: nothing is written, and it waits for a person. */
export function heldBack(decision: Decision): Decision {
  const { pair, drop } = decision;
  const fresh = decision.link;
  if (!fresh) return decision;
  const stored = pair.link?.id === fresh.id ? pair.link : null;
  const link = stored ? { ...stored, ids: fresh.ids } : newLink(fresh.id, knownIds(decision));
  const side = decision.writes.a ? 'a' : 'b';
  const problem = { category: 'unknown' as const, side, message: CHANGED } as const;
  const held: Link = { ...link, status: 'waiting', problem, held: 'changed' };
  return { ...draft(pair, held, stored ? 'update' : 'insert'), drop };
}

const CHANGED =
  'the record changed since the preview that was started, and what would be written now is not what was shown; take it back to let it go on, or leave it alone';

/** The ids of records that are there: a create has none on its side yet. */
function knownIds({ pair }: Decision): Two<string | null> {
  return { a: pair.a?.id ?? null, b: pair.b?.id ?? null };
}

function total(run: { total: Tally; tally: Tally }): Tally {
  const sum = emptyTally();
  addTally(sum, run.total);
  addTally(sum, run.tally);
  return sum;
}

import type { Decision } from '../model/decision.ts';
import type { Pair } from '../model/link.ts';
import type { Seen } from '../model/seen.ts';
import { across, type Side } from '../model/value.ts';
import { draft, failing, stand } from './decision.ts';
import type { Run } from './run.ts';

/** A merged record may itself have been merged: followed so far. */
const MOST_MERGES = 10;
/** How soon a pair comes back whose surviving record was not seen yet (seconds). */
const UNSEEN_SECONDS = 2;
/** How soon a pair comes back whose survivor waits for a create to be resolved, or could be what that create made (seconds). */
const UNRESOLVED_SECONDS = 5;

/** A pair as it is to be decided, or a decision already. */
export type Followed = { pair: Pair } | { decision: Decision };

/**
 * A2: a record that was merged into another is followed: the link goes over to the survivor. Where the survivor has a
 * partner of its own, that link stays and this one's other record is set aside for a person: never deleted, never made again.
 */
export async function followSurvivor(run: Run, pair: Pair): Promise<Followed> {
  let current = pair;
  for (let step = 0; step < MOST_MERGES; step++) {
    const side = mergedSide(current);
    if (!side || !current.link) return { pair: current };
    const next = await follow(run, current, side);
    if ('decision' in next) return next;
    current = next.pair;
  }
  return { pair: current };
}

function mergedSide({ a, b, link }: Pair): Side | null {
  if (link?.held) return null;
  if (a?.gone && a.survivor !== undefined) return 'a';
  if (b?.gone && b.survivor !== undefined) return 'b';
  return null;
}

async function follow(run: Run, pair: Pair, side: Side): Promise<Followed> {
  const [link] = await run.engine.store.links(run.sync.id, [pair.link?.id ?? '']);
  // Of several records that were merged into one, another link of this page may have gone over just now, in the place of this one.
  if (!link) return { decision: draft({ ...pair, link: null }, null, 'none') };
  const survivor = pair[side]?.survivor as string;
  const [found] = await run.engine.store.load(run.sync.id, { a: [], b: [], [side]: [survivor] });
  const seen = found?.[side] ?? null;
  if (!found || !seen) {
    await run.engine.store.mark(run.sync.feeds[side], [survivor]);
    return { decision: { ...draft(pair, link, 'none'), laterSeconds: UNSEEN_SECONDS } };
  }
  const taken = found.link && found.link.id !== link.id && found.link.ids[across(side)] !== null;
  if (taken) {
    const kept = across(side);
    if (link.ids[kept] === null) return { decision: { ...draft(pair, null, 'none'), drop: [link.id] } };
    const problem = {
      category: 'merged' as const,
      side,
      message:
        'its partner was merged into a record that is in sync with another one; merge the two records here as well, or unlink this one',
      others: [survivor],
    };
    const aside = {
      ...failing(link, problem),
      ids: { ...link.ids, [side]: null },
      stage: 'gone' as const,
      held: 'left' as const,
    };
    return { decision: stand(draft(pair, link, 'none'), aside) };
  }
  if (found.link ? found.link.stage === 'creating' : await couldBeOurs(run, side, seen)) {
    return { decision: { ...draft(pair, link, 'none'), laterSeconds: UNRESOLVED_SECONDS } };
  }
  const drop = found.link && found.link.id !== link.id ? [found.link.id] : [];
  const moved = { ...link, ids: { ...link.ids, [side]: survivor } };
  // The work that brought it here is that of the merged record: should this run end before the pair is planned, it is lost.
  const work = [{ side, record: survivor, reason: 'merged', delaySeconds: 0, attempts: 0 }];
  await run.engine.store.commit(run.hold.lease, { drop, update: [moved], work });
  return {
    pair: { ...pair, link: moved, [side]: seen, work: { ...pair.work, [side]: found.work[side] ?? pair.work[side] } },
  };
}

/** X3: a survivor that appeared after a create was sent, whose outcome is unknown, could be what that create made. */
async function couldBeOurs(run: Run, side: Side, seen: Seen): Promise<boolean> {
  const barrier = await run.engine.store.barrier(run.sync.feeds[side]);
  return barrier !== null && seen.firstSeen > barrier;
}

import type { Decision, Partners } from '../model/decision.ts';
import type { Pair } from '../model/link.ts';
import type { Side } from '../model/value.ts';
import { draft, forget, newLink } from './decision.ts';
import { isLive } from './detect.ts';
import { followSurvivor } from './follow.ts';
import { freshIds, type Lone, meet, UNRESOLVED_SECONDS } from './meet.ts';
import { type Meeting, merge } from './merge.ts';
import { mergeAlone } from './merge-alone.ts';
import { farRefs } from './merge-edges.ts';
import type { Run } from './run.ts';

/** How soon a pair comes back whose record was never seen (seconds). */
const UNSEEN_SECONDS = 5;

/** Detect, match and merge for a page of pairs: the pure steps, with what they need loaded in sets before. */
export async function decide(run: Run, pairs: Pair[]): Promise<Decision[]> {
  const decisions: Decision[] = [];
  const meetings: Meeting[] = [];
  const lone: Lone[] = [];
  for (const pair of await followAll(run, pairs, decisions)) sort(pair, decisions, meetings, lone);
  await markUnseen(run, decisions);
  const alone = await meet(run, lone, decisions, meetings);
  const partners = await partnersOf(run, [...meetings.map(({ pair }) => pair), ...alone.map(({ pair }) => pair)]);
  for (const meeting of meetings) decisions.push(merge(run.rules, meeting, partners, run.moment));
  const ids = await freshIds(run, alone.filter(({ pair }) => !pair.link).length);
  for (const { pair, side } of alone) {
    const link = pair.link ?? newLink(ids.pop() as string, { a: pair.a?.id ?? null, b: pair.b?.id ?? null });
    decisions.push(mergeAlone(run.rules, pair, side, link, partners, run.moment));
  }
  return decisions;
}

/**
 * A2: follows merged records. A survivor that a link has just gone over to may stand in the same page by itself, as it was
 * before: that pair is left out, its work goes with the link.
 */
async function followAll(run: Run, pairs: Pair[], decisions: Decision[]): Promise<Pair[]> {
  const followed: Pair[] = [];
  const survivors = { a: new Map<string, Pair>(), b: new Map<string, Pair>() };
  for (const found of pairs) {
    const next = await followSurvivor(run, found);
    // One side may have gone over before the other was found to be merged into a record that has a partner.
    const pair = 'decision' in next ? next.decision.pair : next.pair;
    if ('decision' in next) decisions.push(next.decision);
    else followed.push(pair);
    for (const side of ['a', 'b'] as const) {
      const now = pair[side];
      if (now && now.id !== found[side]?.id) survivors[side].set(now.id, pair);
    }
  }
  return followed.filter((pair) =>
    (['a', 'b'] as const).every((side) => {
      const moved = survivors[side].get(pair[side]?.id ?? '');
      return moved === undefined || moved === pair;
    }),
  );
}

/** Tells pairs that have both records from those to be matched, and settles what needs neither. */
function sort(pair: Pair, decisions: Decision[], meetings: Meeting[], lone: Lone[]): void {
  const { link } = pair;
  if (link?.held && link.held !== 'new') decisions.push(draft(pair, link, 'none'));
  else if (link?.stage === 'creating')
    decisions.push({ ...draft(pair, link, 'none'), laterSeconds: UNRESOLVED_SECONDS });
  else if (link && link.ids.a !== null && link.ids.b !== null) {
    if (pair.a && pair.b) meetings.push({ pair, fresh: null, drop: [] });
    else decisions.push({ ...draft(pair, link, 'none'), laterSeconds: UNSEEN_SECONDS });
  } else {
    const side: Side = isLive(pair.a) ? 'a' : 'b';
    if (isLive(pair[side])) lone.push({ pair, side });
    else decisions.push(forget(draft(pair, link, 'none')));
  }
}

/** A linked record that the mirror has not seen yet is asked for. */
async function markUnseen(run: Run, decisions: Decision[]): Promise<void> {
  const ids = { a: [] as string[], b: [] as string[] };
  for (const { pair, link, laterSeconds } of decisions) {
    if (laterSeconds !== UNSEEN_SECONDS || !link) continue;
    for (const side of ['a', 'b'] as const) {
      const id = link.ids[side];
      if (id !== null && !pair[side]) ids[side].push(id);
    }
  }
  for (const side of ['a', 'b'] as const)
    if (ids[side].length > 0) await run.engine.store.mark(run.sync.feeds[side], ids[side]);
}

async function partnersOf(run: Run, pairs: Pair[]): Promise<Partners> {
  const refs = new Map<string, ReturnType<typeof farRefs>[number]>();
  for (const pair of pairs) {
    for (const ref of farRefs(run.rules, pair.link, pair.a, pair.b))
      refs.set(`${ref.side} ${ref.object} ${ref.acrossObject} ${ref.id}`, ref);
  }
  const found = refs.size === 0 ? [] : await run.engine.store.partners(run.sync.id, [...refs.values()]);
  const partners = new Map([...refs.keys()].map((key, index) => [key, found[index] ?? null]));
  return (side, object, id, acrossObject) => partners.get(`${side} ${object} ${acrossObject} ${id}`) ?? null;
}

import type { Decision, Partners } from '../model/decision.ts';
import type { Link, Pair } from '../model/link.ts';
import { across, type Side, type Two } from '../model/value.ts';
import type { Candidates } from '../store/store.ts';
import { retrySeconds } from './confirm.ts';
import { draft, failing, forget, newLink, stand } from './decision.ts';
import { isLive } from './detect.ts';
import { followSurvivor } from './follow.ts';
import { match } from './match.ts';
import { type Meeting, merge } from './merge.ts';
import { mergeAlone } from './merge-alone.ts';
import { farRefs } from './merge-edges.ts';
import type { Run } from './run.ts';

/** How soon work comes back that waits for a create to be resolved (seconds). */
const UNRESOLVED_SECONDS = 5;
/** How soon a pair comes back whose record was never seen (seconds). */
const UNSEEN_SECONDS = 5;

/** Someone without a partner, and on which side. */
interface Lone {
  pair: Pair;
  side: Side;
}

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
    if ('decision' in next) {
      decisions.push(next.decision);
      continue;
    }
    followed.push(next.pair);
    for (const side of ['a', 'b'] as const) {
      const now = next.pair[side];
      if (now && now.id !== found[side]?.id) survivors[side].set(now.id, next.pair);
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

/** Matches the lone: who finds a partner becomes a meeting; the rest is answered, to be made across. */
async function meet(run: Run, lone: Lone[], decisions: Decision[], meetings: Meeting[]): Promise<Lone[]> {
  const free = await holdArrivals(run, lone, decisions);
  const suspects = await suspectsOf(run, free);
  const matched: { me: Lone; partner: string }[] = [];
  const alone: Lone[] = [];
  const problems: { me: Lone; decision: (link: Link) => Decision }[] = [];
  for (const me of free) {
    const seen = me.pair[me.side] as NonNullable<Pair['a']>;
    const found = me.pair.link?.held === 'new' ? [] : (suspects[me.side].get(seen.id) ?? []);
    const result = match(me.side, seen, found);
    if (result.is === 'nobody') alone.push(me);
    else if (result.is === 'pair') matched.push({ me, partner: result.id });
    else if (result.is === 'later')
      decisions.push({ ...draft(me.pair, me.pair.link, 'none'), laterSeconds: UNRESOLVED_SECONDS });
    else
      problems.push({
        me,
        // Others are in its way: what becomes of them is looked at again now and then.
        decision: (link) => ({
          ...stand(draft(me.pair, link, me.pair.link ? 'none' : 'insert'), failing(link, result.problem)),
          laterSeconds: retrySeconds(Math.max(me.pair.work.a?.attempts ?? 0, me.pair.work.b?.attempts ?? 0)),
        }),
      });
  }
  const outside = problems.filter(({ me }) => outOfScope(run, me));
  alone.push(...outside.map(({ me }) => me));
  const inside = problems.filter((each) => !outside.includes(each));
  const ids = await freshIds(run, inside.filter(({ me }) => !me.pair.link).length);
  for (const { me, decision } of inside) {
    decisions.push(
      decision(me.pair.link ?? newLink(ids.pop() as string, { a: me.pair.a?.id ?? null, b: me.pair.b?.id ?? null })),
    );
  }
  meetings.push(...(await join(run, matched)));
  return alone;
}

/** A record that would not start by itself is no problem when it cannot be matched: it is excluded, or none of ours. */
function outOfScope(run: Run, { pair, side }: Lone): boolean {
  const seen = pair[side] as NonNullable<Pair['a']>;
  return !run.rules.writes[across(side)] || run.rules.starts(side, seen.values).is !== 'in';
}

/** X3: while a create into a feed is unresolved, arrivals there could be it: they wait. */
async function holdArrivals(run: Run, lone: Lone[], decisions: Decision[]): Promise<Lone[]> {
  const barriers = {
    a: await run.engine.store.barrier(run.sync.feeds.a),
    b: await run.engine.store.barrier(run.sync.feeds.b),
  };
  return lone.filter(({ pair, side }) => {
    const barrier = barriers[side];
    if (barrier === null || (pair[side]?.firstSeen ?? 0) <= barrier) return true;
    decisions.push({ ...draft(pair, pair.link, 'none'), laterSeconds: UNRESOLVED_SECONDS });
    return false;
  });
}

async function suspectsOf(run: Run, lone: Lone[]): Promise<Two<Map<string, Candidates[]>>> {
  const specs = run.rules.match.map((rule) => rule.specs.map((spec) => spec.id));
  const ask = (side: Side) => {
    const ids = lone.filter((each) => each.side === side).map(({ pair }) => (pair[side] as NonNullable<Pair['a']>).id);
    if (ids.length === 0 || specs.length === 0) return new Map<string, Candidates[]>();
    return run.engine.store.candidates(run.sync.id, side, ids, specs);
  };
  return { a: await ask('a'), b: await ask('b') };
}

/** Brings the matched together: each two once, on the row of one of them, the other's row dropped. */
async function join(run: Run, matched: { me: Lone; partner: string }[]): Promise<Meeting[]> {
  const wanted = { a: new Set<string>(), b: new Set<string>() };
  for (const { me, partner } of matched) wanted[across(me.side)].add(partner);
  if (matched.length === 0) return [];
  const loaded = await run.engine.store.load(run.sync.id, { a: [...wanted.a], b: [...wanted.b] });
  const known = { a: new Map<string, Pair>(), b: new Map<string, Pair>() };
  for (const pair of loaded)
    for (const side of ['a', 'b'] as const) if (pair[side]) known[side].set(pair[side].id, pair);
  const ids = await freshIds(run, matched.length);
  const met = { a: new Set<string>(), b: new Set<string>() };
  const meetings: Meeting[] = [];
  for (const { me, partner } of matched) {
    const { side, pair } = me;
    const mine = (pair[side] as NonNullable<Pair['a']>).id;
    const other = known[across(side)].get(partner);
    if (!other || met[side].has(mine) || met[across(side)].has(partner)) continue;
    met[side].add(mine);
    met[across(side)].add(partner);
    const both = { a: side === 'a' ? pair : other, b: side === 'a' ? other : pair };
    const rows = [both.a.link, both.b.link].filter((link) => link !== null);
    // P7: a link whose other end is gone is over: these two are a pair of their own.
    const row = rows.find((link) => link.stage !== 'gone') ?? null;
    const linkIds = { a: both.a.a?.id ?? null, b: both.b.b?.id ?? null };
    const fresh = row
      ? { ...newLink(row.id, linkIds), generation: row.generation }
      : newLink(ids.pop() as string, linkIds);
    const drop = rows.filter((link) => link !== row).map((link) => link.id);
    meetings.push({
      pair: { link: row, a: both.a.a, b: both.b.b, work: { a: both.a.work.a, b: both.b.work.b } },
      fresh,
      drop,
    });
  }
  return meetings;
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

async function freshIds(run: Run, count: number): Promise<string[]> {
  return count === 0 ? [] : run.engine.store.linkIds(count);
}

import type { Decision } from '../model/decision.ts';
import type { Link, Pair } from '../model/link.ts';
import type { Problem } from '../model/problem.ts';
import { across, type Side, type Two } from '../model/value.ts';
import type { Candidates } from '../store/store.ts';
import { retrySeconds } from './confirm.ts';
import { draft, failing, newLink, nextGeneration, stand } from './decision.ts';
import { contested, match } from './match.ts';
import type { Meeting } from './merge.ts';
import type { Run } from './run.ts';

/** How soon work comes back that waits for a create to be resolved (seconds). */
export const UNRESOLVED_SECONDS = 5;

/** Someone without a partner, and on which side. */
export interface Lone {
  pair: Pair;
  side: Side;
}

/** Someone who found a partner, with the partner as it stands. */
interface Matched {
  me: Lone;
  partner: Pair;
}

/** What matching makes of the lone. */
interface Sorted {
  matched: Matched[];
  alone: Lone[];
  problems: { me: Lone; problem: Problem }[];
}

/** Matches the lone: who finds a partner becomes a meeting; the rest is answered, to be made across. */
export async function meet(run: Run, lone: Lone[], decisions: Decision[], meetings: Meeting[]): Promise<Lone[]> {
  const barriers = {
    a: await run.engine.store.barrier(run.sync.feeds.a),
    b: await run.engine.store.barrier(run.sync.feeds.b),
  };
  const later = ({ pair }: Lone) =>
    void decisions.push({ ...draft(pair, pair.link, 'none'), laterSeconds: UNRESOLVED_SECONDS });
  const free = lone.filter((me) => {
    const held = couldBeUnresolved(barriers, me.pair, me.side);
    if (held) later(me);
    return !held;
  });
  const { matched, alone, problems } = await matchAll(run, free, barriers, later);
  const outside = problems.filter(({ me }) => outOfScope(run, me));
  alone.push(...outside.map(({ me }) => me));
  const inside = problems.filter((each) => !outside.includes(each));
  const ids = await freshIds(run, inside.filter(({ me }) => !me.pair.link).length);
  for (const { me, problem } of inside) {
    const { pair } = me;
    const link = pair.link ?? newLink(ids.pop() as string, { a: pair.a?.id ?? null, b: pair.b?.id ?? null });
    decisions.push(inTheWay(pair, link, problem));
  }
  const joined = await join(run, matched);
  // P7: a pair that is over because its mate has just found another stands in the same page no longer.
  const over = new Set(joined.flatMap(({ drop }) => drop));
  const standing = meetings.filter(({ pair }) => !over.has(pair.link?.id ?? ''));
  meetings.splice(0, meetings.length, ...standing, ...joined);
  return alone;
}

/** New link ids, where any are needed. */
export async function freshIds(run: Run, count: number): Promise<string[]> {
  return count === 0 ? [] : run.engine.store.linkIds(count);
}

/** X3: while a create into a feed is unresolved, arrivals there could be it: they wait, and nobody is paired with them. */
function couldBeUnresolved(barriers: Two<number | null>, pair: Pair, side: Side): boolean {
  const barrier = barriers[side];
  return barrier !== null && (pair[side]?.firstSeen ?? 0) > barrier;
}

/** Asks everyone, then those they chose: who is not chosen back is not paired, whichever of the two is asked first. */
async function matchAll(
  run: Run,
  lone: Lone[],
  barriers: Two<number | null>,
  later: (me: Lone) => void,
): Promise<Sorted> {
  const sorted: Sorted = { matched: [], alone: [], problems: [] };
  const suspects = await suspectsOf(run, idsOf(lone));
  const chosen: { me: Lone; partner: string }[] = [];
  for (const me of lone) {
    const seen = me.pair[me.side] as NonNullable<Pair['a']>;
    const found = me.pair.link?.held === 'new' ? [] : (suspects[me.side].get(seen.id) ?? []);
    const result = match(me.side, seen, found);
    if (result.is === 'nobody') sorted.alone.push(me);
    else if (result.is === 'pair') chosen.push({ me, partner: result.id });
    else if (result.is === 'later') later(me);
    else sorted.problems.push({ me, problem: result.problem });
  }
  if (chosen.length === 0) return sorted;
  const known = await loadPartners(run, chosen);
  const back = await suspectsOf(run, { a: [...known.a.keys()], b: [...known.b.keys()] });
  for (const { me, partner } of chosen) {
    const side = across(me.side);
    const pair = known[side].get(partner);
    const seen = pair?.[side];
    const mine = me.pair[me.side]?.id as string;
    if (!pair || !seen || couldBeUnresolved(barriers, pair, side)) {
      later(me);
      continue;
    }
    const answer = match(side, seen, back[side].get(partner) ?? []);
    if (answer.is === 'pair' && answer.id === mine) sorted.matched.push({ me, partner: pair });
    else if (answer.is === 'later') later(me);
    else sorted.problems.push({ me, problem: contested(me.side, partner) });
  }
  return withoutMatched(sorted);
}

/** The world moves between two questions: who has been matched when another asked is neither alone nor in anybody's way. */
function withoutMatched({ matched, alone, problems }: Sorted): Sorted {
  const met = { a: new Set<string>(), b: new Set<string>() };
  for (const { me, partner } of matched) {
    met[me.side].add(me.pair[me.side]?.id as string);
    met[across(me.side)].add(partner[across(me.side)]?.id as string);
  }
  const isOpen = (me: Lone) => !met[me.side].has(me.pair[me.side]?.id as string);
  return { matched, alone: alone.filter(isOpen), problems: problems.filter(({ me }) => isOpen(me)) };
}

/** Others are in its way: what becomes of them is looked at again now and then. */
function inTheWay(pair: Pair, link: Link, problem: Problem): Decision {
  const attempts = Math.max(pair.work.a?.attempts ?? 0, pair.work.b?.attempts ?? 0);
  const decision = stand(draft(pair, link, pair.link ? 'none' : 'insert'), failing(link, problem));
  return { ...decision, laterSeconds: retrySeconds(attempts) };
}

/** A record that would not start by itself is no problem when it cannot be matched: it is excluded, or none of ours. */
function outOfScope(run: Run, { pair, side }: Lone): boolean {
  const seen = pair[side] as NonNullable<Pair['a']>;
  return !run.rules.writes[across(side)] || run.rules.starts(side, seen.values).is !== 'in';
}

function idsOf(lone: Lone[]): Two<string[]> {
  const of = (side: Side) => lone.filter((each) => each.side === side).map(({ pair }) => pair[side]?.id as string);
  return { a: of('a'), b: of('b') };
}

async function suspectsOf(run: Run, records: Two<string[]>): Promise<Two<Map<string, Candidates[]>>> {
  const specs = run.rules.match.map((rule) => rule.specs.map((spec) => spec.id));
  const ask = (side: Side) => {
    if (records[side].length === 0 || specs.length === 0) return new Map<string, Candidates[]>();
    return run.engine.store.candidates(run.sync.id, side, records[side], specs);
  };
  return { a: await ask('a'), b: await ask('b') };
}

async function loadPartners(run: Run, chosen: { me: Lone; partner: string }[]): Promise<Two<Map<string, Pair>>> {
  const wanted = { a: new Set<string>(), b: new Set<string>() };
  for (const { me, partner } of chosen) wanted[across(me.side)].add(partner);
  const loaded = await run.engine.store.load(run.sync.id, { a: [...wanted.a], b: [...wanted.b] });
  const known = { a: new Map<string, Pair>(), b: new Map<string, Pair>() };
  for (const pair of loaded) {
    for (const side of ['a', 'b'] as const) {
      const id = pair[side]?.id;
      if (id !== undefined && wanted[side].has(id)) known[side].set(id, pair);
    }
  }
  return known;
}

/** Brings the matched together: each two once, on the row of one of them, the other's row dropped. */
async function join(run: Run, matched: Matched[]): Promise<Meeting[]> {
  const ids = await freshIds(run, matched.length);
  const met = { a: new Set<string>(), b: new Set<string>() };
  const meetings: Meeting[] = [];
  for (const { me, partner: other } of matched) {
    const { side, pair } = me;
    const mine = pair[side]?.id as string;
    const theirs = other[across(side)]?.id as string;
    if (met[side].has(mine) || met[across(side)].has(theirs)) continue;
    met[side].add(mine);
    met[across(side)].add(theirs);
    const both = { a: side === 'a' ? pair : other, b: side === 'a' ? other : pair };
    const rows = [both.a.link, both.b.link].filter((link) => link !== null);
    // P7: a link whose other end is gone is over: these two are a pair of their own.
    const row = rows.find((link) => link.stage !== 'gone') ?? null;
    const linkIds = { a: both.a.a?.id ?? null, b: both.b.b?.id ?? null };
    const fresh = { ...newLink(row?.id ?? (ids.pop() as string), linkIds), generation: nextGeneration(rows) };
    const drop = rows.filter((link) => link !== row).map((link) => link.id);
    meetings.push({
      pair: { link: row, a: both.a.a, b: both.b.b, work: { a: both.a.work.a, b: both.b.work.b } },
      fresh,
      drop,
    });
  }
  return meetings;
}

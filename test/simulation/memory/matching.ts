import type { Link } from '../../../src/model/link.ts';
import { across, type Side, type Two } from '../../../src/model/value.ts';
import { type Candidate, type Candidates, MOST_CANDIDATES } from '../../../src/store/store.ts';
import { byText, keyOf } from './mirror.ts';
import type { FeedRow, State, SyncRow } from './state.ts';

type Rule = Two<string>[];

/** Records that share a key with each of `ids`; see `Store.candidates`. */
export function candidates(
  state: State,
  row: SyncRow,
  side: Side,
  ids: string[],
  rules: Rule[],
): Map<string, Candidates[]> {
  const own = feedOf(state, row, side);
  const far = feedOf(state, row, across(side));
  const found = new Map<string, Candidates[]>();
  for (const id of ids) {
    const keys = own.mirror.get(id)?.keys ?? {};
    found.set(
      id,
      rules.map((rule) => {
        const usable = rule.filter((spec) => keys[spec[side]]);
        const near = (feed: FeedRow, of: Side) =>
          sorted(usable.flatMap((spec) => [...(feed.keyed.get(keyOf(spec[of], keys[spec[side]] as string)) ?? [])]));
        const twins = near(own, side).filter((each) => each !== id);
        return {
          across: suspects(row, across(side), near(far, across(side))),
          twins: suspects(row, side, twins),
        };
      }),
    );
  }
  return found;
}

function suspects(row: SyncRow, side: Side, ids: string[]): Candidate[] {
  const made: Candidate[] = [];
  for (const id of ids) {
    const link = linkOf(row, side, id);
    if (link?.held) continue;
    const paired = link && link.ids.a !== null && link.ids.b !== null && link.stage !== 'gone';
    made.push({ id, link: paired ? link.id : null, stage: link?.stage ?? null });
  }
  return made.slice(0, MOST_CANDIDATES);
}

/** The first full match of one rule; see `Store.matchAll`, and src/store/matching.ts for the argument. */
export function matchAll(
  state: State,
  row: SyncRow,
  rule: Rule,
  earlier: Rule[],
  insert: (link: Link) => void,
): number {
  const feeds = { a: feedOf(state, row, 'a'), b: feedOf(state, row, 'b') };
  const pairs = new Map<string, { a: string; b: string }>();
  const spoilt = { a: new Set<string>(), b: new Set<string>() };
  for (const { a, b } of meetings(row, feeds, rule)) {
    if (a.length === 1 && b.length === 1) pairs.set(`${a[0]} ${b[0]}`, { a: a[0] as string, b: b[0] as string });
    else spoil(spoilt, a, b);
  }
  for (const { a, b } of meetings(row, feeds, earlier.flat())) spoil(spoilt, a, b);
  const many = { a: new Map<string, number>(), b: new Map<string, number>() };
  for (const pair of pairs.values()) {
    for (const side of ['a', 'b'] as const) many[side].set(pair[side], (many[side].get(pair[side]) ?? 0) + 1);
  }
  const chosen = [...pairs.values()].filter((pair) =>
    (['a', 'b'] as const).every(
      (side) => many[side].get(pair[side]) === 1 && !spoilt[side].has(pair[side]) && !linkOf(row, side, pair[side]),
    ),
  );
  for (const ids of chosen.sort((one, other) => byText(one.a, other.a))) {
    state.last.link += 1;
    insert(openLink(String(state.last.link), ids));
  }
  return chosen.length;
}

/** Keys that both sides have, with the records that have them; held records are no candidates. */
function meetings(row: SyncRow, feeds: Two<FeedRow>, rule: Rule): Two<string[]>[] {
  const met: Two<string[]>[] = [];
  const isFree = (side: Side) => (id: string) => !linkOf(row, side, id)?.held;
  for (const spec of rule) {
    const byKey = new Map<string, string[]>();
    for (const [id, { keys }] of feeds.a.mirror) {
      const key = keys[spec.a];
      if (key && isFree('a')(id)) byKey.set(key, [...(byKey.get(key) ?? []), id]);
    }
    for (const [key, a] of byKey) {
      const b = [...(feeds.b.keyed.get(keyOf(spec.b, key)) ?? [])].filter(isFree('b'));
      if (b.length > 0) met.push({ a, b });
    }
  }
  return met;
}

function spoil(spoilt: Two<Set<string>>, a: string[], b: string[]): void {
  for (const id of a) spoilt.a.add(id);
  for (const id of b) spoilt.b.add(id);
}

function openLink(id: string, ids: Two<string>): Link {
  return {
    id,
    ids: { a: ids.a, b: ids.b },
    generation: 0,
    stage: 'open',
    status: 'waiting',
    problem: null,
    base: { a: [], b: [] },
    edges: { a: {}, b: {} },
    pending: { a: null, b: null },
    flips: {},
    held: null,
  };
}

function linkOf(row: SyncRow, side: Side, record: string): Link | undefined {
  return row.links.get(row.linkOf[side].get(record) ?? '');
}

function feedOf(state: State, row: SyncRow, side: Side): FeedRow {
  return state.feeds.get(row.sync.feeds[side]) as FeedRow;
}

function sorted(ids: string[]): string[] {
  return [...new Set(ids)].sort(byText);
}

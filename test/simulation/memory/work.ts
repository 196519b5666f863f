import type { Link, Pair } from '../../../src/model/link.ts';
import type { Side } from '../../../src/model/value.ts';
import type { Changes, Horizon, Wake } from '../../../src/store/store.ts';
import { byText } from './mirror.ts';
import { copy, type State, type SyncRow } from './state.ts';

type WorkInsert = NonNullable<Changes['work']>[number];

/** Makes work due now: its seq rises, so an acknowledgement of the old one does nothing (W4). */
export function wakeWork(state: State, row: SyncRow, side: Side, record: string, reason: string): void {
  const key = workKey(side, record);
  const there = row.work.get(key);
  const dueAt = Math.min(there?.dueAt ?? state.now, state.now);
  row.work.set(key, { side, record, reason, attempts: 0, seq: ++state.last.seq, dueAt });
}

/** (Re)schedules work, each record once, the last row given counting. */
export function schedule(state: State, row: SyncRow, work: WorkInsert[]): void {
  const last = new Map(work.map((each) => [workKey(each.side, each.record), each]));
  for (const key of [...last.keys()].sort(byText)) {
    const each = last.get(key) as WorkInsert;
    const there = row.work.get(key);
    if (each.seq !== undefined && there && there.seq !== each.seq) continue;
    const { side, record, reason, attempts } = each;
    const dueAt = state.now + Math.trunc(each.delaySeconds * 1000);
    row.work.set(key, { side, record, reason, attempts, seq: ++state.last.seq, dueAt });
  }
}

/** The key of a record's work. */
export function workKey(side: Side, record: string): string {
  return `${side} ${record}`;
}

/** Pairs of the work that is due; see `Store.due`. */
export function due(state: State, row: SyncRow, most: number, after: number, until?: Horizon): Pair[] {
  const { seq, at } = until ?? { seq: Number.POSITIVE_INFINITY, at: state.now };
  const ready = [...row.work.values()].filter((work) => work.dueAt <= at && work.seq > after && work.seq <= seq);
  ready.sort((one, other) => one.seq - other.seq);
  return pairs(state, row, ready.slice(0, most));
}

/** Where the work ends that is due now; see `Store.horizon`. */
export function horizon(state: State, row: SyncRow): Horizon | null {
  const ready = [...row.work.values()].filter((work) => work.dueAt <= state.now);
  return ready.length === 0 ? null : { seq: Math.max(...ready.map(({ seq }) => seq)), at: state.now };
}

/** How soon the earliest work is due (milliseconds); see `Store.nextWork`. */
export function nextWork(state: State, row: SyncRow): number | null {
  const times = [...row.work.values()].map((work) => work.dueAt);
  return times.length === 0 ? null : Math.max(0, Math.min(...times) - state.now);
}

/** The pairs of these records, each pair once; see `Store.load`. */
export function pairs(state: State, row: SyncRow, records: { side: Side; record: string }[]): Pair[] {
  const made: Pair[] = [];
  const given = new Set<string>();
  for (const { side, record } of records) {
    const link = row.linkOf[side].get(record);
    const name = link === undefined ? workKey(side, record) : `link ${link}`;
    if (given.has(name)) continue;
    given.add(name);
    const pair =
      link === undefined ? lonePair(state, row, side, record) : linkPair(state, row, row.links.get(link) as Link);
    if (pair.link || pair.a || pair.b || pair.work.a || pair.work.b) made.push(pair);
  }
  return made;
}

function lonePair(state: State, row: SyncRow, side: Side, record: string): Pair {
  const pair: Pair = { link: null, a: null, b: null, work: { a: null, b: null } };
  pair[side] = seenOf(state, row, side, record);
  pair.work[side] = workOf(row, side, record);
  return pair;
}

/** A link with both its records and their work. */
export function linkPair(state: State, row: SyncRow, link: Link): Pair {
  const { a, b } = link.ids;
  return {
    link: copy(link),
    a: a === null ? null : seenOf(state, row, 'a', a),
    b: b === null ? null : seenOf(state, row, 'b', b),
    work: { a: a === null ? null : workOf(row, 'a', a), b: b === null ? null : workOf(row, 'b', b) },
  };
}

function seenOf(state: State, row: SyncRow, side: Side, record: string): Pair['a'] {
  const found = state.feeds.get(row.sync.feeds[side])?.mirror.get(record);
  return found ? copy(found.seen) : null;
}

function workOf(row: SyncRow, side: Side, record: string): Pair['work']['a'] {
  const work = row.work.get(workKey(side, record));
  return work ? { record, seq: work.seq, attempts: work.attempts } : null;
}

/** Makes work for links, one row each, on side a where that record is known; how many links. */
export function wake(state: State, row: SyncRow, which: Wake): number {
  const chosen = [...row.links.values()].filter((link) => isChosen(link, which));
  const rows = chosen.flatMap((link) => {
    const side: Side = link.ids.a === null ? 'b' : 'a';
    const record = link.ids[side];
    return record === null ? [] : [{ side, record }];
  });
  rows.sort((one, other) => byText(one.side, other.side) || byText(one.record, other.record));
  for (const { side, record } of rows) wakeWork(state, row, side, record, 'retry');
  return rows.length;
}

function isChosen(link: Link, which: Wake): boolean {
  if ('links' in which) return which.links.includes(link.id);
  if ('status' in which) return link.status === which.status;
  return link.status === 'failing' && link.problem?.category === which.category;
}

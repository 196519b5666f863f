import type { Seen } from '../../../src/model/seen.ts';
import type { Values } from '../../../src/model/value.ts';
import { MOST_ID_BYTES, type ObserveCounts, type Observed } from '../../../src/store/store.ts';
import { copy, type FeedRow, type MirrorRow, type State, type SyncRow, sameContent } from './state.ts';
import { wakeWork } from './work.ts';

type Shown = Observed['records'][number];
type Verdict = 'fresh' | 'changed' | 'equal' | 'patched' | 'dirty' | 'stale';

/**
 * Takes what an app showed into the mirror; see `Store.observe`, and src/store/observe.ts for the verdicts. `writer`: the
 * sync whose own write this answers, which has no work from it.
 */
export function observe(state: State, feed: FeedRow, seen: Observed, writer: string | null = null): ObserveCounts {
  const counts: ObserveCounts = { fresh: 0, changed: 0, equal: 0, dirty: 0, gone: 0 };
  for (const id of seen.clean ?? []) {
    const mark = feed.dirty.get(id);
    if (mark && mark.last < seen.asked) feed.dirty.delete(id);
  }
  const shown = new Map(seen.records.map((record) => [record.id, record]));
  const records = [...shown.values()].filter(isStorable);
  if (shown.size > records.length) counts.refused = shown.size - records.length;
  const touched: string[] = [];
  const dirty: string[] = [];
  for (const record of records) {
    const verdict = take(feed, seen, record);
    if (verdict === 'fresh') counts.fresh += 1;
    if (verdict === 'changed' || verdict === 'patched') counts.changed += 1;
    if (verdict === 'equal' || verdict === 'stale') counts.equal += 1;
    if (verdict === 'dirty' || verdict === 'patched') dirty.push(record.id);
    if (verdict === 'fresh' || verdict === 'changed' || verdict === 'patched') touched.push(record.id);
    if (seen.stage) feed.staged.add(record.id);
  }
  fanOut(state, feed.id, touched, writer);
  const left: string[] = [];
  for (const gone of new Map(seen.gone.filter(isStorable).map((each) => [each.id, each])).values()) {
    const verdict = shown.has(gone.id) ? 'stale' : takeGone(feed, seen, gone);
    if (verdict === 'gone') left.push(gone.id);
    if (verdict === 'dirty') dirty.push(gone.id);
  }
  counts.gone = left.length;
  fanOut(state, feed.id, left, writer);
  counts.dirty = dirty.length;
  mark(state, feed, dirty);
  return counts;
}

function isStorable({ id }: { id: string }): boolean {
  return Buffer.byteLength(id) <= MOST_ID_BYTES;
}

/** Marks ids as dirty: only a call that draws a later number has seen what the mark was for. */
export function mark(state: State, feed: FeedRow, ids: string[]): void {
  for (const id of ids) {
    const there = feed.dirty.get(id);
    if (there) there.last = Math.max(there.last, state.asked);
    else feed.dirty.set(id, { first: state.asked, last: state.asked });
  }
}

function take(feed: FeedRow, seen: Observed, shown: Shown): Verdict {
  const row = feed.mirror.get(shown.id);
  if (!row) return insert(feed, seen, shown);
  const old = row.seen;
  const values = copy(shown.values);
  const merged = mergedValues(old, seen, values, shown.version);
  const verdict = judge(old, seen, values, shown.version, merged);
  if (verdict === 'dirty' || verdict === 'stale') return verdict;
  const same = sameContent(merged, old.values);
  setKeys(feed, row, { ...(old.gone ? {} : row.keys), ...shown.keys });
  old.values = merged;
  const isOld = seen.how === 'index' && old.version !== undefined && shown.version === old.version;
  if (!isOld || old.answered === old.firstSeen) old.answered = Math.max(old.answered, answeredOf(seen));
  delete old.gone;
  delete old.survivor;
  if (!same) old.changed = Math.max(old.changed, seen.asked);
  if (shown.version !== undefined && verdict !== 'patched') old.version = shown.version;
  else if (seen.how !== 'index') delete old.version;
  return verdict;
}

/** A write is answered when its answer came: what was asked for meanwhile may show what stood there before it. */
function answeredOf({ how, asked, arrived = asked }: Observed): number {
  return how === 'image' ? arrived : asked;
}

function mergedValues(old: Seen, seen: Observed, values: Values, version: string | undefined): Values {
  const adds = seen.how === 'image' || (seen.how === 'index' && (old.version === undefined || version === old.version));
  if (adds) return { ...old.values, ...values };
  const outside = Object.entries(old.values).filter(([name]) => !seen.fields.includes(name));
  return { ...Object.fromEntries(outside), ...values };
}

function judge(old: Seen, seen: Observed, values: Values, version: string | undefined, merged: Values): Verdict {
  const later = seen.asked > old.answered;
  const same = sameContent(merged, old.values);
  if (seen.how === 'index') {
    const asMade = old.version === undefined && old.answered === old.firstSeen;
    const versionSame = asMade || (version !== undefined && version === old.version);
    const newer =
      !versionSame && seen.ordered && version !== undefined && old.version !== undefined && version > old.version;
    if (!newer) {
      if (old.gone) return later ? 'dirty' : 'stale';
      if (same) return 'stale';
      return versionSame && sameContent(merged, { ...values, ...old.values }) ? 'changed' : 'dirty';
    }
  }
  if (later || seen.how === 'index') return !old.gone && same ? 'equal' : 'changed';
  if (!old.gone && same && (seen.how !== 'image' || version !== undefined)) return 'stale';
  return seen.how === 'image' && !old.gone ? 'patched' : 'dirty';
}

function insert(feed: FeedRow, seen: Observed, shown: Shown): 'fresh' {
  const { asked, arrived = asked } = seen;
  const made: Seen = {
    id: shown.id,
    values: copy(shown.values),
    answered: answeredOf(seen),
    firstSeen: arrived,
    changed: asked,
  };
  if (shown.version !== undefined) made.version = shown.version;
  const row = { seen: made, keys: {} };
  feed.mirror.set(shown.id, row);
  setKeys(feed, row, { ...shown.keys });
  return 'fresh';
}

function takeGone(
  feed: FeedRow,
  observed: Observed,
  gone: Observed['gone'][number],
): 'gone' | 'equal' | 'dirty' | 'stale' {
  const { asked, arrived = asked, clean } = observed;
  const row = feed.mirror.get(gone.id);
  if (!row && !clean?.includes(gone.id)) return 'stale';
  if (!row) return addTombstone(feed, { asked, arrived }, gone);
  const { seen } = row;
  if (asked <= seen.answered) return seen.gone ? 'stale' : 'dirty';
  const survivor = gone.survivor ?? seen.survivor;
  const same = seen.gone === gone.how && survivor === seen.survivor;
  seen.gone = gone.how;
  if (survivor !== undefined) seen.survivor = survivor;
  seen.answered = answeredOf(observed);
  setKeys(feed, row, {});
  return same ? 'equal' : 'gone';
}

/** Of a record that was asked for by its id and was never seen, the tombstone itself is kept. */
function addTombstone(
  feed: FeedRow,
  { asked, arrived }: { asked: number; arrived: number },
  gone: Observed['gone'][number],
): 'gone' {
  const seen: Seen = { id: gone.id, values: {}, answered: asked, firstSeen: arrived, changed: asked, gone: gone.how };
  if (gone.survivor !== undefined) seen.survivor = gone.survivor;
  feed.mirror.set(gone.id, { seen, keys: {} });
  return 'gone';
}

/** Replaces all keys of a record; '' stands for "has no such key". */
export function setKeys(feed: FeedRow, row: MirrorRow, keys: Record<string, string>): void {
  for (const [spec, key] of Object.entries(row.keys)) {
    if (key !== keys[spec]) feed.keyed.get(keyOf(spec, key))?.delete(row.seen.id);
  }
  for (const [spec, key] of Object.entries(keys)) {
    if (key === '') continue;
    const ids = feed.keyed.get(keyOf(spec, key));
    if (ids) ids.add(row.seen.id);
    else feed.keyed.set(keyOf(spec, key), new Set([row.seen.id]));
  }
  row.keys = keys;
}

/** Where the index keeps a spec's key. */
export function keyOf(spec: string, key: string): string {
  return `${spec} ${key}`;
}

/** Work for every sync that listens to the feed, in the order the database gives it. */
function fanOut(state: State, feed: string, records: string[], writer: string | null): void {
  if (records.length === 0) return;
  const sorted = [...records].sort(byText);
  for (const row of listeners(state)) {
    if (row.sync.id === writer || row.sync.progress.phase === 'new') continue;
    for (const side of ['a', 'b'] as const) {
      if (row.sync.feeds[side] !== feed) continue;
      for (const record of sorted) wakeWork(state, row, side, record, 'seen');
    }
  }
}

function listeners(state: State): SyncRow[] {
  return [...state.syncs.values()].sort((one, other) => Number(one.sync.id) - Number(other.sync.id));
}

/** The order of text in the database (collation C), for ids of the basic plane. */
export function byText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

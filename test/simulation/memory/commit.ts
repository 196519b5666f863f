import type { Intent, Wait } from '../../../src/model/decision.ts';
import type { Link } from '../../../src/model/link.ts';
import type { Batch, Changes, CommitResult, PartnerRef, Tally } from '../../../src/store/store.ts';
import { byText, observe } from './mirror.ts';
import { isLiveOn } from './scan.ts';
import { copy, type FeedRow, type State, type SyncRow } from './state.ts';
import { schedule, wakeWork, workKey } from './work.ts';

/** The one way state changes while syncing; see `Store.commit`. The caller has checked the lease. */
export function commit(state: State, row: SyncRow, given: Changes): CommitResult {
  const changes = copy(given);
  const { sync } = row;
  if (changes.close !== undefined && !state.batches.has(batchKey(sync.id, changes.close))) return { refused: [] };
  if (changes.close !== undefined) closeBatch(state, batchKey(sync.id, changes.close));
  for (const id of changes.drop ?? []) dropLink(row, id);
  const woken = moveLinks(row, changes.insert ?? [], changes.update ?? []);
  for (const side of ['a', 'b'] as const) {
    const image = changes.images?.[side];
    if (image) observe(state, state.feeds.get(sync.feeds[side]) as FeedRow, image, sync.id);
  }
  for (const each of changes.history ?? []) {
    state.last.history += 1;
    row.history.push({ ...each, id: String(state.last.history), at: state.now });
  }
  for (const link of changes.unwait ?? []) row.waits.delete(link);
  for (const wait of changes.waits ?? []) addWait(row, wait);
  wakeNaming(
    state,
    row,
    woken.filter(({ generation, ids }) => generation > 0 && ids.a !== null && ids.b !== null),
  );
  if (woken.length > 0) wakeWaiting(state, row, woken);
  wakeMet(state, row, changes.waits ?? []);
  schedule(state, row, changes.work ?? []);
  for (const { side, record, seq } of changes.done ?? []) {
    if (row.work.get(workKey(side, record))?.seq === seq) row.work.delete(workKey(side, record));
  }
  if (changes.progress) sync.progress = changes.progress;
  return changes.open ? { refused: openBatch(state, row, changes.open) } : { refused: [] };
}

/** Where a batch stands: ids are unique within a sync. */
export function batchKey(sync: string, batch: string): string {
  return `${sync} ${batch}`;
}

function closeBatch(state: State, key: string): void {
  state.batches.delete(key);
  for (const [claim, holder] of state.claims) if (holder === key) state.claims.delete(claim);
}

/** Stores the batch without the items whose claim another batch, or an earlier item, holds; answers their places. */
function openBatch(state: State, row: SyncRow, batch: Batch): number[] {
  const key = batchKey(row.sync.id, batch.id);
  const feed = row.sync.feeds[batch.side];
  const refused = new Set<number>();
  const owner = new Map<string, number>();
  batch.items.forEach((item, place) => {
    const claims = claimsOf(feed, item);
    if (claims.some((claim) => owner.has(claim))) refused.add(place);
    else for (const claim of claims) owner.set(claim, place);
  });
  for (const [claim, place] of owner) if (state.claims.has(claim)) refused.add(place);
  for (const [claim, place] of owner) if (!refused.has(place)) state.claims.set(claim, key);
  const items = batch.items.filter((_, place) => !refused.has(place));
  if (items.length > 0 && !state.batches.has(key))
    state.batches.set(key, { sync: row.sync.id, batch: { ...batch, items } });
  return [...refused].sort((one, other) => one - other);
}

function claimsOf(feed: string, item: Intent): string[] {
  return [...new Set(item.claims)].map((text) => `${feed} ${text}`);
}

/** Takes a link out, with its waits. */
function dropLink(row: SyncRow, id: string): void {
  const link = row.links.get(id);
  if (!link) return;
  for (const side of ['a', 'b'] as const) {
    const record = link.ids[side];
    if (record !== null && row.linkOf[side].get(record) === id) row.linkOf[side].delete(record);
  }
  row.links.delete(id);
  row.waits.delete(id);
}

/** Puts links in; answers those that became active or have a new id. Throws where a record would have two links (X2). */
function moveLinks(row: SyncRow, insert: Link[], update: Link[]): Link[] {
  const before = new Map(update.map((link) => [link.id, mustBeThere(row, link)]));
  // An id may pass from one link to another in one commit.
  for (const old of before.values()) forgetIds(row, old);
  for (const link of insert) {
    if (row.links.has(link.id)) throw new Error(`link ${link.id} is there already`);
    putLink(row, link);
  }
  for (const link of update) putLink(row, link);
  const becameActive = (link: Link) => {
    const old = before.get(link.id) as Link;
    return link.stage === 'active' && (old.stage !== 'active' || old.ids.a !== link.ids.a || old.ids.b !== link.ids.b);
  };
  return [...insert.filter((link) => link.stage === 'active'), ...update.filter(becameActive)];
}

function mustBeThere(row: SyncRow, link: Link): Link {
  const old = row.links.get(link.id);
  if (!old) throw new Error(`link ${link.id} of sync ${row.sync.id} cannot be updated: it is not there; this is a bug`);
  return old;
}

function putLink(row: SyncRow, link: Link): void {
  for (const side of ['a', 'b'] as const) {
    const record = link.ids[side];
    if (record === null) continue;
    if (row.linkOf[side].has(record))
      throw new Error(`the record ${record} would have two links in sync ${row.sync.id}`);
    row.linkOf[side].set(record, link.id);
  }
  row.links.set(link.id, trimmed(link));
}

function forgetIds(row: SyncRow, link: Link): void {
  for (const side of ['a', 'b'] as const) if (link.ids[side] !== null) row.linkOf[side].delete(link.ids[side]);
}

/** Bases as the database gives them back: no holes, and no slots at the end that never agreed. */
function trimmed(link: Link): Link {
  const base = (slots: number[]) => {
    const full = Array.from(slots, (slot) => slot ?? 0);
    while (full.length > 0 && !full.at(-1)) full.pop();
    return full;
  };
  return { ...link, base: { a: base(link.base.a), b: base(link.base.b) } };
}

function addWait(row: SyncRow, wait: Wait): void {
  const waits = row.waits.get(wait.link) ?? [];
  const { far } = wait;
  const known = waits.some(
    (each) =>
      each.side === wait.side && each.far.side === far.side && each.far.object === far.object && each.far.id === far.id,
  );
  if (!known) row.waits.set(wait.link, [...waits, wait]);
}

/** A1: work for whatever waits for one of these links' records, in all syncs between the same two accounts. */
function wakeWaiting(state: State, row: SyncRow, links: Link[]): void {
  const woken: { row: SyncRow; wait: Wait }[] = [];
  for (const waiter of neighbours(state, row)) {
    for (const wait of [...waiter.waits.values()].flat()) {
      const account = waiter.sync.accounts[wait.far.side];
      const isMeant = links.some((link) =>
        (['a', 'b'] as const).some(
          (side) =>
            link.ids.a !== null &&
            link.ids.b !== null &&
            link.ids[side] === wait.far.id &&
            row.sync.accounts[side] === account &&
            objectOf(state, row, side) === wait.far.object,
        ),
      );
      if (isMeant) woken.push({ row: waiter, wait });
    }
  }
  const once = new Map(woken.map((each) => [`${each.row.sync.id} ${workKey(each.wait.side, each.wait.record)}`, each]));
  const inOrder = [...once.values()].sort(
    (one, other) =>
      Number(one.row.sync.id) - Number(other.row.sync.id) ||
      byText(one.wait.side, other.wait.side) ||
      byText(one.wait.record, other.wait.record),
  );
  for (const { row: waiter, wait } of inOrder) wakeWork(state, waiter, wait.side, wait.record, 'partner');
}

/** A1: work for whatever associates a record of one of these links, where each stands in the place of a lost one. */
function wakeNaming(state: State, row: SyncRow, links: Link[]): void {
  if (links.length === 0) return;
  const sides = ['a', 'b'] as const;
  const far = new Set(links.flatMap(({ ids }) => sides.map((side) => `${row.sync.accounts[side]} ${ids[side]}`)));
  for (const waiter of neighbours(state, row)) {
    const { accounts } = waiter.sync;
    const named = [...waiter.links.values()].filter(({ ids, edges }) => {
      const names = sides.flatMap((side) =>
        Object.values(edges[side]).flatMap((each) => each.map((id) => `${accounts[side]} ${id}`)),
      );
      return ids.a !== null && ids.b !== null && names.some((name) => far.has(name));
    });
    for (const id of named.map(({ ids }) => ids.a as string).sort(byText)) wakeWork(state, waiter, 'a', id, 'partner');
  }
}

/** A1: work for those of these waits whose far record has found its partner before they were stored. */
function wakeMet(state: State, row: SyncRow, waits: Wait[]): void {
  const met = waits.filter(({ far: { acrossObject, ...far } }) => {
    return acrossObject !== undefined && partners(state, row, [{ ...far, acrossObject }])[0] !== null;
  });
  const once = new Map(met.map((wait) => [workKey(wait.side, wait.record), wait]));
  for (const key of [...once.keys()].sort(byText)) {
    const { side, record } = once.get(key) as Wait;
    wakeWork(state, row, side, record, 'partner');
  }
}

/** The syncs between the same two accounts, its own among them, whichever side is which. */
function neighbours(state: State, row: SyncRow): SyncRow[] {
  const { a, b } = row.sync.accounts;
  return [...state.syncs.values()].filter(({ sync: { accounts } }) => {
    return (accounts.a === a && accounts.b === b) || (accounts.a === b && accounts.b === a);
  });
}

function objectOf(state: State, row: SyncRow, side: 'a' | 'b'): string | undefined {
  return state.feeds.get(row.sync.feeds[side])?.object;
}

/** A1: where the far records are on the other side; see `Store.partners`. */
export function partners(state: State, row: SyncRow, refs: PartnerRef[]): (string | null)[] {
  const roads = neighbours(state, row).sort(
    (one, other) => Number(one !== row) - Number(other !== row) || Number(one.sync.id) - Number(other.sync.id),
  );
  return refs.map((ref) => {
    const account = row.sync.accounts[ref.side];
    for (const road of roads) {
      for (const near of ['a', 'b'] as const) {
        const far = near === 'a' ? 'b' : 'a';
        if (road.sync.accounts[near] !== account || objectOf(state, road, near) !== ref.object) continue;
        if (road.sync.accounts[far] === account || objectOf(state, road, far) !== ref.acrossObject) continue;
        const link = road.links.get(road.linkOf[near].get(ref.id) ?? '');
        if (link?.stage !== 'active' || link.ids[far] === null) continue;
        if (isKnownGone(state, road, link, near) || isKnownGone(state, road, link, far)) continue;
        return link.ids[far];
      }
    }
    return null;
  });
}

function isKnownGone(state: State, row: SyncRow, link: Link, side: 'a' | 'b'): boolean {
  const known = state.feeds.get(row.sync.feeds[side])?.mirror.has(link.ids[side] as string);
  return known === true && !isLiveOn(state, row, link, side);
}

/** Adds a run's events to what it had. */
export function addTally(row: SyncRow, run: string, tally: Tally): void {
  const sum = row.tallies.get(run);
  if (!sum) {
    row.tallies.set(run, copy(tally));
    return;
  }
  for (const side of ['a', 'b'] as const) {
    for (const op of ['created', 'updated', 'archived', 'deleted'] as const) sum[side][op] += tally[side][op];
  }
  sum.linked += tally.linked;
  sum.conflicts += tally.conflicts;
}

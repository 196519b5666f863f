import type { Link, Pair } from '../../src/model/link.ts';
import type { Seen } from '../../src/model/seen.ts';
import type { Side, Two } from '../../src/model/value.ts';
import type {
  Batch,
  Candidates,
  Changes,
  CommitResult,
  Counts,
  Feed,
  FeedProgress,
  HistoryQuery,
  HistoryRow,
  Horizon,
  KeyRow,
  Lease,
  ObserveCounts,
  Observed,
  PartnerRef,
  ScanPlace,
  Store,
  Sync,
  SyncProgress,
  Wake,
} from '../../src/store/store.ts';
import { barrierOf, countLinks, historyOf } from './memory/answers.ts';
import { addTally, batchKey, commit, partners } from './memory/commit.ts';
import { candidates, matchAll } from './memory/matching.ts';
import { byText, mark, observe, setKeys } from './memory/mirror.ts';
import { scan } from './memory/scan.ts';
import {
  copy,
  emptyState,
  type FeedRow,
  type LeaseRow,
  leaseKey,
  mustHold,
  type State,
  type SyncRow,
} from './memory/state.ts';
import { due, horizon, nextWork, pairs, wake } from './memory/work.ts';

/**
 * The second implementation of the store, in memory, for the volume of the simulation alone. `state` is its disk: a crash
 * of a worker loses nothing of it. Every method is one atomic step. The store suite and a random differential test
 * hold it to what PostgreSQL does.
 */
export class MemoryStore implements Store {
  state: State;

  constructor(state: State) {
    this.state = state;
  }

  async claim(kind: Lease['kind'], id: string, worker: string, ttlSeconds: number): Promise<Lease | null> {
    const row = this.#lease(kind, id);
    if (!row || (row.heldUntil !== null && row.heldUntil > this.state.now)) return null;
    row.epoch += 1;
    row.worker = worker;
    row.heldUntil = this.state.now + ttlSeconds * 1000;
    return { kind, id, epoch: row.epoch, ttlSeconds };
  }

  async renew(lease: Lease, ttlSeconds: number): Promise<Lease> {
    const row = mustHold(this.state, lease);
    row.heldUntil = this.state.now + ttlSeconds * 1000;
    return { ...lease, ttlSeconds };
  }

  async release(lease: Lease, nextSeconds: number): Promise<void> {
    const row = this.#lease(lease.kind, lease.id);
    if (row?.epoch !== lease.epoch) return;
    row.worker = null;
    row.heldUntil = null;
    row.dueAt = this.state.now + nextSeconds * 1000;
  }

  async feed(id: string): Promise<Feed> {
    const { account, object, progress } = this.#feed(id);
    return copy({ id, account, object, progress });
  }

  async sync(id: string): Promise<Sync> {
    const { sync } = this.#sync(id);
    const others = [...this.state.syncs.values()]
      .map((row) => row.sync)
      .filter((each) => each !== sync && each.settings.enabled);
    const feeds = Object.values(sync.feeds);
    const shared = others.some((each) => feeds.includes(each.feeds.a) || feeds.includes(each.feeds.b));
    return { ...copy(sync), shared, neighbours: others.flatMap((each) => this.#joined(sync, each)) };
  }

  /** The objects that another sync joins between the same two accounts, seen from this one. */
  #joined(sync: Sync, other: Sync): Two<string>[] {
    const objects = { a: this.#feed(other.feeds.a).object, b: this.#feed(other.feeds.b).object };
    if (other.accounts.a === sync.accounts.a && other.accounts.b === sync.accounts.b) return [objects];
    if (other.accounts.a === sync.accounts.b && other.accounts.b === sync.accounts.a)
      return [{ a: objects.b, b: objects.a }];
    return [];
  }

  async syncsOn(feed: string): Promise<string[]> {
    const on = [...this.state.syncs.values()].filter(({ sync }) => Object.values(sync.feeds).includes(feed));
    return on.map((row) => row.sync.id).sort((one, other) => Number(one) - Number(other));
  }

  async saveSlots(sync: string, slots: Record<string, number>): Promise<void> {
    const row = this.#sync(sync);
    row.sync.slots = { ...copy(slots), ...row.sync.slots };
  }

  async saveFeed(lease: Lease, progress: FeedProgress): Promise<void> {
    mustHold(this.state, lease);
    this.#feed(lease.id).progress = copy(progress);
  }

  async saveSync(lease: Lease, progress: SyncProgress): Promise<void> {
    mustHold(this.state, lease);
    this.#sync(lease.id).sync.progress = copy(progress);
  }

  async ask(): Promise<number> {
    this.state.asked += 1;
    return this.state.asked;
  }

  async observe(feed: string, seen: Observed, move?: { lease: Lease; progress: FeedProgress }): Promise<ObserveCounts> {
    if (move) await this.saveFeed(move.lease, move.progress);
    return observe(this.state, this.#feed(feed), seen);
  }

  async dirty(feed: string, most: number): Promise<string[]> {
    const marks = [...this.#feed(feed).dirty];
    marks.sort(([one, { first }], [other, { first: second }]) => first - second || byText(one, other));
    return marks.slice(0, most).map(([id]) => id);
  }

  async mark(feed: string, ids: string[]): Promise<void> {
    mark(this.state, this.#feed(feed), ids);
  }

  async missing(feed: string, after: string | null, most: number): Promise<string[]> {
    const { mirror, staged } = this.#feed(feed);
    const ids = [...mirror.values()]
      .filter(({ seen }) => !seen.gone && !staged.has(seen.id))
      .map(({ seen }) => seen.id);
    return ids
      .filter((id) => id > (after ?? ''))
      .sort(byText)
      .slice(0, most);
  }

  async stage(lease: Lease, ids: string[]): Promise<void> {
    mustHold(this.state, lease);
    for (const id of ids) this.#feed(lease.id).staged.add(id);
  }

  async clearStage(lease: Lease): Promise<void> {
    mustHold(this.state, lease);
    this.#feed(lease.id).staged.clear();
  }

  async records(feed: string, ids: string[]): Promise<Seen[]> {
    const { mirror } = this.#feed(feed);
    return [...new Set(ids)].flatMap((id) => copy(mirror.get(id)?.seen) ?? []);
  }

  due = async (sync: string, most: number, after = 0, until?: Horizon): Promise<Pair[]> =>
    due(this.state, this.#sync(sync), most, after, until);

  horizon = async (sync: string): Promise<Horizon | null> => horizon(this.state, this.#sync(sync));

  async load(sync: string, records: Two<string[]>): Promise<Pair[]> {
    const of = (side: Side) => records[side].map((record) => ({ side, record }));
    return pairs(this.state, this.#sync(sync), [...of('a'), ...of('b')]);
  }

  async scan(sync: string, after: ScanPlace | null, most: number): Promise<{ pairs: Pair[]; next: ScanPlace | null }> {
    return scan(this.state, this.#sync(sync), after, most);
  }

  async candidates(
    sync: string,
    side: Side,
    ids: string[],
    rules: Two<string>[][],
  ): Promise<Map<string, Candidates[]>> {
    return candidates(this.state, this.#sync(sync), side, ids, rules);
  }

  async matchAll(lease: Lease, rule: Two<string>[], earlier: Two<string>[][]): Promise<number> {
    mustHold(this.state, lease);
    const row = this.#sync(lease.id);
    return matchAll(this.state, row, rule, earlier, (link) => {
      row.links.set(link.id, link);
      row.linkOf.a.set(link.ids.a as string, link.id);
      row.linkOf.b.set(link.ids.b as string, link.id);
    });
  }

  async unkeyed(feed: string, specs: string[], after: string | null, most: number): Promise<Seen[]> {
    const rows = [...this.#feed(feed).mirror.values()].filter(({ seen, keys }) => {
      return !seen.gone && seen.id > (after ?? '') && !specs.every((spec) => spec in keys);
    });
    rows.sort((one, other) => byText(one.seen.id, other.seen.id));
    return rows.slice(0, most).map(({ seen }) => copy(seen));
  }

  async addKeys(feed: string, keys: KeyRow[]): Promise<void> {
    const found = this.#feed(feed);
    for (const { id, keys: added } of keys) {
      const row = found.mirror.get(id);
      if (row && !row.seen.gone) setKeys(found, row, { ...row.keys, ...added });
    }
  }

  async partners(sync: string, refs: PartnerRef[]): Promise<(string | null)[]> {
    return partners(this.state, this.#sync(sync), refs);
  }

  async commit(lease: Lease, changes: Changes): Promise<CommitResult> {
    mustHold(this.state, lease);
    const row = this.#sync(lease.id);
    const result = commit(this.state, row, changes);
    if (changes.tally) addTally(row, row.sync.progress.run ?? '', changes.tally);
    return result;
  }

  async openBatches(sync: string): Promise<Batch[]> {
    const own = [...this.state.batches.values()].filter((row) => row.sync === sync).map((row) => row.batch);
    return copy(own.sort((one, other) => one.asked - other.asked || byText(one.id, other.id)));
  }

  async stamp(lease: Lease, batch: string, sentAt: number): Promise<void> {
    mustHold(this.state, lease);
    const row = this.state.batches.get(batchKey(lease.id, batch));
    if (row) row.batch.sentAt = sentAt;
  }

  async arrivals(sync: string, side: Side, asked: number, most: number): Promise<Seen[]> {
    const row = this.#sync(sync);
    const seen = [...this.#feed(row.sync.feeds[side]).mirror.values()].map((each) => each.seen);
    const new_ = seen.filter((each) => each.firstSeen > asked && !row.linkOf[side].has(each.id));
    return copy(new_.sort((one, other) => one.firstSeen - other.firstSeen || byText(one.id, other.id)).slice(0, most));
  }

  async barrier(feed: string): Promise<number | null> {
    return barrierOf(this.state, feed);
  }

  linkIds = async (count: number): Promise<string[]> =>
    Array.from({ length: count }, () => String(++this.state.last.link));

  async wake(sync: string, which: Wake): Promise<number> {
    return wake(this.state, this.#sync(sync), which);
  }

  async links(sync: string, ids: string[]): Promise<Link[]> {
    const { links } = this.#sync(sync);
    return [...new Set(ids)].flatMap((id) => copy(links.get(id)) ?? []);
  }

  async history(query: HistoryQuery): Promise<HistoryRow[]> {
    return historyOf(this.#sync(query.sync), query);
  }

  async counts(sync: string): Promise<Counts> {
    return countLinks(this.#sync(sync));
  }

  nextWork = async (sync: string): Promise<number | null> => nextWork(this.state, this.#sync(sync));

  now = async (): Promise<number> => this.state.now;

  async scratch<T>(work: (store: Store) => Promise<T>): Promise<T> {
    return work(new MemoryStore(copy(this.state)));
  }

  #lease(kind: Lease['kind'], id: string): LeaseRow | undefined {
    return this.state.leases.get(leaseKey(kind, id));
  }

  #feed(id: string): FeedRow {
    const found = this.state.feeds.get(id);
    if (!found) throw new Error(`feed ${id} is not there any more: its account was removed; start the run again`);
    return found;
  }

  #sync(id: string): SyncRow {
    const found = this.state.syncs.get(id);
    if (!found) throw new Error(`sync ${id} is not there any more: it was deleted; stop working on it`);
    return found;
  }
}

/** An empty store whose clock stands at this time. */
export function emptyStore(now: number): MemoryStore {
  return new MemoryStore(emptyState(now));
}

import type { Link, Pair } from '../model/link.ts';
import type { Seen } from '../model/seen.ts';
import type { Side, Two } from '../model/value.ts';
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
  ObserveCounts,
  Observed,
  PartnerRef,
  RunEnd,
  ScanPlace,
  Sync,
  SyncProgress,
  Wake,
} from './shapes.ts';

export type { Intent } from '../model/decision.ts';
export type * from './shapes.ts';

/**
 * What the engine asks of the state: each method is one transaction, and sets go in and sets come out (never a
 * statement per record). There are two of them: PostgreSQL (src/store) and, for the volume of the simulation only, one
 * in memory (test/simulation). One suite and a random differential test hold them to the same behaviour.
 *
 * Words: a feed is the one reader of an (account, object type); its mirror holds each record as last seen (Seen). Work
 * is "this record of this sync is to be planned again". All times are milliseconds of the store's own clock.
 */
export interface Store {
  /**
   * Takes the lease on a feed or a sync if nobody holds it (or the holder's ran out, by the store's clock): the epoch
   * goes up by one. Null while another holds it.
   */
  claim(kind: 'feed' | 'sync', id: string, worker: string, ttlSeconds: number): Promise<Lease | null>;
  /** Lengthens a lease. Throws Fenced where another has taken it. */
  renew(lease: Lease, ttlSeconds: number): Promise<Lease>;
  /** Gives a lease back; the row is next due after so many seconds. No effect where the lease was taken. */
  release(lease: Lease, nextSeconds: number): Promise<void>;

  feed(id: string): Promise<Feed>;
  sync(id: string): Promise<Sync>;
  /**
   * The ids of the syncs on a feed, also of those that are turned off: their keys are kept, so that they can catch up.
   */
  syncsOn(feed: string): Promise<string[]>;
  /** Keeps the slots that `compileRules` gave: only ever adds; a signature that has a slot keeps it. */
  saveSlots(sync: string, slots: Record<string, number>): Promise<void>;
  /** Saves the engine's own progress of a feed. Fenced. */
  saveFeed(lease: Lease, progress: FeedProgress): Promise<void>;
  /** Saves the engine's own progress of a sync; its `phase` decides whether observations fan out to it. Fenced. */
  saveSync(lease: Lease, progress: SyncProgress): Promise<void>;

  /** R3: draws the next number; every call to an app draws one before it is sent. Store-wide, ever increasing. */
  ask(): Promise<number>;

  /**
   * R1, R3: takes what an app showed into the mirror, in one transaction with the feed's progress where `lease` and
   * `progress` are given (then fenced), and fans out work to every sync on the feed whose phase is not 'new'.
   *
   * Per record, by `how`:
   * - 'direct' (read by id, or a list that is as fresh): replaces the row if `asked` > the row's `answered`; else,
   *   where it differs from the row (or the row is gone), the id becomes dirty: it may show what a later image did not
   *   hold.
   * - 'index' (a list that may lag): replaces it only if its version orders after the row's version, or the row is new;
   *   an equal version only adds fields that the row lacks; otherwise, where the content differs, the id becomes dirty
   *   (to be read directly). A row without a version that was never looked at since it was made counts as equal. A gone
   *   row comes back by a newer version only;
   *   shown again by an index that was asked later, it becomes dirty.
   * - 'image' (answer of a write): patches the fields it holds. The version is then the one given, or unknown: an
   *   index may yet show a version between the one that was known and the write, and must not undo it. On a row that
   *   was answered later it patches all the same, and where that changes it, or tells no version, the id becomes dirty;
   *   a row that is gone by then only becomes dirty. An image of no fields only makes the version unknown. The row, and one
   *   that a write removed, counts as answered when the answer came (`arrived`): what was asked for while the write was on
   *   its way may show what stood there before it. A replaced row keeps `firstSeen`; a row that was gone comes back
   *   to life. `gone` marks rows (asked later only; a live row that was answered later becomes dirty), sets `survivor`,
   *   and removes their keys. Of an id that is shown twice the last entry counts, and before an entry in `gone`. An id
   *   that is not in the mirror is kept as gone, without values, only where it was asked for (`clean`): a link, or
   *   another record's survivor, may stand on it. Work is fanned out only where content, existence or survivor changed:
   *   an equal observation only moves version and `answered`. `keys` replaces the record's match keys of the given
   *   specs, where the row is taken. The rows of one fan-out have rising seqs in the order of sync, side and record id.
   */
  observe(feed: string, seen: Observed, move?: { lease: Lease; progress: FeedProgress }): Promise<ObserveCounts>;

  /** Ids to be read directly: dirty ones (marked by observe, notices, `mark`), first marked first, then by id. */
  dirty(feed: string, most: number): Promise<string[]>;
  /** Marks ids as dirty. Only an observation whose number is drawn after the (last) mark cleans it. */
  mark(feed: string, ids: string[]): Promise<void>;

  /**
   * R2: the live ids of the mirror that a complete listing (its ids staged by `observe` with `stage`) did not show, in
   * id order after `after`.
   */
  missing(feed: string, after: string | null, most: number): Promise<string[]>;
  /** Stages ids that a listing of ids alone has shown, for `missing`. Fenced. */
  stage(lease: Lease, ids: string[]): Promise<void>;
  /** Forgets the staged ids of a listing (before a new one begins, and after it was compared). */
  clearStage(lease: Lease): Promise<void>;

  /** Rows of the mirror by id (gone ones too), in no order; unknown ids are left out. Follows nothing. */
  records(feed: string, ids: string[]): Promise<Seen[]>;

  /**
   * Work that is due now, by rising seq, as pairs: link, both mirror rows, both sides' work. A pair is never given
   * twice in one answer. `after`: only rows whose seq is greater (a count-only pass pages with it). `until`: only what was
   * due then already.
   */
  due(sync: string, most: number, after?: number, until?: Horizon): Promise<Pair[]>;
  /** Where the work ends that is due now; what comes from here on lies beyond. Null: nothing is due. */
  horizon(sync: string): Promise<Horizon | null>;
  /** Pairs of these records (by link where there is one), whether there is work for them or not. */
  load(sync: string, records: Two<string[]>): Promise<Pair[]>;
  /**
   * For first syncs and re-plans: all records in keyset order: side a's by id (with their links), then those of side b
   * that no link on side a covers, then links without any live record. `next` is null at the end.
   */
  scan(sync: string, after: ScanPlace | null, most: number): Promise<{ pairs: Pair[]; next: ScanPlace | null }>;

  /**
   * For each of `ids` of `side`, for each match rule: the live records across that share one of the rule's keys with
   * it, and the live records on its own side that do (twins). At most MOST_CANDIDATES of each. A rule is its specs' ids
   * per side.
   */
  candidates(sync: string, side: Side, ids: string[], rules: Two<string>[][]): Promise<Map<string, Candidates[]>>;
  /**
   * First full match of one rule, set-based: makes an 'open' link (no base, status 'waiting') for every two live,
   * unlinked records that are each other's only candidate under this rule, leaving out records that had a candidate
   * under an earlier rule (their problem is a person's). Idempotent; returns how many links were made. `earlier`: the
   * rules before.
   */
  matchAll(lease: Lease, rule: Two<string>[], earlier: Two<string>[][]): Promise<number>;
  /**
   * Every live record's keys for these specs must stand in the mirror before matching: rows whose keys are missing, in
   * id order.
   */
  unkeyed(feed: string, specs: string[], after: string | null, most: number): Promise<Seen[]>;
  /** Adds keys to live records, in the place of older ones of the same specs. */
  addKeys(feed: string, keys: KeyRow[]): Promise<void>;

  /**
   * A1: where the far records are on the other side: by links (both ids known, stage active, neither record gone in its
   * mirror) of any sync between the same two accounts whose far objects are these. Answers in the order of `refs`.
   */
  partners(sync: string, refs: PartnerRef[]): Promise<(string | null)[]>;

  /**
   * The one way state changes while syncing; fenced by the sync's lease, in one transaction, idempotent by `batch`
   * where it closes one. Order: close batch (with its claims), drop links, insert and update links, images, history,
   * waits, wake-ups, work, acknowledgements, opened batch with its claims. Returns the claims that were refused (only
   * with `open`): their items are not in the stored batch. A link that becomes active (or gets a new id) wakes every
   * wait on its records, in all syncs between the same accounts, and one of a later generation all links whose edges name
   * one of them; a wait whose far record has its partner already is woken as it is stored.
   */
  commit(lease: Lease, changes: Changes): Promise<CommitResult>;
  /** Batches that were opened and not closed, with their items: after a crash their outcome is unknown. */
  openBatches(sync: string): Promise<Batch[]>;
  /** Sets the batch's time of sending just before it is sent (F33). Fenced. */
  stamp(lease: Lease, batch: string, sentAt: number): Promise<void>;
  /** W2: records of this side, live or gone, first seen after that asking number, that no link of this sync names. */
  arrivals(sync: string, side: Side, asked: number, most: number): Promise<Seen[]>;
  /**
   * X3: the lowest `asked` of unresolved creates (stage creating, or in open batches) into this feed, of any sync;
   * null: none.
   */
  barrier(feed: string): Promise<number | null>;

  /** New link ids, ever increasing. */
  linkIds(count: number): Promise<string[]>;
  /**
   * Makes work, due now and with no attempts, for all links of a status or (failing) category, or for these links: one
   * row each, on side a where that record is known. Returns how many.
   */
  wake(sync: string, which: Wake): Promise<number>;
  /** The links of a sync, for undo, re-create, unlink: by id. */
  links(sync: string, ids: string[]): Promise<Link[]>;
  /** History rows, newest first: of a run, a link, or one link's field. */
  history(query: HistoryQuery): Promise<HistoryRow[]>;
  /** Records as they stand now. */
  counts(sync: string): Promise<Counts>;
  /** Keeps how a run ended, where runs are kept for people: one that came to nothing leaves no row. */
  endRun?(sync: string, run: string, end: RunEnd): Promise<void>;
  /** How soon the earliest work of a sync is due, in milliseconds (0: now); null: no work. */
  nextWork(sync: string): Promise<number | null>;

  /** Milliseconds of the store's clock. */
  now(): Promise<number>;
  /** Runs `work` on this store inside a transaction that is rolled back at the end: dry runs and previews. */
  scratch<T>(work: (store: Store) => Promise<T>): Promise<T>;
}

/** The most candidates and twins given per record and rule: two already are a problem for a person. */
export const MOST_CANDIDATES = 10;

/** The right to write one feed's or sync's state. */
export interface Lease {
  kind: 'feed' | 'sync';
  id: string;
  epoch: number;
  /** How long it was given for, in seconds, from the moment of the call that took or renewed it. */
  ttlSeconds: number;
}

/** Thrown where a lease was taken by another: stop at once, nothing was written. */
export class Fenced extends Error {
  constructor(lease: Lease) {
    super(`another worker has taken ${lease.kind} ${lease.id} (epoch ${lease.epoch} is over); stop working on it`);
    this.name = 'Fenced';
  }
}

/** The longest record id that a store takes, in bytes of UTF-8. */
export const MOST_ID_BYTES = 2000;

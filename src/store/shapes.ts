import type { Intent, Op, Wait } from '../model/decision.ts';
import type { Link, Stage } from '../model/link.ts';
import type { Naming } from '../model/naming.ts';
import type { GoneHow } from '../model/seen.ts';
import type { SyncSettings } from '../model/settings.ts';
import type { Side, Two, Values } from '../model/value.ts';

/** A feed, as the engine needs it. */
export interface Feed {
  id: string;
  account: string;
  object: string;
  progress: FeedProgress;
}

/** The engine's own place in an app's records. The store keeps it and reads nothing of it. */
export interface FeedProgress {
  /** R1: what is durably noticed. */
  cursor?: string;
  /**
   * A pass that is under way. `asked`: the number drawn before its first page; `began`: when; `fields`: what it asks
   * for; `shown`: how many records it has shown so far.
   */
  pass?: {
    kind: 'list' | 'changes';
    resume?: string;
    since?: string;
    asked: number;
    began: number;
    fields: string[];
    shown?: number;
  };
  /** The fields that every record was read with, in the last complete listing and since; a grown set lists again. */
  listed?: string[];
  /** The specs that its records are kept with: the keys of all syncs on it. */
  keyed?: string[];
  /** When ids were last compared, where only a comparison shows who is gone. */
  comparedAt?: number;
  /** When the last complete listing or sweep ended. */
  sweptAt?: number;
  /** The cursor's time of birth, against `cursorDays`. */
  cursorAt?: number;
  /** When the last complete pass began: what happened before it is in the mirror, less the app's lag. */
  passedAt?: number;
  /** What its records are called by, for lists and searches. */
  naming?: Naming;
  /** How many records the last complete listing showed. */
  size?: number;
}

/** A sync, as the engine needs it. */
export interface Sync {
  id: string;
  workspace: string;
  key: string;
  feeds: Two<string>;
  accounts: Two<string>;
  settings: SyncSettings;
  /** Rises with each change of settings. */
  version: number;
  progress: SyncProgress;
  /** Mapping signature → slot, as given so far; `compileRules` only adds to it. */
  slots: Record<string, number>;
  salt: number;
  /** True where another live sync shares one of its feeds: creates then need claims. */
  shared: boolean;
  /** Objects (per side) of the other live syncs between the same two accounts, with the pair each joins. */
  neighbours: Two<string>[];
}

/** Where a sync stands. In phase 'new' observations do not fan out to it. */
export interface SyncProgress {
  phase: 'new' | 'matching' | 'scanning' | 'live';
  /** The settings version that was scanned last (or is being scanned). */
  version: number;
  /** Set until the first scan is complete: its writes were asked for by its preview, so brakes stay out of it. */
  first?: 'yes';
  scan?: ScanPlace | null;
  matched?: number;
  paused?: Pause | null;
  /** A brake that may be passed once, by name. */
  approved?: string[];
  /** The id of the plan that was started: what differs from what it showed is held back until all of it is done. */
  plan?: string;
  run?: string;
  /** The asking number at the start of the last run (D3: both changes noticed after it were noticed in one run). */
  asked?: number;
  /** A1: the slots of associations whose far object had a sync in the last run. */
  far?: number[];
}

/** Why a sync is paused: a brake, with the share or count that tripped it. */
export interface Pause {
  brake: 'create' | 'update' | 'empty' | 'archive';
  share: number;
  limit: number;
  count: number;
}

/** G4: bounds the work that was due at one moment: all that a run counts, and carries out before it counts again. */
export interface Horizon {
  /** The last row of work that there was. */
  seq: number;
  /** When that was (milliseconds). */
  at: number;
}

/** A place in a scan. */
export interface ScanPlace {
  part: 'a' | 'b' | 'links';
  after: string;
}

/** What one call to an app showed. */
export interface Observed {
  asked: number;
  /**
   * A number drawn once the answer was there: a row that is new is first seen then, for what was made while the call was on its
   * way may be in it; and what a write left counts as answered then. Absent (the answer to a create): `asked`.
   */
  arrived?: number;
  how: 'direct' | 'index' | 'image';
  ordered: boolean;
  /** `keys`: a match key's text by spec id; '' where the record has no such key. */
  records: { id: string; values: Values; version?: string; keys: Record<string, string> }[];
  gone: { id: string; how: GoneHow; survivor?: string }[];
  /** True: these ids belong to a complete listing under way and are staged for `missing`. */
  stage?: 'yes';
  /** Ids read directly that are no longer dirty (unless they were marked after `asked` was drawn). */
  clean?: string[];
  /** The fields that were asked for: a 'direct' or 'index' row keeps older values of fields outside them. */
  fields: string[];
}

/**
 * How many rows were new, changed in content, equal (or nothing to learn from), gone; and how many were marked dirty.
 */
export interface ObserveCounts {
  fresh: number;
  changed: number;
  equal: number;
  dirty: number;
  gone: number;
  /** Records that were left out because no index holds their id (MOST_ID_BYTES); missing: none. */
  refused?: number;
}

/** The match keys of one record by spec id, as text (the store hashes it); '' where the record has no such key. */
export interface KeyRow {
  id: string;
  keys: Record<string, string>;
}

/** Records that could be the same as one record, under one rule. Records whose link is `held` are left out. */
export interface Candidates {
  across: Candidate[];
  twins: Candidate[];
}

/**
 * `link`: the id of its link if it has a partner (both ids are known, and neither record is gone: a link whose other
 * end is gone frees its mate), else null. `stage`: of whatever link row it has.
 */
export interface Candidate {
  id: string;
  link: string | null;
  stage: Stage | null;
}

/** One far record: its object and id, on `side`, and the object it should be across. */
export interface PartnerRef {
  side: Side;
  object: string;
  id: string;
  acrossObject: string;
}

/** A set of state changes; every part may be left out. */
export interface Changes {
  drop?: string[];
  insert?: Link[];
  update?: Link[];
  /** What writes answered, by side. Fans out to the other syncs on the feed, never to this one. */
  images?: Two<Observed | null>;
  history?: HistoryInsert[];
  /** Waits of these links are replaced by `waits`. */
  unwait?: string[];
  waits?: Wait[];
  /**
   * Work to (re)schedule: `delaySeconds` from now; attempts as given. With `seq`, a row whose seq moved meanwhile is
   * left as it is (something new happened: it stays due). Rescheduled rows get rising seqs, in the order of side and
   * record.
   */
  work?: { side: Side; record: string; reason: string; delaySeconds: number; attempts: number; seq?: number }[];
  /** W4: work rows to remove if their seq is still this. */
  done?: { side: Side; record: string; seq: number }[];
  /** Opens a batch of intents (W1), with its claims (W6). */
  open?: Batch;
  /** Closes a batch: removes it and its claims. */
  close?: string;
  /** Events, added up in the tally of the run that `progress.run` names (as it stands after this commit). */
  tally?: Tally;
  progress?: SyncProgress;
}

/** The answer to a commit. A batch whose items were all refused is not stored. */
export interface CommitResult {
  /** Indexes of the opened batch's items whose claim another batch, or an earlier item of this one, holds; rising. */
  refused: number[];
}

/** A batch of intents of one kind, in flight. */
export interface Batch {
  id: string;
  run: string;
  side: Side;
  op: Op;
  asked: number;
  sentAt: number | null;
  items: Intent[];
}

/** One record write, as kept. */
export interface HistoryInsert {
  run: string;
  link: string;
  side: Side;
  op: 'create' | 'update' | 'archive' | 'delete' | 'link' | 'unlink';
  record: string;
  before: Values;
  after: Values;
  /** Which rule decided, per field. */
  rule: Record<string, string>;
  /** The edges that were added and removed, by association name. */
  edges: Record<string, { add: string[]; remove: string[] }>;
}

/** A stored history row. */
export interface HistoryRow extends HistoryInsert {
  id: string;
  at: number;
}

/** Which history rows. */
export interface HistoryQuery {
  sync: string;
  run?: string;
  link?: string;
  before?: string;
  most: number;
}

/** Which links to plan again. */
export type Wake = { status: 'failing' | 'waiting' | 'excluded' } | { category: string } | { links: string[] };

/** Counts of links by status; problems split `failing` by category. */
export interface Counts {
  inSync: number;
  failing: number;
  excluded: number;
  waiting: number;
  problems: Record<string, number>;
  /** Links with both ids known, in any stage: the base of the brakes' shares. */
  linked: number;
}

/** How a run ended, and what it took. */
export interface RunEnd {
  ending: 'quiet' | 'paused' | 'unread' | 'failed' | 'refused' | 'undo';
  /** Why it failed, in words. */
  reason: string | null;
  /** Pairs it looked at, and calls it asked the apps for. */
  looked: number;
  calls: Two<number>;
}

/** Events of a run, as they add up. */
export interface Tally {
  a: { created: number; updated: number; archived: number; deleted: number };
  b: { created: number; updated: number; archived: number; deleted: number };
  linked: number;
  conflicts: number;
}

import type { EdgeSlot, Link, Pair } from './link.ts';
import type { Side, Two, Value, Values } from './value.ts';

/** An intent: a write of one record, what it came from, and what stood there before (W1). */
export interface Intent {
  /** The link as it stands, or as it will be inserted when the create is confirmed. */
  link: Link;
  /** The target's id; null for a create. */
  target: string | null;
  /** The source record's id; null for an undo. */
  source: string | null;
  token?: string;
  /** When the token was given (milliseconds): an app trusts an idempotency key for some hours only. */
  tokenAt?: number;
  /** Of a create: the feed's cursor as it was first sent; a listing from there shows what it made. Absent: the feed has none. */
  since?: string;
  version?: string;
  values: Values;
  edges: Edges;
  before: Values;
  /** Per mapping slot: what is written, what stood there, and the hash of the source side's values. */
  slots: Record<number, { written: Value[]; before: Value[]; source: number }>;
  /** Per association slot. */
  edgeSlots: Record<number, EdgeSlot>;
  /** Which rule decided, per written field, for the history: 'changed in a', 'default app', 'filled', 'undo' … */
  rule: Record<string, string>;
  /** W6: feed-wide claims: record ids and match-key hashes on the target's feed. */
  claims: string[];
  /** Work acknowledged with this item's outcome. */
  work: Ack[];
  /** How often it was tried. */
  attempts: number;
  /** Of a create that was sent once more: the app said that its unique value is taken, and not by whom. */
  taken?: 'yes';
  /** Set by an undo: once a record is removed its partner is left alone, so that it is not made again. */
  afterwards?: 'leave';
}

/** Associations to add and remove, by association name: far ids. */
export type Edges = Record<string, { add: string[]; remove: string[] }>;

/** A row of work that is done once its outcome is stored, unless its seq moved meanwhile (W4). */
export interface Ack {
  side: Side;
  record: string;
  seq: number;
}

/** The link waits for a far record's partner: `side` and `record` are its own record, to be planned again. */
export interface Wait {
  link: string;
  side: Side;
  record: string;
  /** `acrossObject`: the object that its partner is one of; given when the wait is made, to see whether it has come meanwhile. */
  far: { side: Side; object: string; id: string; acrossObject?: string };
}

/** What a write does to a record. */
export type Op = 'create' | 'update' | 'archive' | 'delete';

/** What the pure steps decided about one pair: what to store, what to write, what to wait for. */
export interface Decision {
  pair: Pair;
  /** The link as it is to stand (before any write's outcome); null where no link is to be kept. */
  link: Link | null;
  /** Whether `link` differs from what is stored: 'stored' once it has been saved as it stands. */
  change: 'none' | 'insert' | 'update' | 'stored';
  /** Link rows to remove. */
  drop: string[];
  /** At most one write per side. */
  writes: Two<{ op: Op; intent: Intent } | null>;
  /** The waits of the link, all of them. */
  waits: Wait[];
  /** Sides whose record must be read directly before this can be decided. */
  reread: Two<'yes' | 'no'>;
  /** A field or association that was changed on both sides, or unequal at the first meeting. */
  conflicts: number;
  /** Fields that a write empties (for the brake). */
  empties: number;
  /** Keep the work and come back after so many seconds. */
  laterSeconds: number | null;
  /** I22: writes whose answer was lost, and that are now seen to have landed. */
  landed: Landed[];
}

/** An update whose answer was lost, as the record shows it: what of it has landed. */
export interface Landed {
  link: string;
  side: Side;
  record: string;
  before: Values;
  after: Values;
  rule: Record<string, string>;
  edges: Edges;
}

/** What the pure steps may know of the moment: no clock is read, a number is handed in. */
export interface Moment {
  /** Milliseconds, for the ping-pong window only. */
  now: number;
  /** D3: the asking number at the start of the sync's last run. */
  lastAsked: number;
  salt: number;
}

/** Where a far record is on the other side: its id there, or null where it has no partner yet. */
export type Partners = (side: Side, object: string, id: string, acrossObject: string) => string | null;

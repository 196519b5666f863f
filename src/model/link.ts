import type { Problem } from './problem.ts';
import type { Seen } from './seen.ts';
import type { Side, Two, Value } from './value.ts';

/**
 * D1: one side of a link's base: for each mapping's slot, the hash of that side's own values when both sides last
 * agreed (53 bits, salted per sync). 0 or missing: never agreed. Two bases per link, so an app that trims or rounds never loops.
 */
export type Base = number[];

/** Sets a slot of a base in place, keeping it dense (0 where nothing was agreed). */
export function putBase(base: Base, slot: number, hash: number): void {
  while (base.length < slot) base.push(0);
  base[slot] = hash;
}

/**
 * What a sync knows about a pair of records, or about a record that has no partner (then one id is null).
 * Every record that a sync has decided about has exactly one link row, so the counts of a sync are counts of its links.
 */
export interface Link {
  id: string;
  ids: Two<string | null>;
  /** X1: counts re-creations; at most one live record is created per (link, generation, side). */
  generation: number;
  stage: Stage;
  status: Status;
  problem: Problem | null;
  base: Two<Base>;
  /** Per association slot, the far ids on that side when both last agreed. */
  edges: Two<Record<number, string[]>>;
  /** Writes whose outcome or stored image is not known yet, by the side written. */
  pending: Two<Pending | null>;
  flips: Flips;
  /**
   * Set while a person says so. unlinked: these two are never paired again by a rule. left: the record is left alone.
   * new: no rule looks for a partner; one is to be made. changed: what would be written is not what the started plan showed;
   * it waits for a second look.
   */
  held: 'unlinked' | 'left' | 'new' | 'changed' | null;
}

/** open: no base yet. creating: a create's outcome is unknown. active: both records known. gone: one record is gone. */
export type Stage = 'open' | 'creating' | 'active' | 'gone';

/** How the record stands now; what the counts of a sync count. */
export type Status = 'in-sync' | 'failing' | 'excluded' | 'waiting';

/** A write whose result is not known (`sent`), or that was accepted without showing what the app stored (`accepted`). */
export interface Pending {
  op: 'create' | 'update';
  state: 'sent' | 'accepted';
  /** The asking number drawn before it was sent: only an observation asked later can settle it. */
  asked: number;
  /** The client-chosen id or idempotency key of a create, and when it was first sent (milliseconds). */
  token?: string;
  /** The version that a new record had as it was made, where the app told. */
  version?: string;
  sentAt: number;
  /** Per mapping slot. */
  slots: Record<number, PendingSlot>;
  /** Per association slot. */
  edges: Record<number, EdgeSlot>;
  /** Of a `sent` update: which rule decided, per field, for the history. */
  rule?: Record<string, string>;
}

/** What was written of a mapping, what stood there before, and the hash of the source side's values. */
export interface PendingSlot {
  written: Value[];
  before: Value[];
  source: number;
  /** Of a field that an app did not show when the next write was made: an earlier write left it open, which was this. */
  left?: Pick<Pending, 'op' | 'state'>;
}

/** What an earlier write left open, since the app does not show it just now: it stays open beside the next one. */
export function leftOpen(older: Pending | null): Pending['slots'] {
  if (!older) return {};
  const { op, state, slots } = older;
  return Object.fromEntries(Object.entries(slots).map(([slot, write]) => [slot, { left: { op, state }, ...write }]));
}

/** What stays open of a write when the values of these slots are carried from its side to the other. */
export function openBeside(pending: Pending | null, carried: Pending['slots']): Pending | null {
  if (!pending) return null;
  const left = Object.entries(pending.slots).filter(([slot]) => !carried[Number(slot)]);
  if (left.length + Object.keys(pending.edges).length === 0) return null;
  return { ...pending, slots: Object.fromEntries(left) };
}

/**
 * A write of one association: far ids added and removed, the written side's set that is agreed once it has landed, and the
 * source side's set. `further`: the written side has changes of its own, which are told the source side next.
 */
export interface EdgeSlot {
  add: string[];
  remove: string[];
  after: string[];
  source: string[];
  further?: 'yes';
}

/** X4: per slot, how often the engine turned round and wrote a value again, how often it turned at all, the hashes it wrote, and when last (milliseconds). */
export type Flips = Record<number, { repeats: number; turns: number; last: Side; hashes: number[]; at: number }>;

/** A link and both its records as last seen, with the sequence numbers of the work that brought it here. */
export interface Pair {
  link: Link | null;
  a: Seen | null;
  b: Seen | null;
  /** W4: work is acknowledged only if its number did not change meanwhile. */
  work: Two<Work | null>;
}

/** A row of work: a record to plan again. */
export interface Work {
  record: string;
  seq: number;
  attempts: number;
}

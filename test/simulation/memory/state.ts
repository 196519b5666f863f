import type { Wait } from '../../../src/model/decision.ts';
import type { Link } from '../../../src/model/link.ts';
import type { Seen } from '../../../src/model/seen.ts';
import type { Side, Two } from '../../../src/model/value.ts';
import type { Batch, Feed, HistoryRow, Lease, Sync, Tally } from '../../../src/store/store.ts';
import { Fenced } from '../../../src/store/store.ts';

/** All that the memory store holds: what a database has on its disk. */
export interface State {
  now: number;
  leases: Map<string, LeaseRow>;
  feeds: Map<string, FeedRow>;
  syncs: Map<string, SyncRow>;
  asked: number;
  /** The last link id, work seq and history id given. */
  last: { link: number; seq: number; history: number };
  batches: Map<string, BatchRow>;
  /** Claim (feed and text) → the batch that holds it. */
  claims: Map<string, string>;
}

/** A lease's row. */
export interface LeaseRow {
  worker: string | null;
  epoch: number;
  heldUntil: number | null;
  dueAt: number | null;
}

/** A feed with its mirror. */
export interface FeedRow extends Feed {
  mirror: Map<string, MirrorRow>;
  /** Spec and hash → ids of the records that have it. */
  keyed: Map<string, Set<string>>;
  /** Dirty ids: the asking number when first and when last marked. */
  dirty: Map<string, { first: number; last: number }>;
  staged: Set<string>;
}

/** A record as last seen, with its match keys. */
export interface MirrorRow {
  seen: Seen;
  keys: Record<string, string>;
}

/** A sync with all that is its own. */
export interface SyncRow {
  sync: Sync;
  links: Map<string, Link>;
  /** Record id → link id, per side. */
  linkOf: Two<Map<string, string>>;
  /** Side and record → work. */
  work: Map<string, WorkRow>;
  waits: Map<string, Wait[]>;
  history: HistoryRow[];
  tallies: Map<string, Tally>;
}

/** A batch in flight. */
export interface BatchRow {
  sync: string;
  batch: Batch;
}

/** A row of work. */
export interface WorkRow {
  side: Side;
  record: string;
  seq: number;
  reason: string;
  dueAt: number;
  attempts: number;
}

/** An empty disk, at a time. */
export function emptyState(now: number): State {
  return {
    now,
    leases: new Map(),
    feeds: new Map(),
    syncs: new Map(),
    asked: 0,
    last: { link: 0, seq: 0, history: 0 },
    batches: new Map(),
    claims: new Map(),
  };
}

/** A deep copy of plain data, maps and sets. */
export function copy<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copy) as T;
  if (value instanceof Map) return new Map(Array.from(value, ([key, each]) => [key, copy(each)])) as T;
  if (value instanceof Set) return new Set(value) as T;
  const made: Record<string, unknown> = {};
  for (const key in value) {
    const part = value[key];
    // JSON, as the database stores it, knows no undefined.
    if (part !== undefined) made[key] = copy(part);
  }
  return made as T;
}

/** Throws `Fenced` where a lease was taken by another. */
export function mustHold(state: State, lease: Lease): LeaseRow {
  const row = state.leases.get(leaseKey(lease.kind, lease.id));
  if (!row || row.epoch !== lease.epoch) throw new Fenced(lease);
  // A lease that has used up half its time is lengthened by whoever holds it and does something.
  const half = state.now + lease.ttlSeconds * 500;
  if (row.heldUntil === null || row.heldUntil < half) row.heldUntil = state.now + lease.ttlSeconds * 1000;
  return row;
}

/** The key of a lease's row. */
export function leaseKey(kind: Lease['kind'], id: string): string {
  return `${kind} ${id}`;
}

/** Plain values are equal by content, whatever the order of their keys. */
export function sameContent(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  const keys = Object.keys(one);
  if (keys.length !== Object.keys(other).length || Array.isArray(one) !== Array.isArray(other)) return false;
  return keys.every((key) => key in other && sameContent(one[key as never], other[key as never]));
}

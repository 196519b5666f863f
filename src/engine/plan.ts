import { brakeLimit } from '../model/brakes.ts';
import type { Ack, Decision, Intent, Landed, Op, Wait } from '../model/decision.ts';
import type { Link } from '../model/link.ts';
import type { Rules } from '../model/rules.ts';
import type { Side, Two } from '../model/value.ts';
import { isLive, isOwed } from './detect.ts';

/** How soon work comes back that had to stand aside (seconds). */
const ASIDE_SECONDS = 1;

/** How soon a pair comes back whose record was read, but was not among the answers (seconds). */
const UNSETTLED_SECONDS = 60;

/** What is to be done about a page of decisions. */
export interface Plan {
  /** Records whose target must be read directly first; then those pairs are decided again (W7). */
  reread: Two<string[]>;
  /** The decisions to read again. */
  again: Decision[];
  settle: Settle;
  /** Writes in the order they go out: creates, updates, then removals. */
  batches: PlannedBatch[];
}

/** What is stored before anything is written. */
export interface Settle {
  drop: string[];
  insert: Link[];
  update: Link[];
  unwait: string[];
  waits: Wait[];
  done: Ack[];
  work: { side: Side; record: string; reason: string; delaySeconds: number; attempts: number; seq?: number }[];
  linked: number;
  conflicts: number;
  landed: Landed[];
}

/** Intents of one kind for one side, no more than the app takes in a call. */
export interface PlannedBatch {
  side: Side;
  op: Op;
  /** `decision` is null for creates that are sent once more after their outcome was unknown. */
  items: { intent: Intent; decision: Decision | null }[];
}

/** What the planner may know besides the decisions. */
export interface Known {
  /** Ids that were read directly for this page, per side. */
  fresh: Two<Set<string>>;
  /** The most records a call takes, per side and kind of write. */
  sizes: Two<Record<Op, number>>;
}

/** How many records a run is about to write, for the brakes. */
export interface Due {
  create: number;
  update: number;
  empty: number;
  archive: number;
}

/**
 * Which writes, in what batches, and what must be read again before: an update, archive or delete goes out only if it is
 * conditional on the mirror's version or its target was read for it (W7). Creates with one key go one at a time (W6).
 */
export function plan(rules: Rules, decisions: Decision[], known: Known): Plan {
  const out: Plan = { reread: { a: [], b: [] }, again: [], settle: nothing(), batches: [] };
  const claimed = new Set<string>();
  const writes: Buckets = { create: sides(), update: sides(), archive: sides(), delete: sides() };
  for (const decision of decisions) {
    if (needsReading(rules, decision, known.fresh, out.reread)) {
      out.again.push(decision);
      continue;
    }
    if (standsAside(decision, claimed)) {
      later(out.settle, decision, ASIDE_SECONDS);
      continue;
    }
    if (isUnsettled(decision)) {
      later(out.settle, decision, UNSETTLED_SECONDS);
      continue;
    }
    settle(out.settle, decision);
    for (const side of ['a', 'b'] as const) {
      const write = decision.writes[side];
      if (write) writes[write.op][side].push({ intent: write.intent, decision });
    }
  }
  out.batches = batch(writes, known.sizes);
  return out;
}

/** Adds up what decisions would write, for the brakes: also what may be written once a record was looked at again. */
export function addDue(rules: Rules, due: Due, decisions: Decision[], salt: number): void {
  for (const decision of decisions) {
    if (decision.empties > 0) due.empty++;
    if (isUnsettled(decision)) addUnsettled(rules, due, decision, salt);
    for (const side of ['a', 'b'] as const) {
      const op = decision.writes[side]?.op;
      if (op === 'create') due.create += hasWaited(decision) ? 0 : 1;
      else if (op === 'update') due.update += isAwaited(decision, side) ? 0 : 1;
      else if (op) due.archive++;
    }
  }
}

function addUnsettled(rules: Rules, due: Due, decision: Decision, salt: number): void {
  const { pair, link } = decision;
  const { writes, deletions } = rules;
  const live = { a: isLive(pair.a), b: isLive(pair.b) };
  if (!link || link.ids.a === null || link.ids.b === null) due.create += hasWaited(decision) ? 0 : 1;
  // One that waited has its far record now: what comes of that alone is no accident (`isAwaited`).
  else if (live.a && live.b) due.update += pair.link?.status === 'waiting' && !isOwed(rules, link, pair, salt) ? 0 : 1;
  else if ((live.a && writes.a && deletions.b !== 'ignore') || (live.b && writes.b && deletions.a !== 'ignore'))
    due.archive++;
}

/** A record that could not be made before its far record was there: when that comes a whole object may follow. */
function hasWaited({ pair: { link } }: Decision): boolean {
  return link?.stage === 'open' && link.status === 'waiting';
}

/** An association that waited for its far record: when that comes a whole object may move, and nothing is overwritten. */
function isAwaited({ pair, writes }: Decision, side: Side): boolean {
  const intent = writes[side]?.intent;
  const waits = pair.link?.stage === 'active' && pair.link.status === 'waiting';
  if (!intent || !waits || Object.keys(intent.slots).length > 0) return false;
  return Object.values(intent.edges).every(({ remove }) => remove.length === 0);
}

/** G4: the first brake that this much trips, or null. */
export function tripped(
  rules: Rules,
  due: Due,
  linked: number,
  approved: string[],
): { brake: keyof Due; share: number; limit: number; count: number } | null {
  for (const brake of ['archive', 'empty', 'create', 'update'] as const) {
    const limit = brakeLimit(rules.brakes[brake], linked);
    if (due[brake] > limit && !approved.includes(brake)) {
      return { brake, share: linked === 0 ? 1 : due[brake] / linked, limit, count: due[brake] };
    }
  }
  return null;
}

/** The smallest brake, in records: when more work than this is due, it is counted before the first write. */
export function smallestBrake(rules: Rules, linked: number): number {
  return Math.min(...Object.values(rules.brakes).map((brake) => brakeLimit(brake, linked)));
}

function needsReading(rules: Rules, decision: Decision, fresh: Two<Set<string>>, reread: Two<string[]>): boolean {
  let needed = false;
  for (const side of ['a', 'b'] as const) {
    const write = decision.writes[side];
    const target = write?.intent.target ?? null;
    const unsafe = target !== null && !(rules.conditional[side] && write?.intent.version !== undefined);
    const id = decision.reread[side] === 'yes' ? (decision.link?.ids[side] ?? null) : unsafe ? target : null;
    if (id === null || fresh[side].has(id)) continue;
    reread[side].push(id);
    needed = true;
  }
  return needed;
}

function isUnsettled({ reread }: Decision): boolean {
  return reread.a === 'yes' || reread.b === 'yes';
}

/** Two new records with one key never go out together: the second is planned again when the first is linked. */
function standsAside(decision: Decision, claimed: Set<string>): boolean {
  const create = [decision.writes.a, decision.writes.b].find((write) => write?.op === 'create');
  if (!create) return false;
  if (create.intent.claims.some((claim) => claimed.has(claim))) return true;
  for (const claim of create.intent.claims) claimed.add(claim);
  return false;
}

function settle(out: Settle, decision: Decision): void {
  const creates = decision.writes.a?.op === 'create' || decision.writes.b?.op === 'create';
  const writes = decision.writes.a !== null || decision.writes.b !== null;
  out.drop.push(...decision.drop);
  out.conflicts += decision.conflicts;
  out.landed.push(...decision.landed);
  const { link, change, pair } = decision;
  if (link && !creates) {
    if (change === 'insert') out.insert.push(link);
    if (change === 'update') out.update.push(link);
    if (link.ids.a !== null && link.ids.b !== null && link.stage === 'active' && pair.link?.stage !== 'active')
      out.linked++;
    if (decision.waits.length > 0 || pair.link?.status === 'waiting') out.unwait.push(link.id);
    out.waits.push(...decision.waits);
  }
  if (decision.laterSeconds !== null) return later(out, decision, decision.laterSeconds);
  if (!writes) out.done.push(...acks(decision));
  if (!link) free(out, pair);
}

/** A pair is given up since one of its records is gone: the other is a record alone, and is planned as such. */
function free(out: Settle, { link, a, b }: Decision['pair']): void {
  if (!link || link.ids.a === null || link.ids.b === null) return;
  const live = (['a', 'b'] as const).filter((side) => isLive(side === 'a' ? a : b));
  const [side] = live;
  const record = side && link.ids[side];
  if (record && live.length === 1) out.work.push({ side, record, reason: 'freed', delaySeconds: 0, attempts: 0 });
}

/** The work of a pair, as it was when the pair was loaded (W4). */
function acks(decision: Decision): Ack[] {
  return (['a', 'b'] as const).flatMap((side) => {
    const row = decision.pair.work[side];
    return row ? [{ side, record: row.record, seq: row.seq }] : [];
  });
}

/** All work of the pair comes back later: a row that stayed due would bring the same decision at once, for ever. */
function later(out: Settle, { pair }: Decision, delaySeconds: number): void {
  const rows = (['a', 'b'] as const).flatMap((side) => {
    const row = pair.work[side];
    return row ? [{ side, ...row }] : [];
  });
  for (const { side, record, seq, attempts } of rows) {
    out.work.push({ side, record, reason: 'later', delaySeconds, attempts: attempts + 1, seq });
  }
  const side: Side = pair.a ? 'a' : 'b';
  const record = pair[side]?.id ?? pair.link?.ids[side];
  if (rows.length === 0 && record) out.work.push({ side, record, reason: 'later', delaySeconds, attempts: 1 });
}

/** Writes by what they do and where. */
type Buckets = Record<Op, Two<PlannedBatch['items']>>;

function sides(): Two<PlannedBatch['items']> {
  return { a: [], b: [] };
}

function batch(writes: Buckets, sizes: Known['sizes']): PlannedBatch[] {
  const batches: PlannedBatch[] = [];
  for (const op of ['create', 'update', 'archive', 'delete'] as const) {
    for (const side of ['a', 'b'] as const) {
      const items = writes[op][side];
      const size = Math.max(1, sizes[side][op]);
      for (let at = 0; at < items.length; at += size) batches.push({ side, op, items: items.slice(at, at + size) });
    }
  }
  return batches;
}

function nothing(): Settle {
  return {
    drop: [],
    insert: [],
    update: [],
    unwait: [],
    waits: [],
    done: [],
    work: [],
    linked: 0,
    conflicts: 0,
    landed: [],
  };
}

import type { CreateSafety } from '../connector/contract.ts';
import type { Intent } from '../model/decision.ts';
import { tuple } from '../model/hash.ts';
import type { Seen } from '../model/seen.ts';
import { isEmpty } from '../model/types/empty.ts';
import type { Side } from '../model/value.ts';
import type { Batch } from '../store/store.ts';
import type { Run } from './run.ts';

/** An idempotency key is not trusted in its last hour. */
const KEY_MARGIN_MILLISECONDS = 3_600_000;

/** What the ladder says about one create. */
export type Finding =
  /** `others`: records that look just the same, where nothing but the look tells. */
  | { is: 'landed'; id: string; others?: string[] }
  /** `sure`: the app itself makes no second one. Else only its listings say that it is not there. */
  | { is: 'send again'; sure: 'yes' | 'no' }
  | { is: 'wait' }
  | { is: 'park'; others: string[] }
  /** It is not there, and what it was made from is gone by now. */
  | { is: 'give up' };

/** A create whose outcome is unknown, with its link as stored. */
export interface Unresolved {
  batch: Batch;
  intent: Intent;
  finding: Finding;
  /** Is the record that it is made from still there? */
  source: 'live' | 'gone';
}

/**
 * From the best rung down. Where only the records that appeared since can tell, each create takes the one that looks as it
 * was written; one that is left over could be a create that a person has edited meanwhile, so nothing is sent again then.
 */
export async function climb(run: Run, side: Side, unresolved: Unresolved[], pool: Seen[]): Promise<void> {
  const { feed, type } = run.sides[side];
  const now = await run.engine.store.now();
  const open: Unresolved[] = [];
  const early: Unresolved[] = [];
  // Of two that look alike the one that is still wanted takes what landed (their sources were merged, say), and the younger
  // before the older: what was there before the younger was sent can only be the older one's.
  const order = unresolved.toSorted(
    (one, other) =>
      Number(one.source === 'gone') - Number(other.source === 'gone') || other.batch.asked - one.batch.asked,
  );
  for (const each of order) {
    each.finding = { is: 'wait' };
    const sentAt = each.batch.sentAt ?? now;
    const rung = rungOf(type.writes?.create?.safety ?? [], each.intent, now - (each.intent.tokenAt ?? sentAt));
    const caughtUp = (feed.progress.passedAt ?? 0) > sentAt + type.reads.overlapSeconds * 1000;
    if (rung.by === 'idempotency-key' || rung.by === 'own-id') {
      each.finding = { is: 'send again', sure: 'yes' };
      continue;
    }
    const found = caughtUp || rung.by === 'unique-field' ? takeLike(run, side, each, rung, pool, early) : undefined;
    if (found) each.finding = { is: 'landed', id: found.id, ...(rung.by === 'window' ? { others: [] } : {}) };
    else if (isRefusedTwice(run, side, each, rung, caughtUp, pool))
      each.finding = { is: 'send again', sure: rung.by === 'marker' || each.source === 'gone' ? 'no' : 'yes' };
    else (caughtUp ? open : early).push(each);
  }
  // What is left over may be what another create made that is still looked for.
  if (unresolved.filter(({ finding }) => finding.is === 'wait').length > open.length) return;
  for (const { batch, intent, finding } of order) {
    const isLike = (seen: Seen) => seen.firstSeen > batch.asked && likeness(run, side, intent, seen) === 1;
    if (finding.is === 'landed' && finding.others) finding.others = pool.filter(isLike).map(({ id }) => id);
  }
  for (const each of open) {
    const like = new Set(couldBe(run, side, each, pool));
    const others = pool.filter((seen) => like.has(seen) || isEdited(seen, each)).map((seen) => seen.id);
    each.finding = others.length > 0 ? { is: 'park', others } : { is: 'send again', sure: 'no' };
  }
}

/**
 * May it be sent once more, since it is not there, or the app itself would refuse a second one? What landed is told by that
 * conflict, if it names the record; if not (`taken`), the record itself has to show up first.
 */
function isRefusedTwice(
  run: Run,
  side: Side,
  each: Unresolved,
  rung: CreateSafety,
  caughtUp: boolean,
  pool: Seen[],
): boolean {
  if (rung.by !== 'marker' && rung.by !== 'unique-field') return false;
  if (rung.by === 'marker') return caughtUp && !pool.some((seen) => isBlank(seen, each));
  const mayAsk = each.source === 'live' && each.intent.taken === undefined;
  return couldBe(run, side, each, pool).length === 0 && (caughtUp || mayAsk);
}

/**
 * Arrivals that share something with what was written: one of them could be it, edited by a person since; or gone before
 * anybody saw what it was (P6).
 */
function couldBe(run: Run, side: Side, each: Unresolved, pool: Seen[]): Seen[] {
  const { batch, intent } = each;
  // A mapping that wrote it may be another by now: what stands there in the very form it was sent in is alike too.
  const alike = (seen: Seen) =>
    seen.firstSeen > batch.asked && (likeness(run, side, intent, seen) > 0 || showsAsSent(intent, seen));
  return pool.filter((seen) => alike(seen) || isBlank(seen, each));
}

function showsAsSent({ values }: Intent, seen: Seen): boolean {
  return Object.entries(values).some(
    ([name, value]) => !isEmpty(value) && JSON.stringify(seen.values[name]) === JSON.stringify(value),
  );
}

/** Was this arrival another when it was first seen? The one that it was may have been taken for what another create made. */
function isEdited(seen: Seen, { batch }: Unresolved): boolean {
  return seen.firstSeen > batch.asked && seen.changed > seen.firstSeen;
}

/** Is this an arrival that was gone before it was ever seen? */
function isBlank(seen: Seen, { batch }: Unresolved): boolean {
  return seen.gone !== undefined && seen.firstSeen > batch.asked && Object.keys(seen.values).length === 0;
}

/** The best rung that holds for this create: a key that is still remembered, a unique field that has a value. */
function rungOf(safety: CreateSafety[], intent: Intent, age: number): CreateSafety {
  const holds = (rung: CreateSafety) => {
    if (rung.by === 'idempotency-key') return age < rung.hours * 3_600_000 - KEY_MARGIN_MILLISECONDS;
    if (rung.by === 'unique-field') return (intent.values[rung.field] ?? '') !== '';
    return true;
  };
  return safety.find(holds) ?? { by: 'window' };
}

/**
 * Takes the record out of the pool that carries the create's marker or its unique value, or looks as it was written; but none that
 * looks as one of the `early` creates wrote it, whose time to take has not come.
 */
function takeLike(
  run: Run,
  side: Side,
  { batch, intent }: Unresolved,
  rung: CreateSafety,
  pool: Seen[],
  early: Unresolved[],
): Seen | undefined {
  const unique = rung.by === 'unique-field' ? rung.field : undefined;
  const isTheirs = (seen: Seen) =>
    early.some((other) => seen.firstSeen > other.batch.asked && likeness(run, side, other.intent, seen) === 1);
  const isIt = (seen: Seen) =>
    rung.by === 'marker'
      ? seen.values[rung.field] === intent.token
      : likeness(run, side, intent, seen, unique) === 1 && !isTheirs(seen);
  const index = pool.findIndex((seen) => seen.firstSeen > batch.asked && isIt(seen));
  return index < 0 ? undefined : pool.splice(index, 1)[0];
}

/** The share of the written fields (or of this one) that a record shows as they were written, or as an app may have stored them. */
function likeness(run: Run, side: Side, intent: Intent, seen: Seen, field?: string): number {
  let written = 0;
  let alike = 0;
  for (const mapping of run.rules.mappings) {
    const slot = intent.slots[mapping.slot];
    if (!slot || mapping.isEmpty(side, slot.written)) continue;
    if (field !== undefined && !mapping.fields[side].includes(field)) continue;
    const now = tuple(seen.values, mapping.fields[side]);
    if (!now) continue;
    written++;
    if (mapping.isEcho(side, slot.written, now)) alike++;
  }
  return written === 0 ? 0 : alike / written;
}

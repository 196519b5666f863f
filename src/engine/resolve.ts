import type { CreateSafety } from '../connector/contract.ts';
import type { Intent } from '../model/decision.ts';
import { tuple } from '../model/hash.ts';
import type { Link, Pending } from '../model/link.ts';
import type { Problem } from '../model/problem.ts';
import type { Seen } from '../model/seen.ts';
import { across, type Side } from '../model/value.ts';
import type { Batch, Changes } from '../store/store.ts';
import { confirm } from './confirm.ts';
import { failing, newLink } from './decision.ts';
import type { Run } from './run.ts';
import { type Sent, write } from './write.ts';

/** The most arrivals looked at for one batch of unresolved creates. */
const MOST_ARRIVALS = 1_000;
/** An idempotency key is not trusted in its last hour. */
const KEY_MARGIN_MILLISECONDS = 3_600_000;

/** What the ladder says about one create. */
type Finding = { is: 'landed'; id: string } | { is: 'send again' } | { is: 'wait' } | { is: 'park'; others: string[] };

/** A create whose outcome is unknown, with its link as stored. */
interface Unresolved {
  batch: Batch;
  intent: Intent;
  finding: Finding;
}

/**
 * W2: batches that were opened and not closed, by a crash or because the app never answered: of updates and removals the
 * record itself tells (they are read and planned again); creates climb the ladder of what their app offers.
 */
export async function recover(run: Run): Promise<void> {
  const batches = await run.engine.store.openBatches(run.sync.id);
  for (const batch of batches) if (batch.op !== 'create') await recoverWrites(run, batch);
  for (const side of ['a', 'b'] as const) {
    const creates = batches.filter((batch) => batch.op === 'create' && batch.side === side);
    if (creates.length > 0) await recoverCreates(run, side, creates);
  }
}

async function recoverWrites(run: Run, batch: Batch): Promise<void> {
  const { store } = run.engine;
  const { side, op } = batch;
  // What was read before now may show what stood there before the write.
  const asked = await store.ask();
  const links = await linksOf(run, batch);
  const update: Link[] = [];
  for (const intent of batch.items) {
    const link = links.get(intent.link.id);
    if (op !== 'update' || !link || link.pending[side]) continue;
    const pending: Pending = {
      op,
      state: 'sent',
      asked,
      sentAt: batch.sentAt ?? 0,
      slots: intent.slots,
      edges: intent.edgeSlots,
    };
    update.push({ ...link, pending: { ...link.pending, [side]: pending } });
  }
  const targets = batch.items.flatMap(({ target }) => (target === null ? [] : [target]));
  await store.mark(run.sync.feeds[side], targets);
  // R3: a list that lags may show a version between the one that is known and the write.
  const records = targets.map((id) => ({ id, values: {}, keys: {} }));
  const touched = { asked: batch.asked, how: 'image' as const, ordered: false, records, gone: [], fields: [] };
  const images = { a: null, b: null, [side]: op === 'update' ? touched : null };
  await store.commit(run.hold.lease, { close: batch.id, update, images, work: workAgain(batch, batch.items, 0) });
}

/** The links of a batch as they are stored, by id. */
async function linksOf(run: Run, { items }: Batch): Promise<Map<string, Link>> {
  const links = await run.engine.store.links(
    run.sync.id,
    items.map(({ link }) => link.id),
  );
  return new Map(links.map((link) => [link.id, link]));
}

/**
 * What landed is taken over, what may have landed is parked; then the rest of a batch waits together, or is sent again
 * together, so that every intent stands in an open batch until its outcome is stored. All batches are judged at once: what
 * looks left over to one may be what another made.
 */
async function recoverCreates(run: Run, side: Side, batches: Batch[]): Promise<void> {
  const unresolved: Unresolved[] = [];
  for (const batch of batches) {
    const found = await keepRows(run, batch);
    for (const intent of batch.items) {
      const link = found.get(intent.link.id) ?? intent.link;
      unresolved.push({ batch, intent: { ...intent, link }, finding: { is: 'wait' } });
    }
  }
  const asked = Math.min(...batches.map((batch) => batch.asked));
  const pool = await run.engine.store.arrivals(run.sync.id, side, asked, MOST_ARRIVALS);
  await climb(run, side, unresolved, pool);
  for (const batch of batches) {
    const own = unresolved.filter((each) => each.batch === batch);
    const settled = own.some(({ finding }) => finding.is === 'landed' || finding.is === 'park');
    const items = own.map(settle);
    if (settled) await confirm(run, { batch, items, failure: null, opened: 'yes' }, null);
    else if (own.every(({ finding }) => finding.is === 'send again'))
      await sendAgain(
        run,
        batch,
        own.map(({ intent }) => intent),
      );
  }
  await setAside(run, side, unresolved, pool);
}

function settle({ intent, finding }: Unresolved): Sent['items'][number] {
  if (finding.is === 'landed') return { intent, decision: null, outcome: { is: 'done', id: finding.id } };
  if (finding.is === 'park') return { intent, decision: null, outcome: { is: 'parked', others: finding.others } };
  return { intent, decision: null, outcome: { is: 'unknown' } };
}

/** After a crash the link rows of creates are not there yet: they are made, so that everyone sees what is unresolved. */
async function keepRows(run: Run, batch: Batch): Promise<Map<string, Link>> {
  const { store } = run.engine;
  const stored = await linksOf(run, batch);
  const insert: Link[] = [];
  const update: Link[] = [];
  const crashed = batch.items.some(({ link }) => stored.get(link.id)?.stage !== 'creating');
  if (crashed) {
    // Whoever sent it is gone, but how long it waited before is not known: the app's lag counts from now.
    batch.sentAt = await store.now();
    await store.stamp(run.hold.lease, batch.id, batch.sentAt);
  }
  for (const intent of batch.items) {
    const old = stored.get(intent.link.id);
    if (old?.stage === 'creating') continue;
    const pending: Pending = {
      op: 'create',
      state: 'sent',
      asked: batch.asked,
      sentAt: batch.sentAt ?? 0,
      slots: intent.slots,
      edges: intent.edgeSlots,
    };
    if (intent.token !== undefined) pending.token = intent.token;
    const link: Link = {
      ...(old ?? intent.link),
      stage: 'creating',
      status: 'waiting',
      pending: { a: null, b: null, [batch.side]: pending },
    };
    (old ? update : insert).push(link);
    stored.set(link.id, link);
  }
  if (insert.length + update.length > 0) await store.commit(run.hold.lease, { insert, update });
  return stored;
}

/**
 * From the best rung down. Where only the records that appeared since can tell, each create takes the one that looks as it
 * was written; one that is left over could be a create that a person has edited meanwhile, so nothing is sent again then.
 */
async function climb(run: Run, side: Side, unresolved: Unresolved[], pool: Seen[]): Promise<void> {
  const { feed, type } = run.sides[side];
  const now = await run.engine.store.now();
  const open: Unresolved[] = [];
  for (const each of unresolved) {
    const sentAt = each.batch.sentAt ?? now;
    const rung = rungOf(type.writes?.create?.safety ?? [], each.intent, now - (each.intent.tokenAt ?? sentAt));
    const caughtUp = (feed.progress.passedAt ?? 0) > sentAt + type.reads.overlapSeconds * 1000;
    if (rung.by === 'idempotency-key' || rung.by === 'own-id') {
      each.finding = { is: 'send again' };
      continue;
    }
    const found = caughtUp || rung.by === 'unique-field' ? takeLike(run, side, each, rung, pool) : undefined;
    if (found) each.finding = { is: 'landed', id: found.id };
    else if (caughtUp && rung.by === 'marker') each.finding = { is: 'send again' };
    // The app itself refuses a second one, and names the first: what landed is told by the conflict.
    else if (rung.by === 'unique-field' && couldBe(run, side, each, pool).length === 0)
      each.finding = { is: 'send again' };
    else if (caughtUp) open.push(each);
  }
  // What is left over may be what another create made that is still looked for.
  if (unresolved.filter(({ finding }) => finding.is === 'wait').length > open.length) return;
  for (const each of open) {
    const others = couldBe(run, side, each, pool).map((seen) => seen.id);
    each.finding = others.length > 0 ? { is: 'park', others } : { is: 'send again' };
  }
}

/** Arrivals that share something with what was written: one of them could be it, edited by a person since. */
function couldBe(run: Run, side: Side, { batch, intent }: Unresolved, pool: Seen[]): Seen[] {
  return pool.filter((seen) => !seen.gone && seen.firstSeen > batch.asked && likeness(run, side, intent, seen) > 0);
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

/** Takes the record out of the pool that carries the create's marker, or looks as it was written. */
function takeLike(
  run: Run,
  side: Side,
  { batch, intent }: Unresolved,
  rung: CreateSafety,
  pool: Seen[],
): Seen | undefined {
  const isIt = (seen: Seen) =>
    rung.by === 'marker' ? seen.values[rung.field] === intent.token : likeness(run, side, intent, seen) === 1;
  const index = pool.findIndex((seen) => seen.firstSeen > batch.asked && isIt(seen));
  return index < 0 ? undefined : pool.splice(index, 1)[0];
}

/** The share of the written fields that a record shows as they were written, or as an app may have stored them. */
function likeness(run: Run, side: Side, intent: Intent, seen: Seen): number {
  let written = 0;
  let alike = 0;
  for (const mapping of run.rules.mappings) {
    const slot = intent.slots[mapping.slot];
    if (!slot || mapping.isEmpty(side, slot.written)) continue;
    const now = tuple(seen.values, mapping.fields[side]);
    if (!now) continue;
    written++;
    if (mapping.isEcho(side, slot.written, now)) alike++;
  }
  return written === 0 ? 0 : alike / written;
}

/** An answer now tells what is there, not what it showed when it was made: the records are read again. */
async function sendAgain(run: Run, batch: Batch, intents: Intent[]): Promise<void> {
  const items = intents.map((intent) => ({ intent, decision: null }));
  const sent = await write(run, { side: batch.side, op: 'create', items }, batch);
  const existing: string[] = [];
  const made: string[] = [];
  for (const item of sent.items) {
    const { outcome } = item;
    if (outcome.is === 'refused' && outcome.refusal.existingId) existing.push(outcome.refusal.existingId);
    if (outcome.is !== 'done') continue;
    item.outcome = { is: 'done', id: outcome.id };
    made.push(outcome.id);
  }
  if (made.length + existing.length > 0)
    await run.engine.store.mark(run.sync.feeds[batch.side], [...made, ...existing]);
  const adoptable = await unknownBefore(run, batch, existing);
  // What this very call has made for another of them is not what landed the first time.
  for (const id of made) adoptable.delete(id);
  await confirm(run, sent, adoptable);
  if (sent.failure) throw sent.failure;
}

/** Those of these records that appeared after the create was first sent, and have no partner: one that is older is somebody else's. */
async function unknownBefore(run: Run, batch: Batch, ids: string[]): Promise<Set<string>> {
  const free = new Set(ids);
  const { side } = batch;
  const pairs = ids.length === 0 ? [] : await run.engine.store.load(run.sync.id, { a: [], b: [], [side]: ids });
  for (const pair of pairs) {
    const seen = pair[side];
    const older = seen !== null && seen.firstSeen <= batch.asked;
    const id = seen?.id ?? pair.link?.ids[side];
    if (id && (pair.link || older)) free.delete(id);
  }
  return free;
}

/** X3: what was left over beside a parked create could be it, so it is not taken for a person's new record. */
async function setAside(run: Run, side: Side, unresolved: Unresolved[], pool: Seen[]): Promise<void> {
  const sources = new Map<string, string[]>();
  for (const { intent, finding } of unresolved) {
    if (finding.is !== 'park' || intent.source === null) continue;
    for (const id of finding.others) sources.set(id, [...(sources.get(id) ?? []), intent.source]);
  }
  const left = pool.filter((seen) => sources.has(seen.id));
  if (left.length === 0) return;
  const ids = await run.engine.store.linkIds(left.length);
  const insert = left.map((seen, index): Link => {
    const link = newLink(ids[index] as string, { a: null, b: null, [side]: seen.id });
    return { ...failing(link, mayBeOurs(side, sources.get(seen.id) ?? [])), held: 'left' };
  });
  await run.engine.store.commit(run.hold.lease, { insert });
}

function workAgain(batch: Batch, intents: Intent[], delaySeconds: number): NonNullable<Changes['work']> {
  return intents.flatMap((intent) => {
    const record = intent.source ?? intent.target;
    const side = intent.source === null ? batch.side : across(batch.side);
    return record === null ? [] : [{ side, record, reason: 'again', delaySeconds, attempts: intent.attempts + 1 }];
  });
}

function mayBeOurs(side: Side, others: string[]): Problem {
  const message =
    'it is not known whether Syncline made this record: an answer was lost, and it appeared meanwhile; choose the record across that it belongs to, or take it as new';
  return { category: 'ambiguous-match', side, message, others };
}

import type { CreateSafety } from '../connector/contract.ts';
import type { Intent } from '../model/decision.ts';
import { tuple } from '../model/hash.ts';
import type { Link, Pending } from '../model/link.ts';
import type { Seen } from '../model/seen.ts';
import { across, type Side } from '../model/value.ts';
import type { Batch, Changes } from '../store/store.ts';
import { confirm } from './confirm.ts';
import type { Run } from './run.ts';
import { type Sent, write } from './write.ts';

/** The most arrivals looked at for one batch of unresolved creates. */
const MOST_ARRIVALS = 1_000;
/** An idempotency key is not trusted in its last hour. */
const KEY_MARGIN_MILLISECONDS = 3_600_000;

/** What the ladder says about one create. */
type Finding = { is: 'landed'; id: string } | { is: 'send again' } | { is: 'wait' } | { is: 'park' };

/**
 * W2: batches that were opened and not closed, by a crash or because the app never answered: of updates and removals the
 * record itself tells (they are read and planned again); creates climb the ladder of what their app offers.
 */
export async function recover(run: Run): Promise<void> {
  for (const batch of await run.engine.store.openBatches(run.sync.id)) {
    if (batch.op === 'create') await recoverCreates(run, batch);
    else await recoverWrites(run, batch);
  }
}

async function recoverWrites(run: Run, batch: Batch): Promise<void> {
  const { store } = run.engine;
  const { side, op, asked } = batch;
  const links = new Map(
    (
      await store.links(
        run.sync.id,
        batch.items.map(({ link }) => link.id),
      )
    ).map((link) => [link.id, link]),
  );
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
  await store.commit(run.hold.lease, { close: batch.id, update, work: workAgain(batch, batch.items, 0) });
}

async function recoverCreates(run: Run, batch: Batch): Promise<void> {
  const found = await keepRows(run, batch);
  const pool = await run.engine.store.arrivals(run.sync.id, batch.side, batch.asked, MOST_ARRIVALS);
  const sent: Sent = { batch, items: [], failure: null };
  const again: Intent[] = [];
  const wait: Intent[] = [];
  for (const intent of batch.items) {
    const finding = await climb(run, batch, intent, pool);
    const item = { intent: { ...intent, link: found.get(intent.link.id) ?? intent.link }, decision: null };
    if (finding.is === 'landed') sent.items.push({ ...item, outcome: { is: 'done', id: finding.id } });
    else if (finding.is === 'park') sent.items.push({ ...item, outcome: { is: 'refused', refusal: parked() } });
    else if (finding.is === 'send again') again.push(item.intent);
    else wait.push(item.intent);
  }
  for (const intent of wait) sent.items.push({ intent, decision: null, outcome: { is: 'unknown' } });
  // What waits keeps its place in time: the number and the moment it was first sent.
  if (sent.items.length > 0 || again.length === 0) await confirm(run, sent, null);
  if (again.length > 0) await sendAgain(run, batch, again, sent.items.length > 0 ? undefined : batch.id);
}

/** After a crash the link rows of creates are not there yet: they are made, so that everyone sees what is unresolved. */
async function keepRows(run: Run, batch: Batch): Promise<Map<string, Link>> {
  const { store } = run.engine;
  const stored = new Map(
    (
      await store.links(
        run.sync.id,
        batch.items.map(({ link }) => link.id),
      )
    ).map((link) => [link.id, link]),
  );
  const insert: Link[] = [];
  const update: Link[] = [];
  const crashed = batch.items.some(({ link }) => stored.get(link.id)?.stage !== 'creating');
  // Whoever sent it is gone, but how long it waited before is not known: the app's lag counts from now.
  if (crashed) batch.sentAt = await store.now();
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

/** From the best rung down. A rung that does not apply to this record (no value for its field) is stepped over. */
async function climb(run: Run, batch: Batch, intent: Intent, pool: Seen[]): Promise<Finding> {
  const safety = run.sides[batch.side].type.writes?.create?.safety ?? [{ by: 'window' }];
  const now = await run.engine.store.now();
  const sentAt = batch.sentAt ?? now;
  for (const rung of safety) {
    if (rung.by === 'idempotency-key' && now - sentAt < rung.hours * 3_600_000 - KEY_MARGIN_MILLISECONDS)
      return { is: 'send again' };
    if (rung.by === 'own-id') return { is: 'send again' };
    if (rung.by === 'unique-field' && typeof intent.values[rung.field] === 'string' && intent.values[rung.field] !== '')
      return { is: 'send again' };
    if (rung.by === 'marker' || rung.by === 'window') return look(run, batch, intent, pool, rung, sentAt);
  }
  return look(run, batch, intent, pool, { by: 'window' }, sentAt);
}

/** Looks for the record among those that appeared since, once the app's index has surely caught up. */
function look(run: Run, batch: Batch, intent: Intent, pool: Seen[], rung: CreateSafety, sentAt: number): Finding {
  const { feed, type } = run.sides[batch.side];
  const caughtUp = (feed.progress.passedAt ?? 0) > sentAt + type.reads.overlapSeconds * 1000;
  if (!caughtUp) return { is: 'wait' };
  const marker = rung.by === 'marker' ? rung.field : null;
  const index = pool.findIndex((seen) =>
    marker ? seen.values[marker] === intent.token : likeness(run, batch.side, intent, seen) === 1,
  );
  const [found] = index < 0 ? [] : pool.splice(index, 1);
  if (found) return { is: 'landed', id: found.id };
  if (marker) return { is: 'send again' };
  // Someone may have edited our record meanwhile: what is half alike is for a person to judge.
  return pool.some((seen) => likeness(run, batch.side, intent, seen) >= 0.5) ? { is: 'park' } : { is: 'send again' };
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

async function sendAgain(run: Run, batch: Batch, intents: Intent[], replaces: string | undefined): Promise<void> {
  const items = intents.map((intent) => ({ intent, decision: null }));
  const sent = await write(run, { side: batch.side, op: 'create', items }, replaces);
  const existing = sent.items.flatMap(({ outcome }) =>
    outcome.is === 'refused' && outcome.refusal.existingId ? [outcome.refusal.existingId] : [],
  );
  await confirm(run, sent, await unlinked(run, batch.side, existing));
  if (sent.failure) throw sent.failure;
}

/** Those of these records that have no partner yet. */
async function unlinked(run: Run, side: Side, ids: string[]): Promise<Set<string>> {
  const free = new Set(ids);
  const pairs = ids.length === 0 ? [] : await run.engine.store.load(run.sync.id, { a: [], b: [], [side]: ids });
  for (const { link } of pairs) {
    const id = link?.ids[side];
    if (link && id && link.ids[across(side)] !== null) free.delete(id);
  }
  return free;
}

function workAgain(batch: Batch, intents: Intent[], delaySeconds: number): NonNullable<Changes['work']> {
  return intents.flatMap((intent) => {
    const record = intent.source ?? intent.target;
    const side = intent.source === null ? batch.side : across(batch.side);
    return record === null ? [] : [{ side, record, reason: 'again', delaySeconds, attempts: intent.attempts + 1 }];
  });
}

function parked() {
  const message =
    'it is not known whether the record was made: the app did not answer, and a record much like it appeared meanwhile; look for it in the app, then choose the two that belong together or retry';
  return { kind: 'unavailable' as const, category: 'unknown' as const, message };
}

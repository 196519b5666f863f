import type { Refusal } from '../connector/contract.ts';
import type { Ack, Decision, Intent } from '../model/decision.ts';
import { tuple } from '../model/hash.ts';
import { type EdgeSlot, type Link, openBeside, type Pending, putBase } from '../model/link.ts';
import { across, type Value, type Values } from '../model/value.ts';
import type { Batch, Changes, HistoryInsert, Observed } from '../store/store.ts';
import { hashSide } from './detect.ts';
import type { Run } from './run.ts';
import { takeTally } from './tally.ts';
import type { Outcome, Sent } from './write.ts';
import { parked, refused } from './write-problem.ts';

/** A failing record is tried again after this long, doubling each time, up to a day (seconds). */
const FIRST_RETRY_SECONDS = 300;
const LAST_RETRY_SECONDS = 86_400;
/** What moved under us (stale, duplicate, gone) is planned again at once so many times before it backs off. */
const MOST_QUICK_ATTEMPTS = 4;

/**
 * One transaction per batch: outcomes, links, bases, problems, history, acknowledged work (W4). `adoptable`: for creates
 * that were sent once more, the records without a partner that a `duplicate` may name: they are what landed the first time.
 */
export async function confirm(run: Run, sent: Sent, adoptable: Set<string> | null): Promise<void> {
  const { batch } = sent;
  const out = new Confirmation(run, sent, adoptable);
  for (const { intent, decision, outcome } of sent.items) out.add(intent, decision, outcome);
  await run.engine.store.commit(run.hold.lease, out.changes());
  if (out.dirty.length > 0) await run.engine.store.mark(run.sync.feeds[batch.side], out.dirty);
}

/** When a failing record is tried again. */
export function retrySeconds(attempts: number): number {
  return Math.min(LAST_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2 ** Math.min(attempts, 20));
}

/** Gathers what one batch's outcomes change. */
class Confirmation {
  readonly dirty: string[] = [];
  private readonly insert: Link[] = [];
  private readonly update: Link[] = [];
  private readonly drop: string[] = [];
  private readonly history: HistoryInsert[] = [];
  private readonly done: Ack[] = [];
  private readonly work: NonNullable<Changes['work']> = [];
  private readonly unwait: string[] = [];
  private readonly waits: NonNullable<Changes['waits']> = [];
  private readonly unresolved: Intent[] = [];
  private readonly image: Observed;
  private readonly run: Run;
  private readonly batch: Batch;
  private readonly opened: Sent['opened'];
  private readonly adoptable: Set<string> | null;

  constructor(run: Run, { batch, opened }: Sent, adoptable: Set<string> | null) {
    this.run = run;
    this.batch = batch;
    this.opened = opened;
    this.adoptable = adoptable;
    const { type } = run.sides[batch.side];
    this.image = {
      asked: batch.asked,
      how: 'image',
      ordered: type.reads.orderedVersions,
      records: [],
      gone: [],
      fields: [],
    };
  }

  add(intent: Intent, decision: Decision | null, outcome: Outcome): void {
    if (outcome.is === 'done') return this.addDone(intent, decision, outcome);
    if (outcome.is === 'unknown') return this.addUnknown(intent, decision);
    if (outcome.is === 'parked') return this.addParked(intent, outcome.others);
    // A create that is sent once more and now surely did not arrive may still have landed the first time.
    if (outcome.is === 'again' && this.adoptable) return this.addUnknown(intent, decision);
    if (outcome.is === 'again') return this.again(intent, outcome.delaySeconds);
    return this.addRefused(intent, decision, outcome.refusal);
  }

  changes(): Changes {
    const { batch, unresolved, run } = this;
    const residual = { ...batch, id: run.engine.random.uuid(), items: unresolved };
    return {
      ...(this.opened === 'yes' ? { close: batch.id } : {}),
      drop: this.drop,
      insert: this.insert,
      update: this.update,
      images: { a: null, b: null, [batch.side]: this.image },
      history: this.history,
      unwait: this.unwait,
      waits: this.waits,
      work: this.work,
      done: this.done,
      tally: takeTally(run),
      ...(unresolved.length > 0 ? { open: residual } : {}),
    };
  }

  private addDone(intent: Intent, decision: Decision | null, outcome: Outcome & { is: 'done' }): void {
    const { op, side } = this.batch;
    if (op === 'archive' || op === 'delete') return this.addRemoved(intent, outcome.id);
    const stored = decision?.link ?? intent.link;
    const known = decision?.pair[side]?.values ?? {};
    const link = this.agreed({ ...stored, ids: { ...stored.ids, [side]: outcome.id } }, intent, outcome, known);
    this.keepLink(link, decision);
    const values = outcome.image ? this.shown(intent, outcome.image) : {};
    // A new record has its mirror row from now on, whatever was answered: should it go before it is seen, that is noticed.
    if (outcome.image || op === 'create') this.addImage(outcome, values, intent, known);
    this.note(intent, outcome.id, link.id);
    this.run.tally[side][op === 'create' ? 'created' : 'updated']++;
    // A create that was resolved is planned once more, now as a pair: its status, waits and image are still to be found.
    if ((op === 'create' && !decision) || this.leftOver(intent, outcome.image ?? {})) this.again(intent, 0);
    else this.acknowledge(intent);
  }

  /** What was written moves another mapping too: what the app gives a new record by itself, or what a transform reads. */
  private leftOver(intent: Intent, image: Values): boolean {
    const { side, op } = this.batch;
    const isMoved = (name: string) =>
      op === 'create' ? (image[name] ?? null) !== null : intent.values[name] !== undefined;
    return this.run.rules.mappings.some(({ slot, writes, fields, reads }) => {
      if (intent.slots[slot] || !writes[across(side)]) return false;
      return [...fields[side], ...(reads?.[side] ?? [])].some(isMoved);
    });
  }

  /** D1: the base is what the app then showed; without an image the write stays pending until it is seen. */
  private agreed(link: Link, intent: Intent, outcome: Outcome & { is: 'done' }, known: Values): Link {
    const { side, op, asked, sentAt } = this.batch;
    const other = across(side);
    const { salt } = this.run.moment;
    const base = { a: link.base.a.slice(), b: link.base.b.slice() };
    // What an earlier write left open, since the app does not show it just now, stays open.
    const older = link.pending[side];
    const slots: Pending['slots'] = older?.state === 'accepted' ? { ...older.slots } : {};
    for (const mapping of this.run.rules.mappings) {
      const slot = intent.slots[mapping.slot];
      if (!slot) continue;
      const shown = outcome.image ? tuple(outcome.image, mapping.fields[side]) : null;
      if (!shown) {
        slots[mapping.slot] = slot;
        continue;
      }
      delete slots[mapping.slot];
      putBase(base[side], mapping.slot, hashSide(mapping, side, shown, { ...known, ...outcome.image }, salt));
      putBase(base[other], mapping.slot, slot.source);
    }
    const edges = { a: { ...link.edges.a }, b: { ...link.edges.b } };
    for (const { slot, ends } of this.run.rules.associations) {
      const edge = intent.edgeSlots[slot];
      if (!edge) continue;
      const shown = outcome.image?.[ends[side].name];
      // D1: an app may take fewer than it was sent (one lookup for several kinds): what it does not show was not agreed.
      const taken = Array.isArray(shown) ? edge.after.filter((id) => (shown as unknown[]).includes(id)) : edge.after;
      edges[side][slot] = taken;
      edges[other][slot] = edge.source;
    }
    const kind = op === 'create' ? { op, version: outcome.version } : { op: 'update' as const };
    const rest: Pending = { ...kind, state: 'accepted', asked, sentAt: sentAt ?? 0, slots, edges: {} };
    const pending = Object.keys(slots).length > 0 ? rest : null;
    const held = link.held === 'new' ? null : link.held;
    const mate = openBeside(link.pending[other], intent.slots);
    return { ...link, held, stage: 'active', base, edges, pending: { a: mate, b: mate, [side]: pending } };
  }

  /** Of an update only the written fields are believed: others may show a person's edit that nobody planned yet. */
  private shown(intent: Intent, image: Values): Values {
    const { op } = this.batch;
    const values: Values = op === 'create' ? { ...image } : {};
    for (const name of [...Object.keys(intent.values), ...Object.keys(intent.edges)])
      if (image[name] !== undefined) values[name] = image[name];
    return values;
  }

  private addImage(outcome: Outcome & { is: 'done' }, values: Values, intent: Intent, known: Values): void {
    const { id, version } = outcome;
    const { side, op } = this.batch;
    const { needs } = this.run.sides[side];
    for (const association of this.run.rules.associations) {
      const edge = intent.edgeSlots[association.slot];
      const { name } = association.ends[side];
      if (edge && values[name] === undefined) values[name] = withEdges(known[name], edge);
    }
    const whole = op === 'create' || (this.run.rules.conditional[side] && intent.version !== undefined);
    const keys = needs.keys({ ...known, ...values });
    this.image.records.push({ id, values, keys, ...(whole && version !== undefined ? { version } : {}) });
  }

  private addRemoved(intent: Intent, id: string): void {
    const { side, op } = this.batch;
    if (intent.afterwards === 'leave') {
      const ids = { ...intent.link.ids, [side]: null };
      this.update.push({ ...intent.link, ids, stage: 'gone', status: 'excluded', problem: null, held: 'left' });
    } else this.drop.push(intent.link.id);
    this.image.gone.push({ id, how: op === 'archive' ? 'archived' : 'missing' });
    this.note(intent, id, intent.link.id);
    this.run.tally[side][op === 'archive' ? 'archived' : 'deleted']++;
    this.acknowledge(intent);
  }

  private addUnknown(intent: Intent, decision: Decision | null): void {
    const { side, op, asked } = this.batch;
    const sentAt = this.batch.sentAt ?? 0;
    if (op === 'archive' || op === 'delete') {
      this.dirty.push(intent.target as string);
      return this.again(intent, 1);
    }
    const stored = decision?.link ?? intent.link;
    const pending: Pending = { op, state: 'sent', asked, sentAt, slots: intent.slots, edges: intent.edgeSlots };
    if (intent.token !== undefined) pending.token = intent.token;
    const link: Link = { ...stored, pending: { ...stored.pending, [side]: pending } };
    if (op === 'create') {
      this.unresolved.push(intent);
      this.keepLink({ ...link, stage: 'creating', status: 'waiting' }, decision);
    } else this.keepLink(link, decision);
    this.again(intent, 1);
  }

  private addRefused(intent: Intent, decision: Decision | null, refusal: Refusal): void {
    const { side, op } = this.batch;
    const own = op === 'create' && refusal.kind === 'duplicate' && refusal.existingId !== undefined;
    // Two creates with one unique value: the app made the first of them.
    if (own && this.adoptable?.delete(refusal.existingId as string)) {
      return this.addDone(intent, decision, { is: 'done', id: refusal.existingId as string });
    }
    const quick = intent.attempts < MOST_QUICK_ATTEMPTS;
    if (quick && (refusal.kind === 'stale' || refusal.kind === 'missing') && intent.target !== null) {
      this.dirty.push(intent.target);
      return this.again(intent, 0);
    }
    const stored = decision?.link ?? intent.link;
    if (quick && own && intent.attempts === 0) {
      this.dirty.push(refusal.existingId as string);
      if (stored.stage === 'creating') this.keepLink(this.notMade(stored), decision);
      return this.again(intent, 0);
    }
    this.keepLink({ ...this.notMade(stored), status: 'failing', problem: refused(side, refusal) }, decision);
    this.again(intent, retrySeconds(intent.attempts));
  }

  /** W2: nobody but a person may have it made again. */
  private addParked(intent: Intent, others: string[]): void {
    const { side } = this.batch;
    const link = this.notMade(intent.link);
    this.keepLink({ ...link, status: 'failing', problem: parked(side, others), held: 'left' }, null);
    this.done.push(...intent.work);
  }

  /** The link of a create that surely made nothing, or is given up. */
  private notMade(link: Link): Link {
    if (link.stage !== 'creating') return link;
    return { ...link, stage: 'open', pending: { ...link.pending, [this.batch.side]: null } };
  }

  /** The work of this intent comes back; where it came from a scan there is none yet, and it is made. */
  private again(intent: Intent, delaySeconds: number): void {
    const attempts = intent.attempts + 1;
    const state = this.run.open.get(intent);
    if (state) state.spoilt = 'yes';
    if (intent.work.length > 0) {
      for (const row of intent.work) this.work.push({ ...row, reason: 'again', delaySeconds, attempts });
      return;
    }
    const side = intent.source === null ? this.batch.side : across(this.batch.side);
    const record = intent.source ?? intent.target;
    if (record !== null) this.work.push({ side, record, reason: 'again', delaySeconds, attempts });
  }

  private keepLink(link: Link, decision: Decision | null): void {
    if (decision) {
      const stored = decision.pair.link !== null || decision.change === 'stored';
      (stored ? this.update : this.insert).push(link);
      decision.link = link;
      decision.change = 'stored';
      this.unwait.push(link.id);
      this.waits.push(...decision.waits);
    } else this.update.push(link);
  }

  /** Work is done with the last write of its pair, if none of them has to come back. */
  private acknowledge(intent: Intent): void {
    const state = this.run.open.get(intent);
    if (state) state.left--;
    if (!state || (state.left === 0 && state.spoilt === 'no')) this.done.push(...intent.work);
  }

  private note(intent: Intent, record: string, link: string): void {
    const { side, op, run } = this.batch;
    const { before, values, rule, edges } = intent;
    this.history.push({ run, link, side, op, record, before, after: values, rule, edges });
  }
}

/** What the record shows now: more than what both sides agreed on, where some far record still waits for its partner. */
function withEdges(known: Value | undefined, { add, remove, after }: EdgeSlot): string[] {
  if (!Array.isArray(known)) return after;
  const kept = (known as string[]).filter((id) => !remove.includes(id) && !add.includes(id));
  return [...kept, ...add];
}

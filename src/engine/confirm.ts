import type { Refusal } from '../connector/contract.ts';
import type { Ack, Decision, Intent } from '../model/decision.ts';
import type { Link } from '../model/link.ts';
import { across, type Values } from '../model/value.ts';
import type { Batch, Changes, HistoryInsert, Observed } from '../store/store.ts';
import { agreed, type Landed, leavesMore, unanswered, withEdges } from './agree.ts';
import type { Run } from './run.ts';
import { takeTally } from './tally.ts';
import type { Outcome, Sent } from './write.ts';
import { parked, refused } from './write-problem.ts';

/** A failing record is tried again after this long, doubling each time, up to a day (seconds). */
const FIRST_RETRY_SECONDS = 300;
const LAST_RETRY_SECONDS = 86_400;
/** What moved under us (stale, duplicate, gone) is planned again at once so many times before it backs off. */
const MOST_QUICK_ATTEMPTS = 4;
/** A record whose app did not show what it made of a write is looked at after this long, should no listing show a change before (seconds). */
const UNSEEN_SECONDS = 600;

/**
 * One transaction per batch: outcomes, links, bases, problems, history, acknowledged work (W4). `adoptable`: for creates
 * that were sent once more, the records without a partner that a `duplicate` may name: they are what landed the first time.
 */
export async function confirm(run: Run, sent: Sent, adoptable: Set<string> | null): Promise<void> {
  const { batch } = sent;
  // R3: a look at the record that was asked for while the write was on its way may show what stood there before it.
  const settledAfter = batch.op === 'create' ? batch.asked : await run.engine.store.ask();
  const out = new Confirmation(run, sent, adoptable, settledAfter);
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
  /** Only what was asked for after this number tells what became of a write. */
  private readonly settledAfter: number;

  constructor(run: Run, { batch, opened, aside = [] }: Sent, adoptable: Set<string> | null, settledAfter: number) {
    this.run = run;
    this.batch = batch;
    this.opened = opened;
    this.adoptable = adoptable;
    this.settledAfter = settledAfter;
    this.insert.push(...aside);
    const { type } = run.sides[batch.side];
    this.image = {
      asked: batch.asked,
      arrived: settledAfter,
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
    if (outcome.is === 'not made') return this.giveUp(intent);
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
    const { run, batch, settledAfter } = this;
    const { op, side } = batch;
    if (op === 'archive' || op === 'delete') return this.addRemoved(intent, outcome.id);
    const stored = decision?.link ?? intent.link;
    const known = decision?.pair[side]?.values ?? {};
    const { image, version } = outcome;
    const landed: Landed = { run, batch, intent, image, version, known, settledAfter };
    const link = agreed({ ...stored, ids: { ...stored.ids, [side]: outcome.id } }, landed);
    this.keepLink(link, decision);
    this.addImage(outcome, image ? this.shown(intent, image) : {}, intent, known);
    this.note(intent, outcome.id, link.id);
    run.tally[side][op === 'create' ? 'created' : 'updated']++;
    // A create that was resolved is planned once more, now as a pair: its status, waits and image are still to be found.
    if ((op === 'create' && !decision) || leavesMore(landed)) return this.again(intent, 0);
    if (op === 'update' && link.pending[side]) this.lookLater(intent, outcome.id);
    this.acknowledge(intent);
  }

  /** Of an update only the written fields are believed: others may show a person's edit that nobody planned yet. */
  private shown(intent: Intent, image: Values): Values {
    const { op } = this.batch;
    const values: Values = op === 'create' ? { ...image } : {};
    for (const name of [...Object.keys(intent.values), ...Object.keys(intent.edges)])
      if (image[name] !== undefined) values[name] = image[name];
    return values;
  }

  /**
   * The record as the app showed it. Where it showed nothing, a new record has its mirror row all the same: should it go before
   * it is seen, that is noticed. Of an update the version is unknown then (R3): a list that lags may yet show one that is newer
   * than the last known, and older than what was written. Where the app wrote on the known version only, there is none between:
   * it stands until a later one is shown.
   */
  private addImage(outcome: Outcome & { is: 'done' }, values: Values, intent: Intent, known: Values): void {
    const { id, version } = outcome;
    const { side, op } = this.batch;
    const { needs } = this.run.sides[side];
    for (const association of this.run.rules.associations) {
      const edge = intent.edgeSlots[association.slot];
      const { name } = association.ends[side];
      if (edge && values[name] === undefined) values[name] = withEdges(known[name], edge);
    }
    const keys = needs.keys({ ...known, ...values });
    const isWhole = op === 'create' || this.isConditional(intent);
    const isShown = op === 'create' || Object.keys(values).length > 0;
    const standing = isShown ? version : intent.version;
    this.image.records.push({ id, values, keys, ...(isWhole && standing !== undefined ? { version: standing } : {}) });
  }

  /** W7: does the app refuse this write where the record has changed since? */
  private isConditional({ version }: Intent): boolean {
    return this.run.rules.conditional[this.batch.side] && version !== undefined;
  }

  private addRemoved(intent: Intent, id: string): void {
    const { side, op } = this.batch;
    if (intent.afterwards === 'leave') {
      const ids = { ...intent.link.ids, [side]: null };
      this.update.push({ ...intent.link, ids, stage: 'gone', status: 'excluded', problem: null, held: 'left' });
    } else this.drop.push(intent.link.id);
    this.image.gone.push({ id, how: op === 'archive' ? 'archived' : 'missing' });
    // A2: one that was merged away before counts as removed too; who does not list what is gone tells that when asked.
    if (this.run.sides[side].type.reads.deletions !== 'told') this.dirty.push(id);
    this.note(intent, id, intent.link.id);
    this.run.tally[side][op === 'archive' ? 'archived' : 'deleted']++;
    this.acknowledge(intent);
  }

  private addUnknown(intent: Intent, decision: Decision | null): void {
    const { side, op } = this.batch;
    const { settledAfter: asked } = this;
    if (op === 'archive' || op === 'delete') {
      this.dirty.push(intent.target as string);
      return this.again(intent, 1);
    }
    const stored = decision?.link ?? intent.link;
    const pending = unanswered(stored, this.batch, intent, asked);
    const link: Link = { ...stored, pending: { ...stored.pending, [side]: pending } };
    if (op === 'create') {
      this.unresolved.push(intent);
      this.keepLink({ ...link, stage: 'creating', status: 'waiting' }, decision);
    } else {
      this.keepLink(link, decision);
      if (!this.isConditional(intent)) this.image.records.push({ id: intent.target as string, values: {}, keys: {} });
    }
    this.again(intent, 1);
  }

  private addRefused(intent: Intent, decision: Decision | null, refusal: Refusal): void {
    const { side, op } = this.batch;
    const own = op === 'create' && refusal.kind === 'duplicate' && refusal.existingId !== undefined;
    // Two creates with one unique value: the app made the first of them.
    if (own && this.adoptable?.delete(refusal.existingId as string)) {
      return this.addDone(intent, decision, { is: 'done', id: refusal.existingId as string });
    }
    // Whose the value is will be seen once the app's lists have caught up.
    const isTaken = op === 'create' && refusal.kind === 'duplicate' && this.adoptable !== null && !intent.taken;
    if (isTaken && refusal.existingId === undefined) return this.addUnknown({ ...intent, taken: 'yes' }, decision);
    const quick = intent.attempts < MOST_QUICK_ATTEMPTS;
    if ((refusal.kind === 'stale' || refusal.kind === 'missing') && intent.target !== null) {
      // However often it was tried: what the mirror shows is not what the app has.
      this.dirty.push(intent.target);
      if (quick) return this.again(intent, 0);
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

  /** What becomes of the source's link is planned again, as of one that was never made. */
  private giveUp(intent: Intent): void {
    this.keepLink({ ...this.notMade(intent.link), status: 'waiting' }, null);
    this.again(intent, 0);
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
    if (state && (state.left > 0 || state.spoilt === 'yes')) return;
    this.done.push(...intent.work);
    this.work.push(...(state?.later ?? []));
  }

  /**
   * D1: a person may take the write back before anybody has seen it. The record then looks as the mirror has it, so no listing
   * makes work of it: that edit would be told to nobody. Once all writes of the pair are done; one that comes back has it looked
   * at anyway. What came in meanwhile keeps its own time (`seq`).
   */
  private lookLater(intent: Intent, record: string): void {
    const { side } = this.batch;
    const { seq = 0 } = intent.work.find((row) => row.side === side && row.record === record) ?? {};
    const later = { side, record, reason: 'unseen', delaySeconds: UNSEEN_SECONDS, attempts: 0, seq };
    this.run.open.get(intent)?.later.push(later);
  }

  private note(intent: Intent, record: string, link: string): void {
    const { side, op, run } = this.batch;
    const { before, values, rule, edges } = intent;
    this.history.push({ run, link, side, op, record, before, after: values, rule, edges });
  }
}

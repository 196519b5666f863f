import { brakeLimit } from '../../src/model/brakes.ts';
import type { SyncSettings } from '../../src/model/settings.ts';
import { across, type Side, type Values } from '../../src/model/value.ts';
import type { Intent, Observed, SyncProgress } from '../../src/store/store.ts';
import type { Mutation } from './fake-connector.ts';
import type { Ghost } from './ghost.ts';
import { Violation } from './violation.ts';
import type { Worker } from './workers.ts';

/** What was last shown of a record, and when. */
interface Shown {
  seq: number;
  /** Null: it is gone. */
  values: Values | null;
}

/** A write of a run, and what it is judged by. */
interface Braked {
  worker: Worker;
  sync: { id: string; feeds: Record<Side, string>; settings: SyncSettings };
  /** The side that is written. */
  side: Side;
  mutation: Mutation;
  intent: Intent;
}

/**
 * G4: between two counts no run changes or removes more records than a brake lets pass, of those that were surely due at
 * the first: what an edit or a removal calls for that the mirror was shown by then.
 */
export class BrakeChecks {
  readonly #ghost: Ghost;
  /** Feed and id → what the mirror was shown last. */
  readonly #shown = new Map<string, Shown>();
  readonly #progress = new Map<string, SyncProgress>();
  /** Worker → when it last counted what its run is about to write. */
  readonly #counted = new Map<Worker, number>();
  /** Runs that carry out a first sync: their preview asked already. */
  readonly #first = new Set<string>();
  /** Run, count and brake → records. */
  readonly #records = new Map<string, Set<string>>();

  constructor(ghost: Ghost) {
    this.#ghost = ghost;
  }

  /** The mirror was shown these records. */
  observed(feed: string, { records, gone }: Observed): void {
    const seq = this.#ghost.next();
    for (const { id } of gone) this.#shown.set(`${feed} ${id}`, { seq, values: null });
    for (const { id, values } of records) {
      const before = this.#shown.get(`${feed} ${id}`)?.values;
      this.#shown.set(`${feed} ${id}`, { seq, values: { ...before, ...values } });
    }
  }

  /** Where a sync stands was saved. */
  saved(worker: Worker, sync: string, progress: SyncProgress): void {
    this.#progress.set(sync, progress);
    if (progress.first === 'yes') this.#first.add(runOf(worker));
  }

  /** A run counts what is due; its first scan, if it had one, is over. */
  counting(worker: Worker): void {
    this.#counted.set(worker, this.#ghost.next());
    this.#first.delete(runOf(worker));
  }

  /** A run of a sync is about to write. */
  arriving({ worker, sync, side, mutation, intent }: Braked): void {
    const { op } = mutation;
    // Failing records that a person has tried again come due in the midst of a run.
    if (op === 'create' || this.#first.has(runOf(worker)) || this.#ghost.met.has('admin retry')) return;
    const brake = op === 'update' ? 'update' : 'archive';
    const limit = brakeLimit(sync.settings.brakes[brake], 0);
    if (limit === Number.POSITIVE_INFINITY || this.#progress.get(sync.id)?.approved?.includes(brake)) return;
    if (!this.#wasDue(worker, sync, side, op, intent)) return;
    const key = `${runOf(worker)} ${this.#counted.get(worker)} ${brake}`;
    const records = this.#records.get(key) ?? new Set();
    this.#records.set(key, records.add(`${side} ${intent.target}`));
    this.#ghost.meet('write under a brake');
    if (records.size > limit)
      throw new Violation(
        'I14',
        `G4 more than ${limit} records of sync ${sync.id} met ${op} after one count, and nobody was asked`,
      );
  }

  #wasDue(worker: Worker, sync: Braked['sync'], side: Side, op: Mutation['op'], intent: Intent): boolean {
    const from = across(side);
    const source = intent.source ?? intent.link.ids[from];
    const shown = this.#shown.get(`${sync.feeds[from]} ${source}`);
    if (!shown || shown.seq > (this.#counted.get(worker) ?? 0) || intent.link.pending.a || intent.link.pending.b)
      return false;
    if (op !== 'update') return shown.values === null;
    // Associations that waited for a far record move with it, however many they are.
    if (Object.keys(intent.slots).length === 0) return false;
    const { account, object } = sync.settings[from];
    return Object.entries(shown.values ?? {}).some(([field, value]) => {
      const last = this.#ghost.pastOf(account, object, source ?? '', field).at(-1);
      return last?.by.who === 'user' && last.before !== null && JSON.stringify(last.after) === JSON.stringify(value);
    });
  }
}

function runOf({ actor, runSeq }: Worker): string {
  return `${actor.name} ${runSeq}`;
}

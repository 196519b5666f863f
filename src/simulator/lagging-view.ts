import type { Random } from '../lib/random.ts';
import { hashFraction } from './ids.ts';
import type { RecordStore } from './record-store.ts';
import type { SimClock } from './sim-clock.ts';
import type { Change, SimRecord } from './sim-record.ts';
import { drawFrom, type SimSettings } from './sim-settings.ts';
import { type IndexEntry, SortedIndex } from './sorted-index.ts';

/** A state of a record that the index is going to show. */
interface Coming {
  visibleAt: number;
  /** The ids it replaces: its own, and those merged into it. */
  ids: string[];
  record: SimRecord | undefined;
  /** The change's place among all changes. */
  seq: number;
}

/**
 * The live records of an object type as a search index shows them: some time behind, each change by its own delay.
 * Ready to be walked by the time of the last change or by id. Records of one time stamp come in no order that could be
 * relied on, as in real indexes.
 */
export class LaggingView {
  readonly #store: RecordStore;
  readonly #object: string;
  readonly #clock: SimClock;
  readonly #settings: SimSettings;
  readonly #random: Random;
  readonly #seed: number;
  readonly #records = new Map<string, SimRecord>();
  readonly #byTime = new SortedIndex<number>();
  readonly #byId = new SortedIndex<number | string>();
  /** The latest change shown of an id, while changes are under way. */
  readonly #shown = new Map<string, number>();
  #coming: Coming[] = [];

  constructor(parts: {
    store: RecordStore;
    object: string;
    clock: SimClock;
    settings: SimSettings;
    random: Random;
    seed: number;
  }) {
    this.#store = parts.store;
    this.#object = parts.object;
    this.#clock = parts.clock;
    this.#settings = parts.settings;
    this.#random = parts.random;
    this.#seed = parts.seed;
    this.load();
    this.#store.listen((change) => {
      if (change.object === this.#object) this.#note(change);
    });
  }

  /** Shows what the table holds now, at once: for records that were there before. */
  load(): void {
    const fresh = [...this.#store.table(this.#object).all()].filter(
      ({ id, archivedAt }) => archivedAt === undefined && !this.#records.has(id),
    );
    for (const record of fresh) this.#records.set(record.id, record);
    this.#byTime.load(fresh.map((record) => this.#timeEntry(record)));
    this.#byId.load(fresh.map(({ id }) => ({ key: idKey(id), tie: 0, id })));
  }

  /** Records shown now. */
  get size(): number {
    this.#catchUp();
    return this.#records.size;
  }

  /** The ids by the time of their last change, to be read with `record`. */
  get byTime(): SortedIndex<number> {
    this.#catchUp();
    return this.#byTime;
  }

  /** The ids in their own order. */
  get byId(): SortedIndex<number | string> {
    this.#catchUp();
    return this.#byId;
  }

  /** A record as the index shows it. */
  record(id: string): SimRecord | undefined {
    return this.#records.get(id);
  }

  #note({ seq, id, after, mergedIds = [] }: Change): void {
    const lag = drawFrom(this.#settings.searchLagMilliseconds, this.#random);
    const record = after?.archivedAt === undefined ? after : undefined;
    const coming = { visibleAt: this.#clock.now() + lag, ids: [id, ...mergedIds], record, seq };
    if (lag === 0 && this.#coming.length === 0) this.#show(coming);
    else this.#coming.push(coming);
  }

  #catchUp(): void {
    if (this.#coming.length === 0) return;
    const now = this.#clock.now();
    const due = this.#coming.filter(({ visibleAt }) => visibleAt <= now);
    this.#coming = this.#coming.filter(({ visibleAt }) => visibleAt > now);
    for (const coming of due) this.#show(coming);
    if (this.#coming.length === 0) this.#shown.clear();
  }

  /** A later state may become visible before an earlier one; the earlier one then never shows. */
  #show({ ids, record, seq }: Coming): void {
    for (const id of ids) {
      if (seq < (this.#shown.get(id) ?? 0)) continue;
      this.#shown.set(id, seq);
      if (record?.id === id) this.#add(record);
      else this.#remove(id);
    }
  }

  #add(record: SimRecord): void {
    if (!this.#records.has(record.id)) this.#byId.set(record.id, idKey(record.id));
    this.#records.set(record.id, record);
    const { id, key, tie } = this.#timeEntry(record);
    this.#byTime.set(id, key, tie);
  }

  #remove(id: string): void {
    this.#records.delete(id);
    this.#byTime.delete(id);
    this.#byId.delete(id);
  }

  #timeEntry({ id, updatedAt }: SimRecord): IndexEntry<number> {
    return { key: updatedAt, tie: hashFraction(id, this.#seed), id };
  }
}

/** Ids of digits only sort as numbers. */
function idKey(id: string): number | string {
  return /^\d+$/.test(id) ? Number(id) : id;
}

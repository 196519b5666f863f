import type { IdSource } from './ids.ts';
import { RecordTable, type TableOptions } from './record-table.ts';
import type { SimClock } from './sim-clock.ts';
import type { Change } from './sim-record.ts';
import type { SimSettings } from './sim-settings.ts';

/** What the store needs to know of one object type. */
export type ObjectRules = Pick<TableOptions, 'idOrder' | 'fields' | 'defaults' | 'check'>;

/** The latest changes kept for whoever asks what happened; older ones are forgotten. */
const maxChangesKept = 500_000;

/** All records of an app, one table per object type, and the log of what happened to them. */
export class RecordStore {
  readonly #clock: SimClock;
  readonly #settings: SimSettings;
  readonly #nextId: (object: string) => IdSource;
  readonly #tables = new Map<string, RecordTable>();
  readonly #listeners: ((change: Change) => void)[] = [];
  #changes: Change[] = [];
  #seq = 0;

  constructor(parts: { clock: SimClock; settings: SimSettings; nextId: (object: string) => IdSource }) {
    this.#clock = parts.clock;
    this.#settings = parts.settings;
    this.#nextId = parts.nextId;
  }

  /** Adds an object type. */
  add(object: string, rules: ObjectRules = {}): RecordTable {
    const table = new RecordTable({
      ...rules,
      object,
      nextId: this.#nextId(object),
      stamp: () => this.stamp(),
      changed: (change) => this.#note(object, change),
    });
    this.#tables.set(object, table);
    return table;
  }

  /** The names of its object types. */
  objects(): string[] {
    return [...this.#tables.keys()];
  }

  /** The records of an object type. Throws for a name that was not added. */
  table(object: string): RecordTable {
    const table = this.#tables.get(object);
    if (!table) throw new Error(`the simulator has no object type '${object}'; it has ${this.objects().join(', ')}`);
    return table;
  }

  /** The time stamp of a change made now: the app's clock, off by its skew, cut to its resolution. */
  stamp(): number {
    const { skewMilliseconds, stampMilliseconds } = this.#settings;
    const now = this.#clock.now() + skewMilliseconds;
    return now - (now % stampMilliseconds);
  }

  /** Is told each change at once. */
  listen(listener: (change: Change) => void): void {
    this.#listeners.push(listener);
  }

  /** The changes behind a sequence number, oldest first. */
  changes(after = 0): Change[] {
    return this.#changes.filter((change) => change.seq > after);
  }

  #note(object: string, parts: Omit<Change, 'seq' | 'at' | 'object'>): void {
    const change: Change = { seq: ++this.#seq, at: this.#clock.now(), object, ...parts };
    this.#changes.push(change);
    if (this.#changes.length > maxChangesKept * 1.1) this.#changes = this.#changes.slice(-maxChangesKept);
    for (const listener of this.#listeners) listener(change);
  }
}

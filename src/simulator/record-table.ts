import type { IdSource } from './ids.ts';
import type { Rewrite } from './rewrite.ts';
import {
  type Actor,
  type Change,
  type ChangeKind,
  NoSuchRecord,
  type SimRecord,
  type SimValues,
  UniqueClash,
} from './sim-record.ts';
import { SortedIndex } from './sorted-index.ts';

/** What an app does with one field whenever it is written. */
export interface FieldRule {
  /** At most one live record has a given value (compared without case). */
  unique?: true;
  rewrite?: Rewrite;
}

/** What a table needs to know of its object type. */
export interface TableOptions {
  object: string;
  nextId: IdSource;
  /** The time stamp for a change made now. */
  stamp(): number;
  /** Ids sort as numbers or as text. */
  idOrder?: 'number' | 'text';
  fields?: Record<string, FieldRule>;
  /** Values a new record has where none are given. */
  defaults?(): SimValues;
  /** Throws where the app would refuse the values, rewritten already. `before`: the record an update is for. */
  check?(written: SimValues, before: SimRecord | undefined): void;
  /** What a new record is told of, in order. */
  changed(change: Omit<Change, 'seq' | 'at' | 'object'>): void;
}

/** A page of a listing. */
export interface TablePage {
  records: SimRecord[];
  /** The id the next page starts with; undefined at the end. */
  next: string | undefined;
}

/** The records of one object type: values, ids, aliases of merged records, unique fields, archive. */
export class RecordTable {
  readonly #options: TableOptions;
  readonly #records = new Map<string, SimRecord>();
  readonly #alias = new Map<string, string>();
  readonly #unique = new Map<string, Map<string, string>>();
  readonly #rules = new Map<string, FieldRule>();
  readonly #order = new SortedIndex<number | string>();

  constructor(options: TableOptions) {
    this.#options = options;
    for (const [field, rule] of Object.entries(options.fields ?? {})) this.setRule(field, rule);
  }

  /** What happens to a field from now on; undefined forgets its rule. */
  setRule(field: string, rule: FieldRule | undefined): void {
    if (rule) this.#rules.set(field, rule);
    else this.#rules.delete(field);
    if (!rule?.unique) this.#unique.delete(field);
    else if (!this.#unique.has(field)) this.#unique.set(field, new Map());
  }

  /** Live and archived records. */
  get size(): number {
    return this.#records.size;
  }

  /** Every record, live and archived. */
  all(): IterableIterator<SimRecord> {
    return this.#records.values();
  }

  /** The record of an id, live or archived; the id of a record that was merged leads to the survivor. */
  get(id: string): SimRecord | undefined {
    let at = id;
    for (let next = this.#alias.get(at); next !== undefined; next = this.#alias.get(at)) at = next;
    return this.#records.get(at);
  }

  /** The live record with that value of a unique field. */
  find(field: string, value: unknown): SimRecord | undefined {
    const id = this.#unique.get(field)?.get(uniqueKey(this.#rewritten(field, value)));
    return id === undefined ? undefined : this.#records.get(id);
  }

  /** Records in the order of their ids, from the id `from` on. */
  page(kind: 'live' | 'archived', from: string | undefined, limit: number): TablePage {
    const records: SimRecord[] = [];
    let position = from === undefined ? 0 : this.#order.from(this.#key(from));
    for (let id = this.#order.at(position); id !== undefined; id = this.#order.at(++position)) {
      const record = this.#records.get(id) as SimRecord;
      if ((record.archivedAt === undefined) !== (kind === 'live')) continue;
      if (records.length === limit) return { records, next: id };
      records.push(record);
    }
    return { records, next: undefined };
  }

  /** A new record. Throws `UniqueClash`, and whatever the app's check throws. */
  create(values: SimValues, actor: Actor): SimRecord {
    const written = this.#prepared({ ...this.#options.defaults?.(), ...values }, undefined);
    const at = this.#options.stamp();
    const facts = { createdAt: at, updatedAt: at, createdBy: actor, updatedBy: actor, revision: 1, mergedIds: [] };
    const record: SimRecord = { id: this.#options.nextId(), values: withoutEmpty(written), ...facts };
    this.#put(record, undefined, 'create', actor);
    return record;
  }

  /** Throws what a create (or an update of `before`) with these values would throw; changes nothing. */
  probe(values: SimValues, before?: SimRecord): void {
    const written = this.#prepared(before ? values : { ...this.#options.defaults?.(), ...values }, before);
    this.#refuseClash({ id: before?.id ?? '', values: { ...before?.values, ...written } });
  }

  /** Many records from before: no change is told of, nothing is checked but that ids and unique values are new. */
  load(records: SimRecord[]): void {
    for (const record of records) {
      if (this.#records.has(record.id)) throw new Error(`${this.#options.object} ${record.id} is loaded twice`);
      this.#records.set(record.id, record);
      if (record.archivedAt === undefined) this.#claim(record);
    }
    this.#order.load(records.map(({ id }) => ({ key: this.#key(id), tie: 0, id })));
  }

  /** Changes fields of a live record; `''`, null and undefined clear one. Equal values change nothing, not even the stamp. */
  update(id: string, values: SimValues, actor: Actor): SimRecord {
    const before = this.#live(id);
    const written = this.#prepared(values, before);
    if (Object.entries(written).every(([field, value]) => same(before.values[field], value))) return before;
    const after = this.#changed(before, { values: withoutEmpty({ ...before.values, ...written }) }, actor);
    this.#put(after, before, 'update', actor);
    return after;
  }

  /** Puts a live record away; it can be restored. */
  archive(id: string, actor: Actor): SimRecord {
    const before = this.#live(id);
    const after = this.#changed(before, { archivedAt: this.#options.stamp() }, actor);
    this.#put(after, before, 'archive', actor);
    return after;
  }

  /** Brings an archived record back. Throws `UniqueClash` where its unique value was taken meanwhile. */
  restore(id: string, actor: Actor): SimRecord {
    const before = this.get(id);
    if (before?.archivedAt === undefined) throw new NoSuchRecord(this.#options.object, id);
    const after = this.#changed(before, { archivedAt: undefined }, actor);
    this.#put(after, before, 'restore', actor);
    return after;
  }

  /** Removes a record for good, live or archived. */
  purge(id: string, actor: Actor): void {
    const before = this.get(id);
    if (!before) throw new NoSuchRecord(this.#options.object, id);
    this.#release(before);
    this.#records.delete(before.id);
    this.#order.delete(before.id);
    this.#tell('purge', actor, { id: before.id, before });
  }

  /**
   * Merges a live record into another, with these values. Both ids lead to the survivor from then on: a record with a
   * new id, or the primary record itself.
   */
  merge(
    primaryId: string,
    otherId: string,
    survivor: 'new-id' | 'primary',
    values: SimValues,
    actor: Actor,
  ): SimRecord {
    const [primary, other] = [this.#live(primaryId), this.#live(otherId)];
    if (primary.id === other.id) throw new NoSuchRecord(this.#options.object, otherId);
    const gone = survivor === 'new-id' ? [primary, other] : [other];
    for (const record of [primary, other]) this.#release(record);
    for (const record of gone) {
      this.#records.delete(record.id);
      this.#order.delete(record.id);
    }
    const id = survivor === 'new-id' ? this.#options.nextId() : primary.id;
    const mergedIds = [...new Set([...primary.mergedIds, ...other.mergedIds, ...gone.map((record) => record.id)])];
    const after = { ...this.#changed(primary, { values: withoutEmpty(values) }, actor), id, mergedIds };
    for (const record of gone) this.#alias.set(record.id, id);
    this.#records.set(id, after);
    this.#order.set(id, this.#key(id));
    this.#claim(after);
    this.#tell('merge', actor, { id, before: primary, after, mergedIds: gone.map((record) => record.id) });
    return after;
  }

  /**
   * Gives the last `count` of these records one time of their last change, so long after the youngest was made, as if it had
   * always been so: no change is told of.
   */
  shareStamp(records: SimRecord[], count: number, laterMilliseconds: number): void {
    const shared = count === 0 ? [] : records.slice(-count);
    const youngest = shared.reduce((latest, { createdAt }) => Math.max(latest, createdAt), 0);
    for (const { id } of shared) {
      const record = this.#records.get(id);
      if (record) this.#records.set(id, { ...record, updatedAt: youngest + laterMilliseconds });
    }
  }

  /** Says that something around a live record changed (an association): its stamp moves. */
  touch(id: string, actor: Actor): SimRecord {
    const before = this.#live(id);
    const after = this.#changed(before, {}, actor);
    this.#put(after, before, 'update', actor);
    return after;
  }

  #live(id: string): SimRecord {
    const record = this.get(id);
    if (record?.archivedAt !== undefined || !record) throw new NoSuchRecord(this.#options.object, id);
    return record;
  }

  #prepared(values: SimValues, before: SimRecord | undefined): Record<string, unknown> {
    const written: Record<string, unknown> = {};
    for (const [field, value] of Object.entries(values)) written[field] = this.#rewritten(field, value);
    this.#options.check?.(written, before);
    return written;
  }

  #rewritten(field: string, value: unknown): unknown {
    const rewrite = this.#rules.get(field)?.rewrite;
    return rewrite ? rewrite(value) : value;
  }

  #changed(before: SimRecord, parts: Partial<SimRecord>, actor: Actor): SimRecord {
    const updatedAt = Math.max(this.#options.stamp(), before.updatedAt);
    return { ...before, ...parts, updatedAt, updatedBy: actor, revision: before.revision + 1 };
  }

  #put(after: SimRecord, before: SimRecord | undefined, kind: ChangeKind, actor: Actor): void {
    if (after.archivedAt === undefined) this.#refuseClash(after);
    if (before) this.#release(before);
    if (after.archivedAt === undefined) this.#claim(after);
    this.#records.set(after.id, after);
    if (!before) this.#order.set(after.id, this.#key(after.id));
    this.#tell(kind, actor, { id: after.id, before, after });
  }

  #refuseClash(record: Pick<SimRecord, 'id' | 'values'>): void {
    for (const [field, holders] of this.#unique) {
      const value = record.values[field];
      const holder = isEmpty(value) ? undefined : holders.get(uniqueKey(value));
      if (holder !== undefined && holder !== record.id)
        throw new UniqueClash(this.#options.object, field, value, holder);
    }
  }

  #claim(record: SimRecord): void {
    for (const [field, holders] of this.#unique) {
      if (!isEmpty(record.values[field])) holders.set(uniqueKey(record.values[field]), record.id);
    }
  }

  #release(record: SimRecord): void {
    for (const [field, holders] of this.#unique) {
      const key = uniqueKey(record.values[field]);
      if (holders.get(key) === record.id) holders.delete(key);
    }
  }

  #tell(kind: ChangeKind, actor: Actor, parts: Pick<Change, 'id' | 'before' | 'after' | 'mergedIds'>): void {
    this.#options.changed({ kind, actor, ...parts });
  }

  #key(id: string): number | string {
    return this.#options.idOrder === 'text' ? id : Number(id);
  }
}

function uniqueKey(value: unknown): string {
  return String(value ?? '').toLowerCase();
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function same(before: unknown, after: unknown): boolean {
  if (isEmpty(before) || isEmpty(after)) return isEmpty(before) === isEmpty(after);
  return before === after || (typeof after === 'object' && JSON.stringify(before) === JSON.stringify(after));
}

function withoutEmpty(values: SimValues): SimValues {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => !isEmpty(value)));
}

import type { Refusal } from '../../src/connector/contract.ts';
import type { Value, Values } from '../../src/model/value.ts';
import { added } from './added.ts';
import { hashOf } from './chance.ts';
import type { FakeObject, FakeRecord, Shown } from './fake-record.ts';
import type { By, Ghost } from './ghost.ts';
import { isBlank, normalise } from './kinds.ts';
import type { AppKnobs, FieldKnobs } from './knobs.ts';

export type { FakeObject, FakeRecord, Shown } from './fake-record.ts';

/** What the app needs of the world. */
export interface Surroundings {
  now(): number;
  chance(name: string): number;
  ghost: Ghost;
}

/** The word that makes an app refuse a value from Syncline. */
export const POISON = 'poison';

/** An app: a server with its own ids, clock, rules and habits, which knows nothing of Syncline. */
export class FakeApp {
  readonly knobs: AppKnobs;
  readonly objects = new Map<string, FakeObject>();
  /** Idempotency keys → the record they made. */
  readonly made = new Map<string, string>();
  readonly #world: Surroundings;
  #ids = 0;

  constructor(knobs: AppKnobs, world: Surroundings) {
    this.knobs = knobs;
    this.#world = world;
    for (const each of knobs.objects) this.objects.set(each.name, { knobs: each, records: new Map() });
  }

  object(name: string): FakeObject {
    const found = this.objects.get(name);
    if (!found) throw new Error(`the app ${this.knobs.name} has no ${name}`);
    return found;
  }

  /** The app's own time. */
  now(): number {
    return this.#world.now() + this.knobs.skewMilliseconds;
  }

  live(object: string): FakeRecord[] {
    return [...this.object(object).records.values()].filter((record) => record.state === 'live');
  }

  newId(): string {
    this.#ids += 1;
    if (this.knobs.ids === 'sequential') return `${this.knobs.name}${String(this.#ids).padStart(4, '0')}`;
    return `${this.knobs.name}${hashOf(this.#ids, this.knobs.name, 7).toString(36)}x${this.#ids}`;
  }

  create(object: string, values: Values, by: By, token?: string, id = this.newId()): FakeRecord | Refusal {
    const found = this.object(object);
    const there = found.records.get(id);
    if (there) return { kind: 'duplicate', message: 'that id is taken', existingId: id };
    const refusal = this.wouldRefuse(object, null, values, by);
    if (refusal) return refusal;
    const full = { ...Object.fromEntries(found.knobs.fields.map((field) => [field.name, null])), ...values };
    const seq = this.#world.ghost.next();
    const record: FakeRecord = {
      id,
      values: {},
      changes: 0,
      stamp: 0,
      state: 'live',
      survivor: undefined,
      born: { seq, by, token },
      shown: [],
    };
    for (const association of found.knobs.associations) record.values[association.name] = [];
    found.records.set(id, record);
    this.#world.ghost.happened({ ...this.#event(object, id, by), what: 'created', token });
    this.#write(found, record, full, by);
    this.#changed(record);
    return record;
  }

  /** What the app would answer to such a write, were it the only one. Null: it would be done. */
  wouldRefuse(object: string, id: string | null, values: Values, by: By, version?: string): Refusal | null {
    const found = this.object(object);
    const record = id === null ? null : found.records.get(id);
    if (id !== null && record?.state !== 'live') return { kind: 'missing', message: `no live record ${id}` };
    if (record && version !== undefined && version !== this.version(record)) {
      return { kind: 'stale', message: `${id} has changed since` };
    }
    const blank = Object.fromEntries(found.knobs.fields.map((field) => [field.name, null]));
    return this.#refusal(found, record ?? null, record ? values : { ...blank, ...values }, by);
  }

  /** Changes fields and associations; nothing at all happens where it is refused. */
  update(object: string, id: string, values: Values, by: By, version?: string): FakeRecord | Refusal {
    const found = this.object(object);
    const refusal = this.wouldRefuse(object, id, values, by, version);
    if (refusal) return refusal;
    const record = found.records.get(id) as FakeRecord;
    this.#write(found, record, values, by);
    this.#changed(record);
    return record;
  }

  remove(
    object: string,
    id: string,
    how: 'archived' | 'deleted',
    by: By,
    version?: string,
  ): FakeRecord | Refusal | null {
    const record = this.object(object).records.get(id);
    if (record?.state !== 'live') return null;
    if (version !== undefined && version !== this.version(record)) {
      return { kind: 'stale', message: `${id} has changed since` };
    }
    record.state = how;
    this.#world.ghost.happened({ ...this.#event(object, id, by), what: how });
    this.#changed(record);
    if (this.knobs.farGone === 'dropped') this.#repoint(object, id, null);
    return record;
  }

  restore(object: string, id: string, by: By): void {
    const found = this.object(object);
    const record = found.records.get(id);
    if (record?.state !== 'archived' || this.#refusal(found, record, record.values, by)) return;
    record.state = 'live';
    this.#world.ghost.happened({ ...this.#event(object, id, by), what: 'restored' });
    this.#changed(record);
  }

  /** Two records become one: the survivor keeps its values and fills its empty ones. Some apps give it a new id. */
  merge(object: string, loserId: string, survivorId: string, by: By): void {
    const found = this.object(object);
    const loser = found.records.get(loserId);
    let survivor = found.records.get(survivorId);
    if (!loser || !survivor || loser === survivor || loser.state !== 'live' || survivor.state !== 'live') return;
    const merged: Values = { ...survivor.values };
    for (const [name, value] of Object.entries(loser.values)) if (isBlank(merged[name])) merged[name] = value;
    const gone = this.knobs.mergedId === 'new' ? [loser, survivor] : [loser];
    for (const each of gone) each.state = 'deleted';
    if (this.knobs.mergedId === 'new') {
      const made = this.create(object, merged, by);
      if (!('values' in made)) throw new Error(`a merge in ${this.knobs.name} was refused: ${made.message}`);
      survivor = made;
    } else {
      this.#write(found, survivor, merged, by);
      this.#changed(survivor);
    }
    for (const each of gone) {
      each.survivor = survivor.id;
      this.#world.ghost.happened({ ...this.#event(object, each.id, by), what: 'merged', survivor: survivor.id });
      this.#changed(each);
      this.#repoint(object, each.id, survivor.id);
    }
  }

  version(record: FakeRecord): string | undefined {
    if (this.knobs.versions === 'none') return undefined;
    if (this.knobs.versions === 'stamp') return new Date(record.stamp).toISOString();
    if (this.knobs.versions === 'counter') return String(record.changes).padStart(6, '0');
    return `e${hashOf(record.changes, record.id, 3).toString(36)}`;
  }

  /** What the app's listings show of a record now: its index may lag. Null: nothing yet. */
  indexed(record: FakeRecord): Shown | null {
    const now = this.#world.now();
    for (let at = record.shown.length - 1; at >= 0; at--) {
      const shown = record.shown[at] as Shown;
      if (shown.from <= now) return shown;
    }
    return null;
  }

  #write(object: FakeObject, record: FakeRecord, values: Values, by: By): void {
    const { ghost } = this.#world;
    for (const [name, asked] of Object.entries(values)) {
      const field = object.knobs.fields.find((each) => each.name === name);
      const before = record.values[name] ?? null;
      const after = field ? normalise(field.normalisers, asked) : this.#resolved(object, name, asked);
      record.values[name] = after;
      const place = { account: this.knobs.name, object: object.knobs.name, id: record.id, field: name };
      ghost.wrote({ seq: ghost.next(), at: this.#world.now(), ...place, before, asked, after, by });
    }
  }

  #changed(record: FakeRecord): void {
    const { commitLagSeconds, indexLagSeconds, stampMilliseconds, freshOnList } = this.knobs;
    record.changes += 1;
    const late = Math.floor(this.#world.chance(`${this.knobs.name} commit lag`) * commitLagSeconds * 1000);
    const began = Math.floor((this.now() - late) / stampMilliseconds) * stampMilliseconds;
    // Rows are locked while they are written, so the stamps of one record never run backwards.
    record.stamp = Math.max(record.stamp, began);
    const lag = freshOnList ? 0 : this.#world.chance(`${this.knobs.name} index lag`) * indexLagSeconds * 1000;
    const from = Math.max(this.#world.now() + lag, record.shown.at(-1)?.from ?? 0);
    const { state, stamp, survivor } = record;
    record.shown.push({ from, values: { ...record.values }, version: this.version(record), stamp, state, survivor });
  }

  #refusal(object: FakeObject, record: FakeRecord | null, values: Values, by: By): Refusal | null {
    for (const field of object.knobs.fields) {
      if (!(field.name in values)) continue;
      const value = normalise(field.normalisers, values[field.name] as Value);
      if (field.required && isBlank(value)) {
        return {
          kind: 'invalid',
          category: 'required-missing',
          field: field.name,
          message: `${field.name} is required`,
        };
      }
      if (by.who === 'engine' && typeof value === 'string' && value.includes(POISON)) {
        return { kind: 'invalid', category: 'rejected-by-app', field: field.name, message: `${field.name} is refused` };
      }
      const other = field.unique ? this.holder(object, field, value, record) : null;
      if (other) {
        const existingId = this.knobs.tellsDuplicate ? other.id : undefined;
        return { kind: 'duplicate', field: field.name, message: `${field.name} is taken`, existingId };
      }
    }
    const dead = by.who === 'engine' && this.#deadEnd(object, added(record, values));
    if (dead) return { kind: 'invalid', field: dead, message: `${dead} names a record that is not there` };
    return null;
  }

  /** An association with a record that was merged into another is one with that other. */
  #resolved(object: FakeObject, name: string, asked: Value): Value {
    const association = object.knobs.associations.find((each) => each.name === name);
    if (!association || !Array.isArray(asked)) return asked;
    const far = this.object(association.to).records;
    const follow = (id: string): string => {
      const survivor = far.get(id)?.survivor;
      return survivor === undefined ? id : follow(survivor);
    };
    return [...new Set((asked as string[]).map(follow))];
  }

  /** An association with a record that is gone for good. */
  #deadEnd(object: FakeObject, values: Values): string | undefined {
    return object.knobs.associations.find((association) => {
      const far = this.object(association.to).records;
      const ids = (this.#resolved(object, association.name, values[association.name] ?? []) ?? []) as string[];
      return ids.some((id) => far.get(id)?.state !== 'live');
    })?.name;
  }

  /** The live record, other than this one, that has the value. */
  holder(object: FakeObject, field: FieldKnobs, value: Value, besides: FakeRecord | null): FakeRecord | null {
    if (isBlank(value)) return null;
    const key = String(value).toLowerCase();
    for (const each of object.records.values()) {
      if (each === besides || each.state !== 'live') continue;
      const held = each.values[field.name];
      if (!isBlank(held) && String(held).toLowerCase() === key) return each;
    }
    return null;
  }

  /** What happens to associations whose far record went or was merged. */
  #repoint(object: string, from: string, to: string | null): void {
    for (const holder of this.objects.values()) {
      for (const association of holder.knobs.associations) {
        if (association.to !== object) continue;
        for (const record of holder.records.values()) {
          const ids = record.values[association.name] as string[];
          if (!ids.includes(from)) continue;
          const kept = ids.filter((id) => id !== from && id !== to);
          this.#write(holder, record, { [association.name]: to === null ? kept : [...kept, to] }, { who: 'app' });
          this.#changed(record);
        }
      }
    }
  }

  #event(object: string, id: string, by: By) {
    return { seq: this.#world.ghost.next(), at: this.#world.now(), account: this.knobs.name, object, id, by };
  }
}

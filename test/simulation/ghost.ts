import type { Side, Value } from '../../src/model/value.ts';
import type { Mutation } from './fake-connector.ts';

/** Who changed something: a person, the app by itself, or Syncline. */
export type By = { who: 'user' } | { who: 'app' } | { who: 'engine'; worker: string; sync: string; call: number };

/** One field of one record changed in an app, whoever did it. Nobody in the engine sees this. */
export interface FieldWrite {
  /** Orders everything in a history. */
  seq: number;
  at: number;
  account: string;
  object: string;
  id: string;
  field: string;
  before: Value;
  /** What was asked for, before the app changed it. */
  asked: Value;
  after: Value;
  by: By;
}

/** A record came, went, came back or was merged into another. */
export interface RecordEvent {
  seq: number;
  at: number;
  account: string;
  object: string;
  id: string;
  what: 'created' | 'archived' | 'deleted' | 'restored' | 'merged';
  by: By;
  /** Of an engine's create: what the app was told to know it by. */
  token?: string;
  survivor?: string;
}

/** What a batch item was about, as the engine stored it before it was sent. */
export interface IntentFact {
  sync: string;
  link: string;
  generation: number;
  side: Side;
  source: string | null;
  target: string | null;
}

/** Everything that happened in the apps, for the checkers. */
export class Ghost {
  seq = 0;
  readonly fields = new Map<string, FieldWrite[]>();
  readonly records: RecordEvent[] = [];
  readonly tokens = new Map<string, IntentFact>();
  /** Records that others were merged into, with those. */
  readonly survivors = new Map<string, string[]>();
  /** Writes that the engine sent, by call, until it has stored what became of them. */
  readonly unanswered = new Map<number, Mutation>();
  /** Worker → its calls that were answered, and nothing is stored of yet. */
  readonly #heard = new Map<string, number[]>();
  /** Fields written by the engine, and records it made or removed. */
  engineWrites = 0;
  /** Counters of what a suite must have met at least once. */
  readonly met = new Map<string, number>();

  next(): number {
    this.seq += 1;
    return this.seq;
  }

  /** A worker was told what became of a write. */
  heard(worker: string, call: number): void {
    this.#heard.set(worker, [...(this.#heard.get(worker) ?? []), call]);
  }

  /** A worker stored what it was told. */
  settled(worker: string): void {
    for (const call of this.#heard.get(worker) ?? []) this.unanswered.delete(call);
    this.#heard.delete(worker);
  }

  /** A worker begins anew: what it was told and did not store, nobody knows. */
  forgets(worker: string): void {
    this.#heard.delete(worker);
  }

  wrote(write: FieldWrite): void {
    const key = fieldKey(write.account, write.object, write.id, write.field);
    const past = this.fields.get(key);
    if (past) past.push(write);
    else this.fields.set(key, [write]);
    if (write.by.who === 'engine') this.engineWrites += 1;
  }

  happened(event: RecordEvent): void {
    this.records.push(event);
    if (event.survivor !== undefined)
      this.survivors.set(event.survivor, [...(this.survivors.get(event.survivor) ?? []), event.id]);
    if (event.by.who === 'engine') this.engineWrites += 1;
  }

  meet(what: string, times = 1): void {
    this.met.set(what, (this.met.get(what) ?? 0) + times);
  }

  /** All that happened to one field, oldest first. */
  pastOf(account: string, object: string, id: string, field: string): FieldWrite[] {
    return this.fields.get(fieldKey(account, object, id, field)) ?? [];
  }
}

function fieldKey(account: string, object: string, id: string, field: string): string {
  return `${account}/${object}/${id}/${field}`;
}

/** Who did it: a person in the app, or an integration through its API. */
export interface Actor {
  kind: 'person' | 'integration';
  /** The person's or the integration's id in the app. */
  id: string;
}

/** The fields of a record, as the app stores them. */
export type SimValues = Readonly<Record<string, unknown>>;

/** A record of an app. Never changed in place: a change makes a new one, so that an index may lag behind with an old one. */
export interface SimRecord {
  readonly id: string;
  readonly values: SimValues;
  /** Milliseconds since 1970, cut to the app's resolution. */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Set while it is archived. */
  readonly archivedAt?: number;
  readonly createdBy: Actor;
  readonly updatedBy: Actor;
  /** 1 at first, one more with each change. */
  readonly revision: number;
  /** Ids of the records that were merged into it. */
  readonly mergedIds: readonly string[];
}

/** What happened to a record. */
export type ChangeKind = 'create' | 'update' | 'archive' | 'restore' | 'purge' | 'merge';

/** One thing that happened, in the order it happened in the whole app. */
export interface Change {
  seq: number;
  at: number;
  object: string;
  /** For a merge: of the surviving record. */
  id: string;
  kind: ChangeKind;
  actor: Actor;
  /** Undefined for a create. For a merge: the primary record. */
  before?: SimRecord;
  /** Undefined once it is purged. */
  after?: SimRecord;
  /** For a merge: the ids that now lead to `id`. */
  mergedIds?: string[];
}

/** There is no such record (any more). */
export class NoSuchRecord extends Error {
  override name = 'NoSuchRecord';
  readonly object: string;
  readonly id: string;

  constructor(object: string, id: string) {
    super(`${object} ${id} does not exist`);
    this.object = object;
    this.id = id;
  }
}

/** Another record holds that value of a unique field. */
export class UniqueClash extends Error {
  override name = 'UniqueClash';
  readonly object: string;
  readonly field: string;
  readonly value: unknown;
  /** The record that holds it. */
  readonly existingId: string;

  constructor(object: string, field: string, value: unknown, existingId: string) {
    super(`${object} ${existingId} has that ${field} already`);
    this.object = object;
    this.field = field;
    this.value = value;
    this.existingId = existingId;
  }
}

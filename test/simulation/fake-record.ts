import type { Values } from '../../src/model/value.ts';
import type { By } from './ghost.ts';
import type { ObjectKnobs } from './knobs.ts';

/** What an app's index shows of a record from a time on. */
export interface Shown {
  from: number;
  values: Values;
  version: string | undefined;
  stamp: number;
  state: FakeRecord['state'];
  survivor: string | undefined;
}

/** A record as it stands in an app. */
export interface FakeRecord {
  id: string;
  values: Values;
  changes: number;
  /** By the app's own clock, in its own resolution. */
  stamp: number;
  state: 'live' | 'archived' | 'deleted';
  survivor: string | undefined;
  born: { seq: number; by: By; token: string | undefined };
  shown: Shown[];
}

/** One object type's records, in the order they came. */
export interface FakeObject {
  knobs: ObjectKnobs;
  records: Map<string, FakeRecord>;
}

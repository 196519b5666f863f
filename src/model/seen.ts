import type { Values } from './value.ts';

/**
 * Archived: the app still has it somewhere. Missing: a tombstone, or a direct read said no. Moved: it lives on as a record
 * of another object type.
 */
export type GoneHow = 'archived' | 'missing' | 'moved';

/** A record as an app last showed it: a row of the mirror. */
export interface Seen {
  id: string;
  /** D2: a field that the app did not answer has no key here. Associations are keys too, as lists of ids. */
  values: Values;
  /** The app's version of the record; ordered versions compare as text. */
  version?: string;
  /** R3: the number of the call that answered it. */
  answered: number;
  /**
   * A number drawn once the first answer that showed it was there (of a record that we made: that of the call that made it):
   * what was sent later is not in it.
   */
  firstSeen: number;
  /** D3: the number of the call that last showed it with other content than before. */
  changed: number;
  gone?: GoneHow;
  /** A2: the record that this one was merged into. */
  survivor?: string;
}

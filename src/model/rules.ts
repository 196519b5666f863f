import type { Filter } from './filter.ts';
import type { ProblemCategory } from './problem.ts';
import type { Side, Two, Value, Values } from './value.ts';

/**
 * A sync's settings, compiled against both schemas and pinned for a run. What the pure steps decide by.
 * `compileRules` (model/compile.ts) makes it; nothing else does.
 */
export interface Rules {
  sync: string;
  version: number;
  /** M9: may the engine write on this side at all? */
  writes: Two<boolean>;
  /** The default app: which side's value stands in a conflict. */
  default: Side;
  /** Enabled mappings. */
  mappings: Mapping[];
  associations: AssociationMapping[];
  /** Match rules in order; empty: never match. */
  match: MatchRule[];
  /** F1: may this record of `side` start to sync towards the other side (filter, `require`, route)? Pure, on the full record. */
  starts(side: Side, values: Values): Scope;
  leaving: 'keep' | 'exclude';
  /** What happens to the partner of a record that is gone on this side. */
  deletions: Two<'ignore' | 'archive' | 'delete'>;
  /** Fields and associations that a new record on this side must have, by name. */
  required: Two<string[]>;
  /** Values of new records on this side that no mapping gives: a routed one gets the first of its route's, so that it stays. */
  given: Two<Values>;
  brakes: Brakes;
  can: Two<{ create: boolean; update: boolean; archive: boolean; delete: boolean }>;
  /** An update of this side is refused by the app if the record changed since the version we saw. W7 */
  conditional: Two<boolean>;
}

/** In: syncs. Out: excluded, and why in words. Elsewhere: a record of another sync on the same objects (routing). */
export type Scope = { is: 'in' } | { is: 'out'; why: string } | { is: 'elsewhere' };

/** One mapping: the fields of both sides that stand for the same thing. */
export interface Mapping {
  /**
   * Where its hash stands in a base. A slot belongs to (fields, transform, options): when one of these changes the
   * mapping gets a slot of its own, so the field is a first meeting again (M10); a slot is never given twice.
   */
  slot: number;
  /** For people and problems: 'email', 'full_name = first_name + last_name'. */
  name: string;
  /** Field names per side; more than one where a full name is joined and split. */
  fields: Two<string[]>;
  /** May it write on this side: by direction, switch, type pairing, and the field's writability? */
  writes: Two<boolean>;
  /** May it write on this side when a record is made there ('once' fields too)? */
  creates: Two<boolean>;
  wins: Side | 'latest';
  fill: 'always' | 'if-empty';
  empty: 'flows' | 'keeps';
  /** M8: mappings with one group move together. */
  group?: string;
  /**
   * Values for the other side's fields, from this side's (in the order of `fields`), or why they cannot be had.
   * `record`: all of this side's values, for transforms. `current`: what stands across now, for lists and split names.
   */
  convert(from: Side, values: Value[], record: Values, current?: Value[]): Converted;
  /**
   * Fields besides its own, per side, that a transform reads from that side's record: a change in one of them is a change
   * of this mapping too. Absent where no transform reads others.
   */
  reads?: Two<string[]>;
  /** Do the two sides' values mean the same? `records`: both whole records, needed where `reads` is there. */
  equal(a: Value[], b: Value[], records?: Two<Values>): boolean;
  /** Is this side's value empty, by its type (null, '', [])? */
  isEmpty(side: Side, values: Value[]): boolean;
  /** Could `now` be what the app made of `written` (case, space, truncation, rounding, precision)? Only for unsettled writes. */
  isEcho(side: Side, written: Value[], now: Value[]): boolean;
}

/** The outcome of a conversion; a problem names the field that would have been written. */
export type Converted = { values: Value[] } | { problem: ProblemCategory; field: string; message: string };

/** One association kept on both sides. */
export interface AssociationMapping {
  slot: number;
  name: string;
  /** Association name, far object and number per side. */
  ends: Two<{ name: string; to: string; many: 'one' | 'many' }>;
  /** May it be changed on this side? */
  writes: Two<boolean>;
  /** May a new record of this side carry it? Where it may be given only then, the record waits for its far record. */
  creates: Two<boolean>;
  wins: Side;
  /** Whether a sync of the far objects exists between these accounts; without one the association is left out (A1). */
  farSync: 'exists' | 'none';
}

/** Specs whose candidates are looked at together: [domain] and [name] of a company are one rule with two specs. */
export interface MatchRule {
  specs: KeySpec[];
}

/** Fields that must all be equal, as one key. Its id names the spec in `match_key`. */
export interface KeySpec {
  /** The id of the key on each side: (normaliser, field) pairs in text; the same on both feeds only by the hash. */
  id: Two<string>;
  /** This side's key of a record, normalised and ready to be compared as text, or null where a part is empty. */
  key(side: Side, values: Values): string | null;
  /** The same as the mirror keeps it: '' where a part is empty, undefined where one is not shown (D2: the last key stays). */
  kept(side: Side, values: Values): string | undefined;
}

/** A brake: a share of linked records (never fewer than MINIMUM_BRAKE_RECORDS) or a count. */
export type Brake = { share: number } | { count: number } | 'off';

/** What may pause a run. */
export interface Brakes {
  create: Brake;
  update: Brake;
  empty: Brake;
  archive: Brake;
}

/** A filter in a direction, of the source side's fields. */
export interface Filters {
  'a-to-b'?: Filter;
  'b-to-a'?: Filter;
}

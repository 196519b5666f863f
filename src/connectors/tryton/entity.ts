import type { Session } from '../../connector/session.ts';
import type { Association, Field, Meaning } from '../../model/field.ts';
import type { Value, Values } from '../../model/value.ts';
import type { Domain, Row } from './rpc.ts';
import type { Raw } from './typed-json.ts';

/** What must be known of the database to understand its rows. */
export interface Facts {
  /** The category that marks parties as persons; undefined before the first person. */
  personCategory: number | undefined;
  /** Parties that stand for the companies whose books these are: no business partners. */
  ownParties: Set<number>;
}

/** A model of Tryton's as an object type: how its rows are found, read and written. */
export interface Entity {
  name: string;
  label: string;
  means: Meaning;
  keys: string[];
  fields: Field[];
  associations?: Association[];
  model: string;
  /** What its values are read from; dots lead through relations. */
  reads: string[];
  /** Relations whose rows have stamps of their own: writing those does not touch this row's. */
  parts: { path: string; model: string }[];
  /** Conditions that hold for all its rows, and those that hold only for live ones. */
  domain: Domain;
  live(facts: Facts): Domain;
  /** Is the row one of these? A party may become a person. */
  state(row: Row, facts: Facts): 'live' | 'archived' | 'elsewhere';
  values(row: Row, facts: Facts): Values;
  writes?: EntityWrites;
}

/** How an entity's rows are made and changed. Preparing throws `Refused` for a record that cannot be written. */
export interface EntityWrites {
  /** The model that is written, where it is not the one that is read. */
  model: string;
  /** The written row's id for a row that was read. */
  target(row: Row): number;
  /** What goes to Tryton for a new record. */
  create(s: Session, values: Values, facts: Facts): Promise<Record<string, Raw>>;
  /** The ids of the records, for the ids that Tryton's create answered. */
  made?(s: Session, ids: number[]): Promise<number[]>;
  update(s: Session, row: Row, values: Values): Promise<Record<string, Raw>>;
  /** Its associations once more, of which some change; absent where none may. `to`: what all of them are to be. */
  relate?(s: Session, row: Row, to: Values): Promise<Record<string, Raw>>;
  archive: 'by active' | 'none';
}

/** A row behind a relation to one. */
export function far(row: Row, relation: string): Row | null {
  return (row[`${relation}.`] as Row | null) ?? null;
}

/** The rows behind a relation to many. */
export function parts(row: Row, relation: string): Row[] {
  return (row[`${relation}.`] as Row[] | undefined) ?? [];
}

/** A value as the engine has it: empty texts are empty, numbers are text. */
export function shown(raw: Raw | undefined): Value {
  if (raw === undefined || raw === null || raw === '') return null;
  return typeof raw === 'number' ? String(raw) : (raw as Value);
}

/** The rows behind a relation to one or to many. */
export function partsOf(row: Row, relation: string): Row[] {
  return [(row[`${relation}.`] as Row | Row[] | null) ?? []].flat();
}

/** The first id of an association's value; null where it has none. */
export function firstId(value: Value | undefined): number | null {
  return Array.isArray(value) && typeof value[0] === 'string' ? Number(value[0]) : null;
}

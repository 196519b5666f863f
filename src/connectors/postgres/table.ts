import type { Option } from '../../model/field.ts';

/** A table as far as the connector cares, read from the catalog (see catalog.ts). */
export interface Table {
  /** The object's name: 'public.customers'. */
  name: string;
  oid: string;
  /** Its schema, quoted. */
  schema: string;
  label: string;
  /** Quoted, for reading, changing and deleting. ONLY: rows of inheriting tables are theirs, and no key covers both. */
  from: string;
  /** Quoted, for inserting into. */
  into: string;
  columns: Column[];
  /** What the id of a record is made of. */
  key: Column[];
  /** Every unique index, the key's first. */
  uniques: Unique[];
  references: Reference[];
  /** The columns of every foreign key, by the constraint's name. */
  foreignKeys: Map<string, Column[]>;
  /** Bytes of an average row as last analysed; 0 where it never was. */
  rowBytes: number;
  may: { insert: boolean; update: boolean; delete: boolean };
  /** Row-level security decides what we see: a row can appear without having been written. */
  hidesRows: boolean;
  partitioned: boolean;
  /** Triggers run after a row is written and may write it again, so what a write returns is not yet what stands there. */
  writtenAgain: boolean;
  /** A constraint may be checked at the end of a transaction only, which ON CONFLICT cannot foresee. */
  checkedLater: boolean;
}

/** A column. */
export interface Column {
  /** Its number in the table, which outlives its name. */
  number: number;
  name: string;
  /** Quoted. */
  sql: string;
  label: string;
  kind: Kind;
  /** What a text is cast to before it is assigned: without length or precision, for a cast would cut without a word. */
  type: string;
  /** The type with length and precision. */
  fullType: string;
  maxLength?: number;
  decimals?: number;
  options?: Option[];
  notNull: boolean;
  /** The default's SQL expression; for an identity column the next number of its sequence. */
  default: string | null;
  identity: 'always' | 'by default' | 'no';
  /** Computed by the database from other columns. */
  generated: boolean;
  /** A time that an index begins with. */
  indexed: boolean;
  /** Set by a trigger to the time of each change. */
  stamped: boolean;
  /** Set by a trigger on new rows, whatever is sent. */
  assigned: boolean;
  may: { insert: boolean; update: boolean };
}

/** How a column's values are read and written (see cells.ts). */
export type Kind =
  | 'text'
  | 'padded'
  | 'long-text'
  | 'uuid'
  | 'integer'
  | 'number'
  | 'float'
  | 'money'
  | 'boolean'
  | 'date'
  | 'timestamp'
  | 'timestamptz'
  | 'choice'
  | 'choices'
  | 'list';

/** A unique index. */
export interface Unique {
  /** Each part as SQL over unqualified column names: a quoted column, or an expression. */
  parts: string[];
  /** The columns, where all parts are columns. */
  columns: Column[] | null;
  /** It covers only rows for which this holds. */
  predicate: string | null;
}

/** A foreign key that leads to the key of a table that can be synced: it is shown as an association. */
export interface Reference {
  /** The columns' names, joined by commas. */
  name: string;
  label: string;
  to: string;
  /** In the order of the far table's key. */
  columns: Column[];
  far: Column[];
}

/** A name as SQL takes it, whatever is in it. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A technical name for people: 'first_name' and 'firstName' are 'First name'. */
export function humanised(name: string): string {
  const words = name
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .split(/[\s_.-]+/)
    .filter((word) => word !== '');
  const text = words.map((word) => (/^\p{Lu}{2,}$/u.test(word) ? word : word.toLowerCase())).join(' ');
  return text === '' ? name : text.slice(0, 1).toUpperCase() + text.slice(1);
}

import type { Refusal } from '../../connector/contract.ts';
import type { ProblemCategory } from '../../model/problem.ts';
import type { Value, Values } from '../../model/value.ts';
import { BadCell, cellOf } from './cells.ts';
import { plainColumns, referenceOf, writableOf } from './fields.ts';
import { keyOf } from './ids.ts';
import type { Column, Reference, Table } from './table.ts';

/** What is written to a row: the text of each column; null is empty. */
export type Cells = Map<Column, string | null>;

/** A record that cannot be written as it is. */
export class Refused extends Error {
  override name = 'Refused';
  readonly refusal: Refusal;
  constructor(category: ProblemCategory, message: string, field?: string) {
    super(message);
    this.refusal = { kind: 'invalid', category, message, ...(field === undefined ? {} : { field }) };
  }
}

/** The cells of a record's values, fields and associations both. Throws `Refused`. */
export function cellsOf(table: Table, values: Values, op: 'create' | 'update'): Cells {
  const fields = new Map(plainColumns(table).map((column) => [column.name, column]));
  const cells: Cells = new Map();
  for (const [name, value] of Object.entries(values)) {
    const column = fields.get(name);
    const reference = column ? undefined : referenceOf(table, name);
    if (column) {
      checkWritable([column], table, op, name);
      cells.set(column, cellIn(column, value));
    } else if (reference) {
      checkWritable(reference.columns, table, op, name);
      setEnd(cells, reference, idsOf(value));
    } else {
      throw new Refused('schema-changed', `${table.name} has no column ${name} (any more); map another field`, name);
    }
  }
  return cells;
}

/** Puts the far record's key into the columns of a foreign key; without a far record they are empty. */
export function setEnd(cells: Cells, reference: Reference, ids: string[]): void {
  const [id] = ids;
  if (ids.length > 1) {
    throw new Refused('association-limit', `${reference.label} takes one record, not ${ids.length}`, reference.name);
  }
  const key = id === undefined ? null : keyOf(id, reference.columns.length);
  if (id !== undefined && !key) {
    throw new Refused('invalid-value', `${reference.to} can have no record ${id}`, reference.name);
  }
  for (const [index, column] of reference.columns.entries()) cells.set(column, key?.[index] ?? null);
}

/** Refuses what the table does not let us write. */
export function checkWritable(columns: Column[], table: Table, op: 'create' | 'update', field: string): void {
  const writable = writableOf(columns, table);
  if (writable === 'always' || (writable === 'once' && op === 'create')) return;
  const when = writable === 'once' ? ' of a row that is there' : '';
  throw new Refused('read-only', `${field}${when} cannot be written in ${table.name}; turn its mapping off`, field);
}

/** The length of all texts together, in characters. */
export function lengthOf(cells: Cells): number {
  let length = 0;
  for (const text of cells.values()) length += text?.length ?? 0;
  return length;
}

function cellIn(column: Column, value: Value): string | null {
  try {
    return cellOf(column, value);
  } catch (error) {
    if (error instanceof BadCell) throw new Refused('invalid-value', error.message, column.name);
    throw error;
  }
}

function idsOf(value: Value): string[] {
  const list = Array.isArray(value) ? value : value === null || value === '' ? [] : [String(value)];
  return list.map((entry) => (typeof entry === 'string' ? entry : entry.value));
}

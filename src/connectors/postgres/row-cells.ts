import type { Refusal } from '../../connector/contract.ts';
import type { ProblemCategory } from '../../model/problem.ts';
import type { Value, Values } from '../../model/value.ts';
import { BadCell, cellOf } from './cells.ts';
import { plainColumns, writableOf } from './fields.ts';
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

/** Where a field or an association is written to. */
export interface Slot {
  columns: Column[];
  reference?: Reference;
  writable: 'always' | 'once' | 'never';
}

/** Every field and association of a table by its name; worked out once. */
export function slotsOf(table: Table): Map<string, Slot> {
  let slots = known.get(table);
  if (!slots) {
    slots = new Map();
    for (const reference of table.references) {
      const { name, columns } = reference;
      slots.set(name, { columns, reference, writable: writableOf(columns, table) });
    }
    for (const column of plainColumns(table)) {
      slots.set(column.name, { columns: [column], writable: writableOf([column], table) });
    }
    known.set(table, slots);
  }
  return slots;
}

const known = new WeakMap<Table, Map<string, Slot>>();

/** The cells of a record's values, fields and associations both. Throws `Refused`. */
export function cellsOf(table: Table, values: Values, op: 'create' | 'update'): Cells {
  const slots = slotsOf(table);
  const cells: Cells = new Map();
  for (const name in values) {
    const slot = slots.get(name);
    if (!slot) {
      throw new Refused('schema-changed', `${table.name} has no column ${name} (any more); map another field`, name);
    }
    fill(cells, table, name, slot, values[name] ?? null, op);
  }
  return cells;
}

/** The cells of a new row's key, as far as its values give them; null where they are none. */
export function keyCellsOf(table: Table, values: Values): Cells | null {
  const cells: Cells = new Map();
  try {
    for (const [name, slot] of slotsOf(table)) {
      if (!(name in values) || !slot.columns.some((column) => table.key.includes(column))) continue;
      fill(cells, table, name, slot, values[name] ?? null, 'create');
    }
    return cells;
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}

function fill(cells: Cells, table: Table, name: string, slot: Slot, value: Value, op: 'create' | 'update'): void {
  checkWritable(slot, table, op, name);
  if (slot.reference) return setEnd(cells, slot.reference, idsOf(value));
  for (const column of slot.columns) cells.set(column, cellIn(column, value));
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
export function checkWritable({ writable }: Slot, table: Table, op: 'create' | 'update', field: string): void {
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

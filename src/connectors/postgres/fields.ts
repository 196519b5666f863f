import type { Association, Field, FieldType } from '../../model/field.ts';
import type { Column, Kind, Table } from './table.ts';

/** A table's columns as fields; those of a foreign key are associations instead (see `associationsOf`). */
export function fieldsOf(table: Table): Field[] {
  return plainColumns(table).map((column) => fieldOf(column, table));
}

/** The columns that are fields: not part of a foreign key, unless the table's own key needs them. */
export function plainColumns(table: Table): Column[] {
  const referring = new Set(table.references.flatMap((reference) => reference.columns));
  const single = new Set(table.references.map((reference) => reference.name));
  return table.columns.filter(
    (column) => !referring.has(column) || (table.key.includes(column) && !single.has(column.name)),
  );
}

/** A table's foreign keys. */
export function associationsOf(table: Table): Association[] {
  return table.references.map((reference) => ({
    name: reference.name,
    label: reference.label,
    to: reference.to,
    many: 'one',
    writable: writableOf(reference.columns, table),
  }));
}

/** Fields by which people tell records: unique ones, then the key itself. */
export function identifiersOf(table: Table): string[] {
  const fields = new Set(plainColumns(table));
  const unique = table.columns.filter((column) => isUnique(column, table) && !table.key.includes(column));
  return [...unique, ...table.key].filter((column) => fields.has(column)).map((column) => column.name);
}

/** The columns of a reference or a field, as far as they may be written. */
export function writableOf(columns: Column[], table: Table): Field['writable'] {
  if (columns.some((column) => column.generated || column.identity === 'always' || column.stamped)) return 'never';
  const isKey = columns.some((column) => table.key.includes(column));
  if (isKey && columns.some((column) => isNumbered(column) || column.assigned)) return 'never';
  if (!isKey && columns.every((column) => column.may.update)) return 'always';
  return columns.every((column) => column.may.insert) ? 'once' : 'never';
}

function fieldOf(column: Column, table: Table): Field {
  const { maxLength, decimals, options } = column;
  const field: Field = {
    name: column.name,
    label: column.label,
    type: options && fieldTypes[column.kind] === 'text' ? 'select' : fieldTypes[column.kind],
    writable: writableOf([column], table),
  };
  if (column.notNull && column.default === null && field.writable !== 'never') field.required = true;
  if (isUnique(column, table)) field.unique = true;
  if (maxLength !== undefined) field.maxLength = maxLength;
  if (decimals !== undefined) field.decimals = decimals;
  if (options) field.options = options;
  if (field.type === 'list') field.of = 'text';
  return field;
}

const fieldTypes: Record<Kind, FieldType> = {
  text: 'text',
  padded: 'text',
  'long-text': 'long-text',
  uuid: 'text',
  integer: 'integer',
  number: 'number',
  float: 'number',
  money: 'money',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'datetime',
  timestamptz: 'datetime',
  choice: 'select',
  choices: 'multi-select',
  list: 'list',
};

/** Numbers from a sequence are the table's own: the same number elsewhere is another record. */
function isNumbered(column: Column): boolean {
  return column.identity !== 'no' || /^nextval\(/i.test(column.default ?? '');
}

function isUnique(column: Column, table: Table): boolean {
  return table.uniques.some(
    ({ columns, predicate }) => columns?.length === 1 && columns[0] === column && predicate === null,
  );
}

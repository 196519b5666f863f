import type { AppRecord } from '../../connector/contract.ts';
import type { Value, Values } from '../../model/value.ts';
import { shown, shownKey, valueReader } from './cells.ts';
import type { Row } from './database.ts';
import { plainColumns } from './fields.ts';
import { idOf } from './ids.ts';
import type { Column, Reference, Table } from './table.ts';

/** What is selected of a table (as `t`) and how a row of it becomes a record. */
export interface Projection {
  /** SQL expressions: the key's columns, the version, then the fields. */
  columns: string[];
  /** The record of a row that holds these columns from place `at` on. */
  record(row: Row, at?: number): AppRecord;
}

/** A projection on these fields and associations; on all of them where none are named. */
export function projectionOf(table: Table, names?: readonly string[]): Projection {
  const wanted = names && new Set(names);
  const columns = plainColumns(table).filter((column) => !wanted || wanted.has(column.name));
  const references = table.references.filter((reference) => !wanted || wanted.has(reference.name));
  const width = table.key.length + 1;
  const readers = columns.map((column) => ({ name: column.name, read: valueReader(column) }));
  return {
    columns: [
      ...table.key.map((column) => shownKey(column)),
      't.xmin::text',
      ...columns.map((column) => shown(column)),
      ...references.flatMap((reference) => reference.columns.map((column, index) => farKey(column, reference, index))),
    ],
    record(row, at = 0) {
      const values: Values = {};
      let place = at + width;
      for (const { name, read } of readers) {
        const text = row[place++];
        values[name] = text === null || text === undefined ? null : read(text);
      }
      for (const { name, columns } of references) {
        values[name] = edgesOf(row.slice(place, place + columns.length));
        place += columns.length;
      }
      const version = row[at + width - 1];
      return { id: idOf(row.slice(at, at + width - 1)), values, ...(version ? { version } : {}) };
    },
  };
}

/** Shown as the far table shows its key, so that the id is the far record's. */
function farKey(column: Column, reference: Reference, index: number): string {
  const far = reference.far[index] ?? column;
  return far.kind === column.kind ? shownKey(column) : `t.${column.sql}::${far.type}::text`;
}

function edgesOf(key: Row): Value {
  return key.some((part) => part === null) ? [] : [idOf(key)];
}

import type { Refusal, UpdateItem, WriteResult } from '../../connector/contract.ts';
import type { Session } from '../../connector/session.ts';
import { assigned } from './cells.ts';
import type { Database } from './database.ts';
import { duplicatesOf } from './duplicates.ts';
import { keyOf } from './ids.ts';
import { projectionOf } from './projection.ts';
import { keyList, keyMatch } from './read.ts';
import { readBack } from './read-back.ts';
import { culprit, refusalOf } from './refusal.ts';
import { type Cells, cellsOf, checkWritable, lengthOf, Refused, setEnd, slotsOf } from './row-cells.ts';
import type { Rejected } from './sqlstate.ts';
import type { Column, Table } from './table.ts';
import { type StoredRow, tellUntouched, versionOf } from './untouched.ts';
import { BATCH_ROWS, type Locks, lotsOf, turnOf, writeLots } from './write.ts';

interface ChangedRow extends StoredRow {
  cells: Cells;
}

/** Changes rows: see `UpdateBatch.send`. Each statement names the columns that its rows change, and no others. */
export async function update(s: Session, table: Table, items: UpdateItem[]): Promise<WriteResult[]> {
  const early = new Map<number, WriteResult>();
  const rows: ChangedRow[] = [];
  const turns = new Map<string, number>();
  for (const [at, item] of items.entries()) {
    const row = changedRow(table, item, at);
    if ('refused' in row) early.set(at, row);
    else if (row.cells.size === 0) early.set(at, { done: item.id });
    else rows.push(row);
  }
  const lots = lotsOf(rows, table, BATCH_ROWS, (row) => `${turnOf(turns, row.id)} ${signatureOf(row)}`);
  return writeLots(s, early, lots, {
    table,
    attempt: (db, lot, seconds, locks) => change(db, table, lot, seconds, locks),
    explain: (db, row, error) => explain(db, table, row, error),
  });
}

/** Rows that change the same columns are one statement's. */
function signatureOf({ cells }: ChangedRow): string {
  const numbers = [...cells.keys()].map((column) => column.number);
  return numbers.sort((one, other) => one - other).join();
}

function changedRow(table: Table, item: UpdateItem, at: number): ChangedRow | { refused: Refusal } {
  const { id } = item;
  const key = keyOf(id, table.key.length);
  if (!key) return { refused: noSuch(table, id) };
  try {
    const cells = cellsOf(table, item.values, 'update');
    for (const [name, { add, remove }] of Object.entries(item.edges ?? {}))
      addEdges(cells, table, item, name, add, remove);
    return { at, id, key, version: versionOf(item.version), cells, characters: lengthOf(cells) };
  } catch (error) {
    if (error instanceof Refused) return { refused: error.refusal };
    throw error;
  }
}

/** An id that cannot be one of the table: of another form, or of another type than its key. */
function noSuch(table: Table, id: string): Refusal {
  return { kind: 'missing', message: `${table.name} can have no record ${id}` };
}

function addEdges(cells: Cells, table: Table, item: UpdateItem, name: string, add: string[], remove: string[]): void {
  const slot = slotsOf(table).get(name);
  if (!slot?.reference)
    throw new Refused('schema-changed', `${table.name} has no association ${name} (any more)`, name);
  const now = item.before[name];
  // Taking away a far record that is not there any more must not take away the one that is.
  const isThere = !Array.isArray(now) || now.some((far) => typeof far === 'string' && remove.includes(far));
  if (add.length === 0 && (remove.length === 0 || !isThere)) return;
  checkWritable(slot, table, 'update', name);
  setEnd(cells, slot.reference, add);
}

async function change(
  db: Database,
  table: Table,
  lot: ChangedRow[],
  seconds: number,
  locks: Locks,
): Promise<Map<number, WriteResult>> {
  const columns = [...(lot[0]?.cells.keys() ?? [])].sort((one, other) => one.number - other.number);
  const values = [
    ...table.key.map((_, part) => lot.map((row) => row.key[part])),
    lot.map((row) => row.version),
    ...columns.map((column) => lot.map((row) => row.cells.get(column) ?? null)),
  ];
  const projection = projectionOf(table);
  return db.write(seconds, async (run) => {
    const rows = await run.rows(alteration(table, columns, projection.columns, locks), values);
    const images = table.writtenAgain ? await readBack(run, table, projection, rows, 1) : null;
    const results = new Map<number, WriteResult>();
    for (const row of rows) {
      const item = lot[Number(row[0]) - 1];
      const made = projection.record(row, 1);
      const { values: image, version } = images?.get(made.id) ?? made;
      if (item) results.set(item.at, { done: item.id, image, ...(version === undefined ? {} : { version }) });
    }
    return tellUntouched(run, table, lot, results, locks);
  });
}

/** SQL: writes the columns where key and version (v1; null: whatever it is) are still these. */
function alteration(table: Table, columns: Column[], shown: string[], locks: Locks): string {
  const sets = columns.map((column, at) => `${column.sql} = ${assigned(column, `u.v${at + 2}`)}`);
  const list = keyList(table, columns.length + 1);
  const match = `${keyMatch(table)} and (u.v1 is null or t.xmin = u.v1::xid)`;
  const returned = shown.map((sql) => (table.partitioned && sql === 't.xmin::text' ? 'null::text' : sql));
  if (locks === 'wait') {
    return `update ${table.from} as t set ${sets.join(', ')} from ${list} where ${match}
      returning u.n::text, ${returned.join(', ')}`;
  }
  return `with u as materialized (select * from ${list}),
    free as materialized (select u.n from u join ${table.from} t on ${match} for no key update of t skip locked)
    update ${table.from} as t set ${sets.join(', ')} from u join free on free.n = u.n where ${match}
    returning u.n::text, ${returned.join(', ')}`;
}

async function explain(db: Database, table: Table, row: ChangedRow, error: Rejected): Promise<Refusal> {
  const clashing = { cells: row.cells, key: row.key };
  const [duplicate] = error.code === uniqueViolation ? await duplicatesOf(db, table, [clashing]) : [];
  if (duplicate) return duplicate;
  const key: Cells = new Map(table.key.map((column, part) => [column, row.key[part] ?? null]));
  if (error.code.startsWith('22') && (await culprit(db, key))) return noSuch(table, row.id);
  return refusalOf(db, table, row.cells, error);
}

const uniqueViolation = '23505';

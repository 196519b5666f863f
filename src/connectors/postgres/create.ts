import { type AppRecord, type CreateItem, Failure, type Refusal, type WriteResult } from '../../connector/contract.ts';
import type { Session } from '../../connector/session.ts';
import type { Values } from '../../model/value.ts';
import { assigned, cast, shownKey } from './cells.ts';
import { type Database, database, type Row, type Run } from './database.ts';
import { duplicatesOf } from './duplicates.ts';
import { idOf, keyOf } from './ids.ts';
import { type Projection, projectionOf } from './projection.ts';
import { keyList } from './read.ts';
import { readBack } from './read-back.ts';
import { refusalOf, refuse } from './refusal.ts';
import { type Cells, cellsOf, keyCellsOf, lengthOf, Refused } from './row-cells.ts';
import { Rejected } from './sqlstate.ts';
import type { Column, Table } from './table.ts';
import { BATCH_ROWS, type Item, later, lotsOf, turnOf, writeLots } from './write.ts';

interface NewRow extends Item {
  /** Of its key, where that is chosen. */
  id: string;
  cells: Cells;
}

/**
 * Can the key of a new row be known before it is sent? Not where the database computes it, a trigger sets it, or the
 * sequence is not ours to draw from.
 */
export function choosesKeys(table: Table): boolean {
  return table.key.every(
    (column) => !column.generated && !column.assigned && (column.identity === 'no' || column.default !== null),
  );
}

/**
 * The ids that new rows will have: the key's values where the record brings them, else the next of the column's own default
 * (a sequence, a UUID), else a random UUID. An empty id: the key is not known; the create then says so.
 */
export async function reserve(s: Session, table: Table, items: { values: Values }[]): Promise<string[]> {
  const known = items.map(({ values }) => keyCellsOf(table, values));
  const drawn = known.every((cells) => table.key.every((column) => cells?.get(column) != null))
    ? []
    : await draw(s, table, items.length);
  return known.map((cells, at) => {
    const key = table.key.map((column, part) => cells?.get(column) ?? drawn[at]?.[part] ?? randomKey(s, column));
    return key.every((part) => part !== null) ? idOf(key) : '';
  });
}

/** Makes new rows: see `CreateBatch.send`. */
export async function create(s: Session, table: Table, items: CreateItem[]): Promise<WriteResult[]> {
  const early = new Map<number, WriteResult>();
  const rows: NewRow[] = [];
  const chosen = choosesKeys(table);
  for (const [at, item] of items.entries()) {
    try {
      const cells = newCells(table, item, chosen);
      const id = chosen ? idOf(table.key.map((column) => cells.get(column) ?? null)) : String(at);
      rows.push({ at, id, cells, characters: lengthOf(cells) });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      early.set(at, { refused: error.refusal });
    }
  }
  const optional = table.columns.filter((column) => column.default !== null && !column.notNull);
  const turns = new Map<string, number>();
  const lots = lotsOf(
    rows,
    table,
    chosen ? BATCH_ROWS : 1,
    (row) => `${turnOf(turns, row.id)} ${signatureOf(optional, row)}`,
  );
  return writeLots(s, early, lots, {
    table,
    attempt: (db, lot, seconds) => insert(db, table, lot, seconds),
    explain: (db, row, error) => explain(db, table, row, error),
  });
}

async function draw(s: Session, table: Table, count: number): Promise<Row[]> {
  if (table.key.every((column) => column.default === null)) return [];
  const defaults = table.key.map((column) => `(${column.default ?? 'null'})::${column.type} as ${column.sql}`);
  const db = await database(s);
  return db.read((run) =>
    run.rows(
      `select ${table.key.map((column) => shownKey(column)).join(', ')}
        from (select ${defaults.join(', ')} from generate_series(1, $1::int)) t`,
      [count],
    ),
  );
}

function randomKey(s: Session, column: Column): string | null {
  return column.kind === 'uuid' ? s.random.uuid() : null;
}

function newCells(table: Table, item: CreateItem, chosen: boolean): Cells {
  const cells = cellsOf(table, item.values, 'create');
  if (!chosen) return cells;
  const key = keyOf(item.token, table.key.length);
  for (const [part, column] of table.key.entries()) {
    const text = key?.[part] ?? cells.get(column) ?? null;
    if (text === null) {
      throw new Refused(
        'required-missing',
        `${table.name} takes no record without ${column.label}; fill it in`,
        column.name,
      );
    }
    cells.set(column, canonical(column, text));
  }
  return cells;
}

/** A key as PostgreSQL shows it, as far as it can be told here: so the same key twice in a batch is seen to be the same. */
function canonical(column: Column, text: string): string {
  if (column.kind === 'uuid') return text.toLowerCase();
  return column.kind === 'integer' && /^[+-]?\d+$/.test(text) ? BigInt(text).toString() : text;
}

/**
 * Rows that one INSERT makes. An absent value leaves a column to its default while an empty one empties it, which differs
 * only where the column has a default and may be empty.
 */
function signatureOf(optional: Column[], { cells }: NewRow): string {
  return optional.map((column) => (cells.has(column) ? '1' : '0')).join('');
}

async function insert(db: Database, table: Table, lot: NewRow[], seconds: number): Promise<Map<number, WriteResult>> {
  const results = await db.write(seconds, (run) =>
    insertLot(run, table, lot, table.checkedLater ? '' : 'on conflict do nothing'),
  );
  const left = lot.filter((row) => !results.has(row.at));
  if (left.length > 0) await tellLeft(db, table, left, results, seconds);
  return results;
}

/** Adds why rows were left out of an INSERT that is done: whatever happens here, its results must be told. */
async function tellLeft(
  db: Database,
  table: Table,
  left: NewRow[],
  results: Map<number, WriteResult>,
  seconds: number,
): Promise<void> {
  try {
    const duplicates = await duplicatesOf(db, table, left);
    for (const [index, row] of left.entries()) {
      const refused = duplicates[index];
      results.set(row.at, refused ? { refused } : await insertAlone(db, table, row, seconds));
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    for (const { at } of left) if (!results.has(at)) results.set(at, unclear(error));
  }
}

/** A row that was left out and is no duplicate we can see: without ON CONFLICT, PostgreSQL says why. */
async function insertAlone(db: Database, table: Table, row: NewRow, seconds: number): Promise<WriteResult> {
  try {
    const results = await db.write(seconds, (run) => insertLot(run, table, [row], ''));
    const message = `a trigger of ${table.name} turned the record down without saying why`;
    return results.get(row.at) ?? { refused: refuse('rejected-by-app', message) };
  } catch (error) {
    if (error instanceof Rejected) return { refused: await explain(db, table, row, error) };
    if (error instanceof Failure) return unclear(error);
    throw error;
  }
}

function unclear(error: Failure): WriteResult {
  return error.sent === 'unknown' ? { unknown: error.message } : later(error.message);
}

async function insertLot(run: Run, table: Table, lot: NewRow[], onConflict: string): Promise<Map<number, WriteResult>> {
  const projection = projectionOf(table);
  const columns = table.columns.filter((column) => lot.some((row) => row.cells.has(column)));
  const cells = columns.map((column) => lot.map((row) => row.cells.get(column) ?? null));
  const rows = await run.rows(insertion(table, columns, projection, onConflict), cells);
  const records = rows.map((row) => projection.record(row));
  const items = await itemsOf(run, table, lot, records);
  const images = table.writtenAgain ? await readBack(run, table, projection, rows, 0) : null;
  const results = new Map<number, WriteResult>();
  for (const made of records) {
    const item = items.get(made.id);
    if (!item) throw new Rejected({ code: triggeredDataChange, message: otherKey(table) });
    const { values, version } = images?.get(made.id) ?? made;
    results.set(item.at, { done: made.id, image: values, ...(version === undefined ? {} : { version }) });
  }
  return results;
}

/** SQL: inserts the arrays $1 …, one for each column, and shows the rows made. */
function insertion(table: Table, columns: Column[], projection: Projection, onConflict: string): string {
  const names = columns.map((_, index) => `v${index + 1}`);
  const arrays = columns.map((_, index) => `$${index + 1}::text[]`);
  const values = columns.map((column, index) => assigned(column, `u.v${index + 1}`));
  const overriding = columns.some((column) => column.identity === 'always') ? 'overriding system value' : '';
  return `insert into ${table.into} as t (${columns.map((column) => column.sql).join(', ')}) ${overriding}
    select ${values.join(', ')} from unnest(${arrays.join(', ')}) u(${names.join(', ')}) ${onConflict}
    returning ${projection.columns.map((sql) => returned(table, sql)).join(', ')}`;
}

/** Which item each new record is, by its id. A key that was written otherwise ('007') is put as PostgreSQL shows it. */
async function itemsOf(run: Run, table: Table, lot: NewRow[], made: AppRecord[]): Promise<Map<string, NewRow>> {
  const [only] = lot;
  // A row whose key we do not choose comes alone.
  if (!choosesKeys(table)) return new Map(only ? made.map((record) => [record.id, only]) : []);
  const items = new Map(lot.map((row) => [row.id, row]));
  if (made.every((record) => items.has(record.id))) return items;
  const keys = table.key.map((column) => lot.map((row) => row.cells.get(column) ?? null));
  const typed = table.key.map(
    (column, part) => `${cast(column, `u.k${part + 1}`)}::${column.fullType} as ${column.sql}`,
  );
  const shown = table.key.map((column) => shownKey(column));
  const rows = await run.rows(
    `select t.n::text, ${shown.join(', ')} from (select ${typed.join(', ')}, u.n from ${keyList(table)}) t`,
    keys,
  );
  for (const [n, ...key] of rows) {
    const row = lot[Number(n) - 1];
    if (row) items.set(idOf(key), row);
  }
  return items;
}

/** A new row of a partitioned table has no xmin to return; it is read back. */
function returned(table: Table, sql: string): string {
  return table.partitioned && sql === 't.xmin::text' ? 'null::text' : sql;
}

async function explain(db: Database, table: Table, row: NewRow, error: Rejected): Promise<Refusal> {
  if (error.code === triggeredDataChange) return refuse('rejected-by-app', error.message);
  const [duplicate] = error.code === uniqueViolation ? await duplicatesOf(db, table, [{ cells: row.cells }]) : [];
  return duplicate ?? refusalOf(db, table, row.cells, error);
}

function otherKey(table: Table): string {
  return `a trigger of ${table.name} gives new rows another key than they are sent with; let it keep a key that is given`;
}

const uniqueViolation = '23505';
const triggeredDataChange = '27000';

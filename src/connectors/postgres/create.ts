import type { CreateItem, Refusal, WriteResult } from '../../connector/contract.ts';
import type { Session } from '../../connector/session.ts';
import type { Values } from '../../model/value.ts';
import { assigned, shownKey } from './cells.ts';
import { type Database, database, type Row, type Run } from './database.ts';
import { duplicatesOf } from './duplicates.ts';
import { idOf, keyOf } from './ids.ts';
import { type Projection, projectionOf } from './projection.ts';
import { readBack } from './read-back.ts';
import { refusalOf, refuse } from './refusal.ts';
import { type Cells, cellsOf, lengthOf, Refused } from './row-cells.ts';
import { Rejected } from './sqlstate.ts';
import type { Column, Table } from './table.ts';
import { BATCH_ROWS, type Item, later, lotsOf, writeLots } from './write.ts';

interface NewRow extends Item {
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
  const known = items.map(({ values }) => keyCells(table, values));
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
  for (const [at, item] of items.entries()) {
    try {
      const cells = newCells(table, item);
      rows.push({ at, cells, characters: lengthOf(cells) });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      early.set(at, { refused: error.refusal });
    }
  }
  const most = choosesKeys(table) ? BATCH_ROWS : 1;
  return writeLots(
    s,
    early,
    lotsOf(rows, table, most, (row) => signatureOf(table, row)),
    {
      table,
      attempt: (db, lot, seconds) => insert(db, table, lot, seconds),
      explain: (db, row, error) => explain(db, table, row, error),
    },
  );
}

function keyCells(table: Table, values: Values): Cells | null {
  try {
    return cellsOf(table, values, 'create');
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
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

function newCells(table: Table, item: CreateItem): Cells {
  const cells = cellsOf(table, item.values, 'create');
  if (!choosesKeys(table)) return cells;
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
    cells.set(column, text);
  }
  return cells;
}

/**
 * Rows that one INSERT makes. An absent value leaves a column to its default while an empty one empties it, which differs
 * only where the column has a default and may be empty.
 */
function signatureOf(table: Table, { cells }: NewRow): string {
  const optional = table.columns.filter((column) => column.default !== null && !column.notNull && cells.has(column));
  return optional.map((column) => column.number).join();
}

async function insert(db: Database, table: Table, lot: NewRow[], seconds: number): Promise<Map<number, WriteResult>> {
  const results = await db.write(seconds, (run) =>
    insertLot(run, table, lot, table.checkedLater ? '' : 'on conflict do nothing'),
  );
  const refused = lot.filter((row) => !results.has(row.at));
  if (refused.length === 0) return results;
  const existing = await duplicatesOf(
    db,
    table,
    refused.map((row) => ({ cells: row.cells })),
  );
  for (const [index, row] of refused.entries()) {
    const duplicate = existing[index];
    results.set(row.at, duplicate ? { refused: duplicate } : await insertAlone(db, table, row, seconds));
  }
  return results;
}

/** A row that was left out and is no duplicate we can see: without ON CONFLICT, PostgreSQL says why. */
async function insertAlone(db: Database, table: Table, row: NewRow, seconds: number): Promise<WriteResult> {
  try {
    const results = await db.write(seconds, (run) => insertLot(run, table, [row], ''));
    const message = `a trigger of ${table.name} turned the record down without saying why`;
    return results.get(row.at) ?? { refused: refuse('rejected-by-app', message) };
  } catch (error) {
    if (!(error instanceof Rejected)) return later('the connection to PostgreSQL broke off; the record is sent again');
    return { refused: await explain(db, table, row, error) };
  }
}

async function insertLot(run: Run, table: Table, lot: NewRow[], onConflict: string): Promise<Map<number, WriteResult>> {
  const projection = projectionOf(table);
  const columns = table.columns.filter((column) => lot.some((row) => row.cells.has(column)));
  const sql = insertion(table, columns, projection, onConflict);
  const rows = await run.rows(
    sql,
    columns.map((column) => lot.map((row) => row.cells.get(column) ?? null)),
  );
  const records = rows.map((row) => projection.record(row, 1));
  const images = table.writtenAgain ? await readBack(run, table, projection, rows, 1) : null;
  const results = new Map<number, WriteResult>();
  for (const [index, row] of rows.entries()) {
    const item = lot[Number(row[0]) - 1];
    const made = records[index];
    if (row[0] === null || !item || !made) throw new Rejected({ code: triggeredDataChange, message: otherKey(table) });
    const { values, version } = images?.get(made.id) ?? made;
    results.set(item.at, { done: made.id, image: values, ...(version === undefined ? {} : { version }) });
  }
  return results;
}

/** SQL: inserts the arrays $1 …, one for each column, and tells for each row made which of them it was. */
function insertion(table: Table, columns: Column[], projection: Projection, onConflict: string): string {
  const names = columns.map((_, index) => `v${index + 1}`);
  const typed = columns.map((column, index) => `${assigned(column, `u.v${index + 1}`)} as c${index + 1}`);
  const arrays = columns.map((_, index) => `$${index + 1}::text[]`);
  const shown = projection.columns.map((sql, index) => `${returned(table, sql)} as p${index + 1}`);
  const keys = table.key.map((column, index) => `t.${column.sql} as k${index + 1}`);
  const match = table.key.map((column, index) => `r.c${columns.indexOf(column) + 1} = i.k${index + 1}`);
  const overriding = columns.some((column) => column.identity === 'always') ? 'overriding system value' : '';
  // A row whose key we do not choose comes alone, and so needs no telling.
  const told = choosesKeys(table)
    ? `r.n::text, ${list('i.p', shown)} from i left join r on ${match.join(' and ')}`
    : `'1', ${list('i.p', shown)} from i`;
  return `with r as materialized (
      select ${[...typed, 'u.n'].join(', ')} from unnest(${arrays.join(', ')}) with ordinality u(${[...names, 'n'].join(', ')})
    ), i as (
      insert into ${table.into} as t (${columns.map((column) => column.sql).join(', ')}) ${overriding}
      select ${list('r.c', names)} from r order by r.n ${onConflict}
      returning ${[...shown, ...keys].join(', ')}
    ) select ${told}`;
}

function list(prefix: string, of: unknown[]): string {
  return of.map((_, index) => `${prefix}${index + 1}`).join(', ');
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

import type { Refusal } from '../../connector/contract.ts';
import { assigned, shownKey } from './cells.ts';
import type { Database } from './database.ts';
import { idOf } from './ids.ts';
import { keyList, keyMatch } from './read.ts';
import type { Cells } from './row-cells.ts';
import type { Column, Table, Unique } from './table.ts';

/** A row that could not be written: its new cells, and its key where it is there already. */
export interface Clashing {
  cells: Cells;
  key?: string[];
}

/**
 * For each row, the refusal that names the row in its way: the first of another key that shares a unique index with it.
 * Undefined where there is none. Works for indexes on expressions and on some rows only.
 */
export async function duplicatesOf(db: Database, table: Table, rows: Clashing[]): Promise<(Refusal | undefined)[]> {
  const found: (Refusal | undefined)[] = rows.map(() => undefined);
  for (const index of table.uniques) {
    const open = rows.map((row, at) => ({ ...row, at })).filter(({ at }) => found[at] === undefined);
    if (open.length === 0) break;
    const columns = table.columns.filter((column) => open.some((row) => row.cells.has(column)));
    const keys = table.key.map((_, part) => open.map((row) => row.key?.[part] ?? null));
    const cells = columns.map((column) => open.map((row) => row.cells.get(column) ?? null));
    const rest = open.some((row) => row.key) ? stored : standard;
    const answer = await db.read((run) => run.rows(clashes(table, index, columns, rest), [...keys, ...cells]));
    for (const [n, ...key] of answer) {
      const row = open[Number(n) - 1];
      if (row) found[row.at] ??= duplicate(table, index, idOf(key));
    }
  }
  return found;
}

/**
 * SQL: the rows as they would be (`x`: new cells over what stands there) joined to the rows of the table (`y`) by the
 * parts of the index. Parts and predicate are written over bare column names, so both are subqueries of their own.
 */
function clashes(table: Table, index: Unique, columns: Column[], rest: (column: Column) => string): string {
  const would = table.columns.map((column) => {
    const at = columns.indexOf(column);
    return `${at < 0 ? rest(column) : assigned(column, `u.v${at + 1}`)} as ${column.sql}`;
  });
  const parts = index.parts.map((part, at) => `(${part}) as e${at + 1}`).join(', ');
  const where = index.predicate === null ? '' : `where ${index.predicate}`;
  const own = table.key.map((_, at) => `syncline_k${at + 1}`).join(', ');
  const sent = table.key.map((_, at) => `u.k${at + 1} as syncline_k${at + 1}`).join(', ');
  const shown = table.key.map((column, at) => `${shownKey(column)} as o${at + 1}`).join(', ');
  const found = table.key.map((_, at) => `y.o${at + 1}`).join(', ');
  const same = index.parts.map((_, at) => `x.e${at + 1} = y.e${at + 1}`).join(' and ');
  return `select x.syncline_n::text, ${found}
    from (select syncline_n, ${own}, ${parts} from (
        select u.n as syncline_n, ${sent}, ${would.join(', ')}
        from ${keyList(table, columns.length)} left join ${table.from} t on ${keyMatch(table)}
      ) r ${where}) x
    join (select ${parts}, ${shown} from ${table.from} t ${where}) y on ${same}
    where (${found}) is distinct from (${own})`;
}

/** A column that a change leaves alone. */
function stored(column: Column): string {
  return `t.${column.sql}`;
}

/** A column that a new row leaves out; no number is drawn from a sequence for it. */
function standard(column: Column): string {
  const isFixed = column.default !== null && !/nextval/i.test(column.default);
  return isFixed ? `(${column.default})::${column.type}` : `null::${column.type}`;
}

function duplicate(table: Table, index: Unique, existingId: string): Refusal {
  const what = index.columns ? index.columns.map((column) => column.label).join(' and ') : 'unique value';
  const [only] = index.columns?.length === 1 ? index.columns : [];
  return {
    kind: 'duplicate',
    category: 'duplicate-in-target',
    message: `${table.name} already has a record with the same ${what}: ${existingId}`,
    existingId,
    ...(only ? { field: only.name } : {}),
  };
}

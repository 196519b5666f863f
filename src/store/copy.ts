import type { Tx } from './db.ts';

/** One value of a row: text as it is, null as NULL. Numbers and JSON come as text. */
export type Cell = string | number | null;

/** Puts rows into a table by COPY, which takes a third off what INSERT costs. `into`: 'table (column, …)'. */
export async function copyRows(tx: Tx, into: string, rows: readonly (readonly Cell[])[]): Promise<void> {
  let lines = '';
  for (const row of rows) lines += lineOf(row);
  await tx.copy(`copy ${into} from stdin`, [lines]);
}

function lineOf(row: readonly Cell[]): string {
  let line = '';
  let between = '';
  for (const cell of row) {
    line += between + cellOf(cell);
    between = '\t';
  }
  return `${line}\n`;
}

function cellOf(cell: Cell): string {
  if (cell === null) return '\\N';
  if (typeof cell === 'number') return String(cell);
  return special.test(cell) ? cell.replace(everySpecial, (sign) => escapes[sign] as string) : cell;
}

const special = /[\\\n\r\t]/;
const everySpecial = /[\\\n\r\t]/g;
const escapes: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

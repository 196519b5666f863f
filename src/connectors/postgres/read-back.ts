import type { AppRecord } from '../../connector/contract.ts';
import type { Row, Run } from './database.ts';
import type { Projection } from './projection.ts';
import { keyList, keyMatch } from './read.ts';
import type { Table } from './table.ts';

/**
 * Rows as they stand at the end of a transaction that wrote them, by id: triggers that run after a row, deferred ones
 * too, may have written it again. The rows are still ours, so nobody else's change is in them.
 */
export async function readBack(
  run: Run,
  table: Table,
  projection: Projection,
  written: Row[],
  at: number,
): Promise<Map<string, AppRecord>> {
  await run.rows('set constraints all immediate');
  const keys = table.key.map((_, part) => written.map((row) => row[at + part]));
  const rows = await run.rows(
    `select ${projection.columns.join(', ')} from ${keyList(table)} join ${table.from} t on ${keyMatch(table)}`,
    keys,
  );
  return new Map(rows.map((row) => projection.record(row)).map((record) => [record.id, record]));
}

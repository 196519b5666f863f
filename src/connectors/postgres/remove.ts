import type { WriteResult } from '../../connector/contract.ts';
import type { Session } from '../../connector/session.ts';
import type { Database } from './database.ts';
import { keyOf } from './ids.ts';
import { keyList, keyMatch } from './read.ts';
import { refusalOf } from './refusal.ts';
import type { Table } from './table.ts';
import { type StoredRow, tellUntouched, versionOf } from './untouched.ts';
import { BATCH_ROWS, type Locks, lotsOf, writeLots } from './write.ts';

/** Deletes rows: see `RemoveBatch.send`. A row that is gone already counts as deleted. */
export async function remove(
  s: Session,
  table: Table,
  items: { id: string; version?: string }[],
): Promise<WriteResult[]> {
  const early = new Map<number, WriteResult>();
  const rows: StoredRow[] = [];
  for (const [at, { id, version }] of items.entries()) {
    const key = keyOf(id, table.key.length);
    if (key) rows.push({ at, id, key, version: versionOf(version), characters: id.length });
    else early.set(at, { done: id });
  }
  return writeLots(
    s,
    early,
    lotsOf(rows, table, BATCH_ROWS, () => ''),
    {
      table,
      attempt: (db, lot, seconds, locks) => strike(db, table, lot, seconds, locks),
      explain: (db, _row, error) => refusalOf(db, table, new Map(), error),
    },
  );
}

async function strike(
  db: Database,
  table: Table,
  lot: StoredRow[],
  seconds: number,
  locks: Locks,
): Promise<Map<number, WriteResult>> {
  const values = [...table.key.map((_, part) => lot.map((row) => row.key[part])), lot.map((row) => row.version)];
  return db.write(seconds, async (run) => {
    const struck = await run.rows(deletion(table, locks), values);
    const results = new Map<number, WriteResult>();
    for (const [n] of struck) {
      const row = lot[Number(n) - 1];
      if (row) results.set(row.at, { done: row.id });
    }
    return tellUntouched(run, table, lot, results, locks, ({ id }) => ({ done: id }));
  });
}

/** SQL: deletes where key and version (v1; null: whatever it is) are still these. */
function deletion(table: Table, locks: Locks): string {
  const list = keyList(table, 1);
  const match = `${keyMatch(table)} and (u.v1 is null or t.xmin = u.v1::xid)`;
  if (locks === 'wait') return `delete from ${table.from} as t using ${list} where ${match} returning u.n::text`;
  return `with u as materialized (select * from ${list}),
    free as materialized (select u.n from u join ${table.from} t on ${match} for update of t skip locked)
    delete from ${table.from} as t using u join free on free.n = u.n where ${match} returning u.n::text`;
}

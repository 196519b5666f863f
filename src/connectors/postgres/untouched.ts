import type { WriteResult } from '../../connector/contract.ts';
import type { Run } from './database.ts';
import { keyList, keyMatch } from './read.ts';
import { refuse } from './refusal.ts';
import type { Table } from './table.ts';
import { type Item, type Locks, later } from './write.ts';

/** A row that should be there already. */
export interface StoredRow extends Item {
  id: string;
  key: string[];
  /** The xmin it must still have; null: any. */
  version: string | null;
}

/** A version that can be compared: none where it is left out. What is no version of ours is one that never matches. */
export function versionOf(version: string | undefined): string | null {
  if (version === undefined) return null;
  return /^\d{1,10}$/.test(version) ? version : neverVersion;
}

/** Adds the results of the rows that a statement did not touch: why, is told by one read. */
export async function tellUntouched(
  run: Run,
  table: Table,
  lot: StoredRow[],
  results: Map<number, WriteResult>,
  locks: Locks,
  missing: (row: StoredRow) => WriteResult = isMissing(table),
): Promise<Map<number, WriteResult>> {
  const left = lot.filter((row) => !results.has(row.at));
  if (left.length === 0) return results;
  const there = await run.rows(
    `select u.n::text, t.xmin::text from ${keyList(table)} join ${table.from} t on ${keyMatch(table)}`,
    table.key.map((_, part) => left.map((row) => row.key[part])),
  );
  const versions = new Map(there.map(([n, version]) => [Number(n) - 1, version]));
  for (const [index, row] of left.entries()) {
    const version = versions.get(index);
    if (version === undefined) results.set(row.at, missing(row));
    else if (row.version !== null && row.version !== version) results.set(row.at, stale(table, row));
    else if (locks === 'skip') results.set(row.at, later(`somebody else holds record ${row.id} of ${table.name}`));
    else
      results.set(row.at, { refused: refuse('rejected-by-app', `a trigger of ${table.name} turned the change down`) });
  }
  return results;
}

function isMissing(table: Table): (row: StoredRow) => WriteResult {
  return ({ id }) => ({ refused: { kind: 'missing', message: `record ${id} is no longer in ${table.name}` } });
}

function stale(table: Table, { id }: StoredRow): WriteResult {
  return { refused: { kind: 'stale', message: `record ${id} of ${table.name} was changed meanwhile` } };
}

/** No row was ever written by transaction 0. */
const neverVersion = '0';

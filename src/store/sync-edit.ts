import type { Random } from '../lib/random.ts';
import type { SyncSettings } from '../model/settings.ts';
import type { Db, Tx } from './db.ts';
import { applySettings } from './installation.ts';

/** What became of an edit. */
export type Edited = 'done' | 'gone' | 'changed meanwhile';

/** Adds a sync to a workspace. False where its key is taken. Throws KeyTaken where its account is not there. */
export async function addSync(
  db: Db,
  workspace: string,
  key: string,
  settings: SyncSettings,
  random: Random,
): Promise<boolean> {
  return db.transaction(async (tx) => {
    // Whoever applies settings takes turns, so that a key is given once.
    await tx.rows('select id from workspace where id = $1 for update', [workspace]);
    const [taken] = await tx.rows('select from sync where workspace = $1 and key = $2', [workspace, key]);
    if (taken) return false;
    await applySettings(within(tx), workspace, { accounts: {}, syncs: { [key]: settings } }, { random });
    return true;
  });
}

/**
 * Puts a sync's settings in the place of those that `expected` says are stored (as the caller has seen them; null: whatever
 * is). Throws KeyTaken where they would move it.
 */
export async function editSync(
  db: Db,
  workspace: string,
  key: string,
  settings: SyncSettings,
  options: { random: Random; isExpected(stored: SyncSettings): boolean },
): Promise<Edited> {
  return db.transaction(async (tx) => {
    await tx.rows('select id from workspace where id = $1 for update', [workspace]);
    const [row] = await tx.rows<{ settings: SyncSettings }>(
      'select settings from sync where workspace = $1 and key = $2 for update',
      [workspace, key],
    );
    if (!row) return 'gone';
    if (!options.isExpected(row.settings)) return 'changed meanwhile';
    await applySettings(
      within(tx),
      workspace,
      { accounts: {}, syncs: { [key]: settings } },
      { random: options.random },
    );
    return 'done';
  });
}

/** A transaction as a place where transactions begin: those inside are part of it. */
function within(tx: Tx): Db {
  const nested: Db = {
    ...tx,
    transaction: (work) => work(tx),
    scratch: () => Promise.reject(new Error('no scratch in an edit')),
    apart: () => Promise.reject(new Error('an edit is one transaction')),
  };
  return nested;
}

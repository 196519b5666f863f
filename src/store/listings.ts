import type { AccountSettings, SyncSettings } from '../model/settings.ts';
import type { Sql } from './db.ts';
import type { SyncProgress } from './store.ts';

/** An account as it is listed; its secrets are read apart. */
export interface ListedAccount {
  id: string;
  key: string;
  app: string;
  settings: AccountSettings['settings'];
}

/** A sync as it is listed. `dueAt`: milliseconds of the store's clock; null: at once. */
export interface ListedSync {
  id: string;
  key: string;
  settings: SyncSettings;
  version: number;
  enabled: boolean;
  progress: SyncProgress;
  dueAt: number | null;
}

/** The accounts of a workspace, by key. */
export async function listAccounts(sql: Sql, workspace: string): Promise<ListedAccount[]> {
  const rows = await sql.build
    .selectFrom('account')
    .select(['id', 'key', 'app', 'settings'])
    .where('workspace', '=', Number(workspace))
    .orderBy('key')
    .execute();
  return rows.map((row) => ({ ...row, id: String(row.id) }));
}

/** An account's sealed secrets; null: none are stored. */
export async function readSecrets(sql: Sql, account: string): Promise<Uint8Array | null> {
  const row = await sql.build
    .selectFrom('account')
    .select('secrets')
    .where('id', '=', Number(account))
    .executeTakeFirst();
  return row?.secrets ?? null;
}

/** The syncs of a workspace, by key. */
export async function listSyncs(sql: Sql, workspace: string): Promise<ListedSync[]> {
  const rows = await sql.build
    .selectFrom('sync')
    .select(['id', 'key', 'settings', 'version', 'enabled', 'progress', 'due_at'])
    .where('workspace', '=', Number(workspace))
    .orderBy('key')
    .execute();
  return rows.map(({ due_at, ...row }) => ({ ...row, id: String(row.id), dueAt: due_at }));
}

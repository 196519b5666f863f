import type { AccountSettings } from '../model/settings.ts';
import type { Sql } from './db.ts';

/** An account as it is stored; `secrets` are sealed. */
export interface StoredAccount {
  id: string;
  workspace: string;
  key: string;
  app: string;
  settings: AccountSettings['settings'];
  secrets: Uint8Array | null;
  /** Whoever runs the server named its address himself: it may be an internal one. */
  inside: boolean;
  /** Who the app said it is, where it was asked when it was connected. */
  identity: string | null;
}

/** An account by its id; null where it was deleted. */
export async function readAccount(sql: Sql, id: string): Promise<StoredAccount | null> {
  const row = await sql.build
    .selectFrom('account')
    .select(['id', 'workspace', 'key', 'app', 'settings', 'secrets', 'inside', 'identity'])
    .where('id', '=', Number(id))
    .executeTakeFirst();
  return row ? { ...row, id: String(row.id), workspace: String(row.workspace) } : null;
}

import type { Sql } from './db.ts';

/** How a workspace is known to an app's authorization server; the secret is sealed. */
export interface StoredClient {
  clientId: string;
  secret: Uint8Array | null;
}

/** A workspace's own client of an app; null where it has none. */
export async function readAppClient(sql: Sql, workspace: string, app: string): Promise<StoredClient | null> {
  const [row] = await sql.rows<StoredClient>(
    'select client_id as "clientId", secret from app_client where workspace = $1 and app = $2',
    [workspace, app],
  );
  return row ?? null;
}

/** Keeps a workspace's client of an app. */
export async function saveAppClient(sql: Sql, workspace: string, app: string, client: StoredClient): Promise<void> {
  await sql.rows(
    `insert into app_client (workspace, app, client_id, secret) values ($1, $2, $3, $4)
     on conflict (workspace, app) do update set client_id = excluded.client_id, secret = excluded.secret`,
    [workspace, app, client.clientId, client.secret ? Buffer.from(client.secret) : null],
  );
}

/** Forgets it. False: there was none. */
export async function removeAppClient(sql: Sql, workspace: string, app: string): Promise<boolean> {
  const rows = await sql.rows('delete from app_client where workspace = $1 and app = $2 returning app', [
    workspace,
    app,
  ]);
  return rows.length > 0;
}

import type { Db, Sql } from './db.ts';
import { tryAccountAnew } from './feed-trouble.ts';
import { toJson } from './text.ts';

/** A round trip to an authorization server under way. */
export interface Connecting {
  workspace: string;
  app: string;
  /** The account's key. */
  account: string;
  settings: Record<string, string>;
  /** Who began it. */
  caller: string;
  callerName: string;
  /** The PKCE verifier, sealed. */
  verifier: Uint8Array;
}

/** Round trips that one caller may have under way; older ones make room. */
const MOST_UNDER_WAY = 20;

/** Writes down a round trip that begins; `state`: the hash of what comes back. */
export async function addConnecting(db: Db, state: string, given: Connecting, expiresInSeconds: number): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.rows('delete from connecting where expires_at < moment($1)', [tx.time()]);
    await tx.rows(
      `delete from connecting where state in (
         select state from connecting where workspace = $1 and caller = $2 order by expires_at desc offset $3)`,
      [given.workspace, given.caller, MOST_UNDER_WAY - 1],
    );
    await tx.rows(
      `insert into connecting (state, workspace, app, account, settings, caller, caller_name, verifier, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, moment($9) + $10::bigint * 1000)`,
      [
        state,
        given.workspace,
        given.app,
        given.account,
        toJson(given.settings),
        given.caller,
        given.callerName,
        Buffer.from(given.verifier),
        tx.time(),
        expiresInSeconds,
      ],
    );
  });
}

/** Takes a round trip that came back, once; null where it is unknown, taken or past its time. */
export async function takeConnecting(sql: Sql, state: string): Promise<Connecting | null> {
  const [row] = await sql.rows<Connecting & { workspace: number; late: boolean }>(
    `delete from connecting where state = $1
     returning workspace, app, account, settings, caller, caller_name as "callerName", verifier, expires_at < moment($2) as late`,
    [state, sql.time()],
  );
  if (!row || row.late) return null;
  const { late: _late, ...connecting } = row;
  return { ...connecting, workspace: String(row.workspace) };
}

/** What an account is connected with. */
export interface Connected {
  workspace: string;
  key: string;
  app: string;
  settings: Record<string, string>;
  /** Sealed. */
  secrets: Uint8Array;
  /** Who the app said the account is. */
  identity: string;
}

/** How connecting ended. */
export type ConnectEnd = 'connected' | 'reconnected' | 'other-account' | 'other-app';

/**
 * Keeps an account that was connected, new or again. An account that is connected again must be the same one at the app:
 * its syncs would take every record of another for gone.
 */
export async function keepConnected(db: Db, given: Connected): Promise<{ id: string; end: ConnectEnd }> {
  return db.transaction(async (tx) => {
    const [made] = await tx.rows<{ id: number }>(
      `insert into account (workspace, key, app, settings, secrets, identity) values ($1, $2, $3, $4, $5, $6)
       on conflict (workspace, key) do nothing returning id`,
      [given.workspace, given.key, given.app, toJson(given.settings), Buffer.from(given.secrets), given.identity],
    );
    if (made) return { id: String(made.id), end: 'connected' };
    const [stored] = await tx.rows<{ id: number; app: string; identity: string | null }>(
      'select id, app, identity from account where workspace = $1 and key = $2 for update',
      [given.workspace, given.key],
    );
    const { id, app, identity } = stored as { id: number; app: string; identity: string | null };
    if (app !== given.app) return { id: String(id), end: 'other-app' };
    if (identity !== null && identity !== given.identity) return { id: String(id), end: 'other-account' };
    await tx.rows(
      'update account set settings = $2, secrets = $3, identity = $4, inside = inside and settings = $2 where id = $1',
      [id, toJson(given.settings), Buffer.from(given.secrets), given.identity],
    );
    await tryAccountAnew(tx, String(id));
    return { id: String(id), end: 'reconnected' };
  });
}

import type { AccountSettings } from '../model/settings.ts';
import type { Sql } from './db.ts';

/** How an account's app tells of changes. on: it was asked to. by-hand: a person enters the address there. failed: see `message`. */
export interface Hook {
  account: string;
  tokenHash: string;
  /** The token of the address, sealed. */
  token: Uint8Array;
  address: string;
  objects: string[];
  handles: string[];
  /** What the notices are signed with, sealed; null: something of the account's own. */
  secret: Uint8Array | null;
  state: 'on' | 'by-hand' | 'failed';
  message: string | null;
  /** When the subscription runs out, in milliseconds; null: never. */
  until: number | null;
  triedAt: number;
}

/** An account that notices may be had for, with what its live syncs read. */
export interface Hookable {
  account: string;
  key: string;
  workspace: string;
  app: string;
  settings: AccountSettings['settings'];
  /** Objects of its enabled syncs, in order; none: no notices are wanted. */
  objects: string[];
  hook: Hook | null;
}

/** The address of a hook that nobody calls: its app tells over a connection that is kept open. */
export const LISTENED = '';

interface Row {
  account: number;
  token_hash: string;
  token: Uint8Array;
  address: string;
  objects: string[];
  handles: string[];
  secret: Uint8Array | null;
  state: Hook['state'];
  message: string | null;
  until: number | null;
  tried_at: number;
}

/** The hook of an account; null: there is none. */
export async function readHook(sql: Sql, account: string): Promise<Hook | null> {
  const [row] = await sql.rows<Row>('select * from hook where account = $1', [account]);
  return row ? hookOf(row) : null;
}

/** Every account with what its live syncs read and its hook, of these apps. */
export async function hookables(sql: Sql, apps: string[]): Promise<Hookable[]> {
  const rows = await sql.rows<{
    id: number;
    key: string;
    workspace: number;
    app: string;
    settings: AccountSettings['settings'];
    wanted: string[];
  }>(
    `select a.id, a.key, a.workspace, a.app, a.settings,
       array(select f.object from feed f where f.account = a.id
         and exists (select from sync s where s.enabled and f.id in (s.a_feed, s.b_feed)) order by 1) as wanted
     from account a where a.app = any($1) order by a.id`,
    [apps],
  );
  const hooks = await sql.rows<Row>('select * from hook');
  const byAccount = new Map(hooks.map((row) => [row.account, hookOf(row)]));
  return rows.map(({ id, workspace, wanted, key, app, settings }) => ({
    account: String(id),
    key,
    workspace: String(workspace),
    app,
    settings,
    objects: wanted,
    hook: byAccount.get(id) ?? null,
  }));
}

/** An account that is listened to. */
export interface Listened {
  account: string;
  key: string;
  app: string;
  objects: string[];
  /** Since when its app was asked to tell, in milliseconds. */
  since: number;
}

/** The accounts whose app tells over a connection: those of these apps that were asked to. */
export async function listenedTo(sql: Sql, apps: string[]): Promise<Listened[]> {
  const rows = await sql.rows<Omit<Listened, 'account'> & { account: number }>(
    `select h.account, a.key, a.app, h.objects, h.tried_at as since
     from hook h join account a on a.id = h.account where a.app = any($1) and h.address = '${LISTENED}' and h.state = 'on' order by 1`,
    [apps],
  );
  return rows.map((row) => ({ ...row, account: String(row.account) }));
}

/** Stores a hook in the place of an older one of the account. */
export async function saveHook(sql: Sql, hook: Hook): Promise<void> {
  await sql.rows(
    `insert into hook (account, token_hash, token, address, objects, handles, secret, state, message, until, tried_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     on conflict (account) do update set token_hash = excluded.token_hash, token = excluded.token,
       address = excluded.address, objects = excluded.objects, handles = excluded.handles, secret = excluded.secret,
       state = excluded.state, message = excluded.message, until = excluded.until, tried_at = excluded.tried_at`,
    [
      hook.account,
      hook.tokenHash,
      hook.token,
      hook.address,
      hook.objects,
      hook.handles,
      hook.secret,
      hook.state,
      hook.message,
      hook.until,
      hook.triedAt,
    ],
  );
}

/** Forgets a hook: notices to its address are refused from now on. */
export async function dropHook(sql: Sql, account: string): Promise<void> {
  await sql.rows('delete from hook where account = $1', [account]);
}

/** When an account was last told of something, in milliseconds; null: never, or too long ago. */
export async function lastNotice(sql: Sql, account: string): Promise<number | null> {
  const [row] = await sql.rows<{ at: number | null }>('select max(at) as at from notice where account = $1', [account]);
  return row?.at ?? null;
}

function hookOf(row: Row): Hook {
  const { account, token_hash, tried_at, ...rest } = row;
  return { ...rest, account: String(account), tokenHash: token_hash, triedAt: tried_at };
}

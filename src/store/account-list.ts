import type { AccountSettings } from '../model/settings.ts';
import type { Db, Sql } from './db.ts';
import { type FeedTrouble, tryAccountAnew } from './feed-trouble.ts';
import { LISTENED } from './hooks.ts';
import { toJson } from './text.ts';

/** An account as the API lists it: its secrets are only told to be there. */
export interface AccountRow {
  id: string;
  key: string;
  app: string;
  settings: AccountSettings['settings'];
  hasSecrets: boolean;
  /** Since when a person must connect it again (milliseconds); null: it works, as far as is known. */
  lostAt: number | null;
  /** Why it could not be read the last time, by a sync that is on; null: it could. */
  trouble: FeedTrouble | null;
  /** Why it cannot be listened to, although its settings ask for it; null: it can, or nobody asks. */
  noticeTrouble: string | null;
  /** Keys of the syncs that stand on it. */
  syncs: string[];
}

/** The accounts of a workspace, by key; with `key`, that one. */
export async function accountRows(sql: Sql, workspace: string, key: string | null = null): Promise<AccountRow[]> {
  const rows = await sql.rows<Row>(
    `select a.id, a.key, a.app, a.settings, a.secrets is not null as has_secrets, a.lost_at,
       (select f.trouble from feed f where f.account = a.id and f.trouble ->> 'kind' in ('unauthorized', 'unavailable')
          and exists (select from sync s where s.enabled and f.id in (s.a_feed, s.b_feed))
        order by f.trouble ->> 'kind', f.id limit 1) as trouble,
       (select h.message from hook h where h.account = a.id and h.address = '${LISTENED}' and h.state = 'failed') as notice_trouble,
       array(select distinct s.key from feed f join sync s on f.id in (s.a_feed, s.b_feed) where f.account = a.id order by 1) as syncs
     from account a where a.workspace = $1 and ($2::text is null or a.key = $2) order by a.key`,
    [workspace, key],
  );
  return rows.map(({ id, has_secrets, lost_at, notice_trouble, ...row }) => ({
    ...row,
    id: String(id),
    hasSecrets: has_secrets,
    lostAt: lost_at,
    noticeTrouble: notice_trouble,
  }));
}

interface Row extends Pick<AccountRow, 'key' | 'app' | 'settings' | 'trouble' | 'syncs'> {
  id: number;
  has_secrets: boolean;
  lost_at: number | null;
  notice_trouble: string | null;
}

/** An account to be kept. `secrets`: sealed; left out, the stored ones stay. */
export interface NewAccount {
  key: string;
  app: string;
  settings: Record<string, string>;
  secrets: Uint8Array | null;
  /** Who the app says it is; left out where the app was not asked. */
  identity?: string | null;
  /** Its address comes from this server itself: it may be an internal one. */
  inside?: 'yes';
}

/** Adds an account. Null where its key is taken. */
export async function addAccount(sql: Sql, workspace: string, account: NewAccount): Promise<string | null> {
  const secrets = account.secrets ? Buffer.from(account.secrets) : null;
  const [row] = await sql.rows<{ id: number }>(
    `insert into account (workspace, key, app, settings, secrets, inside, identity) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (workspace, key) do nothing returning id`,
    [
      workspace,
      account.key,
      account.app,
      toJson(account.settings),
      secrets,
      account.inside === 'yes',
      account.identity ?? null,
    ],
  );
  return row ? String(row.id) : null;
}

/** What changes of an account. */
export interface AccountChange {
  key: string;
  settings: Record<string, string>;
  /** Sealed for the new key; null: none are stored. */
  secrets: Uint8Array | null;
  /** The stored ones that they were made of: a grant that was renewed meanwhile must not be lost. */
  was: Uint8Array | null;
  /** Who the app says it is now; null: it was not asked. */
  identity: string | null;
}

/**
 * Changes an account that still stands under `key`; the syncs on it follow a new key. False where the new key is taken, or
 * the account was changed by another meanwhile.
 */
export async function changeAccount(db: Db, id: string, key: string, change: AccountChange): Promise<boolean> {
  return db.transaction(async (tx) => {
    const [taken] = await tx.rows<{ taken: boolean }>(
      `select exists (select from account o where o.workspace = a.workspace and o.key = $3 and o.id <> a.id) as taken
       from account a where a.id = $1 and a.key = $2 and a.secrets is not distinct from $4 for update`,
      [id, key, change.key, change.was ? Buffer.from(change.was) : null],
    );
    if (!taken || taken.taken) return false;
    const secrets = change.secrets ? Buffer.from(change.secrets) : null;
    await tx.rows(
      `update account set key = $2, settings = $3, secrets = $4, inside = inside and settings = $3, identity = coalesce($5, identity)
       where id = $1`,
      [id, change.key, toJson(change.settings), secrets, change.identity],
    );
    await tryAccountAnew(tx, id);
    if (change.key !== key) {
      for (const follow of followSql) await tx.rows(follow, [id, JSON.stringify(change.key)]);
    }
    return true;
  });
}

const followSql = (['a', 'b'] as const).map(
  (side) => `update sync set settings = jsonb_set(settings, '{${side},account}', $2::jsonb)
    where ${side}_feed in (select id from feed where account = $1)`,
);

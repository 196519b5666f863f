import type { Naming } from '../model/naming.ts';
import type { SyncSettings } from '../model/settings.ts';
import type { Two } from '../model/value.ts';
import type { Sql } from './db.ts';
import type { FeedTrouble } from './feed-trouble.ts';
import type { FeedProgress, SyncProgress } from './store.ts';

/** A sync of a workspace, with both its ends as people know them. */
export interface WorkspaceSync {
  id: string;
  key: string;
  enabled: boolean;
  version: number;
  settings: SyncSettings;
  progress: SyncProgress;
  /** Milliseconds; null: at once. */
  dueAt: number | null;
  heldUntil: number | null;
  ends: Two<WorkspaceEnd>;
}

/** One end of a sync: its feed, and where that stands. */
export interface WorkspaceEnd {
  feed: string;
  accountId: string;
  account: string;
  app: string;
  object: string;
  progress: FeedProgress;
  naming: Naming | null;
  /** Why it could not be read the last time; null: it could. */
  trouble: FeedTrouble | null;
}

/** The syncs of a workspace, by key; with `key`, that one. */
export async function workspaceSyncs(sql: Sql, workspace: string, key: string | null = null): Promise<WorkspaceSync[]> {
  const rows = await sql.rows<Row>(listSql, [workspace, key]);
  return rows.map(({ a, b, id, due_at, held_until, ...row }) => ({
    ...row,
    id: String(id),
    dueAt: due_at,
    heldUntil: held_until,
    ends: { a: endOf(a), b: endOf(b) },
  }));
}

interface Row extends Pick<WorkspaceSync, 'key' | 'enabled' | 'version' | 'settings' | 'progress'> {
  id: number;
  due_at: number | null;
  held_until: number | null;
  a: RowEnd;
  b: RowEnd;
}

interface RowEnd {
  feed: number;
  account_id: number;
  account: string;
  app: string;
  object: string;
  progress: FeedProgress;
  trouble: FeedTrouble | null;
}

const end = (side: string) => `
  jsonb_build_object('feed', f${side}.id, 'account_id', c${side}.id, 'account', c${side}.key, 'app', c${side}.app,
    'object', f${side}.object, 'progress', f${side}.progress, 'trouble', f${side}.trouble) as ${side}`;

const listSql = `
  select s.id, s.key, s.enabled, s.version, s.settings, s.progress, s.due_at, s.held_until, ${end('a')}, ${end('b')}
  from sync s join feed fa on fa.id = s.a_feed join account ca on ca.id = fa.account
    join feed fb on fb.id = s.b_feed join account cb on cb.id = fb.account
  where s.workspace = $1 and ($2::text is null or s.key = $2) order by s.key`;

function endOf({ feed, account_id, progress, ...rest }: RowEnd): WorkspaceEnd {
  return {
    ...rest,
    feed: String(feed),
    accountId: String(account_id),
    progress,
    naming: progress.naming ?? null,
  };
}

import type { SyncSettings } from '../model/settings.ts';
import type { Two } from '../model/value.ts';
import type { Db, Sql, Tx } from './db.ts';
import { fence } from './leases.ts';
import { missingSync } from './pairs.ts';
import type { Lease, Sync, SyncProgress } from './store.ts';
import { toJson } from './text.ts';

/** One sync with what the engine needs to know of its neighbours. Throws where it was deleted. */
export async function readSync(sql: Sql, id: string): Promise<Sync> {
  const [row] = await sql.rows<SyncRow>(readSql, [id]);
  if (!row) throw missingSync(id);
  return {
    id,
    workspace: String(row.workspace),
    key: row.key,
    feeds: { a: String(row.a_feed), b: String(row.b_feed) },
    accounts: { a: String(row.a_account), b: String(row.b_account) },
    settings: row.settings,
    version: row.version,
    progress: row.progress,
    slots: row.slots,
    salt: row.salt,
    shared: row.shared,
    neighbours: row.neighbours,
  };
}

interface SyncRow {
  workspace: number;
  key: string;
  a_feed: number;
  b_feed: number;
  a_account: number;
  b_account: number;
  settings: SyncSettings;
  version: number;
  progress: SyncProgress;
  slots: Record<string, number>;
  salt: number;
  shared: boolean;
  neighbours: Two<string>[];
}

/**
 * Neighbours are turned so that their side a is in this sync's account a. Where both accounts are one, as they stand.
 */
const readSql = `
with own as (
  select s.*, fa.account as a_account, fb.account as b_account
  from sync s join feed fa on fa.id = s.a_feed join feed fb on fb.id = s.b_feed where s.id = $1
), other as (
  select s.id, fa.account as a_account, fb.account as b_account, fa.object as a_object, fb.object as b_object
  from own join sync s on s.workspace = own.workspace and s.id <> own.id and s.enabled
  join feed fa on fa.id = s.a_feed join feed fb on fb.id = s.b_feed
)
select own.workspace, own.key, own.a_feed, own.b_feed, own.a_account, own.b_account, own.settings, own.version, own.progress,
  own.slots, own.salt,
  exists (
    select from sync s where s.id <> own.id and s.enabled
      and (s.a_feed in (own.a_feed, own.b_feed) or s.b_feed in (own.a_feed, own.b_feed))
  ) as shared,
  coalesce((
    select jsonb_agg(case when (o.a_account, o.b_account) = (own.a_account, own.b_account)
      then jsonb_build_object('a', o.a_object, 'b', o.b_object)
      else jsonb_build_object('a', o.b_object, 'b', o.a_object) end order by o.id)
    from other o
    where (o.a_account, o.b_account) in ((own.a_account, own.b_account), (own.b_account, own.a_account))
  ), '[]') as neighbours
from own`;

/** The ids of the syncs on a feed. */
export async function syncsOn(sql: Sql, feed: string): Promise<string[]> {
  const rows = await sql.rows<{ id: number }>('select id from sync where a_feed = $1 or b_feed = $1 order by id', [
    feed,
  ]);
  return rows.map((row) => String(row.id));
}

/** Keeps slots: those that are there stay as they are. */
export async function saveSlots(sql: Sql, sync: string, slots: Record<string, number>): Promise<void> {
  await sql.rows('update sync set slots = $2 || slots where id = $1', [sync, toJson(slots)]);
}

/** Saves a sync's progress. Throws Fenced. */
export async function saveSync(db: Db, lease: Lease, progress: SyncProgress): Promise<void> {
  await db.transaction(async (tx) => {
    await fence(tx, lease);
    await saveProgress(tx, lease.id, progress);
  });
}

/** The same inside a transaction that has passed the fence. */
export async function saveProgress(tx: Tx, sync: string, progress: SyncProgress): Promise<void> {
  await tx.rows('update sync set progress = $2 where id = $1', [sync, toJson(progress)]);
}

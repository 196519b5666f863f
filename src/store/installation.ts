import { sql } from 'kysely';
import { stableStringify } from '../lib/json.ts';
import type { Random } from '../lib/random.ts';
import type { AccountSettings, Settings, SyncSettings } from '../model/settings.ts';
import type { Side, Two } from '../model/value.ts';
import type { Db, Sql, Tx } from './db.ts';
import type { SyncProgress } from './store.ts';
import { toJson } from './text.ts';

/** What applying settings needs beside them. */
export interface ApplyOptions {
  random: Random;
  /** Closes an account's secrets for storage. Without it no secrets are stored, and stored ones stay. */
  seal?: (secrets: Record<string, string>, account: string) => Uint8Array;
  /** `yes`: whoever runs the server gave the settings, so accounts may be at internal addresses. */
  inside?: 'yes' | 'no';
}

/** What stands after settings were applied: ids by key. */
export interface Applied {
  accounts: Record<string, string>;
  syncs: Record<string, string>;
  /** Ids by 'account/object'. */
  feeds: Record<string, string>;
  /** Keys of syncs that are new, and of those whose settings changed in what they decide about records. */
  made: string[];
  changed: string[];
  /** Keys of the workspace's syncs that the settings do not name: they are left alone. */
  unnamed: string[];
}

/** Settings that would change what a key stands for. The message says which, and what to do instead. */
export class KeyTaken extends Error {
  override name = 'KeyTaken';
}

/** The id of a workspace, made if it is new. */
export async function workspaceId(db: Db, key: string): Promise<string> {
  const [row] = await db.rows<{ id: number }>(
    `insert into workspace (key, made_at) values ($1, moment($2)) on conflict (key) do update set key = excluded.key returning id`,
    [key, db.time()],
  );
  return String((row as { id: number }).id);
}

/**
 * Saves settings into a workspace, in one transaction: accounts, syncs and the feeds they need. Keys are identities:
 * another app under an account's key, or another account or object under a sync's, is refused (KeyTaken) and nothing is
 * saved.
 */
export async function applySettings(
  db: Db,
  workspace: string,
  settings: Settings,
  options: ApplyOptions,
): Promise<Applied> {
  return db.transaction(async (tx) => {
    // Two appliers at once take turns, so that each sees what stands.
    await tx.rows('select id from workspace where id = $1 for update', [workspace]);
    const applied: Applied = { accounts: {}, syncs: {}, feeds: {}, made: [], changed: [], unnamed: [] };
    for (const [key, account] of Object.entries(settings.accounts)) {
      applied.accounts[key] = await saveAccount(tx, workspace, key, account, options);
    }
    for (const [key, sync] of Object.entries(settings.syncs))
      await applySync(tx, workspace, key, sync, options, applied);
    const stored = await tx.build.selectFrom('sync').select('key').where('workspace', '=', Number(workspace)).execute();
    applied.unnamed = stored.map((row) => row.key).filter((key) => !(key in settings.syncs));
    return applied;
  });
}

async function saveAccount(
  tx: Tx,
  workspace: string,
  key: string,
  account: AccountSettings,
  { seal, inside = 'no' }: ApplyOptions,
): Promise<string> {
  // Without secrets in the file the stored ones stay: a grant that was given to the server is in no file.
  const given = seal && Object.keys(account.secrets).length > 0 ? seal(account.secrets, key) : null;
  const secrets = given ? Buffer.from(given) : null;
  const row = await tx.build
    .insertInto('account')
    .values({
      workspace: Number(workspace),
      key,
      app: account.app,
      settings: toJson(account.settings),
      secrets,
      inside: inside === 'yes',
    })
    .onConflict((conflict) =>
      conflict.columns(['workspace', 'key']).doUpdateSet((eb) => ({
        settings: eb.ref('excluded.settings'),
        secrets: eb.fn.coalesce('excluded.secrets', 'account.secrets'),
        // A file is taken at its word: its secrets may be those of another account.
        identity: sql<string | null>`case when excluded.secrets is null then account.identity end`,
        inside: sql<boolean>`excluded.inside or (account.inside and excluded.secrets is null and excluded.settings = account.settings)`,
      })),
    )
    .returning(['id', 'app'])
    .executeTakeFirstOrThrow();
  if (row.app !== account.app) {
    throw new KeyTaken(`account ${key} is an account of ${row.app}: give the one of ${account.app} another key`);
  }
  return String(row.id);
}

async function applySync(
  tx: Tx,
  workspace: string,
  key: string,
  settings: SyncSettings,
  { random }: ApplyOptions,
  applied: Applied,
): Promise<void> {
  const feeds = {
    a: await saveFeedOf(tx, workspace, key, settings.a, applied),
    b: await saveFeedOf(tx, workspace, key, settings.b, applied),
  };
  const stored = await readStored(tx, workspace, key);
  if (!stored) {
    const id = await insertSync(tx, workspace, key, settings, feeds, random);
    applied.syncs[key] = id;
    applied.made.push(key);
    return;
  }
  refuseMove(key, stored, feeds, settings);
  applied.syncs[key] = String(stored.id);
  const decidesOtherwise = decisive(stored.settings) !== decisive(settings);
  if (decidesOtherwise) applied.changed.push(key);
  await tx.build
    .updateTable('sync')
    .set({
      settings: toJson(settings),
      enabled: settings.enabled,
      version: stored.version + (decidesOtherwise ? 1 : 0),
    })
    .where('id', '=', stored.id)
    .execute();
}

async function saveFeedOf(
  tx: Tx,
  workspace: string,
  sync: string,
  end: SyncSettings['a'],
  applied: Applied,
): Promise<string> {
  const account = applied.accounts[end.account] ?? (await storedAccount(tx, workspace, end.account));
  if (account === undefined) {
    throw new KeyTaken(`sync ${sync} names the account ${end.account}, which is not there: add it under accounts`);
  }
  const row = await tx.build
    .insertInto('feed')
    .values({ account: Number(account), object: end.object })
    .onConflict((conflict) =>
      conflict.columns(['account', 'object']).doUpdateSet((eb) => ({ object: eb.ref('excluded.object') })),
    )
    .returning('id')
    .executeTakeFirstOrThrow();
  const id = String(row.id);
  applied.feeds[`${end.account}/${end.object}`] = id;
  return id;
}

async function storedAccount(sql: Sql, workspace: string, key: string): Promise<string | undefined> {
  const row = await sql.build
    .selectFrom('account')
    .select('id')
    .where('workspace', '=', Number(workspace))
    .where('key', '=', key)
    .executeTakeFirst();
  return row && String(row.id);
}

interface StoredSync {
  id: number;
  a_feed: number;
  b_feed: number;
  settings: SyncSettings;
  version: number;
}

function readStored(sql: Sql, workspace: string, key: string): Promise<StoredSync | undefined> {
  return sql.build
    .selectFrom('sync')
    .select(['id', 'a_feed', 'b_feed', 'settings', 'version'])
    .where('workspace', '=', Number(workspace))
    .where('key', '=', key)
    .executeTakeFirst();
}

/** One part of a salt; the bases of a sync are salted with it. */
const SALT_RANGE = 2 ** 31;

async function insertSync(
  tx: Tx,
  workspace: string,
  key: string,
  settings: SyncSettings,
  feeds: Two<string>,
  random: Random,
): Promise<string> {
  const progress: SyncProgress = { phase: 'new', version: 0 };
  const row = await tx.build
    .insertInto('sync')
    .values({
      workspace: Number(workspace),
      key,
      a_feed: Number(feeds.a),
      b_feed: Number(feeds.b),
      settings: toJson(settings),
      enabled: settings.enabled,
      progress: toJson(progress),
      salt: Math.floor(random.next() * SALT_RANGE),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return String(row.id);
}

function refuseMove(key: string, stored: StoredSync, feeds: Two<string>, settings: SyncSettings): void {
  for (const side of ['a', 'b'] as const) {
    const was = side === 'a' ? stored.a_feed : stored.b_feed;
    if (String(was) === feeds[side]) continue;
    throw new KeyTaken(
      `sync ${key} keeps ${endText(stored.settings, side)} on side ${side}, and cannot be moved to ${endText(settings, side)}: its links belong to those records; give the new sync another key`,
    );
  }
}

function endText(settings: SyncSettings, side: Side): string {
  return `${settings[side].object} of ${settings[side].account}`;
}

/** The part of settings that decides about records: whether, how often and how far a sync runs does not. */
function decisive({ enabled: _enabled, everySeconds: _every, brakes: _brakes, ...rest }: SyncSettings): string {
  return stableStringify(rest);
}

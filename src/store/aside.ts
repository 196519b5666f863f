import type { Db, Sql } from './db.ts';
import { missingSync } from './pairs.ts';

/** What is copied: a workspace's settings; with a sync, its records and links too. */
export type AsideScope = { workspace: string } | { sync: string };

/**
 * Runs `work` on a copy of a workspace's settings, and of what one sync knows, in temporary tables that stand before the
 * real ones: the engine itself can play there what would happen, for as long as it takes, and holds no lock that anybody
 * waits for. Every table of the schema is covered, so nothing that is written there is written in earnest; the tables
 * vanish with the connection. `syncline.plan_record` by its full name is the real one.
 */
export async function aside<Result>(db: Db, scope: AsideScope, work: (db: Db) => Promise<Result>): Promise<Result> {
  return db.apart(async (own) => {
    await own.rows('select make_history_month(moment($1))', [own.time()]);
    await own.transaction(async (tx) => {
      for (const table of await ownTables(tx)) await shadow(tx, table);
    });
    if ('workspace' in scope) await copySettings(own, Number(scope.workspace));
    else await copyRecords(own, await copyAround(own, scope.sync));
    await countHere(own);
    return work(own);
  });
}

/** A sync's feeds and neighbours, as ids. */
interface Place {
  sync: string;
  feeds: number[];
  neighbours: number[];
}

/** Partitions belong to their table, and the migrations' own one is left alone. */
async function ownTables(sql: Sql): Promise<string[]> {
  const rows = await sql.rows<{ name: string }>(
    `select relname as name from pg_class
     where relnamespace = 'syncline'::regnamespace and relkind in ('r', 'p') and not relispartition and relname <> 'migration'
     order by 1`,
  );
  return rows.map(({ name }) => name);
}

/** The names come from the catalog, so they are quoted there and not given as values. */
async function shadow(sql: Sql, table: string): Promise<void> {
  await sql.rows(`do $$ begin execute format(
    'create temporary table %I (like syncline.%I including defaults including constraints including generated including identity including indexes including storage)',
    '${table}', '${table}'); end $$`);
}

async function copyAround(sql: Sql, sync: string): Promise<Place> {
  const [row] = await sql.rows<{ workspace: number; a_feed: number; b_feed: number }>(
    'select workspace, a_feed, b_feed from syncline.sync where id = $1',
    [sync],
  );
  if (!row) throw missingSync(sync);
  const { workspace, a_feed, b_feed } = row;
  await copySettings(sql, workspace);
  const neighbours = await sql.rows<{ id: number }>(neighboursSql, [sync]);
  return { sync, feeds: [a_feed, b_feed], neighbours: neighbours.map(({ id }) => id) };
}

async function copySettings(sql: Sql, workspace: number): Promise<void> {
  await copy(sql, 'workspace', 'id = $1', [workspace]);
  await copy(sql, 'account', 'workspace = $1', [workspace]);
  await copy(sql, 'feed', 'account in (select id from syncline.account where workspace = $1)', [workspace]);
  await copy(sql, 'sync', 'workspace = $1', [workspace]);
  // Leases are held in the real world; here nobody is at work.
  await sql.rows('update feed set worker = null, held_until = null where held_until is not null');
  await sql.rows('update sync set worker = null, held_until = null where held_until is not null');
}

/** A1: the other syncs between the same accounts, whose links say where far records are. */
const neighboursSql = `
  with own as (
    select fa.account as a, fb.account as b from sync s join feed fa on fa.id = s.a_feed join feed fb on fb.id = s.b_feed where s.id = $1
  )
  select s.id from own, sync s join feed fa on fa.id = s.a_feed join feed fb on fb.id = s.b_feed
  where s.id <> $1 and (fa.account, fb.account) in ((own.a, own.b), (own.b, own.a))`;

async function copyRecords(sql: Sql, { sync, feeds, neighbours }: Place): Promise<void> {
  await copy(sql, 'record', 'feed = any($1)', [feeds]);
  await copy(sql, 'key_spec', 'feed = any($1)', [feeds]);
  await copy(sql, 'match_key', 'spec in (select id from syncline.key_spec where feed = any($1))', [feeds]);
  await copy(sql, 'dirty', 'feed = any($1)', [feeds]);
  for (const table of ['link', 'link_count', 'wait', 'work']) await copy(sql, table, 'sync = $1', [sync]);
  // Of neighbours only where records went, and who is gone.
  await copy(sql, 'link', `sync = any($1) and stage = 'active'`, [neighbours]);
  await copy(
    sql,
    'record',
    `gone is not null and feed <> all($1) and feed in (select unnest(array[a_feed, b_feed]) from syncline.sync where id = any($2))`,
    [feeds, neighbours],
  );
  for (const table of ['record', 'match_key', 'link', 'work']) await sql.rows(`analyze ${table}`);
}

/** Generated columns make themselves; identities are copied, and new ones come after them. */
async function copy(sql: Sql, table: string, condition: string, values: unknown[]): Promise<void> {
  const columns = await sql.rows<{ name: string; identity: boolean }>(
    `select quote_ident(attname) as name, attidentity <> '' as identity from pg_attribute
     where attrelid = ('syncline.' || quote_ident($1))::regclass and attnum > 0 and not attisdropped and attgenerated = ''
     order by attnum`,
    [table],
  );
  const names = columns.map(({ name }) => name).join(', ');
  await sql.rows(
    `insert into ${table} (${names}) overriding system value select ${names} from syncline.${table} where ${condition}`,
    values,
  );
  const identity = columns.find((column) => column.identity)?.name;
  if (identity)
    await sql.rows(
      `select setval(pg_get_serial_sequence('pg_temp.' || $1, $2), coalesce(max(${identity}), 0) + 1, false) from ${table}`,
      [table, identity],
    );
}

/** Triggers do not come with a table: those that keep the counts are made again. */
async function countHere(sql: Sql): Promise<void> {
  for (const [event, tables] of [
    ['insert', 'new table as new_link'],
    ['update', 'old table as old_link new table as new_link'],
    ['delete', 'old table as old_link'],
  ])
    await sql.rows(
      `create trigger link_${event} after ${event} on link referencing ${tables} for each statement execute function count_links()`,
    );
}

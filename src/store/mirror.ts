import type { GoneHow, Seen } from '../model/seen.ts';
import type { Side, Values } from '../model/value.ts';
import { copyRows } from './copy.ts';
import { type Db, type Sql, type Tx, wholeTables } from './db.ts';
import { lockMirrors } from './feeds.ts';
import { dropKeysSql, hashKeys, specNumbers } from './keys.ts';
import { fence } from './leases.ts';
import type { KeyRow, Lease } from './store.ts';
import { fromText, toText, toTexts } from './text.ts';

/** A row of the mirror, as the statements of the store select it by `recordColumns`. */
export interface RecordRow {
  id: string;
  content: Values;
  version: string | null;
  answered: number;
  first_seen: number;
  changed: number;
  gone: GoneHow | null;
  survivor: string | null;
}

/** What a statement selects of `record r` for `seenOf`. */
export const recordColumns = 'r.id, r.content, r.version, r.answered, r.first_seen, r.changed, r.gone, r.survivor';

/** A row of the mirror as the engine sees it. */
export function seenOf(row: RecordRow): Seen {
  const seen: Seen = {
    id: fromText(row.id),
    values: row.content,
    answered: row.answered,
    firstSeen: row.first_seen,
    changed: row.changed,
  };
  if (row.version !== null) seen.version = fromText(row.version);
  if (row.gone !== null) seen.gone = row.gone;
  if (row.survivor !== null) seen.survivor = fromText(row.survivor);
  return seen;
}

/** Rows of the mirror by id, gone ones too. */
export async function readRecords(sql: Sql, feed: string, ids: readonly string[]): Promise<Seen[]> {
  const rows = await sql.rows<RecordRow>(
    `select ${recordColumns} from record r where r.feed = $1 and r.id = any($2::text[])`,
    [feed, toTexts(ids)],
  );
  return rows.map(seenOf);
}

/** R2: live ids that the listing under way did not show, in id order. */
export async function missingIds(db: Db, feed: string, after: string | null, most: number): Promise<string[]> {
  return db.transaction(async (tx) => {
    const rows = await wholeTables(tx, () =>
      tx.rows<{ id: string }>(
        `select r.id from record r
         where r.feed = $1 and r.gone is null and r.id > $2 and not exists (select from stage s where s.feed = $1 and s.id = r.id)
         order by r.id limit $3`,
        [feed, after === null ? '' : toText(after), most],
      ),
    );
    return rows.map((row) => fromText(row.id));
  });
}

/** Stages ids that a listing of ids alone has shown. Throws Fenced. */
export async function stageIds(db: Db, lease: Lease, ids: readonly string[]): Promise<void> {
  await db.transaction(async (tx) => {
    await fence(tx, lease);
    await addStaged(tx, lease.id, toTexts(ids));
  });
}

/** The same inside a transaction. `ids` as they are stored. */
export async function addStaged(tx: Tx, feed: string, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await copyRows(tx, 'stage (feed, id)', ids, (id) => [feed, id]);
}

/** Forgets what a listing has shown so far. Throws Fenced. */
export async function clearStage(db: Db, lease: Lease): Promise<void> {
  await db.transaction(async (tx) => {
    await fence(tx, lease);
    await tx.rows('delete from stage where feed = $1', [lease.id]);
  });
}

/** Live rows without one of these specs' keys, in id order. */
export async function unkeyed(
  db: Db,
  feed: string,
  specs: string[],
  after: string | null,
  most: number,
): Promise<Seen[]> {
  return db.transaction(async (tx) => {
    const numbers = await specNumbers(tx, feed, [{ keys: Object.fromEntries(specs.map((spec) => [spec, ''])) }]);
    const rows = await tx.rows<RecordRow>(
      `select ${recordColumns} from record r
       where r.feed = $1 and r.gone is null and r.id > $2 and not r.keys ?& $3::text[] order by r.id limit $4`,
      [feed, after === null ? '' : toText(after), [...numbers.values()].map(String), most],
    );
    return rows.map(seenOf);
  });
}

/** Adds keys to live records; a spec's older key of the record goes. */
export async function addKeys(tx: Tx, feed: string, keys: readonly KeyRow[]): Promise<void> {
  await lockMirrors(tx, [feed]);
  const specs = await specNumbers(tx, feed, keys);
  await tx.rows(addKeysSql, [
    feed,
    keys.map((row) => toText(row.id)),
    keys.map((row) => JSON.stringify(hashKeys(row.keys, specs))),
  ]);
}

const addKeysSql = `
with met as materialized (
  select r.id, r.place, r.keys as old_keys, r.keys || g.keys as keys
  from unnest($2::text[], $3::jsonb[]) as g (id, keys),
    lateral (select *, r.ctid as place from record r where r.feed = $1 and r.id = g.id and r.gone is null offset 0) r
), updated as (
  update record r set keys = m.keys from met m where r.ctid = m.place and m.old_keys <> m.keys
), unkeyed as (
  ${dropKeysSql('select id, old_keys, keys from met')}
)
insert into match_key (spec, hash, record)
select n.key::integer, n.value::bigint, m.id from met m, jsonb_each_text(m.keys) n
where n.value <> '' and m.old_keys ->> n.key is distinct from n.value
on conflict do nothing`;

/** W2: records first seen after an asking number that no link of the sync names, in the order they came. */
export async function readArrivals(sql: Sql, sync: string, side: Side, asked: number, most: number): Promise<Seen[]> {
  const rows = await sql.rows<RecordRow>(side === 'a' ? arrivalsOfA : arrivalsOfB, [sync, asked, most]);
  return rows.map(seenOf);
}

const arrivalsSql = (side: Side) => `
  select ${recordColumns} from sync s join record r on r.feed = s.${side}_feed and r.first_seen > $2
  where s.id = $1 and not exists (select from link l where l.sync = $1 and l.${side}_id = r.id)
  order by r.first_seen, r.id limit $3`;
const arrivalsOfA = arrivalsSql('a');
const arrivalsOfB = arrivalsSql('b');

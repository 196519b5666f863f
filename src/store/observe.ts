import { type Cell, copyRows } from './copy.ts';
import type { Db, Tx } from './db.ts';
import { cleanDirty, lockMirrors, markDirty, moveFeed } from './feeds.ts';
import { dropKeysSql, hashKeys, specNumbers } from './keys.ts';
import { listenersSql, listeningSql } from './listeners.ts';
import { addStaged } from './mirror.ts';
import { type FeedProgress, type Lease, MOST_ID_BYTES, type ObserveCounts, type Observed } from './store.ts';
import { fromText, toJson, toText, toTexts } from './text.ts';

/** R1, R3: takes what an app showed into the mirror, in one transaction with the feed's progress. */
export async function observe(
  db: Db,
  feed: string,
  seen: Observed,
  move?: { lease: Lease; progress: FeedProgress },
): Promise<ObserveCounts> {
  return db.transaction(async (tx) => {
    if (move) await moveFeed(tx, move.lease, move.progress);
    await lockMirrors(tx, [feed]);
    return observeIn(tx, feed, seen, null);
  });
}

/**
 * The same inside a transaction that has locked the feed's mirror. `writer` is the sync whose own write this answers:
 * it has no new work from it.
 */
export async function observeIn(tx: Tx, feed: string, seen: Observed, writer: string | null): Promise<ObserveCounts> {
  const records = storable(seen.records);
  const shown = new Set(seen.records.map((record) => record.id));
  const gone = storable(seen.gone).filter((record) => !shown.has(record.id));
  if (seen.clean?.length) await cleanDirty(tx, feed, seen.clean, seen.asked);
  const taken = records.length > 0 ? await takeRecords(tx, feed, seen, records, writer) : none;
  const left = gone.length > 0 ? await takeGone(tx, feed, seen, gone, writer) : none;
  const dirty = [...taken.dirty, ...left.dirty];
  if (dirty.length > 0) await markDirty(tx, feed, dirty.map(fromText));
  const refused = shown.size - records.length;
  const counts = {
    fresh: taken.fresh,
    changed: taken.changed,
    equal: taken.equal,
    dirty: dirty.length,
    gone: left.gone,
  };
  return refused > 0 ? { ...counts, refused } : counts;
}

interface Taken {
  fresh: number;
  changed: number;
  equal: number;
  gone: number;
  dirty: string[];
}

const none: Taken = { fresh: 0, changed: 0, equal: 0, gone: 0, dirty: [] };

/** One entry per id (of a page that shows a record twice, the last), without ids that no index could hold. */
function storable<Record extends { id: string }>(records: Record[]): Record[] {
  const byId = new Map(records.map((record) => [record.id, record]));
  return [...byId.values()].filter(
    // Most ids are so short that they need no counting: a character takes 7 bytes at most, escaped.
    ({ id }) => id.length * 7 <= MOST_ID_BYTES || Buffer.byteLength(toText(id)) <= MOST_ID_BYTES,
  );
}

/** From so many records on it pays to sort out the new ones and COPY them. */
const MANY_RECORDS = 200;

async function takeRecords(
  tx: Tx,
  feed: string,
  seen: Observed,
  records: Observed['records'],
  writer: string | null,
): Promise<Taken> {
  const rows = await rowsOf(tx, feed, records);
  if (seen.stage)
    await addStaged(
      tx,
      feed,
      rows.map((row) => row.id),
    );
  // A few are asked for first: most pages are all new or all known.
  const probes = [rows[0], rows[rows.length >> 1], rows[rows.length - 1]].flatMap((row) => row ?? []);
  if (rows.length < MANY_RECORDS || (await knownIds(tx, feed, probes)).size === probes.length) {
    return judgeRows(tx, feed, seen, rows, writer);
  }
  const known = await knownIds(tx, feed, rows);
  const fresh = rows.filter((row) => !known.has(row.id));
  if (fresh.length < MANY_RECORDS) return judgeRows(tx, feed, seen, rows, writer);
  await addFresh(tx, feed, seen.asked, fresh, writer);
  const rest = rows.filter((row) => known.has(row.id));
  const taken = rest.length > 0 ? await judgeRows(tx, feed, seen, rest, writer) : none;
  return { ...taken, fresh: fresh.length };
}

/** A record as it will stand in the database: texts escaped, keys hashed. */
interface Row {
  id: string;
  content: string;
  version: string | null;
  keys: Record<number, string>;
}

async function rowsOf(tx: Tx, feed: string, records: Observed['records']): Promise<Row[]> {
  const specs = await specNumbers(tx, feed, records);
  return records.map((record) => ({
    id: toText(record.id),
    content: toJson(record.values),
    version: record.version === undefined ? null : toText(record.version),
    keys: hashKeys(record.keys, specs),
  }));
}

async function knownIds(tx: Tx, feed: string, rows: readonly Row[]): Promise<Set<string>> {
  const known = await tx.rows<{ id: string }>('select id from record where feed = $1 and id = any($2::text[])', [
    feed,
    rows.map((row) => row.id),
  ]);
  return new Set(known.map((row) => row.id));
}

/** Records that the mirror does not have: nothing to judge. */
async function addFresh(
  tx: Tx,
  feed: string,
  asked: number,
  rows: readonly Row[],
  writer: string | null,
): Promise<void> {
  await copyRows(
    tx,
    'record (feed, id, content, version, answered, first_seen, changed, keys)',
    rows.map((row) => [feed, row.id, row.content, row.version, asked, asked, asked, JSON.stringify(row.keys)]),
  );
  const keys: Cell[][] = [];
  for (const row of rows) {
    for (const spec in row.keys) if (row.keys[spec] !== '') keys.push([spec, row.keys[spec] as string, row.id]);
  }
  if (keys.length > 0) await copyRows(tx, 'match_key (spec, hash, record)', keys);
  // At a first listing nobody listens yet, and all its ids need not travel again.
  if ((await tx.rows(listeningSql, [feed, writer])).length === 0) return;
  await tx.rows(fanFreshSql, [feed, writer, tx.time(), rows.map((row) => row.id)]);
}

const fanFreshSql = listenersSql('select id from unnest($4::text[]) id', '$3');

async function judgeRows(
  tx: Tx,
  feed: string,
  seen: Observed,
  rows: readonly Row[],
  writer: string | null,
): Promise<Taken> {
  const [row] = await tx.rows<Taken>(takeRecordsSql, [
    feed,
    writer,
    seen.asked,
    seen.how,
    seen.ordered,
    toTexts(seen.fields),
    tx.time(),
    rows.map((row) => row.id),
    rows.map((row) => row.content),
    rows.map((row) => row.version),
    rows.map((row) => JSON.stringify(row.keys)),
  ]);
  return row as Taken;
}

/**
 * Statements on the large tables fix how these are reached (a LATERAL with OFFSET 0 is a look-up by index per row of its
 * left side; ON CONFLICT and ctid need no join): on a table that was filled a moment ago the planner knows nothing, and
 * where it guesses wrong it reads the whole table once per page.
 *
 * `met`: what was shown beside what stands. `merged` is what the row would be: fields that were not asked for stay, except
 * that an index showing the row's own version only adds fields (`fits`: it does not contradict the row).
 * Verdicts: fresh, changed, equal (asked later, nothing new) · patched (an image on a row that was answered later: it
 * stands, but is read again) · dirty (nothing taken, read again) · stale (nothing to learn).
 */
const takeRecordsSql = `
with judged as materialized (
  select id, known, merged, keys, old_keys, gone, old_version, version, answered, first_seen, changed, same,
    case
      when not known then 'fresh'
      when $4 = 'index' and age <> 'newer' then case
        when gone is not null then case when later then 'dirty' else 'stale' end
        when same then 'stale'
        when fits then 'changed'
        else 'dirty' end
      when later or $4 = 'index' then case when gone is null and same then 'equal' else 'changed' end
      when gone is null and same then 'stale'
      when $4 = 'image' and gone is null then 'patched'
      else 'dirty' end as verdict
  from (
    select *, known and merged = content as same, age = 'same' and merged = shown || content as fits
    from (
      select g.id, g.shown, g.version, g.keys, r.id is not null as known, r.content, r.version as old_version, r.answered,
        r.first_seen, r.changed, r.gone, coalesce(r.keys, '{}') as old_keys, $3 > r.answered as later,
        case
          when $4 <> 'index' then null
          when g.version is not distinct from r.version or r.version is null then 'same'
          when $5 and g.version > r.version then 'newer'
          else 'other'
        end as age,
        case
          when r.id is null then g.shown
          when $4 = 'image' then r.content || g.shown
          when $4 = 'index' and (r.version is null or g.version is not distinct from r.version) then r.content || g.shown
          else (r.content - $6::text[]) || g.shown
        end as merged
      from unnest($8::text[], $9::jsonb[], $10::text[], $11::jsonb[]) as g (id, shown, version, keys)
      left join lateral (select * from record r where r.feed = $1 and r.id = g.id offset 0) r on true
      offset 0
    ) met
    offset 0
  ) compared
), taken as not materialized (
  select id, known, verdict, merged, old_keys, case when gone is null then old_keys else '{}' end || keys as keys,
    greatest(answered, $3) as answered, coalesce(first_seen, $3) as first_seen,
    case when same then changed else greatest(changed, $3) end as changed,
    case
      when verdict = 'patched' then old_version
      when $4 = 'direct' then version
      else coalesce(version, old_version)
    end as version
  from judged where verdict in ('fresh', 'changed', 'equal', 'patched')
), stored as (
  insert into record (feed, id, content, version, answered, first_seen, changed, keys)
  select $1, id, merged, version, answered, first_seen, changed, keys from taken
  on conflict (feed, id) do update set content = excluded.content, version = excluded.version, answered = excluded.answered,
    changed = excluded.changed, gone = null, survivor = null, keys = excluded.keys
), unkeyed as (
  ${dropKeysSql('select id, old_keys, keys from taken where known and old_keys <> keys')}
), keyed as (
  insert into match_key (spec, hash, record)
  select n.key::integer, n.value::bigint, t.id from taken t, jsonb_each_text(t.keys) n
  where n.value <> '' and (not t.known or t.old_keys ->> n.key is distinct from n.value)
  on conflict do nothing
), fanned as (
  ${listenersSql(`select id from taken where verdict <> 'equal'`, '$7')}
)
select count(*) filter (where verdict = 'fresh')::integer as fresh,
  count(*) filter (where verdict in ('changed', 'patched'))::integer as changed,
  count(*) filter (where verdict in ('equal', 'stale'))::integer as equal,
  0 as gone,
  coalesce(array_agg(id) filter (where verdict in ('dirty', 'patched')), '{}') as dirty
from judged`;

async function takeGone(
  tx: Tx,
  feed: string,
  { asked, clean = [] }: Observed,
  gone: Observed['gone'],
  writer: string | null,
): Promise<Taken> {
  const [row] = await tx.rows<Taken>(takeGoneSql, [
    feed,
    writer,
    asked,
    gone.map((record) => toText(record.id)),
    gone.map((record) => record.how),
    gone.map((record) => (record.survivor === undefined ? null : toText(record.survivor))),
    tx.time(),
    toTexts(clean),
  ]);
  return row as Taken;
}

/**
 * A tombstone that was asked for before the row was last answered proves nothing, but is worth a direct read. Of a record
 * that was asked for by its id and was never seen, the tombstone itself is kept.
 */
const takeGoneSql = `
with met as materialized (
  select g.id, g.how, coalesce(g.survivor, r.survivor) as survivor, r.place, r.keys as old_keys,
    case
      when $3 <= r.answered then case when r.gone is null then 'dirty' else 'stale' end
      when r.gone is not distinct from g.how and coalesce(g.survivor, r.survivor) is not distinct from r.survivor then 'equal'
      else 'gone'
    end as verdict
  from unnest($4::text[], $5::text[], $6::text[]) as g (id, how, survivor),
    lateral (select *, r.ctid as place from record r where r.feed = $1 and r.id = g.id offset 0) r
), updated as (
  update record r set gone = m.how, survivor = m.survivor, answered = $3, keys = '{}'
  from met m where m.verdict in ('gone', 'equal') and r.ctid = m.place
), unkeyed as (
  ${dropKeysSql(`select id, old_keys, '{}'::jsonb as keys from met where verdict = 'gone'`)}
), unseen as (
  insert into record (feed, id, content, answered, first_seen, changed, gone, survivor)
  select $1, g.id, '{}', $3, $3, $3, g.how, g.survivor from unnest($4::text[], $5::text[], $6::text[]) as g (id, how, survivor)
  where g.id = any($8::text[]) and not exists (select from record r where r.feed = $1 and r.id = g.id)
  returning id
), fanned as (
  ${listenersSql(`select id from met where verdict = 'gone' union all select id from unseen`, '$7')}
)
select 0 as fresh, 0 as changed, 0 as equal,
  (count(*) filter (where verdict = 'gone') + (select count(*) from unseen))::integer as gone,
  coalesce(array_agg(id) filter (where verdict = 'dirty'), '{}') as dirty
from met`;

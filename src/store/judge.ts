import type { Tx } from './db.ts';
import { dropKeysSql } from './keys.ts';
import { listenersSql } from './listeners.ts';
import type { Observed } from './store.ts';
import { toText, toTexts } from './text.ts';

/** What became of records: counts, and ids to be read directly (as stored). */
export interface Taken {
  fresh: number;
  changed: number;
  equal: number;
  gone: number;
  dirty: string[];
}

/** Nothing became of anything. */
export const none: Taken = { fresh: 0, changed: 0, equal: 0, gone: 0, dirty: [] };

/** A record as it will stand in the database: texts escaped, keys hashed. */
export interface Row {
  id: string;
  content: string;
  version: string | null;
  keys: Record<number, string>;
}

/** Takes records that the mirror may have already, by the rules of R3. */
export async function judgeRows(
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
    seen.arrived ?? seen.asked,
    answeredOf(seen),
  ]);
  return row as Taken;
}

/** What was asked for while a write was on its way may show what stood there before it: a write is answered when its answer came. */
export function answeredOf({ how, asked, arrived = asked }: Observed): number {
  return how === 'image' ? arrived : asked;
}

/**
 * Statements on the large tables fix how these are reached (a LATERAL with OFFSET 0 is a look-up by index per row of
 * its left side; ON CONFLICT and ctid need no join): on a table that was filled a moment ago the planner knows nothing,
 * and where it guesses wrong it reads the whole table once per page.
 *
 * `met`: what was shown beside what stands. `merged` is what the row would be: fields that were not asked for stay,
 * except that an index showing the row's own version only adds fields (`fits`: it does not contradict the row). A row that
 * has been looked at only once, and without a version, is as its record was made: an index cannot show it as it was before.
 * Of a row looked at since, an index showing its own version may be older than a write upon that version which was answered
 * with nothing: what it adds is taken, but the row counts as answered when it was before.
 * Verdicts: fresh, changed, equal (asked later, nothing new) · patched (an image on a row that was answered later: it
 * stands, but is read again) · dirty (nothing taken, read again) · stale (nothing to learn).
 */
const takeRecordsSql = `
with judged as materialized (
  select id, known, merged, keys, old_keys, gone, old_version, version, answered, first_seen, changed, same, age,
    case
      when not known then 'fresh'
      when $4 = 'index' and age <> 'newer' then case
        when gone is not null then case when later then 'dirty' else 'stale' end
        when same then 'stale'
        when fits then 'changed'
        else 'dirty' end
      when later or $4 = 'index' then case when gone is null and same then 'equal' else 'changed' end
      when gone is null and same and ($4 <> 'image' or version is not null) then 'stale'
      when $4 = 'image' and gone is null then 'patched'
      else 'dirty' end as verdict
  from (
    select *, known and merged = content as same, age = 'same' and merged = shown || content as fits
    from (
      select g.id, g.shown, g.version, g.keys, r.id is not null as known, r.content, r.version as old_version, r.answered,
        r.first_seen, r.changed, r.gone, coalesce(r.keys, '{}') as old_keys, $3 > r.answered as later,
        case
          when $4 <> 'index' then null
          when g.version = r.version or r.version is null and r.answered = r.first_seen then 'same'
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
    case when age = 'same' and answered <> first_seen then answered else greatest(answered, $13) end as answered,
    coalesce(first_seen, $12) as first_seen,
    case when same then changed else greatest(changed, $3) end as changed,
    case
      when verdict = 'patched' then null
      when $4 = 'index' then coalesce(version, old_version)
      else version
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

/** Takes tombstones, by the rules of R3. */
export async function judgeGone(
  tx: Tx,
  feed: string,
  seen: Observed,
  gone: Observed['gone'],
  writer: string | null,
): Promise<Taken> {
  const [row] = await tx.rows<Taken>(takeGoneSql, [
    feed,
    writer,
    seen.asked,
    gone.map((record) => toText(record.id)),
    gone.map((record) => record.how),
    gone.map((record) => (record.survivor === undefined ? null : toText(record.survivor))),
    tx.time(),
    toTexts(seen.clean ?? []),
    seen.arrived ?? seen.asked,
    answeredOf(seen),
  ]);
  return row as Taken;
}

/**
 * A tombstone that was asked for before the row was last answered proves nothing, but is worth a direct read. Of a
 * record that was asked for by its id and was never seen, the tombstone itself is kept.
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
  update record r set gone = m.how, survivor = m.survivor, answered = $10, keys = '{}'
  from met m where m.verdict in ('gone', 'equal') and r.ctid = m.place
), unkeyed as (
  ${dropKeysSql(`select id, old_keys, '{}'::jsonb as keys from met where verdict = 'gone'`)}
), unseen as (
  insert into record (feed, id, content, answered, first_seen, changed, gone, survivor)
  select $1, g.id, '{}', $3, $9, $3, g.how, g.survivor
  from unnest($4::text[], $5::text[], $6::text[]) as g (id, how, survivor)
  left join lateral (select true as there from record r where r.feed = $1 and r.id = g.id offset 0) r on true
  where g.id = any($8::text[]) and r.there is null
  returning id
), fanned as (
  ${listenersSql(`select id from met where verdict = 'gone' union all select id from unseen`, '$7')}
)
select 0 as fresh, 0 as changed, 0 as equal,
  (count(*) filter (where verdict = 'gone') + (select count(*) from unseen))::integer as gone,
  coalesce(array_agg(id) filter (where verdict = 'dirty'), '{}') as dirty
from met`;

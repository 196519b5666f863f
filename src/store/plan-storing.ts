import type { Naming } from '../model/naming.ts';
import type { Side, Two, Values } from '../model/value.ts';
import type { Sql } from './db.ts';
import { fromText, toText } from './text.ts';

/** What a preview saw of a decision, by the record it is known by. */
export interface Shown {
  side: Side;
  record: string;
  hash: string;
}

/** Makes the place for what a preview sees. To be called aside. */
export async function openShown(own: Sql): Promise<void> {
  await own.rows(
    `create temporary table shown (side text not null, record text collate "C" not null, hash text not null)`,
  );
}

/** Writes down what a preview saw. */
export async function addShown(own: Sql, shown: Shown[]): Promise<void> {
  if (shown.length === 0) return;
  await own.rows('insert into shown select * from unnest($1::text[], $2::text[], $3::text[])', [
    shown.map(({ side }) => side),
    shown.map(({ record }) => toText(record)),
    shown.map(({ hash }) => hash),
  ]);
}

/** Whose plan is stored, and how its records are called. */
export interface Storing {
  plan: string;
  sync: string;
  feeds: Two<string>;
  naming: Two<Naming>;
}

/**
 * Stores what was played aside as the records of a plan, in one statement from table to table: links as they would stand,
 * with what was written to each side. Answers how many records stay as they are: those are only counted.
 */
export async function storePlan(own: Sql, { plan, sync, feeds, naming }: Storing): Promise<{ unchanged: number }> {
  // Whole tables meet here; the connection is our own, so nobody else's plans change by it.
  await own.rows('set enable_sort = on');
  await own.rows('set enable_nestloop = off');
  for (const table of ['link', 'history', 'record', 'shown']) await own.rows(`analyze ${table}`);
  const names = [naming.a.names, naming.b.names].map((ways) => JSON.stringify(ways));
  const [row] = await own.rows<{ unchanged: number }>(storeSql, [plan, sync, feeds.a, feeds.b, ...names]);
  await own.rows('set enable_nestloop = on');
  return { unchanged: row?.unchanged ?? 0 };
}

/** One row a record and side that is written; a record that is written twice keeps its first image and its last values. */
const writesOf = (side: Side) => `
  ${side}w as materialized (
    select link, (array_agg(op order by id))[1] as op, (array_agg(record order by id))[1] as record,
      case count(*) when 1 then jsonb_build_object('before', (array_agg(before))[1], 'after', (array_agg(after))[1], 'rule', (array_agg(rule))[1], 'edges', (array_agg(edges))[1])
      else jsonb_build_object('before', first_values(array_agg(before order by id)), 'after', last_values(array_agg(after order by id)),
        'rule', last_values(array_agg(rule order by id)), 'edges', last_values(array_agg(edges order by id))) end as write
    from history where sync = $2 and side = '${side}' group by link
  )`;

/** What people call a record: the first way that gives anything. */
const nameOf = (content: string, ways: string) => `(
  select left(name, 200) from jsonb_array_elements(${ways}::jsonb) with ordinality as w (way, nth),
    lateral (select string_agg(nullif(btrim(${content} ->> field), ''), ' ' order by n) as name
      from jsonb_array_elements_text(way) with ordinality as f (field, n)) named
  where name is not null order by nth limit 1)`;

/** How many fields of a write somebody won: rules as merge-fields names them. */
const fieldsBy = (write: string, rules: string) =>
  `(select count(*) from jsonb_each_text(${write} -> 'rule') r where r.value in (${rules}))`;
const CONFLICTS = `'default app', 'field rule', 'latest change'`;
const isNew = (id: string) => `${id} like 'new:%'`;

const storeSql = `
with ${writesOf('a')}, ${writesOf('b')},
hashes as materialized (select side, record, array_agg(distinct hash) as hashes from shown group by side, record),
played as materialized (
  select coalesce(l.id, aw.link, bw.link) as id, l.id is not null as stands, coalesce(l.a_id, aw.record) as a_id, coalesce(l.b_id, bw.record) as b_id,
    l.status, l.problem, aw.op as a_op, bw.op as b_op, aw.write as a_write, bw.write as b_write,
    o.id is not null and o.stage = 'active' as was_paired
  from link l full join aw on l.sync = $2 and aw.link = l.id full join bw on bw.link = coalesce(l.id, aw.link)
  left join syncline.link o on o.sync = $2 and o.id = coalesce(l.id, aw.link, bw.link)
  where l.sync is null or l.sync = $2
), judged as materialized (
  select *, case
    when status = 'failing' then 'failing'
    when a_op is not null or b_op is not null then 'write'
    when status = 'excluded' then 'skipped'
    when status = 'waiting' then 'waiting'
    when was_paired then 'unchanged'
    else 'link' end as outcome
  from played
), stored as (
  insert into syncline.plan_record (plan, place, a_id, b_id, a_name, b_name, a_op, b_op, outcome, side, a_fields, b_fields, a_wins, b_wins, filled,
    problem, why, a_write, b_write, hashes)
  select $1, row_number() over (order by case outcome when 'write' then 1 when 'failing' then 2 when 'waiting' then 3 when 'skipped' then 4 else 5 end, j.id),
    case when not ${isNew('a_id')} then a_id end, case when not ${isNew('b_id')} then b_id end,
    ${nameOf('ra.content', '$5')}, ${nameOf('rb.content', '$6')}, a_op, b_op, outcome,
    coalesce(problem ->> 'side', case when a_id is null or ${isNew('a_id')} then 'b' else 'a' end),
    case a_op when 'update' then (select count(*) from jsonb_object_keys(a_write -> 'after')) else 0 end,
    case b_op when 'update' then (select count(*) from jsonb_object_keys(b_write -> 'after')) else 0 end,
    case b_op when 'update' then ${fieldsBy('b_write', CONFLICTS)} else 0 end, case a_op when 'update' then ${fieldsBy('a_write', CONFLICTS)} else 0 end,
    case a_op when 'update' then ${fieldsBy('a_write', `'filled'`)} else 0 end + case b_op when 'update' then ${fieldsBy('b_write', `'filled'`)} else 0 end,
    problem, null, a_write, b_write, coalesce(ha.hashes, '{}') || coalesce(hb.hashes, '{}')
  from judged j
  left join record ra on ra.feed = $3 and ra.id = j.a_id
  left join record rb on rb.feed = $4 and rb.id = j.b_id
  left join hashes ha on ha.side = 'a' and ha.record = j.a_id
  left join hashes hb on hb.side = 'b' and hb.record = j.b_id
  where outcome <> 'unchanged'
  returning 1
)
select (select count(*) from judged where outcome = 'unchanged') as unchanged, (select count(*) from stored) as stored`;

/** Records of a plan that are skipped, with what is known of them, to say why. */
export interface Skipped {
  place: number;
  a: Values | null;
  b: Values | null;
}

/** A page of the skipped records of a plan. To be called aside. */
export async function skippedRecords(
  own: Sql,
  { plan, feeds }: Storing,
  after: number,
  most: number,
): Promise<Skipped[]> {
  return own.rows<Skipped>(
    `select p.place, a.content as a, b.content as b from syncline.plan_record p
     left join lateral (select content from record where feed = $3 and id = p.a_id offset 0) a on true
     left join lateral (select content from record where feed = $4 and id = p.b_id offset 0) b on true
     where p.plan = $1 and p.place > $2 and p.outcome = 'skipped' order by p.place limit $5`,
    [plan, after, feeds.a, feeds.b, most],
  );
}

/** Says of skipped records why. */
export async function sayWhy(sql: Sql, plan: string, reasons: { place: number; why: string | null }[]): Promise<void> {
  await sql.rows(
    `update syncline.plan_record p set why = g.why from unnest($2::bigint[], $3::text[]) as g (place, why)
     where p.plan = $1 and p.place = g.place`,
    [plan, reasons.map(({ place }) => place), reasons.map(({ why }) => (why === null ? null : toText(why)))],
  );
}

/** The hashes that a plan showed of these records: by side and id. Absent: it did not show the record at all. */
export async function shownHashes(sql: Sql, plan: string, records: Two<string[]>): Promise<Two<Map<string, string[]>>> {
  const found: Two<Map<string, string[]>> = { a: new Map(), b: new Map() };
  for (const side of ['a', 'b'] as const) {
    if (records[side].length === 0) continue;
    const rows = await sql.rows<{ id: string; hashes: string[] }>(
      `select ${side}_id as id, hashes from plan_record where plan = $1 and ${side}_id = any($2::text[])`,
      [plan, records[side].map(toText)],
    );
    for (const { id, hashes } of rows) found[side].set(fromText(id), hashes);
  }
  return found;
}

/** How many live records of both of a sync's objects are in the mirror. */
export async function mirrorSize(sql: Sql, sync: string): Promise<number> {
  const [row] = await sql.rows<{ total: number }>(
    `select count(*) as total from sync s join record r on r.feed in (s.a_feed, s.b_feed) where s.id = $1 and r.gone is null`,
    [sync],
  );
  return row?.total ?? 0;
}

/** Stands among a record's hashes where a person has looked at it once more: whatever is decided about it may be written. */
export const ANYTHING = 'anything';

/** Lets whatever is decided about these links' records be written. */
export async function allowAnything(sql: Sql, plan: string, sync: string, links: string[]): Promise<void> {
  for (const side of ['a', 'b'] as const)
    await sql.rows(
      `update plan_record p set hashes = array['${ANYTHING}']
       from link l where l.sync = $2 and l.id = any($3::bigint[]) and p.plan = $1 and p.${side}_id = l.${side}_id`,
      [plan, sync, links],
    );
}

/** The first records of a plan that are written, by what they are known by. */
export async function firstWrites(sql: Sql, plan: string, most: number): Promise<Two<string[]> & { count: number }> {
  const rows = await sql.rows<{ a_id: string | null; b_id: string | null }>(
    `select a_id, b_id from plan_record where plan = $1 and outcome = 'write' order by place limit $2`,
    [plan, most],
  );
  const ids = (side: 'a_id' | 'b_id') => rows.flatMap((row) => (row[side] === null ? [] : [fromText(row[side])]));
  return { a: ids('a_id'), b: ids('b_id'), count: rows.length };
}

import type { Link } from '../model/link.ts';
import { type Naming, nameOf } from '../model/naming.ts';
import type { Problem } from '../model/problem.ts';
import type { Two, Values } from '../model/value.ts';
import type { Sql } from './db.ts';
import { fromText, toText } from './text.ts';

/** From so many records with a text on it is quicker to look at links in order than at each record found. */
const MOST_FOUND = 2_000;
/** Beyond every link id. */
const FIRST_PAGE = '9223372036854775807';

/** Which records (links) are asked for; null: all. Times are milliseconds. */
export interface RecordFilter {
  /** Ids of syncs, with their feeds. */
  syncs: { id: string; feeds: Two<string> }[];
  status: Link['status'] | null;
  categories: string[] | null;
  /** Something was written in this time. */
  from: number | null;
  to: number | null;
  /** Contained in a name, an address or an id of either side, whatever its case. */
  text: string | null;
  after: string | null;
  most: number;
}

/** A record of a sync as it is listed. */
export interface ListedRecord {
  id: string;
  sync: string;
  status: Link['status'];
  stage: Link['stage'];
  held: Link['held'];
  problem: Problem | null;
  /** When something was last written for it; null: never. */
  changedAt: number | null;
  /** Null: it has no record on that side. */
  sides: Two<{ id: string; name: string | null; gone: string | null } | null>;
}

/**
 * Records of a workspace's syncs, the newest link first. Statuses, categories and times are found by walking links in
 * order (or the links that the history of that time names); a text through the labels, which are narrow: 100,000
 * records take some tens of milliseconds (bench/record-list.ts).
 */
export async function listRecords(sql: Sql, filter: RecordFilter): Promise<ListedRecord[]> {
  if (filter.syncs.length === 0) return [];
  const found = filter.text === null ? null : await findLabels(sql, filter);
  const isNarrow = found !== null && found.length <= MOST_FOUND;
  const timed = filter.from !== null || filter.to !== null;
  const values = [
    filter.syncs.map(({ id }) => id),
    filter.after ?? FIRST_PAGE,
    filter.most,
    filter.status,
    filter.categories,
    filter.text === null || isNarrow ? null : toText(filter.text),
    filter.from ?? (timed ? 0 : null),
    filter.to ?? (timed ? Number.MAX_SAFE_INTEGER : null),
  ];
  if (!isNarrow) return namesOf(sql, await sql.rows<Row>(timed ? touchedSql : orderedSql, values));
  const places = [found.map(({ feed }) => feed), found.map(({ record }) => record)];
  return namesOf(sql, await sql.rows<Row>(foundSql, [...values, ...places]));
}

interface Row {
  id: number;
  sync: number;
  a_feed: number;
  b_feed: number;
  a_id: string | null;
  b_id: string | null;
  status: Link['status'];
  stage: Link['stage'];
  held: Link['held'];
  problem: Problem | null;
  changed_at: number | null;
}

const holdsText = (side: string) => `exists (
    select from label t where t.feed = s.${side}_feed and t.record = l.${side}_id and position(fold($6) in t.text) > 0)`;

const fits = `($4::text is null or l.status = $4) and ($5::text[] is null or l.problem ->> 'category' = any($5))
  and ($6::text is null or ${holdsText('a')} or ${holdsText('b')})`;

const inTime = `($7::bigint is null or exists (
    select from history h where h.link = l.id and h.sync = l.sync and h.at >= $7 and h.at < $8))`;

const shown = `l.id, l.sync, l.a_id, l.b_id, l.status, l.stage, l.held, l.problem`;

/** `page` selects `shown` and the feeds; the last change is looked up for what is shown alone. */
const listSql = (page: string) => `
  with page as materialized (${page})
  select p.*, c.at as changed_at from page p
  left join lateral (select h.at from history h where h.link = p.id order by h.id desc limit 1) c on true
  order by p.id desc`;

const orderedSql = listSql(`
  select l.* from sync s, lateral (
    select ${shown}, s.a_feed, s.b_feed from link l where l.sync = s.id and l.id < $2 and ${fits} and ${inTime}
    order by l.id desc limit $3
  ) l
  where s.id = any($1::integer[]) order by l.id desc limit $3`);

const touchedSql = listSql(`
  select ${shown}, s.a_feed, s.b_feed from (
    select distinct h.link, h.sync from history h
    where h.at >= $7 and h.at < $8 and h.sync = any($1::integer[]) and h.link < $2 order by h.link desc
  ) t join sync s on s.id = t.sync, lateral (select * from link l where l.sync = t.sync and l.id = t.link offset 0) l
  where ${fits} order by t.link desc limit $3`);

const hitsOf = (side: string) => `
  select l.sync, l.id from found f join sync s on s.${side}_feed = f.feed and s.id = any($1::integer[]),
    lateral (select l.sync, l.id from link l where l.sync = s.id and l.${side}_id = f.record offset 0) l`;

const foundSql = listSql(`
  with found as materialized (select * from unnest($9::integer[], $10::text[]) as f (feed, record)),
    hits as (${hitsOf('a')} union ${hitsOf('b')})
  select ${shown}, s.a_feed, s.b_feed from hits t join sync s on s.id = t.sync,
    lateral (select * from link l where l.sync = t.sync and l.id = t.id offset 0) l
  where l.id < $2 and ${fits} and ${inTime} order by l.id desc limit $3`);

/** The records with the text: all, or one more than pays. */
async function findLabels(sql: Sql, { syncs, text }: RecordFilter): Promise<{ feed: number; record: string }[]> {
  const feeds = [...new Set(syncs.flatMap(({ feeds: { a, b } }) => [a, b]))];
  return sql.rows(
    'select feed, record from label where feed = any($1::integer[]) and position(fold($2) in text) > 0 limit $3',
    [feeds, toText(text ?? ''), MOST_FOUND + 1],
  );
}

async function namesOf(sql: Sql, rows: Row[]): Promise<ListedRecord[]> {
  const places = rows.flatMap((row) => [
    ...(row.a_id === null ? [] : [{ feed: row.a_feed, id: row.a_id }]),
    ...(row.b_id === null ? [] : [{ feed: row.b_feed, id: row.b_id }]),
  ]);
  const named = await readNames(sql, places);
  const sideOf = (feed: number, id: string | null) => {
    const seen = id === null ? undefined : named.get(`${feed} ${id}`);
    return id === null ? null : { id: fromText(id), name: seen?.name ?? null, gone: seen?.gone ?? null };
  };
  return rows.map(({ id, sync, a_feed, b_feed, a_id, b_id, changed_at, ...row }) => ({
    ...row,
    id: String(id),
    sync: String(sync),
    changedAt: changed_at,
    sides: { a: sideOf(a_feed, a_id), b: sideOf(b_feed, b_id) },
  }));
}

/** What records are called, by `feed id` (ids as stored); those that the mirror does not have are left out. */
export async function readNames(
  sql: Sql,
  places: readonly { feed: number; id: string }[],
): Promise<Map<string, { name: string | null; gone: string | null }>> {
  const rows = await sql.rows<{ feed: number; id: string; gone: string | null; naming: Naming | null; values: Values }>(
    `select g.feed, g.id, r.gone, f.progress -> 'naming' as naming, coalesce((
       select jsonb_object_agg(field, r.content -> field)
       from jsonb_array_elements_text(f.progress -> 'naming' -> 'search') field where r.content ? field), '{}') as values
     from (select distinct * from unnest($1::integer[], $2::text[]) as g (feed, id)) g join feed f on f.id = g.feed,
       lateral (select * from record r where r.feed = g.feed and r.id = g.id offset 0) r`,
    [places.map(({ feed }) => feed), places.map(({ id }) => id)],
  );
  return new Map(
    rows.map((row) => [`${row.feed} ${row.id}`, { name: nameOf(row.naming, row.values), gone: row.gone }]),
  );
}

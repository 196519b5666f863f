import type { Link, Pair } from '../model/link.ts';
import type { Side } from '../model/value.ts';
import type { Sql } from './db.ts';
import { type LinkRow, linkColumns, linkOf } from './link-rows.ts';
import { linksOfRecords, readPairs, readSyncFeeds, type SyncFeeds, type Wanted } from './pairs.ts';
import type { ScanPlace } from './store.ts';
import { fromText, toText } from './text.ts';

/** How many rows a call looks at for each pair it may give, before it gives a page that is not full. */
const LOOKED_AT_PER_PAIR = 10;

/**
 * One page of all pairs of a sync: records of side a, then of b that no pair of a held, then links without a live
 * record.
 */
export async function scanPairs(
  sql: Sql,
  sync: string,
  after: ScanPlace | null,
  most: number,
): Promise<{ pairs: Pair[]; next: ScanPlace | null }> {
  const feeds = await readSyncFeeds(sql, sync);
  const place = after ?? { part: 'a', after: '' };
  if (place.part === 'a') return scanA(sql, feeds, place.after, most);
  if (place.part === 'b') return scanB(sql, feeds, place.after, most);
  return scanLinks(sql, feeds, place.after, most);
}

interface Page {
  pairs: Pair[];
  next: ScanPlace | null;
}

async function scanA(sql: Sql, sync: SyncFeeds, after: string, most: number): Promise<Page> {
  const rows = await sql.rows<{ id: string }>(
    'select id from record where feed = $1 and gone is null and id > $2 order by id limit $3',
    [sync.feeds.a, toText(after), most],
  );
  const ids = rows.map((row) => fromText(row.id));
  const pairs = await pairsOfSide(sql, sync, 'a', ids);
  if (ids.length < most) return { pairs, next: { part: 'b', after: '' } };
  return { pairs, next: { part: 'a', after: ids[ids.length - 1] as string } };
}

async function scanB(sql: Sql, sync: SyncFeeds, after: string, most: number): Promise<Page> {
  const looked = most * LOOKED_AT_PER_PAIR;
  // A pair whose record on side a lives was given in part a.
  const [row] = await sql.rows<{ ids: string[] | null; last: string | null; seen: number }>(
    `with page as materialized (
       select id from record where feed = $2 and gone is null and id > $3 order by id limit $4
     ), open as (
       select p.id from page p
       left join lateral (select a_id from link l where l.sync = $6 and l.b_id = p.id offset 0) l on true
       left join lateral (select true as alive from record r where r.feed = $1 and r.id = l.a_id and r.gone is null offset 0) r on true
       where r.alive is null
       order by p.id limit $5
     ), told as (select array_agg(id order by id) as ids, count(*) as count, max(id) as last from open)
     select told.ids,
       case when told.count = $5 then told.last else (select max(id) from page) end as last,
       (select count(*)::integer from page) as seen
     from told`,
    [sync.feeds.a, sync.feeds.b, toText(after), looked, most, sync.id],
  );
  const ids = (row?.ids ?? []).map(fromText);
  const pairs = await pairsOfSide(sql, sync, 'b', ids);
  const atEnd = ids.length < most && (row?.seen ?? 0) < looked;
  if (atEnd || !row?.last) return { pairs, next: { part: 'links', after: '0' } };
  return { pairs, next: { part: 'b', after: fromText(row.last) } };
}

async function pairsOfSide(sql: Sql, sync: SyncFeeds, side: Side, ids: string[]): Promise<Pair[]> {
  const wanted: Wanted[] = ids.map((record) => ({ side, record }));
  const links = await linksOfRecords(sql, sync.id, side === 'a' ? { a: ids, b: [] } : { a: [], b: ids });
  return readPairs(sql, sync, wanted, links);
}

async function scanLinks(sql: Sql, sync: SyncFeeds, after: string, most: number): Promise<Page> {
  const looked = most * LOOKED_AT_PER_PAIR;
  const rows = await sql.rows<LinkRow & { last: number; seen: number }>(bareLinksSql, [
    sync.feeds.a,
    sync.feeds.b,
    sync.id,
    after,
    looked,
    most,
  ]);
  const links = rows.filter((row) => row.id !== null).map(linkOf);
  const pairs = await readPairs(
    sql,
    sync,
    links.map((link) => ({ link })),
    links,
  );
  const { last, seen } = rows[0] as { last: number; seen: number };
  const full = links.length === most;
  const atEnd = !full && seen < looked;
  return { pairs, next: atEnd ? null : { part: 'links', after: full ? (links[most - 1] as Link).id : String(last) } };
}

/** Of the next links those without a live record; one row at least, which tells how many were looked at and the last of them. */
const bareLinksSql = `
  with page as materialized (
    select * from link where sync = $3 and id > $4 order by id limit $5
  ), bare as (
    select l.* from page l
    left join lateral (select true as alive from record r where r.feed = $1 and r.id = l.a_id and r.gone is null offset 0) a on true
    left join lateral (select true as alive from record r where r.feed = $2 and r.id = l.b_id and r.gone is null offset 0) b on true
    where a.alive is null and b.alive is null order by l.id limit $6
  )
  select ${linkColumns}, told.* from (select max(id) as last, count(*)::integer as seen from page) told
  left join bare l on true order by l.id`;

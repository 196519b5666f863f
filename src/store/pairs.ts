import type { Link, Pair, Work } from '../model/link.ts';
import type { Seen } from '../model/seen.ts';
import type { Side, Two } from '../model/value.ts';
import type { Sql } from './db.ts';
import { type LinkRow, linkColumns, linkOf } from './link-rows.ts';
import { type RecordRow, recordColumns, seenOf } from './mirror.ts';
import { toTexts } from './text.ts';

/**
 * Pairs of these records, each once, in the order of `wanted`: by link where there is one. A record that the store
 * knows nothing of (no link, no mirror row, no work) is left out.
 *
 * Work is read before the records: a change that comes between shows in the record and raises the seq, so it is only
 * planned once more; the other way round it would be acknowledged unseen (W4).
 */
export async function readPairs(sql: Sql, sync: SyncFeeds, wanted: readonly Wanted[], links: Link[]): Promise<Pair[]> {
  const byRecord = { a: new Map<string, Link>(), b: new Map<string, Link>() };
  for (const link of links) {
    if (link.ids.a !== null) byRecord.a.set(link.ids.a, link);
    if (link.ids.b !== null) byRecord.b.set(link.ids.b, link);
  }
  const places = placesOf(wanted, byRecord);
  const ids = { a: sideIds(places, 'a'), b: sideIds(places, 'b') };
  const work = await readWork(sql, sync.id, ids);
  const seen = await readBoth(sql, sync.feeds, ids);
  const pairs: Pair[] = [];
  for (const { link, ids: own } of places) {
    const pair: Pair = {
      link,
      a: own.a === null ? null : (seen.a.get(own.a) ?? null),
      b: own.b === null ? null : (seen.b.get(own.b) ?? null),
      work: {
        a: own.a === null ? null : (work.a.get(own.a) ?? null),
        b: own.b === null ? null : (work.b.get(own.b) ?? null),
      },
    };
    if (pair.link || pair.a || pair.b || pair.work.a || pair.work.b) pairs.push(pair);
  }
  return pairs;
}

/** A sync's id and its feeds. */
export interface SyncFeeds {
  id: string;
  feeds: Two<string>;
}

/** What a pair is wanted for: a record of a side, or a link. */
export type Wanted = { side: Side; record: string } | { link: Link };

/** The feeds of a sync. Throws where it was deleted. */
export async function readSyncFeeds(sql: Sql, sync: string): Promise<SyncFeeds> {
  const [row] = await sql.rows<{ a_feed: number; b_feed: number }>('select a_feed, b_feed from sync where id = $1', [
    sync,
  ]);
  if (!row) throw missingSync(sync);
  return { id: sync, feeds: { a: String(row.a_feed), b: String(row.b_feed) } };
}

/** The error for a sync that was deleted meanwhile. */
export function missingSync(sync: string): Error {
  return new Error(`sync ${sync} is not there any more: it was deleted; stop working on it`);
}

/** The links of these records, each once. */
export async function linksOfRecords(sql: Sql, sync: string, records: Two<readonly string[]>): Promise<Link[]> {
  const links = new Map<number, LinkRow>();
  for (const side of ['a', 'b'] as const) {
    if (records[side].length === 0) continue;
    const rows = await sql.rows<LinkRow>(side === 'a' ? linksOfA : linksOfB, [sync, toTexts(records[side])]);
    for (const row of rows) links.set(row.id, row);
  }
  return [...links.values()].map(linkOf);
}

const linksOf = (side: Side) => `
  select ${linkColumns} from unnest($2::text[]) as g (record),
    lateral (select * from link l where l.sync = $1 and l.${side}_id = g.record offset 0) l`;
const linksOfA = linksOf('a');
const linksOfB = linksOf('b');

interface Place {
  link: Link | null;
  ids: Two<string | null>;
}

function placesOf(wanted: readonly Wanted[], links: Two<Map<string, Link>>): Place[] {
  const given = new Set<string>();
  const places: Place[] = [];
  for (const want of wanted) {
    const link = 'link' in want ? want.link : (links[want.side].get(want.record) ?? null);
    const key = link ? `link ${link.id}` : 'link' in want ? '' : `${want.side} ${want.record}`;
    if (given.has(key)) continue;
    given.add(key);
    if (link) places.push({ link, ids: link.ids });
    else if (!('link' in want)) places.push({ link, ids: { a: null, b: null, [want.side]: want.record } });
  }
  return places;
}

function sideIds(places: readonly Place[], side: Side): string[] {
  const ids: string[] = [];
  for (const place of places) {
    const id = place.ids[side];
    if (id !== null) ids.push(id);
  }
  return ids;
}

async function readWork(sql: Sql, sync: string, ids: Two<string[]>): Promise<Two<Map<string, Work>>> {
  const rows = await sql.rows<Work & { side: Side; place: number }>(
    `select g.side, g.place::integer, w.seq, w.attempts
     from (
       select 'a' as side, * from unnest($2::text[]) with ordinality as g (record, place)
       union all select 'b', * from unnest($3::text[]) with ordinality as g (record, place)
     ) g, lateral (select * from work w where w.sync = $1 and w.side = g.side and w.record = g.record offset 0) w`,
    [sync, toTexts(ids.a), toTexts(ids.b)],
  );
  const work = { a: new Map<string, Work>(), b: new Map<string, Work>() };
  for (const { side, place, seq, attempts } of rows) {
    const record = ids[side][place - 1] as string;
    work[side].set(record, { record, seq, attempts });
  }
  return work;
}

async function readBoth(sql: Sql, feeds: Two<string>, ids: Two<string[]>): Promise<Two<Map<string, Seen>>> {
  const rows = await sql.rows<RecordRow & { side: Side }>(
    `select 'a' as side, ${recordColumns} from record r where r.feed = $1 and r.id = any($2::text[])
     union all
     select 'b', ${recordColumns} from record r where r.feed = $3 and r.id = any($4::text[])`,
    [feeds.a, toTexts(ids.a), feeds.b, toTexts(ids.b)],
  );
  const seen = { a: new Map<string, Seen>(), b: new Map<string, Seen>() };
  for (const row of rows) {
    const record = seenOf(row);
    seen[row.side].set(record.id, record);
  }
  return seen;
}

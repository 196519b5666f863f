import type { Link, Pair } from '../../../src/model/link.ts';
import type { Side } from '../../../src/model/value.ts';
import type { ScanPlace } from '../../../src/store/store.ts';
import { byText } from './mirror.ts';
import type { State, SyncRow } from './state.ts';
import { linkPair, pairs } from './work.ts';

/** How many rows a call looks at for each pair it may give, before it gives a page that is not full. */
const LOOKED_AT_PER_PAIR = 10;

interface ScanPage {
  pairs: Pair[];
  next: ScanPlace | null;
}

/** A page of all pairs in keyset order; see `Store.scan`. A call stays within one part, as the database does. */
export function scan(state: State, row: SyncRow, after: ScanPlace | null, most: number): ScanPage {
  const place = after ?? { part: 'a' as const, after: '' };
  if (place.part === 'a') return scanA(state, row, place.after, most);
  if (place.part === 'b') return scanB(state, row, place.after, most);
  return scanLinks(state, row, place.after, most);
}

function scanA(state: State, row: SyncRow, after: string, most: number): ScanPage {
  const ids = liveIds(state, row, 'a', after).slice(0, most);
  const made = pairs(
    state,
    row,
    ids.map((record) => ({ side: 'a', record })),
  );
  if (ids.length < most) return { pairs: made, next: { part: 'b', after: '' } };
  return { pairs: made, next: { part: 'a', after: ids.at(-1) as string } };
}

function scanB(state: State, row: SyncRow, after: string, most: number): ScanPage {
  const page = liveIds(state, row, 'b', after).slice(0, most * LOOKED_AT_PER_PAIR);
  const open = page
    .filter((id) => !isLiveOn(state, row, row.links.get(row.linkOf.b.get(id) ?? ''), 'a'))
    .slice(0, most);
  const made = pairs(
    state,
    row,
    open.map((record) => ({ side: 'b', record })),
  );
  const last = open.length === most ? open.at(-1) : page.at(-1);
  const atEnd = open.length < most && page.length < most * LOOKED_AT_PER_PAIR;
  if (atEnd || last === undefined) return { pairs: made, next: { part: 'links', after: '0' } };
  return { pairs: made, next: { part: 'b', after: last } };
}

function scanLinks(state: State, row: SyncRow, after: string, most: number): ScanPage {
  const looked = most * LOOKED_AT_PER_PAIR;
  const all = [...row.links.values()].filter((link) => Number(link.id) > Number(after));
  const page = all.sort((one, other) => Number(one.id) - Number(other.id)).slice(0, looked);
  const bare = page
    .filter((link) => !isLiveOn(state, row, link, 'a') && !isLiveOn(state, row, link, 'b'))
    .slice(0, most);
  const last = bare.length === most ? bare.at(-1) : page.at(-1);
  const atEnd = bare.length < most && page.length < looked;
  const made = bare.map((link) => linkPair(state, row, link));
  return { pairs: made, next: atEnd || !last ? null : { part: 'links', after: last.id } };
}

function liveIds(state: State, row: SyncRow, side: Side, after: string): string[] {
  const ids: string[] = [];
  for (const [id, { seen }] of state.feeds.get(row.sync.feeds[side])?.mirror ?? [])
    if (!seen.gone && id > after) ids.push(id);
  return ids.sort(byText);
}

/** Is the link's record of this side among the live ones of the mirror? */
export function isLiveOn(state: State, row: SyncRow, link: Link | undefined, side: Side): boolean {
  const id = link?.ids[side] ?? null;
  const found = id === null ? undefined : state.feeds.get(row.sync.feeds[side])?.mirror.get(id);
  return found !== undefined && !found.seen.gone;
}

import { Failure } from '../../connector/failure.ts';
import type { Session } from '../../connector/session.ts';
import { versionOf } from './cards.ts';
import { askDav, hostOf, tryDav } from './dav.ts';
import { idOf } from './member.ts';
import type { Resource } from './multistatus.ts';
import { readError } from './multistatus.ts';
import { childOf, escapeXml } from './xml.ts';

/** A card of a listing. */
export interface Entry {
  id: string;
  version?: string;
}

/** Where a book was: a sync token (RFC 6578), or for a server without them, its change tag and every card's version. */
export type Place = { token: string } | Versions;

/** A book on a server without sync tokens; `versions` is null where there are too many to keep. */
export interface Versions {
  tag?: string;
  versions: Record<string, string> | null;
}

/** What changed since a place, in id order. */
export interface Listing {
  changed: Entry[];
  gone: string[];
  /** Where the book is after it. */
  place: Place;
  /** The server cut it short: there is more from `place` on. */
  more: 'yes' | 'no';
}

/** The most cards that a server is asked to list at once. */
const mostListed = 5000;

/** The most cards whose versions are kept in a cursor; larger books on servers without sync tokens are listed whole. */
const mostVersionsKept = 20_000;

/** What changed since a sync token, or everything. 'expired' where the server no longer takes the token, or takes none. */
export async function listByToken(s: Session, bookUrl: string, token: string): Promise<Listing | 'expired'> {
  const limited = await syncCollection(s, bookUrl, token, `<D:limit><D:nresults>${mostListed}</D:nresults></D:limit>`);
  // Some servers refuse a limit, and Xandikos 0.2 obeys it without saying that it left something out.
  const suspicious =
    limited === 'refused' || (limited !== 'expired' && limited.more === 'no' && sizeOf(limited) === mostListed);
  const listing = suspicious ? await syncCollection(s, bookUrl, token, '') : limited;
  return listing === 'refused' ? 'expired' : listing;
}

/** What changed since a place by comparing the versions of all cards; everything where there is none. */
export async function listByVersions(s: Session, bookUrl: string, since?: Versions): Promise<Listing | 'expired'> {
  // Asked before the listing: a change in between is then seen twice rather than never.
  const tag = await changeTag(s, bookUrl);
  if (since && tag !== undefined && tag === since.tag) return { changed: [], gone: [], place: since, more: 'no' };
  if (since && since.versions === null) return 'expired';
  const entries = await listAll(s, bookUrl);
  const before = new Map(Object.entries(since?.versions ?? {}));
  const now = new Map(entries.map((entry) => [entry.id, entry.version ?? '']));
  return {
    changed: entries.filter((entry) => entry.version === undefined || before.get(entry.id) !== entry.version),
    gone: [...before.keys()].filter((id) => !now.has(id)),
    place: { tag, versions: entries.length > mostVersionsKept ? null : Object.fromEntries(now) },
    more: 'no',
  };
}

/**
 * Answers to a token that mean that it is worth nothing now: RFC 6578 §3.2 wants 403 or 409 with valid-sync-token, others
 * say it with a plain 400, 404, 410, 412 …; a trouble of another kind shows again in the full listing that follows.
 */
const refusals = [400, 403, 404, 405, 409, 410, 412, 415, 422, 501, 507];

async function syncCollection(
  s: Session,
  bookUrl: string,
  token: string,
  limit: string,
): Promise<Listing | 'expired' | 'refused'> {
  const inside = `<D:sync-token>${escapeXml(token)}</D:sync-token><D:sync-level>1</D:sync-level>${limit}<D:prop><D:getetag/></D:prop>`;
  const request = {
    method: 'REPORT',
    url: bookUrl,
    depth: '0',
    root: 'D:sync-collection',
    inside,
  } as const;
  const answer = await tryDav(s, request, refusals);
  if ('refusal' in answer) {
    // G1: a book that is not there any more is no reason to list another in its place; this throws where it is gone.
    if (answer.refusal.status === 404 || answer.refusal.status === 410) await changeTag(s, bookUrl);
    return readError(answer.refusal.text).conditions.includes('{DAV:}valid-sync-token') ? 'expired' : 'refused';
  }
  const { resources, syncToken } = answer.multistatus;
  if (!syncToken) throw new Failure('broken', `${hostOf(bookUrl)} tells what changed but gives no sync token`);
  const more = resources.some((resource) => resource.status === 507) ? 'yes' : 'no';
  if (more === 'yes' && syncToken === token) {
    throw new Failure('broken', `${hostOf(bookUrl)} says that there is more to list and gives the same place again`);
  }
  const gone = resources.filter((resource) => resource.status === 404 || resource.status === 410);
  return {
    changed: entriesOf(bookUrl, resources),
    gone: gone.flatMap((resource) => idOf(bookUrl, resource.href) ?? []),
    place: { token: syncToken },
    more,
  };
}

function sizeOf(listing: Listing): number {
  return listing.changed.length + listing.gone.length;
}

async function changeTag(s: Session, bookUrl: string): Promise<string | undefined> {
  const inside = '<D:prop><S:getctag/></D:prop>';
  const { resources } = await askDav(s, { method: 'PROPFIND', url: bookUrl, depth: '0', root: 'D:propfind', inside });
  return resources[0]?.properties.get('{http://calendarserver.org/ns/}getctag')?.text.trim() || undefined;
}

async function listAll(s: Session, bookUrl: string): Promise<Entry[]> {
  const inside = '<D:prop><D:resourcetype/><D:getetag/></D:prop>';
  const { resources } = await askDav(s, { method: 'PROPFIND', url: bookUrl, depth: '1', root: 'D:propfind', inside });
  if (resources.some((resource) => resource.status === 507)) {
    throw new Failure('broken', `${hostOf(bookUrl)} lists only a part of its cards`);
  }
  return entriesOf(bookUrl, resources);
}

function entriesOf(bookUrl: string, resources: Resource[]): Entry[] {
  const entries = new Map<string, Entry>();
  for (const { href, status, properties } of resources) {
    const id = idOf(bookUrl, href);
    const isCollection = childOf(properties.get('{DAV:}resourcetype'), '{DAV:}collection') !== undefined;
    const isSelf = URL.parse(`${href}/`, bookUrl)?.href === bookUrl;
    if (id === null || isCollection || isSelf || (status !== undefined && status !== 200)) continue;
    const version = versionOf(properties.get('{DAV:}getetag')?.text);
    entries.set(id, { id, ...(version === undefined ? {} : { version }) });
  }
  return [...entries.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
}

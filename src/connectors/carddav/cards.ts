import { Failure } from '../../connector/failure.ts';
import type { Session } from '../../connector/session.ts';
import { askDav, hostOf } from './dav.ts';
import { addressOf, idOf } from './member.ts';
import type { Resource } from './multistatus.ts';
import { escapeXml } from './xml.ts';

/** A card as the server has it. */
export interface StoredCard {
  id: string;
  /** Its etag, in quotes, with `W/` where it is a weak one; undefined where the server gives none. */
  version?: string;
  /** Undefined where only the version was asked for, or the server could not give the text. */
  text?: string;
}

/** The most cards that are asked for in one call: cards may hold photos, and an answer has a largest size. */
export const mostCardsPerCall = 100;

/** The cards with these ids, in any order; those that the server does not have are in `missing`. Throws `Failure`. */
export async function readCards(
  s: Session,
  bookUrl: string,
  ids: string[],
  what: 'cards' | 'versions',
): Promise<{ cards: StoredCard[]; missing: string[] }> {
  const cards: StoredCard[] = [];
  const missing: string[] = [];
  for (let at = 0; at < ids.length; at += mostCardsPerCall) {
    const part = await multiget(s, bookUrl, ids.slice(at, at + mostCardsPerCall), what);
    cards.push(...part.cards);
    missing.push(...part.missing);
  }
  return { cards, missing };
}

/** An etag as it is compared: some servers leave out the quotes. */
export function versionOf(etag: string | undefined): string | undefined {
  const text = etag?.trim();
  if (!text) return undefined;
  return /^(W\/)?".*"$/.test(text) ? text : `"${text}"`;
}

/** RFC 6352 §8.7. */
async function multiget(
  s: Session,
  bookUrl: string,
  ids: string[],
  what: 'cards' | 'versions',
): Promise<{ cards: StoredCard[]; missing: string[] }> {
  const path = new URL(bookUrl).pathname;
  const hrefs = ids.map((id) => `<D:href>${escapeXml(`${path}${id}`)}</D:href>`).join('');
  const data = what === 'cards' ? '<C:address-data/>' : '';
  const inside = `<D:prop><D:getetag/>${data}</D:prop>${hrefs}`;
  const request = { method: 'REPORT', url: bookUrl, depth: '0', root: 'C:addressbook-multiget', inside } as const;
  const { resources } = await askDav(s, request);
  const asked = new Set(ids);
  const cards: StoredCard[] = [];
  const missing: string[] = [];
  for (const resource of resources) {
    const id = idOf(bookUrl, resource.href);
    // A server that cuts its answer short says so with a response of the book itself; what it left out is asked one by one.
    if (id === null || !asked.delete(id)) continue;
    if (resource.status === 404 || resource.status === 410) missing.push(id);
    else cards.push(cardOf(id, resource));
  }
  for (const id of asked) {
    const card = await readCard(s, bookUrl, id);
    if (card) cards.push(card);
    else missing.push(id);
  }
  return { cards, missing };
}

/** One card by its own address; null only where the server says that it is not there (G1). */
async function readCard(s: Session, bookUrl: string, id: string): Promise<StoredCard | null> {
  const headers = { accept: 'text/vcard' };
  const reply = await s.request({ method: 'GET', url: addressOf(bookUrl, id), headers, accept: [404, 410] });
  if (reply.status === 404 || reply.status === 410) return null;
  if (reply.status !== 200) throw new Failure('broken', `${hostOf(bookUrl)} does not give a card at its address`);
  return { id, version: versionOf(reply.headers.etag), text: reply.text };
}

function cardOf(id: string, resource: Resource): StoredCard {
  const version = versionOf(resource.properties.get('{DAV:}getetag')?.text);
  const text = resource.properties.get('{urn:ietf:params:xml:ns:carddav}address-data')?.text;
  return { id, ...(version === undefined ? {} : { version }), ...(text === undefined ? {} : { text }) };
}

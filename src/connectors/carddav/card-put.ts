import type { Refusal } from '../../connector/contract.ts';
import type { HttpRequest, Reply, Session } from '../../connector/session.ts';
import { versionOf } from './cards.ts';
import { addressOf, idOf } from './member.ts';
import { readError } from './multistatus.ts';
import { type Card, cardText } from './vcard-lines.ts';

/** A write that the server took: the card's id, and its new version where the server tells. */
export interface Written {
  written: string;
  version?: string;
}

/** A write that the server refused. */
export interface Refused {
  refused: Refusal;
}

/** Stores a card under this id, on a condition. Throws `Failure` where it is not about this card. */
export async function putCard(
  s: Session,
  bookUrl: string,
  id: string,
  card: Card,
  condition: Record<string, string>,
): Promise<Written | Refused> {
  const headers = { 'content-type': 'text/vcard; charset=utf-8', accept: '*/*', ...condition };
  const request: HttpRequest = {
    method: 'PUT',
    url: addressOf(bookUrl, id),
    headers,
    body: cardText(card),
    accept: refusedStatuses,
  };
  const reply = await s.request(request);
  if (reply.status >= 300) return { refused: refusedBy(bookUrl, reply) };
  // A server may store a new card under an address of its own.
  const location = reply.status === 201 ? reply.headers.location : undefined;
  const version = versionOf(reply.headers.etag);
  return { written: (location && idOf(bookUrl, location)) || id, ...(isWeak(version) ? {} : { version }) };
}

/** Deletes a card, on a condition; one that is gone already counts as deleted. Throws `Failure` as `putCard`. */
export async function deleteCard(
  s: Session,
  bookUrl: string,
  id: string,
  condition: Record<string, string>,
): Promise<Written | Refused> {
  const request: HttpRequest = {
    method: 'DELETE',
    url: addressOf(bookUrl, id),
    headers: condition,
    accept: refusedStatuses,
  };
  const reply = await s.request(request);
  const isGone = reply.status < 300 || reply.status === 404 || reply.status === 410;
  return isGone ? { written: id } : { refused: refusedBy(bookUrl, reply) };
}

/** On the condition that the card is this version, where that can be said. */
export function conditionOf(version: string | undefined): Record<string, string> {
  return version === undefined || isWeak(version) ? {} : { 'if-match': version };
}

/** A weak etag never matches (RFC 9110 §13.1.1), so it can be no condition: the card is compared just before. */
export function isWeak(version: string | undefined): boolean {
  return version?.startsWith('W/') === true;
}

/** The card is not the version that the write rests on. */
export const stale: Refusal = { kind: 'stale', message: 'the card was changed meanwhile; it is read again' };

/** Statuses by which a server refuses one card; any other is about the account or the server. */
const refusedStatuses = [400, 403, 404, 405, 409, 410, 411, 412, 413, 414, 415, 422, 507];

function refusedBy(bookUrl: string, reply: Reply): Refusal {
  const { conditions, href } = readError(reply.text);
  const names = conditions.map((condition) => condition.replace(/^\{.*\}/, ''));
  if (names.includes('no-uid-conflict')) {
    const existingId = href ? (idOf(bookUrl, href) ?? undefined) : undefined;
    return { kind: 'duplicate', field: 'uid', existingId, message: 'another card of the address book has this UID' };
  }
  if (names.includes('max-resource-size') || reply.status === 413) {
    return {
      kind: 'invalid',
      category: 'too-long',
      message: 'the card is larger than the address book takes; shorten it',
    };
  }
  const why = names.length > 0 ? ` (${names.join(', ')})` : '';
  const kind = byStatus[reply.status] ?? 'invalid';
  if (kind === 'stale') return stale;
  if (kind === 'missing') return { kind, message: 'the card is no longer in the address book' };
  if (kind === 'unavailable') return { kind, message: 'the address book is not there; it is tried again later' };
  if (kind === 'forbidden') {
    const message = `the address book does not let this account write${why}; give it the permission, or make room`;
    return { kind, category: 'permission-missing', message };
  }
  return {
    kind,
    category: 'rejected-by-app',
    message: `the address book answered ${reply.status} to the card${why}; correct its values`,
  };
}

const byStatus: Record<number, Refusal['kind']> = {
  403: 'forbidden',
  404: 'missing',
  405: 'forbidden',
  // The collection is not there (RFC 4918 §9.7.1).
  409: 'unavailable',
  410: 'missing',
  412: 'stale',
  507: 'forbidden',
};

import { getDomain } from 'tldts';
import { Failure } from '../../connector/failure.ts';
import type { Reply, Session } from '../../connector/session.ts';
import type { Multistatus } from './multistatus.ts';
import { readMultistatus } from './multistatus.ts';

/** A WebDAV request whose answer is a 207, or one of the refusals that the caller wants to see. */
export interface DavRequest {
  method: 'PROPFIND' | 'REPORT';
  url: string;
  depth: '0' | '1';
  /** What stands inside the body's root element, which `root` names. */
  root: string;
  inside: string;
  accept?: number[];
}

/** What came of it: the 207, or the reply with the accepted status; `url` is where it was found at last. */
export type DavAnswer = { url: string; multistatus: Multistatus } | { url: string; refusal: Reply };

/** Prefixes that bodies may use. */
const namespaces = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav" xmlns:S="http://calendarserver.org/ns/"';

/** Sends a WebDAV request and reads its answer. Follows redirects, within the account's own site only. Throws `Failure`. */
export async function askDav(s: Session, request: DavRequest): Promise<DavAnswer> {
  const { method, depth, root, inside, accept } = request;
  const body = `<?xml version="1.0" encoding="utf-8"?>\n<${root} ${namespaces}>${inside}</${root}>`;
  const headers = { accept: 'application/xml, text/xml', 'content-type': 'application/xml; charset=utf-8', depth };
  let url = request.url;
  for (let hop = 0; hop <= mostRedirects; hop++) {
    const reply = await s.request({ method, url, headers, body, accept, timeoutSeconds });
    if (reply.status === 207) return { url, multistatus: readMultistatus(reply.text) };
    if (reply.status >= 400) return { url, refusal: reply };
    if (reply.status < 300)
      throw new Failure('broken', `${hostOf(url)} does not speak WebDAV at this address; check the account's address`);
    url = redirected(url, reply);
  }
  throw new Failure('broken', `${hostOf(url)} redirects in a circle; check the account's address`);
}

/** Whether the account's name and password may go to `address`, which a server at `from` named: its own site, never less safe. */
export function isSameSite(from: string, address: string): boolean {
  const [one, other] = [new URL(from), new URL(address)];
  if (one.origin === other.origin) return true;
  if (other.protocol !== 'https:') return false;
  return (
    one.hostname === other.hostname || (getDomain(other.hostname) ?? '') === (getDomain(one.hostname) ?? one.hostname)
  );
}

/** The host, for messages: paths may hold names of people. */
export function hostOf(url: string): string {
  return URL.parse(url)?.host ?? 'the address';
}

const mostRedirects = 5;

/** A listing of a large book takes small servers a while. */
const timeoutSeconds = 60;

function redirected(from: string, reply: Reply): string {
  const to = URL.parse(reply.headers.location ?? '', from)?.href;
  if (!to) throw new Failure('broken', `${hostOf(from)} redirects to nowhere; check the account's address`);
  if (isSameSite(from, to)) return to;
  throw new Failure(
    'broken',
    `${hostOf(from)} redirects to ${hostOf(to)}, which is another site; nothing was sent there. If that is right, put it into the account's address`,
  );
}

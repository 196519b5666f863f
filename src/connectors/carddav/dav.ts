import { getDomain } from 'tldts';
import { Failure } from '../../connector/failure.ts';
import type { Reply, Session } from '../../connector/session.ts';
import type { Multistatus } from './multistatus.ts';
import { readMultistatus } from './multistatus.ts';

/** A WebDAV request that is answered with a 207. */
export interface DavRequest {
  method: 'PROPFIND' | 'REPORT';
  url: string;
  depth: '0' | '1';
  /** The body's root element, and what stands inside it; the prefixes D, C and S are known. */
  root: string;
  inside: string;
}

/** The 207, or the reply by which the server refused; `url` is where it was found at last. */
export type DavAnswer = { url: string; multistatus: Multistatus } | { url: string; refusal: Reply };

/** Sends a WebDAV request and reads its answer. Throws `Failure`. */
export async function askDav(s: Session, request: DavRequest): Promise<Multistatus> {
  const answer = await tryDav(s, request, []);
  if ('multistatus' in answer) return answer.multistatus;
  throw new Failure('broken', `${hostOf(request.url)} gave no answer to ${request.method}`);
}

/** Prefixes that bodies may use. */
const namespaces = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav" xmlns:S="http://calendarserver.org/ns/"';

/** As `askDav`, for refusals that tell something. Follows redirects, within the account's own site only. */
export async function tryDav(s: Session, request: DavRequest, accept: number[]): Promise<DavAnswer> {
  const { method, depth, root, inside } = request;
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
  return one.hostname === other.hostname || siteOf(one.hostname) === siteOf(other.hostname);
}

/** The host, for messages: paths may hold names of people. */
export function hostOf(url: string): string {
  return URL.parse(url)?.host ?? 'the address';
}

/** The registrable domain; on hosts that many share a name of (`github.io`), each customer's own; else the host itself. */
function siteOf(hostname: string): string {
  return getDomain(hostname, { allowPrivateDomains: true }) ?? hostname;
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

import { Failure } from '../../connector/failure.ts';
import type { Session } from '../../connector/session.ts';
import { hostOf, isSameSite, tryDav } from './dav.ts';
import type { Resource } from './multistatus.ts';
import { childOf, childrenOf } from './xml.ts';

/** The address book that an account stands for. */
export interface Book {
  /** Ends with a slash. */
  url: string;
  label: string;
  /** Does it say that it can tell what changed (RFC 6578)? */
  syncs: boolean;
}

/**
 * The discovery of RFC 6764 §6 and RFC 6352 §7.1: the address is a book itself, or the way leads from it (or from
 * `/.well-known/carddav` of its host) over the user's principal and the address-book home to the books.
 */
export async function findBook(s: Session): Promise<Book> {
  const address = addressOf(s);
  const wanted = s.settings.book;
  const here = await look(s, address, isBareHost(address) ? notHere : notDav).catch(orNothing);
  const itself = here && bookOf(here);
  if (itself && (!wanted || isCalled(itself, wanted))) return itself;
  const homes = await findHomes(s, address, here);
  const books = (await Promise.all(homes.map((home) => booksIn(s, home)))).flat();
  const book = wanted ? books.find((each) => isCalled(each, wanted)) : mainBook(books);
  if (book) return book;
  const names = books.map((each) => `'${each.label}'`).join(', ');
  throw new Failure(
    'missing',
    wanted && names
      ? `there is no address book '${wanted}' at ${hostOf(address)}; it has ${names}. Correct the account's setting`
      : `no address book was found at ${hostOf(address)}; check the account's address`,
  );
}

/** What is asked about whatever stands at an address. */
const properties = `<D:prop><D:resourcetype/><D:displayname/><D:current-user-principal/><D:supported-report-set/>
<D:sync-token/><C:addressbook-home-set/></D:prop>`;

/** Answers that only say that this is not the place to ask. */
const notHere = [400, 403, 404, 405, 410, 501];

/** The same for an address with a path: where nothing is there any more, nothing else is taken in its place (G1). */
const notDav = [400, 405, 501];

/** What servers call the book that a user has from the start. */
const mainNames = ['contacts', 'default', 'addressbook', 'card', 'personal'];

interface Place {
  url: string;
  resource: Resource;
}

function addressOf(s: Session): string {
  const url = URL.parse(s.settings.url ?? '');
  if (url?.username || url?.password) {
    throw new Failure('invalid', "the account's address holds a user name or password; put them into their own fields");
  }
  if (url && /^https?:$/.test(url.protocol)) return url.href;
  throw new Failure('invalid', "the account's address is not one that begins with http:// or https://; correct it");
}

async function look(s: Session, url: string, accept = notHere): Promise<Place | null> {
  const answer = await tryDav(
    s,
    { method: 'PROPFIND', url, depth: '0', root: 'D:propfind', inside: properties },
    accept,
  );
  const resource = 'multistatus' in answer ? answer.multistatus.resources[0] : undefined;
  return resource ? { url: answer.url, resource } : null;
}

async function findHomes(s: Session, address: string, here: Place | null): Promise<string[]> {
  const further = ['/.well-known/carddav', '/'].map((path) => new URL(path, address).href);
  for (const start of [here, ...further]) {
    const place = typeof start === 'string' ? await look(s, start).catch(orNothing) : start;
    if (!place) continue;
    const homes = linksOf(place, '{urn:ietf:params:xml:ns:carddav}addressbook-home-set');
    if (homes.length > 0) return homes;
    const principal = linksOf(place, '{DAV:}current-user-principal')[0];
    const found = principal && (await look(s, principal));
    const theirs = found ? linksOf(found, '{urn:ietf:params:xml:ns:carddav}addressbook-home-set') : [];
    if (theirs.length > 0) return theirs;
  }
  return [];
}

/** Many hosts answer an unknown path with a page for people. */
function orNothing(error: unknown): null {
  if (error instanceof Failure && error.kind === 'broken') return null;
  throw error;
}

async function booksIn(s: Session, home: string): Promise<Book[]> {
  const request = { method: 'PROPFIND', url: home, depth: '1', root: 'D:propfind', inside: properties } as const;
  const answer = await tryDav(s, request, notHere);
  if (!('multistatus' in answer)) return [];
  return answer.multistatus.resources.flatMap((resource) => bookOf({ url: answer.url, resource }) ?? []);
}

function bookOf({ url, resource }: Place): Book | null {
  const type = resource.properties.get('{DAV:}resourcetype');
  if (!childOf(type, '{urn:ietf:params:xml:ns:carddav}addressbook')) return null;
  const own = new URL(resource.href || url, url).href.replace(/\/*$/, '/');
  const label = resource.properties.get('{DAV:}displayname')?.text.trim();
  const reports = resource.properties.get('{DAV:}supported-report-set');
  const names = reports?.children.flatMap((each) => childrenOf(each, '{DAV:}report')).flatMap((each) => each.children);
  const syncs =
    resource.properties.has('{DAV:}sync-token') ||
    names?.some((each) => each.name === '{DAV:}sync-collection') === true;
  return { url: own, label: label || lastSegment(own), syncs };
}

/**
 * The one book that is to be taken where there are several and none is named: the one with a usual name, else the first by
 * address, since servers list them in any order and the choice must not change from day to day.
 */
function mainBook(books: Book[]): Book | undefined {
  const sorted = [...books].sort((one, other) => (one.url < other.url ? -1 : 1));
  return sorted.find((book) => mainNames.includes(lastSegment(book.url).toLowerCase())) ?? sorted[0];
}

function isBareHost(address: string): boolean {
  return new URL(address).pathname === '/';
}

function isCalled(book: Book, name: string): boolean {
  return book.label === name || lastSegment(book.url) === name || book.url === name.replace(/\/*$/, '/');
}

function lastSegment(url: string): string {
  const segment = new URL(url).pathname.split('/').filter(Boolean).at(-1) ?? '';
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** The addresses that a property holds, those of another site left out: the account's password must not go there. */
function linksOf({ url, resource }: Place, name: string): string[] {
  const links = childrenOf(resource.properties.get(name) ?? nothing, '{DAV:}href');
  return links.flatMap((link) => URL.parse(link.text.trim(), url)?.href ?? []).filter((link) => isSameSite(url, link));
}

const nothing = { name: '', text: '', children: [] };

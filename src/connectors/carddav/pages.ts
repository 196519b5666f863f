import type { AppRecord, Cursor, Gone, Page } from '../../connector/contract.ts';
import type { Session } from '../../connector/session.ts';
import { bookKey, bookUrl, keepBook, openBook } from './book.ts';
import { mostCardsPerCall, readCards } from './cards.ts';
import { type Entry, type Listing, listByToken, listByVersions, type Place } from './listing.ts';
import { missing, recordsOf } from './records.ts';

/** Records of a page where only ids and versions are wanted, which take no further call. */
const mostBareRecords = 5000;

/**
 * One page of the book, in id order: the listing comes with the first page (one call), then one call a page for the
 * cards. With a cursor: what changed since, one call where nothing did. See `Reads.page`.
 */
export async function readPage(s: Session, ask: { since?: Cursor; resume?: string; fields: string[] }): Promise<Page> {
  const from = ask.resume === undefined ? await firstStep(s, ask.since) : (JSON.parse(ask.resume) as Step);
  if (from === 'expired') return { records: [], expired: true };
  const listing = await listingOf(s, from, ask.since);
  if (listing === 'expired') return { records: [], expired: true };
  const most = ask.fields.length === 0 ? mostBareRecords : mostCardsPerCall;
  const rest = from.after === '' ? listing.changed : listing.changed.filter((entry) => entry.id > from.after);
  const entries = rest.slice(0, most);
  const shown = await readEntries(s, from.book, entries, ask.fields);
  const gone = [...(from.after === '' ? listing.gone.map(missing) : []), ...shown.gone];
  const page: Page = gone.length > 0 ? { ...shown, gone } : { records: shown.records };
  const to = tokenOf(listing.place);
  if (rest.length > most) {
    const after = entries.at(-1)?.id ?? '';
    return { ...page, resume: resumeOf({ ...from, after, to, more: listing.more }) };
  }
  if (listing.more === 'yes') return { ...page, resume: resumeOf({ book: from.book, token: to, after: '' }) };
  return { ...page, until: cursorOf(s, from.book, listing.place) };
}

/** These cards, see `Reads.byIds`. */
export async function readByIds(s: Session, ids: string[], fields: string[]): Promise<Page> {
  const url = await bookUrl(s);
  const { cards, missing: absent } = await readCards(s, url, ids, fields.length === 0 ? 'versions' : 'cards');
  const shown = recordsOf(s, cards, fields);
  return { records: shown.records, gone: [...absent.map(missing), ...shown.gone] };
}

/** Where a pass stands: whatever another session needs to go on. */
interface Step {
  book: string;
  /** The sync token that the listing begins at, '' for everything; undefined where versions are compared. */
  token?: string;
  /** The last id of the pages before. */
  after: string;
  /** The token after the listing, and whether more follows it, as the first page was told. */
  to?: string;
  more?: 'yes' | 'no';
}

/** A cursor's text, with what it is worth something for. */
interface Stored {
  key: string;
  book: string;
  place: Place;
}

/** The cursor tells the book's address, so that reading what changed needs no discovery. */
async function firstStep(s: Session, since: Cursor | undefined): Promise<Step | 'expired'> {
  if (since === undefined) {
    const book = await openBook(s);
    await keepBook(s, book.url);
    return { book: book.url, after: '', ...(book.syncs ? { token: '' } : {}) };
  }
  const stored = storedIn(since);
  if (stored?.key !== bookKey(s)) return 'expired';
  await keepBook(s, stored.book);
  return { book: stored.book, after: '', ...('token' in stored.place ? { token: stored.place.token } : {}) };
}

/** The listing of the pass under way, kept from its first page; made again where another session goes on with it. */
async function listingOf(s: Session, step: Step, since: Cursor | undefined): Promise<Listing | 'expired'> {
  const held = await s.resource('listing under way', async () => ({ value: {} as Held, close: async () => {} }));
  const name = JSON.stringify([step.book, step.token ?? since]);
  const isHeld = held.name === name && held.listing && tokenOf(held.listing.place) === step.to;
  if (step.after !== '' && isHeld) return held.listing as Listing;
  const listing = await newListing(s, step, since);
  if (listing === 'expired') return listing;
  held.name = name;
  held.listing = step.after === '' ? listing : asBefore(listing, step);
  return held.listing;
}

interface Held {
  name?: string;
  listing?: Listing;
}

async function newListing(s: Session, step: Step, since: Cursor | undefined): Promise<Listing | 'expired'> {
  if (step.token !== undefined) {
    const listing = await listByToken(s, step.book, step.token);
    if (listing !== 'expired' || step.token !== '') return listing;
    s.log.info('the address book says that it can tell what changed, and then cannot; its cards are compared instead');
  }
  const place = since === undefined ? undefined : storedIn(since)?.place;
  return listByVersions(s, step.book, place && 'versions' in place ? place : undefined);
}

/**
 * A listing made again in the middle of a pass must not lead past what changed since the first one among the cards that
 * were shown already: the token is the first one's, and versions of such cards are not vouched for.
 */
function asBefore(listing: Listing, step: Step): Listing {
  if ('token' in listing.place) {
    return { ...listing, place: { token: step.to ?? listing.place.token }, more: step.more ?? listing.more };
  }
  const versions = Object.entries(listing.place.versions ?? {}).filter(([id]) => id > step.after);
  return { ...listing, place: { versions: listing.place.versions && Object.fromEntries(versions) } };
}

async function readEntries(
  s: Session,
  book: string,
  entries: Entry[],
  fields: string[],
): Promise<{ records: AppRecord[]; gone: Gone[] }> {
  if (entries.length === 0) return { records: [], gone: [] };
  if (fields.length === 0) return { records: entries.map((entry) => ({ ...entry, values: {} })), gone: [] };
  const { cards, missing: absent } = await readCards(
    s,
    book,
    entries.map((entry) => entry.id),
    'cards',
  );
  const shown = recordsOf(s, cards, fields);
  return { records: shown.records, gone: [...absent.map(missing), ...shown.gone] };
}

function tokenOf(place: Place): string | undefined {
  return 'token' in place ? place.token : undefined;
}

function resumeOf(step: Step): string {
  return JSON.stringify(step);
}

function cursorOf(s: Session, book: string, place: Place): Cursor {
  return JSON.stringify({ key: bookKey(s), book, place } satisfies Stored);
}

function storedIn(cursor: Cursor): Stored | null {
  try {
    const stored = JSON.parse(cursor) as Partial<Stored> | null;
    return stored?.key && stored.book && stored.place ? (stored as Stored) : null;
  } catch {
    return null;
  }
}

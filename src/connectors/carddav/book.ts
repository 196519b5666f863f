import { Failure } from '../../connector/failure.ts';
import type { Session } from '../../connector/session.ts';
import { hostOf } from './dav.ts';
import { type Book, findBook } from './find-book.ts';

/** The account's address book, looked for once a session. Throws `Failure`. */
export function openBook(s: Session): Promise<Book> {
  return s.remember('address book', () => findBook(s));
}

/** The address of the account's address book; no call where a cursor told it (`keepBook`). Throws `Failure`. */
export function bookUrl(s: Session): Promise<string> {
  return s.remember(rememberedUrl, async () => (await openBook(s)).url);
}

/**
 * Says that a cursor was made on this book, so that what is read and what is written is the same book. Throws `Failure`
 * where the server now leads elsewhere: another book's cards must never be taken for changes.
 */
export async function keepBook(s: Session, url: string): Promise<void> {
  if ((await s.remember(rememberedUrl, async () => url)) === url) return;
  const message = `${hostOf(url)} now leads to another address book than before; put the book's own address into the account's address`;
  throw new Failure('missing', message);
}

/** What the book was found by: a cursor of another address or name is worth nothing. */
export function bookKey(s: Session): string {
  return `${s.settings.url ?? ''} ${s.settings.book ?? ''}`.trim();
}

const rememberedUrl = 'address of the address book';

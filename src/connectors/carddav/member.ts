/**
 * A card's id is the last segment of its address, the only part that tells cards of a book apart, percent-encoded in one
 * way: servers write one address in several ways (`é` or `%C3%A9` or `%c3%a9`, with a host or without), and what they
 * answer must be recognized. Null for the book itself and for collections inside it.
 */
export function idOf(bookUrl: string, href: string): string | null {
  const path = URL.parse(href, bookUrl)?.pathname ?? '';
  const segment = path.slice(path.lastIndexOf('/') + 1);
  return segment === '' ? null : canonical(segment);
}

/** The address of the card with this id. */
export function addressOf(bookUrl: string, id: string): string {
  return `${bookUrl}${id}`;
}

function canonical(segment: string): string {
  try {
    return encodeURIComponent(decodeURIComponent(segment));
  } catch {
    // Not UTF-8 (a name from an old file system): it can only be given back as it came.
    return segment;
  }
}

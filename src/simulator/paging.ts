/** A page of a list that is already in memory. */
export interface Page<T> {
  items: T[];
  /** Position the next page starts at; undefined at the end. */
  next: number | undefined;
}

/** Some of a list, from a position on. */
export function pageOf<T>(list: readonly T[], position: number, limit: number): Page<T> {
  const end = position + limit;
  return { items: list.slice(position, end), next: end < list.length ? end : undefined };
}

/** The page size a call asks for; the usual one when it asks for none, undefined for what is no whole number up to the most. */
export function limitOf(text: string | null | undefined, bounds: { usual: number; most: number }): number | undefined {
  if (text === null || text === undefined || text === '') return bounds.usual;
  const limit = Number(text);
  return Number.isInteger(limit) && limit >= 1 && limit <= bounds.most ? limit : undefined;
}

/** Makes a page token that says nothing to its reader. */
export function tokenOf(state: unknown): string {
  return Buffer.from(JSON.stringify(state)).toString('base64url');
}

/** What `tokenOf` was given; undefined for a text that is none of its tokens. */
export function stateOf(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

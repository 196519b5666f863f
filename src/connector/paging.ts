import { Failure } from './failure.ts';
import type { HttpRequest, Reply } from './session.ts';

/** How an app pages: how a request asks for a place, and where the next place is in an answer. */
export interface Paging {
  /** The request for this place; for the first page `place` is undefined. */
  at(request: HttpRequest, place: string | undefined): HttpRequest;
  /** The next place, or undefined at the end. */
  next(answer: { body: unknown; reply: Reply; rows: unknown[]; place: string | undefined }): string | undefined;
}

/** A token in the answer goes into the query of the next request (`after`, `cursor`, `pageToken`). */
export function cursorPaging(query: string, next: (body: unknown, reply: Reply) => string | undefined): Paging {
  return {
    at: (request, place) => withQuery(request, { [query]: place }),
    next: ({ body, reply }) => next(body, reply) || undefined,
  };
}

/** The answer holds the whole address of the next page (`nextRecordsUrl`, `@odata.nextLink`, a Link header). */
export function linkPaging(next: (body: unknown, reply: Reply) => string | undefined): Paging {
  return {
    at: (request, place) => (place === undefined ? request : { ...request, url: place, query: undefined }),
    next: ({ body, reply }) => next(body, reply) || undefined,
  };
}

/**
 * Pages by number of rows or pages. Only for listings whose order does not move (by id): where rows move, offsets skip
 * some (F11).
 */
export function offsetPaging(parts: {
  query: string;
  size: { query: string; rows: number };
  first?: number;
  counts: 'rows' | 'pages';
}): Paging {
  const first = parts.first ?? 0;
  return {
    at: (request, place) => withQuery(request, { [parts.query]: place ?? first, [parts.size.query]: parts.size.rows }),
    next({ rows, place }) {
      if (rows.length < parts.size.rows) return undefined;
      return String(Number(place ?? first) + (parts.counts === 'rows' ? rows.length : 1));
    },
  };
}

/** The id of the last row goes into the query of the next request (`starting_after`). */
export function lastIdPaging(query: string, more: (body: unknown) => boolean): Paging {
  return {
    at: (request, place) => withQuery(request, { [query]: place }),
    next({ body, rows }) {
      if (!more(body)) return undefined;
      const last = rows.at(-1) as { id?: unknown } | undefined;
      if (last?.id === undefined)
        throw new Failure('broken', 'the app says there is more, and shows no row to go on from');
      return String(last.id);
    },
  };
}

function withQuery(request: HttpRequest, query: Record<string, string | number | undefined>): HttpRequest {
  return { ...request, query: { ...request.query, ...query } };
}

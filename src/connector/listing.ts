import type { AppRecord, Gone, Page } from './contract.ts';
import { Failure } from './failure.ts';
import type { Paging } from './paging.ts';
import { type Step, type StepAsk, timeOf } from './passes.ts';
import type { HttpRequest, Session } from './session.ts';

/** Rows of an app as records, and those that are gone. */
export interface Read {
  records: AppRecord[];
  gone?: Gone[];
}

/** A listing: one request, where its rows are, and how it pages. */
export function listing<Row>(parts: {
  request(ask: StepAsk, s: Session): HttpRequest | Promise<HttpRequest>;
  paging: Paging;
  rows(body: unknown): Row[] | undefined;
  read(rows: Row[], s: Session, ask: StepAsk): Read | Promise<Read>;
}): Step {
  return async (s, ask) => {
    const reply = await s.request(parts.paging.at(await parts.request(ask, s), ask.place));
    const body = reply.json();
    const rows = listed(parts.rows(body));
    const place = parts.paging.next({ body, reply, rows, place: ask.place });
    return { ...(await parts.read(rows, s, ask)), place, asOf: timeOf(reply) };
  };
}

/** Rows in the order of their change stamps, or, among those with one stamp, of their ids. */
export interface KeysetQuery {
  /** from: at or after the stamp; beyond: after it; tied: with exactly this stamp, and an id after `afterId`. */
  order: 'from' | 'beyond' | 'tied';
  stamp: string;
  afterId?: string;
}

/**
 * What changed since a moment, by change stamp and id (F9, F10): each page asks again from the last stamp it saw, so rows
 * that move while it pages are not skipped; a page that holds one stamp alone is gone through by id.
 */
export function keyset<Row>(parts: {
  request(query: KeysetQuery, ask: StepAsk, s: Session): HttpRequest;
  rows(body: unknown): Row[] | undefined;
  /** Are there rows of this query beyond this page? */
  more(body: unknown): boolean;
  stamp(row: Row): string;
  id(row: Row): string;
  read(rows: Row[], s: Session, ask: StepAsk): Read | Promise<Read>;
}): Step {
  return async (s, ask) => {
    const query: KeysetQuery = ask.place ? JSON.parse(ask.place) : { order: 'from', stamp: ask.since ?? '' };
    const reply = await s.request(parts.request(query, ask, s));
    const body = reply.json();
    const rows = listed(parts.rows(body));
    const next = nextQuery(query, rows.at(-1), parts, parts.more(body));
    return { ...(await parts.read(rows, s, ask)), place: next && JSON.stringify(next), asOf: timeOf(reply) };
  };
}

function nextQuery<Row>(
  query: KeysetQuery,
  last: Row | undefined,
  { stamp, id }: { stamp(row: Row): string; id(row: Row): string },
  more: boolean,
): KeysetQuery | undefined {
  if (query.order === 'tied') {
    if (more && last) return { ...query, afterId: id(last) };
    return { order: 'beyond', stamp: query.stamp };
  }
  if (!more || !last) return undefined;
  const reached = stamp(last);
  if (reached < query.stamp) throw new Failure('broken', 'the app does not list changes in the order of their time');
  return reached === query.stamp ? { order: 'tied', stamp: reached } : { order: 'from', stamp: reached };
}

/** Records read one by one, for apps without a batch read. 404 and 410 mean gone. */
export function byIdsEach<Row>(parts: {
  request(id: string, fields: string[]): HttpRequest;
  read(row: Row, id: string, fields: string[], s: Session): AppRecord | Gone;
}) {
  return async (s: Session, ids: string[], fields: string[]): Promise<Page> => {
    const page: Required<Pick<Page, 'records' | 'gone'>> = { records: [], gone: [] };
    for (const id of ids) {
      const reply = await s.request({ ...parts.request(id, fields), accept: [404, 410] });
      const one = reply.status >= 400 ? { id, how: 'missing' as const } : parts.read(reply.json<Row>(), id, fields, s);
      if ('how' in one) page.gone.push(one);
      else page.records.push(one);
    }
    return page;
  };
}

function listed<Row>(rows: Row[] | undefined): Row[] {
  if (!Array.isArray(rows))
    throw new Failure('broken', 'the app answered a listing without its rows; it is asked again later');
  return rows;
}

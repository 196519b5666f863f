import type { AppRecord, Gone, Page, Reads } from '../../connector/contract.ts';
import { Failure } from '../../connector/contract.ts';
import { passes, type Step, type StepAsk, timeOf } from '../../connector/passes.ts';
import type { Session } from '../../connector/session.ts';
import { sortGone } from '../../connector/sort-gone.ts';
import { call, type Resource, type Row, readRow } from './resource.ts';

/** Changes show at once; the overlap is for the whole seconds of If-Modified-Since and for clocks. */
export const overlapSeconds = 60;

/** Ids asked for in one go where each is a call of its own. */
const idsEach = 10;

/**
 * Pages by number, in the order of ids: rows that come meanwhile move others back, never forward, and none leaves, for
 * archived and deleted ones are listed too.
 */
export function readsOf(resource: Resource): Reads {
  return {
    page: passes({ full: [listed(resource)], changed: [listed(resource)], overlapSeconds }),
    byIds: (s, ids, fields) => byIds(s, resource, ids, fields),
    byIdsMost: resource.idsMost ?? idsEach,
    pageMost: resource.pageRows,
    deletions: resource.goneBy ? 'told' : 'compared',
    changes: 'since',
    overlapSeconds,
    freshOnList: true,
    orderedVersions: true,
  };
}

function listed(resource: Resource): Step {
  return async (s, ask) => {
    const { rows, ...at } = await rowsOnPage(s, resource, ask);
    const { records, gone } = sortGone(rows.map((row) => readRow(resource, row, ask.fields)));
    return { records, gone: ask.since === undefined ? [] : gone, ...at };
  };
}

/** The rows of a page, of all or of what changed since a moment, and where the next one is. */
export async function rowsOnPage(
  s: Session,
  resource: Resource,
  { since, place = '1' }: StepAsk,
): Promise<{ rows: Row[]; place?: string; asOf?: number }> {
  const { list, pageRows, query } = resource;
  const headers: Record<string, string> = since === undefined ? {} : { 'if-modified-since': since.slice(0, 19) };
  const pages = pageRows ? { page: place, pageSize: pageRows } : {};
  const reply = await call(s, { method: 'GET', url: list, query: { ...query, ...pages }, headers });
  const rows = rowsIn(resource, reply.json());
  const more = pageRows !== undefined && rows.length >= pageRows;
  return { rows, place: more ? String(Number(place) + 1) : undefined, asOf: timeOf(reply) };
}

async function byIds(s: Session, resource: Resource, ids: string[], fields: string[]): Promise<Page> {
  const rows = await rowsOf(s, resource, ids);
  const found = new Map(rows.map((row) => [String(row[resource.id]), readRow(resource, row, fields)]));
  return sortGone(ids.map((id): AppRecord | Gone => found.get(id) ?? { id, how: 'missing' }));
}

/** The rows of these ids, as far as there are any. */
export async function rowsOf(s: Session, resource: Resource, ids: string[]): Promise<Row[]> {
  const { list, idsMost, pageRows, query } = resource;
  if (idsMost) {
    const asked = { ...query, IDs: ids.join(','), page: 1, pageSize: pageRows };
    return rowsIn(resource, (await call(s, { method: 'GET', url: list, query: asked })).json());
  }
  // All items come in one call, which is no dearer than one of them.
  if (!pageRows) return rowsIn(resource, (await call(s, { method: 'GET', url: list, query })).json());
  const each = await Promise.all(
    ids.map(async (id) => {
      const reply = await call(s, { method: 'GET', url: `${list}/${encodeURIComponent(id)}`, accept: [404] });
      return reply.status === 404 ? [] : rowsIn(resource, reply.json());
    }),
  );
  return each.flat();
}

/** The rows in an answer. */
export function rowsIn({ list }: Resource, body: unknown): Row[] {
  const rows = (body as Record<string, unknown> | null)?.[list];
  if (!Array.isArray(rows)) throw new Failure('broken', `Xero answered without ${list}; it is asked again later`);
  return rows as Row[];
}

import type { Page, Reads } from '../../connector/contract.ts';
import { byIdsEach, listing } from '../../connector/listing.ts';
import { cursorPaging, type Paging } from '../../connector/paging.ts';
import { passes, type Step } from '../../connector/passes.ts';
import type { HttpRequest, Session } from '../../connector/session.ts';
import { described } from './custom-fields.ts';
import { type Resource, type Row, recordOf } from './resource.ts';

/** Rows on a page of API v2, and of v1. */
const mostListed = 500;
const mostListedV1 = 100;

/** Ids in one call. */
const mostIds = 100;

/** v1 pages by number of rows, and a row that leaves moves the others forward: each page shows so many of the last one again. */
const rowsAgain = 10;

/** Lists come from the database itself; the overlap is for whole seconds and for what is under way. */
const overlapSeconds = 60;

/** A list, as API v2 answers it, and v1. */
interface List {
  data?: Row[] | null;
  additional_data?: {
    next_cursor?: string | null;
    pagination?: { start?: number; more_items_in_collection?: boolean };
  } | null;
}

/**
 * In the order of ids, changes too: a row that changes meanwhile stays in its place or joins behind the last pass's
 * moment, so none is skipped and equal stamps do not matter.
 */
export function readsOf(resource: Resource): Reads {
  const step = isV1(resource) ? stepV1(resource) : stepV2(resource);
  return {
    page: passes({ full: [step], changed: [step], overlapSeconds }),
    byIds: isV1(resource) ? byIdsV1(resource) : (s, ids, fields) => byIdsV2(s, resource, ids, fields),
    byIdsMost: isV1(resource) ? 20 : mostIds,
    pageMost: isV1(resource) ? mostListedV1 - rowsAgain : mostListed,
    deletions: 'compared',
    changes: 'since',
    overlapSeconds,
    freshOnList: true,
    orderedVersions: true,
  };
}

function isV1({ path }: Resource): boolean {
  return path.startsWith('/api/v1/');
}

function stepV2(resource: Resource): Step {
  return listed(
    resource,
    cursorPaging('cursor', (body) => (body as List).additional_data?.next_cursor ?? undefined),
    { limit: mostListed, sort_by: 'id', sort_direction: 'asc' },
  );
}

function stepV1(resource: Resource): Step {
  const paging: Paging = {
    at: (request, place) => ({ ...request, query: { ...request.query, start: place ?? 0 } }),
    next: ({ body, place }) => {
      const { pagination } = (body as List).additional_data ?? {};
      return pagination?.more_items_in_collection ? String(Number(place ?? 0) + mostListedV1 - rowsAgain) : undefined;
    },
  };
  return listed(resource, paging, { limit: mostListedV1, sort: 'id ASC' });
}

function listed(resource: Resource, paging: Paging, query: NonNullable<HttpRequest['query']>): Step {
  return listing<Row>({
    // RFC 3339 to the second; at or after it.
    request: ({ since }) => ({
      method: 'GET',
      url: resource.path,
      query: { ...query, updated_since: since && `${since.slice(0, 19)}Z` },
    }),
    paging,
    // An empty list of v1 is null.
    rows: (body) => {
      const { data } = body as List;
      return data === null ? [] : data;
    },
    async read(rows, s, { fields }) {
      const whole = await described(s, resource);
      const live = rows.filter((row) => row.is_deleted !== true && row.active_flag !== false);
      return { records: live.map((row) => recordOf(whole, row, fields)) };
    },
  });
}

/** Those that a list of ids leaves out are deleted, or archived: an archived deal has a list of its own. */
async function byIdsV2(s: Session, resource: Resource, ids: string[], fields: string[]): Promise<Page> {
  const whole = await described(s, resource);
  const ask = async (url: string, wanted: string[]) => {
    const query = { ids: wanted.join(','), limit: mostIds };
    const { data } = (await s.request({ method: 'GET', url, query })).json<List>();
    return (data ?? []).filter((row) => row.is_deleted !== true && wanted.includes(String(row.id)));
  };
  const rows = await ask(resource.path, ids);
  const records = rows.filter((row) => row.is_archived !== true).map((row) => recordOf(whole, row, fields));
  const left = ids.filter((id) => !records.some((record) => record.id === id));
  const away = resource.name === 'deals' && left.length > 0 ? await ask(`${resource.path}/archived`, left) : [];
  const archived = new Set(away.map((row) => String(row.id)));
  return { records, gone: left.map((id) => ({ id, how: archived.has(id) ? 'archived' : 'missing' })) };
}

function byIdsV1(resource: Resource): Reads['byIds'] {
  return async (s, ids, fields) => {
    const whole = await described(s, resource);
    return byIdsEach<{ data: Row | null }>({
      request: (id) => ({ method: 'GET', url: `${resource.path}/${encodeURIComponent(id)}` }),
      read: ({ data }, id) =>
        !data || data.active_flag === false ? { id, how: 'missing' } : recordOf(whole, data, fields),
    })(s, ids, fields);
  };
}

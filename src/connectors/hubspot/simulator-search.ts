import { type Route, route } from '../../simulator/router.ts';
import type { SimRecord } from '../../simulator/sim-record.ts';
import { jsonReply } from '../../simulator/sim-reply.ts';
import type { SimRequest } from '../../simulator/sim-request.ts';
import type { SortedIndex } from '../../simulator/sorted-index.ts';
import { invalid } from './simulator-error.ts';
import { type Bounds, boundsOf, compileFilters, type FilterGroup } from './simulator-filter.ts';
import { bodyOf, searchInput } from './simulator-input.ts';
import { objectOf, type Portal, type PortalObject } from './simulator-portal.ts';
import { shownRecord, shownValue } from './simulator-shown.ts';

/** Records on a page of a search, and how far its pages go. */
const searchLimit = { usual: 10, most: 200, deepest: 10_000 };

interface Search {
  filterGroups: FilterGroup[];
  sort: string | { propertyName: string; direction?: string | null } | undefined;
  query: string;
  properties: string[];
  limit: number;
  after: number;
}

/** `POST …/search`: what the index shows, up to 10,000 results deep. */
export function searchRoutes(portal: Portal): Route[] {
  return [
    route('POST', '/crm/v3/objects/{object}/search', ({ request, params }) => {
      const object = objectOf(portal, params.object ?? '');
      const search = searchOf(request);
      const { ids, total } = found(portal, object, search);
      const end = search.after + search.limit;
      const results = ids.map((id) => {
        const record = object.view.record(id) as SimRecord;
        const wanted = search.properties.length > 0 ? ({ named: search.properties } as const) : 'usual';
        return shownRecord(portal, object, record, wanted);
      });
      return jsonReply(200, { total, results, ...(end < total ? { paging: { next: { after: String(end) } } } : {}) });
    }),
  ];
}

function searchOf(request: SimRequest): Search {
  const body = bodyOf(request, searchInput);
  const { filterGroups, sorts, query, properties } = body;
  const [limit, after] = [body.limit ?? searchLimit.usual, Number(body.after || 0)];
  if (!Number.isInteger(limit) || limit < 1 || limit > searchLimit.most) {
    throw invalid(`The maximum value for limit is ${searchLimit.most}`);
  }
  if (!Number.isInteger(after) || after < 0) throw invalid(`after is not a paging token: ${body.after}`);
  if (after + limit > searchLimit.deepest) {
    throw invalid(
      `Search results can be paged up to ${searchLimit.deepest}; after ${after} with limit ${limit} is beyond`,
    );
  }
  if (sorts && sorts.length > 1) throw invalid('Only one sort is allowed');
  const [sort] = sorts ?? [];
  return { filterGroups: filterGroups ?? [], sort, query: query ?? '', properties: properties ?? [], limit, after };
}

/** The ids of the page, and how many records match in all. Walks an index where the sort has one; sorts otherwise. */
function found(portal: Portal, object: PortalObject, search: Search): { ids: string[]; total: number } {
  const { filterGroups, query, after, limit } = search;
  const matches = compileFilters(portal, object, filterGroups, query);
  const { property, descending } = sortOf(object, search);
  const { byTime, byId } = object.view;
  const index = property === object.modified ? byTime : property === 'hs_object_id' ? byId : undefined;
  if (!index) {
    const ids = walk(object, byId, { from: -Infinity, to: Infinity, exact: false }, matches).ids;
    const sorted = sortedBy(portal, object, ids, property, descending);
    return { ids: sorted.slice(after, after + limit), total: ids.length };
  }
  const bounds = boundsOf(property, filterGroups, query);
  return walk(object, index, bounds, matches, { after, limit, descending });
}

/** The matches within the bounds, in the order of an index; with a page, only its ids are kept. */
function walk(
  object: PortalObject,
  index: SortedIndex<number> | SortedIndex<number | string>,
  { from, to, exact }: Bounds,
  matches: (record: SimRecord) => boolean,
  page = { after: 0, limit: Infinity, descending: false },
): { ids: string[]; total: number } {
  const [first, last] = [index.from(from), index.behind(to)];
  const ids: string[] = [];
  let total = 0;
  for (let step = exact ? page.after : 0; step < last - first; step++) {
    const id = index.at(page.descending ? last - 1 - step : first + step) as string;
    if (!exact && !matches(object.view.record(id) as SimRecord)) continue;
    if (exact && ids.length === page.limit) break;
    if (exact || (total >= page.after && ids.length < page.limit)) ids.push(id);
    total += 1;
  }
  return { ids, total: exact ? Math.max(0, last - first) : total };
}

/** Without a sort the oldest come first, which is the order of ids. */
function sortOf(object: PortalObject, { sort }: Search): { property: string; descending: boolean } {
  if (sort === undefined) return { property: 'hs_object_id', descending: false };
  const property = typeof sort === 'string' ? sort.replace(/^-/, '') : sort.propertyName;
  if (!object.properties.has(property)) throw invalid(`There was a problem with the request: no property ${property}`);
  const descending = typeof sort === 'string' ? sort.startsWith('-') : sort.direction === 'DESCENDING';
  return { property, descending };
}

function sortedBy(
  portal: Portal,
  object: PortalObject,
  ids: string[],
  property: string,
  descending: boolean,
): string[] {
  const isNumber = object.properties.get(property)?.type === 'number';
  const keyed = ids.map((id) => {
    const value = shownValue(portal, object, object.view.record(id) as SimRecord, property) ?? '';
    return { id, key: isNumber ? Number(value) : value.toLowerCase() };
  });
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0) * (descending ? -1 : 1));
  return keyed.map(({ id }) => id);
}

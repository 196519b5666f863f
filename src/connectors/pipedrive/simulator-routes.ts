import { limitOf, stateOf, tokenOf } from '../../simulator/paging.ts';
import { type Route, route } from '../../simulator/router.ts';
import type { SimRecord } from '../../simulator/sim-record.ts';
import { jsonReply } from '../../simulator/sim-reply.ts';
import { jsonOf, type SimRequest } from '../../simulator/sim-request.ts';
import { type Account, type Kind, kinds, liveIn, me, tableOf } from './simulator-account.ts';
import { invalid, noSuch } from './simulator-error.ts';
import { stored } from './simulator-input.ts';
import { checked } from './simulator-schema.ts';
import { shown } from './simulator-shown.ts';

/** Rows on a page of API v2. */
const pageSize = { usual: 100, most: 500 };

/** Ids in one list. */
const mostIds = 100;

/** The records of API v2. */
export function recordRoutes(account: Account): Route[] {
  const v2 = (Object.keys(kinds) as Kind[]).filter((kind) => kind !== 'notes');
  return v2.flatMap((kind) => routesOf(account, kind));
}

function routesOf(account: Account, kind: Kind): Route[] {
  const path = `/api/v2/${kind}`;
  const table = tableOf(account, kind);
  const reply = (status: number, record: SimRecord) =>
    jsonReply(status, { success: true, data: shown(account, kind, record) });
  const archived = kind === 'deals' ? [route('GET', `${path}/archived`, listing(account, kind, 'archived'))] : [];
  return [
    ...archived,
    route('GET', path, listing(account, kind, 'current')),
    route('POST', path, ({ request }) =>
      reply(201, table.create(stored(account, kind, checked(account, kind, jsonOf(request)), undefined), me)),
    ),
    route('GET', `${path}/{id}`, ({ params: { id = '' } }) => {
      const record = table.get(id);
      // Deleted ones can be looked at for thirty days.
      if (record?.id !== id) throw noSuch(kinds[kind]);
      return reply(200, record);
    }),
    route('PATCH', `${path}/{id}`, ({ request, params: { id = '' } }) => {
      const before = liveIn(account, kind, id);
      if (!before) throw noSuch(kinds[kind]);
      const values = stored(account, kind, checked(account, kind, jsonOf(request)), before);
      return reply(200, table.update(id, values, me));
    }),
    route('DELETE', `${path}/{id}`, ({ params: { id = '' } }) => {
      if (!liveIn(account, kind, id)) throw noSuch(kinds[kind]);
      table.archive(id, me);
      return jsonReply(200, { success: true, data: { id: Number(id) } });
    }),
  ];
}

/** A list: neither deleted nor, for deals, archived records. The cursor says which row comes first on the next page. */
function listing(account: Account, kind: Kind, which: 'current' | 'archived'): Route['answer'] {
  return ({ request }) => {
    const limit = limitOf(request.query.get('limit'), pageSize);
    if (limit === undefined) throw invalid(['limit', `must be a number of at most ${pageSize.most}`]);
    const rows = sortedRows(request, [...tableOf(account, kind).all()].filter(filterOf(request, which)));
    const cursor = request.query.get('cursor');
    const from = cursor ? (stateOf(cursor) as Place | undefined) : undefined;
    if (cursor && !from) throw invalid(['cursor', 'is not valid']);
    const start = from ? rows.findIndex(({ place }) => !isBefore(place, from)) : 0;
    const page = start < 0 ? [] : rows.slice(start, start + limit);
    const next = start < 0 ? undefined : rows[start + limit];
    return jsonReply(200, {
      success: true,
      data: page.map(({ record }) => shown(account, kind, record)),
      additional_data: { next_cursor: next ? tokenOf(next.place) : null },
    });
  };
}

/** Where a row is in a sorted list: what it is sorted by, then its id. */
type Place = [number, number];

function isBefore(one: Place, other: Place): boolean {
  return one[0] === other[0] ? one[1] < other[1] : one[0] < other[0];
}

function sortedRows({ query }: SimRequest, records: SimRecord[]): { record: SimRecord; place: Place }[] {
  const by = query.get('sort_by') ?? 'id';
  if (!['id', 'add_time', 'update_time'].includes(by)) throw invalid(['sort_by', 'is not supported']);
  const direction = query.get('sort_direction') === 'desc' ? -1 : 1;
  const keyOf = (record: SimRecord) =>
    by === 'update_time' ? record.updatedAt : by === 'add_time' ? record.createdAt : Number(record.id);
  const rows = records.map((record) => {
    const place: Place = [keyOf(record) * direction, Number(record.id) * direction];
    return { record, place };
  });
  return rows.sort((one, other) => (isBefore(one.place, other.place) ? -1 : 1));
}

function filterOf({ query }: SimRequest, which: 'current' | 'archived'): (record: SimRecord) => boolean {
  const ids = query.get('ids')?.split(',');
  if (ids && ids.length > mostIds) throw invalid(['ids', `must hold at most ${mostIds}`]);
  const [since, until] = ['updated_since', 'updated_until'].map((name) => momentIn(query, name));
  const numbers = ['owner_id', 'org_id', 'person_id', 'deal_id', 'pipeline_id', 'stage_id'].flatMap((name) => {
    const wanted = query.get(name);
    return wanted === null ? [] : [[name, Number(wanted)] as const];
  });
  const statuses = query.get('status')?.split(',');
  return ({ id, values, archivedAt, updatedAt }) => {
    const status = archivedAt === undefined ? values.status : 'deleted';
    if (statuses ? !statuses.includes(String(status)) : archivedAt !== undefined) return false;
    if ((values.is_archived === true) !== (which === 'archived')) return false;
    if (ids && !ids.includes(id)) return false;
    const changed = updatedAt - (updatedAt % 1000);
    if (since !== undefined && changed < since) return false;
    if (until !== undefined && changed >= until) return false;
    return numbers.every(([name, wanted]) => values[name] === wanted);
  };
}

function momentIn(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(moment)) throw invalid([name, 'must be in RFC 3339']);
  return moment;
}

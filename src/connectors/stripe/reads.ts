import type { AppRecord, Gone, Reads } from '../../connector/contract.ts';
import { listing } from '../../connector/listing.ts';
import { lastIdPaging } from '../../connector/paging.ts';
import { passes, type Step, type StepPage, timeOf } from '../../connector/passes.ts';
import type { Session } from '../../connector/session.ts';
import { sortGone } from '../../connector/sort-gone.ts';
import { expanding, type List, type Resource, type Row, readRow } from './resource.ts';

/** Rows on a page. */
export const mostListed = 100;

/** Events are listed as soon as they happen; the overlap is for clocks and for what is under way. */
const overlapSeconds = 60;

/** Stripe keeps events for 30 days. */
const eventDays = 30;

/** Days before a cursor is so old that the engine lists anew. */
const cursorDays = 29;

const daySeconds = 86_400;

/** An event: something happened to `data.object`, which is shown as it was then. */
export interface StripeEvent {
  id: string;
  type: string;
  created: number;
  data: { object: Row };
}

/** Rows listed newest first; then events, whose objects are read again, for what they show may be old by now. */
export function readsOf(resource: Resource): Reads {
  const full = listing<Row>({
    request: () => ({
      method: 'GET',
      url: resource.path,
      query: { limit: mostListed, ...resource.listed, ...expanding(resource, 'list') },
    }),
    paging: lastIdPaging('starting_after', (body) => (body as List).has_more),
    rows: (body) => (body as List).data,
    read: (rows, _s, { fields }) => sortGone(rows.map((row) => readRow(resource, row, fields))),
  });
  const changed = eventStep(resource.events, (s, events, fields) =>
    readEach(s, resource, [...new Set(events.map((event) => event.data.object.id))], fields),
  );
  return {
    page: passes({ full: [full], changed: [changed], overlapSeconds }),
    byIds: (s, ids, fields) => readEach(s, resource, ids, fields),
    ...readTraits,
  };
}

/** What holds of all of Stripe's objects: no versions, and lists without an index in between. */
export const readTraits = {
  byIdsMost: 20,
  pageMost: mostListed,
  deletions: 'told',
  changes: 'since',
  overlapSeconds,
  freshOnList: true,
  orderedVersions: false,
  cursorDays,
} as const;

/** Events of these types since a moment, newest first. Too old a moment has expired: what it missed is forgotten. */
export function eventStep(
  types: string[],
  read: (s: Session, events: StripeEvent[], fields: string[]) => Promise<{ records: AppRecord[]; gone: Gone[] }>,
): Step {
  return async (s, ask): Promise<StepPage> => {
    const since = Math.floor(Date.parse(ask.since ?? '') / 1000);
    const filter = Object.fromEntries(types.map((type, at) => [`types[${at}]`, type]));
    const query = { limit: mostListed, 'created[gte]': since, starting_after: ask.place, ...filter };
    const reply = await s.request({ method: 'GET', url: '/v1/events', query });
    const { data, has_more } = reply.json<List<StripeEvent>>();
    const asOf = timeOf(reply) ?? s.clock.now();
    if (asOf / 1000 - since > eventDays * daySeconds) return { records: [], expired: true };
    return { ...(await read(s, data, ask.fields)), place: has_more ? data.at(-1)?.id : undefined, asOf };
  };
}

/** Records read one by one; the account's limits say how many at once. */
async function readEach(s: Session, resource: Resource, ids: string[], names: string[]) {
  const query = expanding(resource, 'one');
  const read = await Promise.all(
    ids.map(async (id) => {
      const url = `${resource.path}/${encodeURIComponent(id)}`;
      const reply = await s.request({ method: 'GET', url, query, accept: [404] });
      return reply.status === 404 ? { id, how: 'missing' as const } : readRow(resource, reply.json<Row>(), names);
    }),
  );
  return sortGone(read);
}

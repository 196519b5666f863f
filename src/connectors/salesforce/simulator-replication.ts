import type { DeletedResult, UpdatedResult } from 'jsforce';
import { type Route, route } from '../../simulator/router.ts';
import { jsonReply } from '../../simulator/sim-reply.ts';
import { SalesforceError } from './simulator-error.ts';
import { type Org, objectOf } from './simulator-org.ts';
import { committedRecords } from './simulator-rows.ts';
import { momentOf, momentText } from './simulator-values.ts';

const minute = 60_000;
const day = 86_400_000;

/** How far back the two lists reach. */
const replicationDays = { updated: 30, deleted: 15 };

/** Ids that were changed or deleted in a stretch of time, and up to when that is all: before the oldest open transaction. */
export function replicationRoutes(org: Org): Route[] {
  return [
    route('GET', '/sobjects/{object}/updated', ({ request, params }) => {
      const object = objectOf(org, params.object ?? '');
      const { start, end } = stretch(org, request.query, replicationDays.updated);
      const ids: string[] = [];
      for (const { id, updatedAt } of committedRecords(org, object, 'hidden'))
        if (updatedAt >= start && updatedAt < end) ids.push(id);
      const latestDateCovered = momentText(covered(org, object.name, end));
      return jsonReply(200, { ids, latestDateCovered } satisfies UpdatedResult);
    }),
    route('GET', '/sobjects/{object}/deleted', ({ request, params }) => {
      const object = objectOf(org, params.object ?? '');
      const { start, end } = stretch(org, request.query, replicationDays.deleted);
      const seen = org.deleteLog.between(object.name, start, end).filter(({ id }) => {
        const record = object.table.get(id);
        return !record || org.transactions.committed(object.name, record) === record;
      });
      const since = org.deleteLog.completeSince ?? org.ground.clock.now() - 365 * day;
      return jsonReply(200, {
        deletedRecords: seen.map(({ id, at }) => ({ id, deletedDate: momentText(at - (at % 1000)) })),
        earliestDateAvailable: momentText(since - (since % minute)),
        latestDateCovered: momentText(covered(org, object.name, end)),
      } satisfies DeletedResult);
    }),
  ];
}

/** Seconds do not count, and the end must be a minute after the start at least. */
function stretch(org: Org, query: URLSearchParams, days: number): { start: number; end: number } {
  const [start, end] = ['start', 'end'].map((name) => wholeMinute(momentOf(query.get(name) ?? '')));
  if (!start || !end || Number.isNaN(start + end))
    throw badDate('start and end are needed, as 2026-11-23T10:42:00+00:00');
  if (end - start < minute) throw badDate('endDate must be at least one minute greater than startDate');
  if (start < org.ground.clock.now() - days * day) throw badDate(`startDate is more than ${days} days ago`);
  if (end > org.ground.clock.now()) throw badDate('endDate is in the future');
  return { start, end };
}

function covered(org: Org, object: string, end: number): number {
  return Math.min(end, wholeMinute(org.transactions.earliest(object) ?? end));
}

function wholeMinute(milliseconds: number): number {
  return milliseconds - (milliseconds % minute);
}

function badDate(message: string): SalesforceError {
  return new SalesforceError('INVALID_REPLICATION_DATE', message);
}

import type { Page, Reads } from '../../connector/contract.ts';
import { type KeysetQuery, keyset } from '../../connector/listing.ts';
import { passes, type Step, timeOf } from '../../connector/passes.ts';
import type { Session } from '../../connector/session.ts';
import { continueJob, countRecords, isBulkPlace, isForBulk, startJob } from './connector-bulk.ts';
import { versionOf } from './connector-fields.ts';
import type { Described, Part } from './connector-object.ts';
import { dataPath } from './connector-paths.ts';
import { goneAmong, queryColumns, readRows, retrieve } from './connector-rows.ts';
import { mostRows, query, queryAmong, quoted, type Row } from './connector-soql.ts';

/** The longest that a transaction of Salesforce may take: a change may show so long after its time stamp (F8). */
const overlapSeconds = 600;

/** Ids in one direct read. One call reads 2,000, but who is gone among them is asked in an address. */
const mostByIds = 200;

/** `deleted` reaches 15 days back, so an older cursor could have missed one. */
const cursorDays = 14;

const minute = 60_000;

/** How an object type is read: full by id (or as a query job), changes by their stamp and id, then who was deleted. */
export function readsOf(object: Described): Reads {
  const parts = object.parts.map((part) => partChanges(object, part));
  return {
    page: passes({ full: [fullList(object)], changed: [changes(object), ...parts, deletions(object)], overlapSeconds }),
    byIds: (s, ids, fields) => byIds(object, s, ids, fields),
    byIdsMost: mostByIds,
    pageMost: mostRows,
    deletions: 'told',
    changes: 'since',
    overlapSeconds,
    freshOnList: true,
    orderedVersions: true,
    cursorDays,
  };
}

/** By id from the last one on: no locator runs out, however long the reader is away. */
function fullList(object: Described): Step {
  const live = object.described.has('IsConverted') ? 'IsDeleted = false AND IsConverted = false' : 'IsDeleted = false';
  return async (s, ask) => {
    if (isBulkPlace(ask.place)) return continueJob(object, s, ask, ask.place);
    if (ask.place === undefined && isForBulk(s, await countRecords(object, s))) return startJob(object, s, ask, live);
    const after = ask.place === undefined ? '' : ` AND Id > ${quoted(ask.place)}`;
    const columns = queryColumns(object, ask.fields).join(', ');
    const soql = `SELECT ${columns} FROM ${object.name} WHERE ${live}${after} ORDER BY Id LIMIT ${mostRows}`;
    const { rows, done, reply } = await query(s, soql);
    const more = !done || rows.length === mostRows;
    const place = more ? rows.at(-1)?.Id : undefined;
    return { ...(await readRows(object, s, rows, ask.fields)), place, asOf: timeOf(reply) };
  };
}

/** Live, deleted, merged and converted records alike, at or after the stamp; wide rows come in short answers. */
function changes(object: Described): Step {
  return byStamp(
    object.name,
    (ask) => queryColumns(object, ask),
    (rows, s, ask) => readRows(object, s, rows, ask),
  );
}

/** A price or a contact role that changed: the record it belongs to is read. */
function partChanges(object: Described, part: Part): Step {
  const step = byStamp(
    part.object,
    () => ['Id', 'SystemModstamp', part.parent],
    async (rows, s, asked) => {
      const parents = [...new Set(rows.map((row) => String(row[part.parent])))];
      const shown: Row[] = [];
      for (let at = 0; at < parents.length; at += mostByIds)
        shown.push(...(await retrieve(object, s, parents.slice(at, at + mostByIds), asked)));
      return readRows(object, s, shown, asked);
    },
  );
  return async (s, ask) => (ask.fields.includes(part.name) ? step(s, ask) : { records: [] });
}

function byStamp(
  name: string,
  columns: (asked: string[]) => string[],
  read: (rows: Row[], s: Session, asked: string[]) => ReturnType<typeof readRows>,
): Step {
  return keyset<Row>({
    request: (at, ask, s) => ({
      method: 'GET',
      url: dataPath(s, '/queryAll'),
      query: {
        q: `SELECT ${columns(ask.fields).join(', ')} FROM ${name} WHERE ${condition(at)} ORDER BY SystemModstamp, Id LIMIT ${mostRows}`,
      },
    }),
    rows: (body) => (body as { records?: Row[] } | null)?.records,
    more(body) {
      const { done, records = [] } = body as { done?: boolean; records?: Row[] };
      return done === false || records.length === mostRows;
    },
    stamp: (row) => versionOf(row.SystemModstamp) ?? '',
    id: (row) => row.Id,
    read: (rows, s, ask) => read(rows, s, ask.fields),
  });
}

function condition({ order, stamp, afterId }: KeysetQuery): string {
  const sign = { from: '>=', beyond: '>', tied: '=' }[order];
  return `SystemModstamp ${sign} ${stamp}${afterId === undefined ? '' : ` AND Id > ${quoted(afterId)}`}`;
}

/**
 * Who was deleted, also those that nobody can find in the recycle bin any more. The next list begins where Salesforce says
 * that this one is complete, before the oldest transaction under way.
 */
function deletions(object: Described): Step {
  return async (s, ask) => {
    const since = Date.parse(ask.note ?? ask.since ?? '');
    // Minutes count, and Salesforce's own: the list ends with the last whole one before this pass began.
    const end = wholeMinute(ask.began ?? s.clock.now());
    const start = Math.min(wholeMinute(since), end - 2 * minute);
    const reply = await s.request({
      method: 'GET',
      url: dataPath(s, `/sobjects/${object.name}/deleted/`),
      query: { start: moment(start), end: moment(end) },
    });
    const { deletedRecords = [], earliestDateAvailable, latestDateCovered } = reply.json<DeletedList>();
    // Entries were removed from Salesforce's log before they were read.
    if (Date.parse(iso(earliestDateAvailable)) > start) return { records: [], expired: true };
    const ids = deletedRecords.map(({ id }) => id);
    const { gone } = await goneAmong(object, s, ids);
    return { records: [], gone, note: iso(latestDateCovered) || moment(end) };
  };
}

/** What `deleted` answers, of the vendor's `DeletedResult`. */
interface DeletedList {
  deletedRecords?: { id: string; deletedDate?: string }[];
  earliestDateAvailable?: string;
  latestDateCovered?: string;
}

async function byIds(object: Described, s: Session, ids: string[], fields: string[]): Promise<Page> {
  const read = await readRows(object, s, await retrieve(object, s, ids, fields), fields);
  const told = new Set([...read.records, ...(read.gone ?? [])].map((one) => one.id));
  const missing = ids.filter((id) => !told.has(id));
  const { gone, live } = await goneAmong(object, s, missing);
  // Activities of old are found by queries alone.
  const columns = queryColumns(object, fields).filter((name) => name !== 'Id');
  const old = await readRows(object, s, await queryAmong(s, object.name, columns, 'Id', live), fields);
  return { records: [...read.records, ...old.records], gone: [...(read.gone ?? []), ...gone, ...(old.gone ?? [])] };
}

function wholeMinute(milliseconds: number): number {
  return milliseconds - (milliseconds % minute);
}

function moment(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

function iso(text: string | undefined): string {
  return (text ?? '').replace(/([+-]\d\d)(\d\d)$/, '$1:$2');
}

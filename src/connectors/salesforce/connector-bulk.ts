import { Failure } from '../../connector/contract.ts';
import { type StepAsk, type StepPage, timeOf } from '../../connector/passes.ts';
import type { Session } from '../../connector/session.ts';
import { csvRows } from './connector-csv.ts';
import type { Described } from './connector-object.ts';
import { dataPath } from './connector-paths.ts';
import { queryColumns, readRows } from './connector-rows.ts';
import { mostRows, type Row } from './connector-soql.ts';

/** Above so many records the first listing runs as a query job (Bulk API 2.0), where the setting does not say. */
const usualBulkFrom = 50_000;

/** Pauses between looks at a job, and how often it is looked at before it is given up (about six hours). */
const pollSeconds = { first: 2, longest: 30 };
const mostPolls = 750;

/** Where a job is: looked at so many times, or done and read up to a locator. */
interface BulkPlace {
  job: string;
  polls?: number;
  locator?: string;
}

/** How many records the org counts of an object type, not to the last one; 0 where it does not say. */
export async function countRecords(object: Described, s: Session): Promise<number> {
  const reply = await s.request({
    method: 'GET',
    url: dataPath(s, '/limits/recordCount'),
    query: { sObjects: object.name },
    accept: [400, 403, 404],
  });
  if (reply.status >= 400) return 0;
  const { sObjects = [] } = reply.json<{ sObjects?: { name: string; count: number }[] }>();
  return sObjects.find((one) => one.name === object.name)?.count ?? 0;
}

/** Is so large an object listed by a job? */
export function isForBulk(s: Session, records: number): boolean {
  const chosen = Number(s.settings.bulkFrom);
  return records >= (chosen > 0 ? chosen : usualBulkFrom);
}

/** Starts a query job; the place says how to go on with it. */
export async function startJob(object: Described, s: Session, ask: StepAsk, where: string): Promise<StepPage> {
  const soql = `SELECT ${queryColumns(object, ask.fields).join(', ')} FROM ${object.name} WHERE ${where}`;
  const reply = await s.request({
    method: 'POST',
    url: dataPath(s, '/jobs/query'),
    body: { operation: 'queryAll', query: soql },
    // A job that nobody reads does no harm: asking twice is as good as once.
    effect: 'read',
  });
  const { id } = reply.json<{ id?: string }>();
  if (!id) throw new Failure('broken', 'Salesforce did not say which job it started; it is asked again later');
  return { records: [], place: placeOf({ job: id, polls: 0 }), asOf: timeOf(reply) };
}

/** Is this the place of a job? */
export function isBulkPlace(place: string | undefined): place is string {
  return place?.startsWith('{') ?? false;
}

/** Goes on with a job: looks whether it is done, or reads a page of its results. */
export async function continueJob(object: Described, s: Session, ask: StepAsk, place: string): Promise<StepPage> {
  const at = JSON.parse(place) as BulkPlace;
  return at.polls === undefined ? readResults(object, s, ask, at) : look(s, at.job, at.polls);
}

async function look(s: Session, job: string, polls: number): Promise<StepPage> {
  const seconds = Math.min(pollSeconds.first * 2 ** Math.min(polls, 8), pollSeconds.longest);
  await s.clock.sleep(seconds * 1000);
  const reply = await s.request({ method: 'GET', url: dataPath(s, `/jobs/query/${job}`), accept: [404] });
  const { state } = reply.status === 404 ? { state: 'Failed' } : reply.json<{ state?: string }>();
  if (state === 'JobComplete') return { records: [], place: placeOf({ job }) };
  // A job that failed or is forgotten: the listing begins anew.
  if (state === 'Failed' || state === 'Aborted') return { records: [], expired: true };
  if (polls >= mostPolls)
    throw new Failure('unavailable', 'Salesforce has not done a query job for hours; it is asked again later');
  return { records: [], place: placeOf({ job, polls: polls + 1 }) };
}

async function readResults(
  object: Described,
  s: Session,
  ask: StepAsk,
  { job, locator }: BulkPlace,
): Promise<StepPage> {
  const reply = await s.request({
    method: 'GET',
    url: dataPath(s, `/jobs/query/${job}/results`),
    query: { maxRecords: mostRows, locator },
    headers: { accept: 'text/csv' },
    accept: [400, 404],
  });
  // Results are kept for seven days.
  if (reply.status >= 400) return { records: [], expired: true };
  const rows = csvRows(reply.text).map(typedRow);
  const read = await readRows(object, s, rows, ask.fields);
  const next = reply.headers['sforce-locator'];
  return next && next !== 'null' ? { ...read, place: placeOf({ job, locator: next }) } : read;
}

/** CSV knows only text. */
function typedRow(cells: Record<string, string>): Row {
  const row: Row = { ...cells, Id: cells.Id ?? '' };
  for (const mark of ['IsDeleted', 'IsConverted']) if (mark in cells) row[mark] = cells[mark] === 'true';
  return row;
}

function placeOf(place: BulkPlace): string {
  return JSON.stringify(place);
}

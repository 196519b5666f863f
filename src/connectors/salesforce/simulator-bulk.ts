import type { QueryJobInfoV2 } from 'jsforce/lib/api/bulk2.js';
import { type Route, route } from '../../simulator/router.ts';
import { emptyReply, jsonReply, type SimReply } from '../../simulator/sim-reply.ts';
import { jsonOf } from '../../simulator/sim-request.ts';
import { SalesforceError } from './simulator-error.ts';
import { to18 } from './simulator-ids.ts';
import { apiUserId, type Org } from './simulator-org.ts';
import { versionOf } from './simulator-path.ts';
import { type Found, find } from './simulator-query.ts';
import { fieldAt, valueAt } from './simulator-rows.ts';
import { momentOf, momentText } from './simulator-values.ts';

/** Rows of a page of results where nobody asks for fewer, and how long a job takes. */
const usualPageRows = 50_000;
const jobMilliseconds = 3000;

/** A query job. What it finds is what there is when it is done. */
interface Job {
  id: string;
  soql: string;
  operation: 'query' | 'queryAll';
  object: string;
  version: string;
  madeAt: number;
  state: QueryJobInfoV2['state'];
  found: Found | undefined;
}

/** Bulk API 2.0: queries that run by themselves and answer in pages of CSV. */
export function bulkRoutes(org: Org): Route[] {
  const jobs = new Map<string, Job>();
  const jobOf = (id: string | undefined): Job => {
    const job = jobs.get(id ?? '');
    if (!job) throw new SalesforceError('NOT_FOUND', 'The requested resource does not exist', { status: 404 });
    return progressed(org, job);
  };
  return [
    route('POST', '/jobs/query', ({ request }) => {
      const { query: soql = '', operation = 'query' } = jsonOf(request) as {
        query?: string;
        operation?: Job['operation'];
      };
      const { object } = find(org, soql, 'hidden');
      const id = to18(`750gK${String(jobs.size + 1).padStart(10, '0')}`);
      const madeAt = org.ground.clock.now();
      jobs.set(id, {
        id,
        soql,
        operation,
        object: object.name,
        version: versionOf(request),
        madeAt,
        state: 'UploadComplete',
        found: undefined,
      });
      return jsonReply(200, shown(jobOf(id)));
    }),
    route('GET', '/jobs/query/{id}', ({ params }) => jsonReply(200, shown(jobOf(params.id)))),
    route('PATCH', '/jobs/query/{id}', ({ params }) => {
      const job = jobOf(params.id);
      job.state = 'Aborted';
      return jsonReply(200, shown(job));
    }),
    route('DELETE', '/jobs/query/{id}', ({ params }) => {
      jobs.delete(jobOf(params.id).id);
      return emptyReply();
    }),
    route('GET', '/jobs/query/{id}/results', ({ request, params }) => {
      const job = jobOf(params.id);
      if (!job.found) throw new SalesforceError('INVALIDJOBSTATE', 'the job is not complete', { status: 400 });
      const most = Number(request.query.get('maxRecords') ?? usualPageRows);
      return page(org, job.found, Number(request.query.get('locator') ?? 0), most);
    }),
  ];
}

function progressed(org: Org, job: Job): Job {
  if (job.state !== 'UploadComplete' && job.state !== 'InProgress') return job;
  const isDone = org.ground.clock.now() - job.madeAt >= jobMilliseconds;
  job.state = isDone ? 'JobComplete' : 'InProgress';
  if (isDone) job.found = find(org, job.soql, job.operation === 'queryAll' ? 'shown' : 'hidden');
  return job;
}

function page(org: Org, { object, query, records }: Found, at: number, most: number): SimReply {
  const paths = query.select === 'count' ? [] : query.select;
  const rows = records.slice(at, at + most);
  const next = at + rows.length < records.length ? String(at + rows.length) : 'null';
  const cells = rows.map((record) =>
    paths.map((path) => cell(fieldAt(org, object, path).type, valueAt(org, object, record, path))).join(','),
  );
  const body = `${[paths.map(quoted).join(','), ...cells].join('\n')}\n`;
  const headers = { 'content-type': 'text/csv', 'sforce-locator': next, 'sforce-numberofrecords': String(rows.length) };
  return { status: 200, headers, body };
}

/** Cells are quoted, empty ones are empty; numbers with a fraction are written as Java writes them. */
function cell(type: string, value: unknown): string {
  if (value === null || value === undefined) return '';
  if (type === 'datetime') return quoted(new Date(momentOf(value)).toISOString());
  if (typeof value === 'number' && type !== 'int') return quoted(javaDouble(value));
  return quoted(String(value));
}

function javaDouble(value: number): string {
  if (Math.abs(value) < 1e7) return Number.isInteger(value) ? `${value}.0` : String(value);
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`;
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

function shown({ id, operation, object, state, version, madeAt, found }: Job): QueryJobInfoV2 {
  return {
    id,
    operation,
    object,
    createdById: apiUserId,
    createdDate: momentText(madeAt),
    systemModstamp: momentText(madeAt),
    state,
    concurrencyMode: 'Parallel',
    contentType: 'CSV',
    apiVersion: Number(version.slice(1)),
    lineEnding: 'LF',
    columnDelimiter: 'COMMA',
    jobType: 'V2Query',
    retries: 0,
    totalProcessingTime: state === 'JobComplete' ? jobMilliseconds : 0,
    numberRecordsProcessed: found?.records.length ?? 0,
    isPkChunkingSupported: true,
  };
}

import { z } from '@hono/zod-openapi';
import { listRecords, type RecordFilter } from '../../store/record-list.ts';
import { type WorkspaceSync, workspaceSyncs } from '../../store/workspace-syncs.ts';
import { csvAnswer, csvLine } from '../csv.ts';
import type { Installation } from '../installation.ts';
import { json, pageOf, route, routes } from '../route.ts';
import { categorySchema, recordIdSchema, recordSchema, shownRecord, statusSchema } from '../shown-record.ts';

/** Records read at once for a file. */
const CSV_PAGE = 500;
/** The most records of one file: a spreadsheet holds no more. */
const MOST_CSV = 1_000_000;

const filterSchema = z.object({
  object: z.string().max(200).optional().openapi({ description: 'An object on either side' }),
  account: z.string().max(200).optional().openapi({ description: 'An account (key) on either side' }),
  sync: z.string().max(200).optional(),
  status: statusSchema.optional(),
  category: categorySchema.optional(),
  from: z.iso.datetime().optional().openapi({ description: 'Something was written for it at or after this time' }),
  to: z.iso.datetime().optional().openapi({ description: 'Something was written for it before this time' }),
  text: z
    .string()
    .max(200)
    .optional()
    .openapi({ description: 'Contained in a name, an address or an id of either side, whatever its case' }),
});

const pageSchema = filterSchema.extend({
  after: recordIdSchema.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

const list = route('view', {
  method: 'get',
  path: '/',
  summary: 'Records of all syncs, filtered; the newest link first',
  request: { query: pageSchema },
  responses: { 200: json(pageOf(recordSchema), 'A page of records') },
});

const file = route('view', {
  method: 'get',
  path: '/file.csv',
  summary: 'The same records as a CSV file, with what is wrong and how it is mended',
  request: { query: filterSchema },
  responses: { 200: { description: 'The file', content: { 'text/csv': { schema: z.string() } } } },
});

/** All records of a workspace. */
export function recordRoutes({ db }: Installation) {
  const ask = async (workspace: string, query: z.infer<typeof filterSchema>) => {
    const syncs = (await workspaceSyncs(db, workspace, query.sync ?? null)).filter((sync) => isMeant(sync, query));
    const filter = filterOf(syncs, query);
    const byId = new Map(syncs.map((sync) => [sync.id, sync]));
    const read = async (after: string | null, most: number) =>
      (await listRecords(db, { ...filter, after, most })).flatMap((record) => {
        const sync = byId.get(record.sync);
        return sync ? [shownRecord(record, sync)] : [];
      });
    return read;
  };
  return routes()
    .openapi(list, async (c) => {
      const { after, limit, ...query } = c.req.valid('query');
      const read = await ask(c.get('caller').workspace, query);
      const items = await read(after ?? null, limit);
      return c.json({ items, next: items.length === limit ? (items.at(-1)?.id ?? null) : null }, 200);
    })
    .openapi(file, async (c) => {
      const read = await ask(c.get('caller').workspace, c.req.valid('query'));
      return csvAnswer('records.csv', lines(read)) as never;
    });
}

function isMeant({ ends }: WorkspaceSync, { object, account }: z.infer<typeof filterSchema>): boolean {
  const is = (end: WorkspaceSync['ends']['a']) =>
    (object === undefined || end.object === object) && (account === undefined || end.account === account);
  return is(ends.a) || is(ends.b);
}

function filterOf(syncs: WorkspaceSync[], query: z.infer<typeof filterSchema>): Omit<RecordFilter, 'after' | 'most'> {
  const at = (time: string | undefined) => (time === undefined ? null : Date.parse(time));
  const text = query.text?.trim();
  return {
    syncs: syncs.map(({ id, ends }) => ({ id, feeds: { a: ends.a.feed, b: ends.b.feed } })),
    status: query.status ?? null,
    categories: query.category ? [query.category] : null,
    from: at(query.from),
    to: at(query.to),
    text: text ? text : null,
  };
}

type Read = (after: string | null, most: number) => Promise<z.infer<typeof recordSchema>[]>;

async function* lines(read: Read): AsyncGenerator<string> {
  yield csvLine(HEADINGS);
  let after: string | null = null;
  for (let given = 0; given < MOST_CSV; given += CSV_PAGE) {
    const page: z.infer<typeof recordSchema>[] = await read(after, CSV_PAGE);
    yield page.map(lineOf).join('');
    if (page.length < CSV_PAGE) return;
    after = page.at(-1)?.id ?? null;
  }
}

const HEADINGS = [
  'sync',
  'status',
  'account a',
  'object a',
  'id a',
  'name a',
  'account b',
  'object b',
  'id b',
  'name b',
  'category',
  'field',
  'what happened',
  'what it means',
  'what to do',
  'last change',
  'record',
];

function lineOf({ id, sync, status, ends, a, b, problem, changedAt }: z.infer<typeof recordSchema>): string {
  return csvLine([
    sync,
    status,
    ends.a.account,
    ends.a.object,
    a?.id,
    a?.name,
    ends.b.account,
    ends.b.object,
    b?.id,
    b?.name,
    problem?.category,
    problem?.field,
    problem?.message,
    problem?.means,
    problem?.steps.join(' '),
    changedAt,
    id,
  ]);
}

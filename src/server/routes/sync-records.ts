import { z } from '@hono/zod-openapi';
import { Failure } from '../../connector/contract.ts';
import { type FieldComparison, type SidesComparison, sidesComparer } from '../../engine/compare-sides.ts';
import { RulesRefused } from '../../engine/rulebook.ts';
import type { Pair } from '../../model/link.ts';
import { nameOf } from '../../model/naming.ts';
import type { Side } from '../../model/value.ts';
import { readLinks } from '../../store/links.ts';
import type { HistoryRow } from '../../store/store.ts';
import { loadPairs } from '../../store/work.ts';
import type { WorkspaceSync } from '../../store/workspace-syncs.ts';
import { listWrites } from '../../store/write-list.ts';
import type { Installation } from '../installation.ts';
import { Refused } from '../problem.ts';
import { json, pageOf, route, routes } from '../route.ts';
import { findSync, recordIdSchema, recordSchema, shownRecord, sideSchema } from '../shown-record.ts';
import { shownWrite, valueSchema, whyOf, writeSchema } from '../shown-write.ts';

/** Writes of a record that are looked through for what both sides last agreed on. */
const MOST_HISTORY = 200;

const params = z.object({ sync: z.string().openapi({ example: 'contacts' }), record: recordIdSchema });

const valuesSchema = z
  .array(valueSchema)
  .nullable()
  .openapi({ description: 'One value per field of the mapping; null: not shown, or not known' });

const fieldOfSideSchema = z.array(z.object({ name: z.string(), label: z.string(), type: z.string() }));

const fieldSchema = z
  .object({
    name: z.string(),
    a: z.object({ fields: fieldOfSideSchema, values: valuesSchema, agreed: valuesSchema, writes: z.boolean() }),
    b: z.object({ fields: fieldOfSideSchema, values: valuesSchema, agreed: valuesSchema, writes: z.boolean() }),
    state: z.enum([
      'same',
      'equal',
      'kept',
      'changed-in-a',
      'changed-in-b',
      'changed-in-both',
      'never-agreed',
      'on-its-way',
      'absent',
      'alone',
    ]),
    last: z
      .object({
        write: z.string(),
        at: z.string(),
        wrote: sideSchema.openapi({ description: 'The side that was written; the other one won' }),
        rule: z.string(),
        why: z.string(),
      })
      .nullable(),
  })
  .openapi('RecordField');

const associationOfSideSchema = z.object({
  name: z.string(),
  label: z.string(),
  to: z.string(),
  ids: z.array(z.string()).nullable(),
  agreed: z.array(z.string()).nullable(),
});

const detailSchema = recordSchema
  .extend({
    fields: z.array(fieldSchema),
    associations: z.array(
      z.object({
        name: z.string(),
        a: associationOfSideSchema,
        b: associationOfSideSchema,
        state: z.enum(['same', 'differs', 'left-out']),
        why: z.string().nullable(),
      }),
    ),
    trouble: z.string().nullable().openapi({
      description: 'Why there are no fields: an app cannot be asked now, or the settings no longer fit it',
    }),
    others: z
      .array(z.object({ side: sideSchema, id: z.string(), name: z.string().nullable() }))
      .openapi({ description: 'The records that its problem is about: candidates, the duplicate' }),
  })
  .openapi('RecordDetail');

const read = route('view', {
  method: 'get',
  path: '/{sync}/records/{record}',
  summary: 'One record: both sides field by field, what was last agreed, and why',
  request: { params },
  responses: { 200: json(detailSchema, 'The record') },
});

const history = route('view', {
  method: 'get',
  path: '/{sync}/records/{record}/history',
  summary: 'What was written for a record, the newest first',
  request: {
    params,
    query: z.object({
      after: recordIdSchema.optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
  },
  responses: { 200: json(pageOf(writeSchema), 'A page of writes') },
});

/** One record of a sync. */
export function syncRecordRoutes(installation: Installation) {
  const { db, engine } = installation;
  return routes()
    .openapi(read, async (c) => {
      const { sync: key, record } = c.req.valid('param');
      const sync = await findSync(installation, c.get('caller').workspace, key);
      const pair = await findPair(installation, sync, record);
      const rows = await engine.store.history({ sync: sync.id, link: record, most: MOST_HISTORY });
      const { compared, trouble } = await compare(installation, sync, pair, rows);
      const associations = compared.associations.map(({ name, ends, ids, agreed, state }) => ({
        name,
        a: { ...ends.a, ids: ids.a, agreed: agreed.a },
        b: { ...ends.b, ids: ids.b, agreed: agreed.b },
        state,
        why: state === 'left-out' ? `no sync between these accounts keeps ${ends.a.to} and ${ends.b.to}` : null,
      }));
      const listed = shownRecord(
        {
          id: record,
          sync: sync.id,
          status: pair.link.status,
          stage: pair.link.stage,
          held: pair.link.held,
          problem: pair.link.problem,
          changedAt: rows[0]?.at ?? null,
          sides: { a: sideOf(pair, 'a', sync), b: sideOf(pair, 'b', sync) },
        },
        sync,
      );
      const fields = compared.fields.map((field) => shownField(field, sync));
      return c.json(
        { ...listed, fields, associations, trouble, others: await othersOf(installation, sync, pair) },
        200,
      );
    })
    .openapi(history, async (c) => {
      const { sync: key, record } = c.req.valid('param');
      const { after, limit } = c.req.valid('query');
      const sync = await findSync(installation, c.get('caller').workspace, key);
      const query = { sync: sync.id, link: record, run: null, after: after ?? null, most: limit };
      const items = (await listWrites(db, query)).map((write) => shownWrite(write, sync));
      return c.json({ items, next: items.length === limit ? (items.at(-1)?.id ?? null) : null }, 200);
    });
}

/** An app that cannot tell its fields now leaves the rest of the page as it is. */
async function compare(
  { engine }: Installation,
  sync: WorkspaceSync,
  pair: Pair,
  rows: HistoryRow[],
): Promise<{ compared: SidesComparison; trouble: string | null }> {
  try {
    return { compared: (await sidesComparer(engine, sync.id))(pair, rows), trouble: null };
  } catch (error) {
    if (!(error instanceof Failure || error instanceof RulesRefused)) throw error;
    return { compared: { fields: [], associations: [] }, trouble: error.message };
  }
}

type LinkedPair = Pair & { link: NonNullable<Pair['link']> };

async function findPair({ db }: Installation, sync: WorkspaceSync, record: string): Promise<LinkedPair> {
  const [link] = await readLinks(db, sync.id, [record]);
  if (!link)
    throw new Refused(404, `sync ${sync.key} has no record ${record}; it may have been unlinked or re-created`);
  const { a, b } = link.ids;
  const pairs = await loadPairs(db, sync.id, { a: a === null ? [] : [a], b: b === null ? [] : [b] });
  const found = pairs.find((pair) => pair.link?.id === record);
  return { a: found?.a ?? null, b: found?.b ?? null, work: { a: null, b: null }, link };
}

function sideOf(pair: LinkedPair, side: Side, { ends }: WorkspaceSync) {
  const id = pair.link.ids[side];
  const seen = pair[side];
  return id === null ? null : { id, name: seen && nameOf(ends[side].naming, seen.values), gone: seen?.gone ?? null };
}

function shownField(field: FieldComparison, sync: WorkspaceSync): z.infer<typeof fieldSchema> {
  const { name, fields, values, agreed, writes, state, last } = field;
  const side = (which: Side) => ({
    fields: fields[which],
    values: values[which],
    agreed: agreed[which],
    writes: writes[which],
  });
  const decided = last && {
    write: last.row.id,
    at: new Date(last.row.at).toISOString(),
    wrote: last.row.side,
    rule: last.rule,
    why: whyOf(last.rule, sync),
  };
  return { name, a: side('a'), b: side('b'), state, last: decided };
}

/** The other records of a problem: of an ambiguous match they are told by id alone, and may be on either side. */
async function othersOf({ engine }: Installation, sync: WorkspaceSync, { link }: LinkedPair) {
  const ids = link.problem?.others ?? [];
  const found: { side: Side; id: string; name: string | null }[] = [];
  if (ids.length === 0) return found;
  for (const side of ['a', 'b'] as const) {
    for (const seen of await engine.store.records(sync.ends[side].feed, ids)) {
      found.push({ side, id: seen.id, name: nameOf(sync.ends[side].naming, seen.values) });
    }
  }
  return found;
}

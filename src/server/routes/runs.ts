import { z } from '@hono/zod-openapi';
import { previewUndo } from '../../engine/preview-undo.ts';
import { type ListedRun, listRuns, readRun } from '../../store/run-list.ts';
import { readUndo } from '../../store/undos.ts';
import { listWrites } from '../../store/write-list.ts';
import { audit } from '../audit.ts';
import type { Installation } from '../installation.ts';
import { Refused } from '../problem.ts';
import { json, pageOf, route, routes } from '../route.ts';
import { endSchema, endsOf, findSync, isoOrNull, recordIdSchema } from '../shown-record.ts';
import { shownPreview, shownWrite, undoPreviewSchema, writeSchema } from '../shown-write.ts';
import { shownUndo, startUndo, undoSchema } from '../undoing.ts';

/** Steps of a preview that are shown one by one. */
export const MOST_STEPS = 500;

const writtenSchema = z.object({
  created: z.number(),
  updated: z.number(),
  archived: z.number(),
  deleted: z.number(),
});

const runSchema = z
  .object({
    number: z.number(),
    sync: z.string(),
    startedAt: z.string(),
    seenAt: z.string().openapi({ description: 'When it last wrote or settled anything' }),
    endedAt: z.string().nullable().openapi({ description: 'null: under way, or its worker died' }),
    ending: z.string().nullable().openapi({ description: 'quiet, paused, failed, refused, undo; null: under way' }),
    reason: z.string().nullable(),
    looked: z.number().openapi({ description: 'Records that it looked at' }),
    a: writtenSchema.openapi({ description: 'Records written on side a' }),
    b: writtenSchema,
    linked: z.number(),
    conflicts: z.number(),
    failed: z.number().openapi({ description: 'Records that began to fail' }),
    calls: z.object({ a: z.number(), b: z.number() }).openapi({ description: 'Calls to the apps' }),
  })
  .openapi('Run');

const numberSchema = z
  .string()
  .regex(/^[0-9]{1,15}$/)
  .openapi({ example: '42' });
const params = z.object({ run: numberSchema });
const limit = (most: number) => z.coerce.number().int().min(1).max(most).default(50);

const list = route('view', {
  method: 'get',
  path: '/',
  summary: 'Runs, the newest first: what each looked at, wrote, failed and used',
  request: {
    query: z.object({ sync: z.string().max(200).optional(), after: numberSchema.optional(), limit: limit(200) }),
  },
  responses: { 200: json(pageOf(runSchema), 'A page of runs') },
});

const one = route('view', {
  method: 'get',
  path: '/{run}',
  summary: 'One run',
  request: { params },
  responses: {
    200: json(runSchema.extend({ ends: z.object({ a: endSchema, b: endSchema }) }).openapi('RunDetail'), 'The run'),
  },
});

const writes = route('view', {
  method: 'get',
  path: '/{run}/writes',
  summary: 'Everything a run wrote, the newest first',
  request: { params, query: z.object({ after: recordIdSchema.optional(), limit: limit(200) }) },
  responses: { 200: json(pageOf(writeSchema), 'A page of writes') },
});

const preview = route('view', {
  method: 'get',
  path: '/{run}/undo',
  summary: 'What undoing a run would do, and what stays since it was changed later',
  request: { params },
  responses: { 200: json(undoPreviewSchema, 'The preview; nothing was changed') },
});

const start = route('manage', {
  method: 'post',
  path: '/{run}/undo',
  summary: 'Undo a run, in the background',
  request: { params },
  responses: { 202: json(undoSchema, 'The undo, under way') },
});

const progress = route('view', {
  method: 'get',
  path: '/undos/{undo}',
  summary: 'How far an undo is',
  request: { params: z.object({ undo: z.string().regex(/^[0-9]{1,9}$/) }) },
  responses: { 200: json(undoSchema, 'The undo') },
});

/** Runs of a workspace's syncs, and their undo. */
export function runRoutes(installation: Installation) {
  const { db, engine } = installation;
  const find = async (workspace: string, number: string) => {
    const run = await readRun(db, workspace, Number(number));
    if (!run) throw new Refused(404, `there is no run ${number}; runs are forgotten with their sync`);
    return { run, sync: await findSync(installation, workspace, run.syncKey) };
  };
  return routes()
    .openapi(list, async (c) => {
      const { sync, after, limit: most } = c.req.valid('query');
      const { workspace } = c.get('caller');
      const query = { workspace, sync: sync ?? null, after: after === undefined ? null : Number(after), most };
      const items = (await listRuns(db, query)).map(shownRun);
      return c.json({ items, next: items.length === most ? String(items.at(-1)?.number) : null }, 200);
    })
    .openapi(progress, async (c) => {
      const found = await readUndo(db, c.get('caller').workspace, Number(c.req.valid('param').undo));
      if (!found) throw new Refused(404, 'there is no such undo');
      return c.json(shownUndo(found), 200);
    })
    .openapi(one, async (c) => {
      const { run, sync } = await find(c.get('caller').workspace, c.req.valid('param').run);
      return c.json({ ...shownRun(run), ends: endsOf(sync) }, 200);
    })
    .openapi(writes, async (c) => {
      const { run, sync } = await find(c.get('caller').workspace, c.req.valid('param').run);
      const { after, limit: most } = c.req.valid('query');
      const query = { sync: sync.id, link: null, run: run.number, after: after ?? null, most };
      const items = (await listWrites(db, query)).map((write) => shownWrite(write, sync));
      return c.json({ items, next: items.length === most ? (items.at(-1)?.id ?? null) : null }, 200);
    })
    .openapi(preview, async (c) => {
      const { run, sync } = await find(c.get('caller').workspace, c.req.valid('param').run);
      return c.json(shownPreview(await previewUndo(engine, sync.id, { run: run.id }, MOST_STEPS)), 200);
    })
    .openapi(start, async (c) => {
      const caller = c.get('caller');
      const { run, sync } = await find(caller.workspace, c.req.valid('param').run);
      const asked = { sync: sync.id, run: run.number, link: null, field: null, askedBy: caller.name };
      const id = await startUndo(installation, { ...asked, total: written(run) }, { run: run.id });
      await audit(installation, caller, 'run.undone', { sync: sync.key, run: run.number });
      const found = await readUndo(db, caller.workspace, id);
      if (!found) throw new Refused(409, 'the sync was deleted meanwhile');
      return c.json(shownUndo(found), 202);
    });
}

function shownRun(run: ListedRun): z.infer<typeof runSchema> {
  const none = { created: 0, updated: 0, archived: 0, deleted: 0 };
  const { number, syncKey, startedAt, seenAt, endedAt, ending, reason, tally, looked, failed, calls } = run;
  return {
    number,
    sync: syncKey,
    startedAt: new Date(startedAt).toISOString(),
    seenAt: new Date(seenAt).toISOString(),
    endedAt: isoOrNull(endedAt),
    ending,
    reason,
    looked,
    a: { ...none, ...tally.a },
    b: { ...none, ...tally.b },
    linked: tally.linked ?? 0,
    conflicts: tally.conflicts ?? 0,
    failed,
    calls: { a: calls.a ?? 0, b: calls.b ?? 0 },
  };
}

function written({ tally }: ListedRun): number {
  const counts = [...Object.values(tally.a ?? {}), ...Object.values(tally.b ?? {})];
  return counts.reduce((sum, count) => sum + count, 0);
}

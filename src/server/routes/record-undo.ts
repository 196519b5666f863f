import { z } from '@hono/zod-openapi';
import { previewUndo } from '../../engine/preview-undo.ts';
import type { UndoScope } from '../../engine/undo.ts';
import { readLinks } from '../../store/links.ts';
import { readRun } from '../../store/run-list.ts';
import { readUndo } from '../../store/undos.ts';
import { audit } from '../audit.ts';
import type { Installation } from '../installation.ts';
import { Refused } from '../problem.ts';
import { body, json, route, routes } from '../route.ts';
import { findSync, recordIdSchema } from '../shown-record.ts';
import { shownPreview, undoPreviewSchema } from '../shown-write.ts';
import { shownUndo, startUndo, undoSchema } from '../undoing.ts';
import { MOST_STEPS } from './runs.ts';

const params = z.object({ sync: z.string().openapi({ example: 'contacts' }), record: recordIdSchema });

const scopeSchema = z
  .object({
    run: z.coerce.number().int().positive().max(1e15).optional().openapi({ description: 'Only what this run wrote' }),
    field: z
      .string()
      .min(1)
      .max(500)
      .optional()
      .openapi({ description: 'Only this field, by its name on the side it was written' }),
  })
  .openapi('UndoScope');

const preview = route('view', {
  method: 'get',
  path: '/{sync}/records/{record}/undo',
  summary: 'What undoing the writes of a record (or of one field, or of one run) would do',
  request: { params, query: scopeSchema },
  responses: { 200: json(undoPreviewSchema, 'The preview; nothing was changed') },
});

const start = route('manage', {
  method: 'post',
  path: '/{sync}/records/{record}/undo',
  summary: 'Undo the writes of a record (or of one field, or of one run)',
  request: { params, body: body(scopeSchema) },
  responses: { 202: json(undoSchema, 'The undo, under way: GET /runs/undos/{undo} tells how far it is') },
});

/** Undo of one record. */
export function recordUndoRoutes(installation: Installation) {
  const { db, engine } = installation;
  const scopeOf = async (workspace: string, key: string, link: string, asked: z.infer<typeof scopeSchema>) => {
    const sync = await findSync(installation, workspace, key);
    const [found] = await readLinks(db, sync.id, [link]);
    const run = asked.run === undefined ? null : await readRun(db, workspace, asked.run);
    if (!found) throw new Refused(404, `sync ${key} has no record ${link}`);
    if (asked.run !== undefined && run?.sync !== sync.id) throw new Refused(404, `sync ${key} has no run ${asked.run}`);
    const scope: UndoScope = { link, ...(run ? { run: run.id } : {}), ...(asked.field ? { field: asked.field } : {}) };
    return { sync, scope };
  };
  return routes()
    .openapi(preview, async (c) => {
      const { sync: key, record } = c.req.valid('param');
      const { sync, scope } = await scopeOf(c.get('caller').workspace, key, record, c.req.valid('query'));
      return c.json(shownPreview(await previewUndo(engine, sync.id, scope, MOST_STEPS)), 200);
    })
    .openapi(start, async (c) => {
      const caller = c.get('caller');
      const { sync: key, record } = c.req.valid('param');
      const { run = null, field = null } = c.req.valid('json');
      const { sync, scope } = await scopeOf(caller.workspace, key, record, c.req.valid('json'));
      const { counts } = await previewUndo(engine, sync.id, scope, 0);
      const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
      const asked = { sync: sync.id, run, link: record, field, total, askedBy: caller.name };
      const id = await startUndo(installation, asked, scope);
      await audit(installation, caller, 'record.undone', { sync: key, record, run, field });
      const found = await readUndo(db, caller.workspace, id);
      if (!found) throw new Refused(409, 'the sync was deleted meanwhile');
      return c.json(shownUndo(found), 202);
    });
}

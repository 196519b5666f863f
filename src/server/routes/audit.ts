import { z } from '@hono/zod-openapi';
import { readAudit } from '../../store/audit.ts';
import type { Installation } from '../installation.ts';
import { json, pageOf, route, routes } from '../route.ts';
import { pageQuery } from '../text-schema.ts';

const entrySchema = z
  .object({
    id: z.string(),
    at: z.iso.datetime(),
    caller: z.object({ kind: z.string(), id: z.string(), name: z.string() }),
    act: z.string().openapi({ example: 'sync.started' }),
    about: z.record(z.string(), z.unknown()),
  })
  .openapi('AuditEntry');

const listAudit = route('admin', {
  method: 'get',
  path: '/',
  summary: 'Who did what, newest first',
  request: {
    query: pageQuery(
      z
        .string()
        .regex(/^[1-9]\d{0,17}$/, 'is a number')
        .optional(),
    ).extend({
      act: z
        .string()
        .regex(/^[a-z.-]{1,100}$/, 'is no act')
        .optional(),
      caller: z
        .string()
        .regex(/^[\w-]{1,64}$/, 'is no id')
        .optional(),
    }),
  },
  responses: { 200: json(pageOf(entrySchema), 'A page of entries') },
});

/** The audit log. */
export function auditRoutes({ db }: Installation) {
  return routes().openapi(listAudit, async (c) => {
    const { after, limit, act, caller } = c.req.valid('query');
    const { workspace } = c.get('caller');
    const found = await readAudit(db, workspace, { before: after, act, caller, most: limit + 1 });
    const items = found.slice(0, limit).map((row) => ({ ...row, at: new Date(row.at).toISOString() }));
    return c.json({ items, next: found.length > limit ? (items.at(-1)?.id ?? null) : null }, 200);
  });
}

import { z } from '@hono/zod-openapi';
import { readRetention, saveRetention } from '../../store/retention.ts';
import { audit } from '../audit.ts';
import type { Installation } from '../installation.ts';
import { body, json, route, routes } from '../route.ts';

/** The longest time history can be kept for before it is kept for good, in days. */
const MOST_DAYS = 3650;

const retentionSchema = z
  .object({
    historyDays: z
      .number()
      .int()
      .min(1)
      .max(MOST_DAYS)
      .nullable()
      .openapi({ description: 'Days that writes can be looked up and undone; null: for good' }),
  })
  .openapi('Retention');

const read = route('view', {
  method: 'get',
  path: '/',
  summary: 'How long history is kept',
  responses: { 200: json(retentionSchema, 'In days') },
});

const change = route('admin', {
  method: 'put',
  path: '/',
  summary: 'Change how long history is kept; what is older is forgotten within a day',
  request: { body: body(retentionSchema) },
  responses: { 200: json(retentionSchema, 'From now on') },
});

/** How long a workspace keeps the history of its records. */
export function retentionRoutes(installation: Installation) {
  const { db } = installation;
  return routes()
    .openapi(read, async (c) => c.json({ historyDays: await readRetention(db, c.get('caller').workspace) }, 200))
    .openapi(change, async (c) => {
      const caller = c.get('caller');
      const { historyDays } = c.req.valid('json');
      await saveRetention(db, caller.workspace, historyDays);
      await audit(installation, caller, 'retention.changed', { historyDays });
      return c.json({ historyDays }, 200);
    });
}

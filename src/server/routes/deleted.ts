import { z } from '@hono/zod-openapi';
import { countLinks } from '../../store/link-choice.ts';
import { listRecords } from '../../store/record-list.ts';
import { workspaceSyncs } from '../../store/workspace-syncs.ts';
import type { Installation } from '../installation.ts';
import { json, pageOf, route, routes } from '../route.ts';
import { recordIdSchema, recordSchema, shownRecord, sideSchema } from '../shown-record.ts';

const list = route('view', {
  method: 'get',
  path: '/',
  summary: 'Records that were deleted on one side and are still there on the other',
  request: {
    query: z.object({
      sync: z.string().max(200).optional(),
      side: sideSchema.optional().openapi({ description: 'The side that lost them' }),
      after: recordIdSchema.optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
  },
  responses: {
    200: json(
      pageOf(recordSchema).extend({
        counts: z.array(z.object({ sync: z.string(), side: sideSchema, count: z.number() })),
      }),
      'A page of records, and how many each sync has',
    ),
  },
});

/** Deleted records, to be made again or unlinked. */
export function deletedRoutes({ db }: Installation) {
  return routes().openapi(list, async (c) => {
    const { sync, side, after, limit } = c.req.valid('query');
    const { workspace } = c.get('caller');
    const syncs = await workspaceSyncs(db, workspace, sync ?? null);
    const byId = new Map(syncs.map((each) => [each.id, each]));
    const records = await listRecords(db, {
      syncs: syncs.map(({ id, ends }) => ({ id, feeds: { a: ends.a.feed, b: ends.b.feed } })),
      status: 'failing',
      categories: side ? [`deleted-in-${side}`] : ['deleted-in-a', 'deleted-in-b'],
      from: null,
      to: null,
      text: null,
      after: after ?? null,
      most: limit,
    });
    const items = records.flatMap((record) => {
      const own = byId.get(record.sync);
      return own ? [shownRecord(record, own)] : [];
    });
    const counts = (await countLinks(db, workspace)).flatMap(({ sync: key, category, status, count }) => {
      const lost = category === 'deleted-in-a' ? ('a' as const) : category === 'deleted-in-b' ? ('b' as const) : null;
      return lost && status === 'failing' && (!sync || sync === key) ? [{ sync: key, side: lost, count }] : [];
    });
    return c.json({ items, next: items.length === limit ? (items.at(-1)?.id ?? null) : null, counts }, 200);
  });
}

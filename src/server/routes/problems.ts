import { z } from '@hono/zod-openapi';
import { problemCategories } from '../../model/problem.ts';
import { countLinks } from '../../store/link-choice.ts';
import type { Installation } from '../installation.ts';
import { problemTexts } from '../problem-texts.ts';
import { json, route, routes } from '../route.ts';
import { categorySchema } from '../shown-record.ts';

const problemGroupSchema = z
  .object({
    category: categorySchema,
    count: z.number(),
    syncs: z.array(z.object({ sync: z.string(), count: z.number() })),
    title: z.string(),
    means: z.string(),
    steps: z.array(z.string()),
    remedy: z.enum(['retry', 'recreate', 'pair', 'reconnect', 'settings', 'none']),
  })
  .openapi('ProblemGroup');

const list = route('view', {
  method: 'get',
  path: '/',
  summary: 'What fails, by category: how many records, what it means, and the steps that mend it',
  request: { query: z.object({ sync: z.string().max(200).optional() }) },
  responses: { 200: json(z.object({ items: z.array(problemGroupSchema) }), 'The categories there are records of') },
});

const texts = route('view', {
  method: 'get',
  path: '/categories',
  summary: 'Every category of problem in plain words',
  responses: {
    200: json(
      z.object({ items: z.array(problemGroupSchema.omit({ count: true, syncs: true })) }),
      'In the order of the health page',
    ),
  },
});

/** What fails, in the order of the health page. */
export function problemRoutes({ db }: Installation) {
  return routes()
    .openapi(list, async (c) => {
      const { sync } = c.req.valid('query');
      const counts = (await countLinks(db, c.get('caller').workspace)).filter(
        (row) => row.status === 'failing' && (sync === undefined || row.sync === sync),
      );
      const items = problemCategories.flatMap((category) => {
        const own = counts.filter((row) => row.category === category);
        const count = own.reduce((sum, row) => sum + row.count, 0);
        if (count === 0) return [];
        const syncs = own.map((row) => ({ sync: row.sync, count: row.count }));
        return [{ category, count, syncs, ...problemTexts[category] }];
      });
      return c.json({ items }, 200);
    })
    .openapi(texts, (c) =>
      c.json({ items: problemCategories.map((category) => ({ category, ...problemTexts[category] })) }, 200),
    );
}

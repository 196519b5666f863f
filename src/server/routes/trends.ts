import { z } from '@hono/zod-openapi';
import { readTrend } from '../../store/trends.ts';
import type { Installation } from '../installation.ts';
import { json, route, routes } from '../route.ts';
import { findSync } from '../shown-record.ts';

const HOUR_MILLISECONDS = 3_600_000;

/** Each stretch of a span, in hours, and how many there are. */
const spans = { '24h': { step: 1, count: 24 }, '7d': { step: 6, count: 28 } } as const;

const trendSchema = z
  .object({
    span: z.enum(['24h', '7d']),
    stepHours: z.number(),
    points: z.array(
      z.object({
        at: z.string().openapi({ description: 'The beginning of the stretch' }),
        writes: z.number(),
        failures: z.number().openapi({ description: 'Records that began to fail' }),
        p50Seconds: z.number().nullable().openapi({ description: 'From noticed to written, to within a quarter' }),
        p95Seconds: z.number().nullable(),
        slowestSeconds: z.number().nullable(),
      }),
    ),
  })
  .openapi('Trend');

const read = route('view', {
  method: 'get',
  path: '/',
  summary: 'Changes, failures and lag over a day or a week',
  request: { query: z.object({ span: z.enum(['24h', '7d']).default('24h'), sync: z.string().max(200).optional() }) },
  responses: { 200: json(trendSchema, 'A point for each stretch of time, the oldest first; quiet ones too') },
});

/** What changed, failed and how fast, over time. */
export function trendRoutes(installation: Installation) {
  const { db, clock } = installation;
  return routes().openapi(read, async (c) => {
    const { span, sync } = c.req.valid('query');
    const { workspace } = c.get('caller');
    if (sync !== undefined) await findSync(installation, workspace, sync);
    const { step, count } = spans[span];
    const length = step * HOUR_MILLISECONDS;
    const last = Math.floor(clock.now() / length) * length;
    const first = last - (count - 1) * length;
    const found = new Map(
      (await readTrend(db, workspace, sync ?? null, first, step)).map((point) => [point.at, point]),
    );
    const points = Array.from({ length: count }, (_, index) => {
      const at = first + index * length;
      const point = found.get(at);
      return {
        at: new Date(at).toISOString(),
        writes: point?.writes ?? 0,
        failures: point?.failures ?? 0,
        p50Seconds: seconds(point?.p50),
        p95Seconds: seconds(point?.p95),
        slowestSeconds: seconds(point?.slowest),
      };
    });
    return c.json({ span, stepHours: step, points }, 200);
  });
}

function seconds(milliseconds: number | null | undefined): number | null {
  return milliseconds == null ? null : milliseconds / 1000;
}

import { z } from '@hono/zod-openapi';
import { syncShape } from '../../model/file/shape.ts';
import type { Plan } from '../../store/plans.ts';
import { syncSettingsSchema } from '../sync-schema.ts';
import { timeOf } from './sync-shown.ts';

const counts = z.record(z.string(), z.number());
const totals = z.object({
  create: z.number(),
  update: z.number(),
  fields: z.number().openapi({ description: 'Fields that the updates change' }),
  archive: z.number(),
  delete: z.number(),
  skipped: z.number(),
  failing: z.number(),
});

const summarySchema = z
  .object({
    a: totals,
    b: totals,
    link: z.number(),
    unchanged: z.number(),
    waiting: z.number(),
    conflicts: z.object({ records: z.number(), a: z.number(), b: z.number(), filled: z.number() }),
    problems: counts.openapi({ description: 'Failing records by category' }),
    skipped: counts.openapi({ description: 'Skipped records by why' }),
    calls: z.record(z.string(), z.object({ calls: z.number(), dailyShare: z.number().nullable() })),
    seconds: z.number(),
  })
  .openapi('PlanTotals');

/** A plan, as it is listed. */
export const planSchema = z
  .object({
    number: z.number(),
    cause: z.enum(['asked', 'brake']),
    state: z.enum(['making', 'ready', 'failed', 'interrupted', 'started', 'discarded']),
    proposed: z.boolean().openapi({ description: 'Made for settings that are not the sync’s own (yet)' }),
    settings: syncSettingsSchema,
    progress: z.object({
      step: z.enum(['reading', 'deciding', 'storing']).nullable(),
      records: z.number(),
      of: z.number().nullable(),
    }),
    totals: summarySchema.nullable(),
    reason: z.string().nullable().openapi({ description: 'Why it could not be made' }),
    madeAt: z.string(),
    endedAt: z.string().nullable(),
    startedAt: z.string().nullable(),
    sample: z
      .object({
        state: z.enum(['running', 'done', 'failed']),
        records: z.number(),
        written: z.number(),
        reason: z.string().optional(),
      })
      .nullable()
      .openapi({ description: 'A start with a few of its records' }),
  })
  .openapi('Plan');

const values = z.record(z.string(), z.unknown());
const writeSchema = z
  .object({
    op: z.enum(['create', 'update', 'archive', 'delete']),
    before: values,
    after: values,
    rule: z.record(z.string(), z.string()).openapi({ description: 'Which rule decided, per field' }),
    edges: z.record(z.string(), z.object({ add: z.array(z.string()), remove: z.array(z.string()) })),
  })
  .nullable();
const texts = z.object({ a: z.string().nullable(), b: z.string().nullable() });

/** A record of a plan. */
export const planRecordSchema = z
  .object({
    place: z.number(),
    ids: texts,
    names: texts,
    outcome: z.enum(['write', 'link', 'skipped', 'waiting', 'failing']),
    side: z.enum(['a', 'b']),
    writes: z.object({ a: writeSchema, b: writeSchema }),
    conflicts: z.object({ a: z.number(), b: z.number(), filled: z.number() }),
    problem: z
      .object({
        category: z.string(),
        side: z.enum(['a', 'b']),
        field: z.string().optional(),
        message: z.string(),
        others: z.array(z.string()).optional(),
      })
      .nullable(),
    why: z.string().nullable(),
  })
  .openapi('PlanRecord');

/** A plan as the API shows it. */
export function shownPlan(plan: Plan): z.infer<typeof planSchema> {
  const { number, cause, state, proposed, settings, progress, summary, reason, sample } = plan;
  return {
    number,
    cause,
    state,
    proposed,
    settings: syncShape(settings),
    progress: { step: progress.step ?? null, records: progress.records ?? 0, of: progress.of ?? null },
    totals: summary,
    reason,
    madeAt: timeOf(plan.madeAt) as string,
    endedAt: timeOf(plan.endedAt),
    startedAt: timeOf(plan.startedAt),
    sample,
  };
}

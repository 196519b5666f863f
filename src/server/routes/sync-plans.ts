import { z } from '@hono/zod-openapi';
import { listPlanRecords } from '../../store/plan-records.ts';
import { listPlans, movePlan, type Plan, readPlan } from '../../store/plans.ts';
import type { WorkspaceSync } from '../../store/workspace-syncs.ts';
import { audit } from '../audit.ts';
import { csvAnswer } from '../csv.ts';
import type { Installation } from '../installation.ts';
import { syncNamed } from '../named.ts';
import { planCsv } from '../plan-csv.ts';
import { Refused } from '../problem.ts';
import { json, pageOf, route, routes } from '../route.ts';
import { readSync, syncSettingsSchema } from '../sync-schema.ts';
import { trySettings } from '../trial.ts';
import { planRecordSchema, planSchema, shownPlan } from './plan-shown.ts';

/** The largest number of a plan, and of a place in it. */
const MOST_NUMBER = 2 ** 31 - 1;
const LIMIT = z.coerce.number().int().min(1).max(200).default(50);
const after = z.coerce.number().int().min(0).max(MOST_NUMBER).optional();
const named = { params: z.object({ sync: z.string().openapi({ example: 'contacts' }) }) };
/** A plan of a sync, in a path. */
export const numbered = {
  params: named.params.extend({
    number: z.coerce.number().int().min(1).max(MOST_NUMBER).openapi({ example: 1 }),
  }),
};
const choice = z.object({
  side: z.enum(['a', 'b']).optional(),
  op: z.enum(['create', 'update', 'archive', 'delete']).optional(),
  outcome: z.enum(['write', 'link', 'skipped', 'waiting', 'failing']).optional(),
  conflicts: z.enum(['only']).optional(),
  text: z.string().max(200).optional().openapi({ description: 'Part of a name or an id, on either side' }),
});

const make = route('manage', {
  method: 'post',
  path: '/{sync}/plans',
  summary: 'Make a plan: what the sync would do, with its own settings or with proposed ones. Nothing is written',
  request: {
    ...named,
    body: {
      required: false,
      content: {
        'application/json': { schema: z.object({ settings: syncSettingsSchema.optional() }).openapi('NewPlan') },
      },
    },
  },
  responses: { 202: json(z.object({ number: z.number() }), 'It is being made: read it until its state is ready') },
});
const list = route('view', {
  method: 'get',
  path: '/{sync}/plans',
  summary: 'The plans of a sync, newest first',
  request: { ...named, query: z.object({ after, limit: LIMIT }) },
  responses: { 200: json(pageOf(planSchema), 'A page of plans') },
});
const read = route('view', {
  method: 'get',
  path: '/{sync}/plans/{number}',
  summary: 'One plan with its totals',
  request: numbered,
  responses: { 200: json(planSchema, 'The plan') },
});
const records = route('view', {
  method: 'get',
  path: '/{sync}/plans/{number}/records',
  summary: 'What a plan does, record by record and field by field',
  request: { ...numbered, query: choice.extend({ after, limit: LIMIT }) },
  responses: { 200: json(pageOf(planRecordSchema), 'A page of records, writes first') },
});
const csv = route('view', {
  method: 'get',
  path: '/{sync}/plans/{number}/records.csv',
  summary: 'The same as CSV: a row per field',
  request: { ...numbered, query: choice },
  responses: { 200: { description: 'CSV', content: { 'text/csv': { schema: z.string() } } } },
});
const discard = route('manage', {
  method: 'post',
  path: '/{sync}/plans/{number}/discard',
  summary: 'Discard a plan; one that is being made is given up',
  request: numbered,
  responses: { 200: json(planSchema, 'The plan') },
});

/** Plans of syncs: made in the background, stored, numbered, paged. */
export function syncPlanRoutes(installation: Installation) {
  const { db, plans } = installation;
  return routes()
    .openapi(make, async (c) => {
      const caller = c.get('caller');
      const sync = await syncNamed(installation, caller.workspace, c.req.valid('param').sync);
      const given = (c.req.valid('json') as { settings?: unknown } | undefined)?.settings;
      const settings = given === undefined ? null : readSync(given);
      await trySettings(installation, caller.workspace, sync.key, { ...(settings ?? sync.settings), enabled: true });
      const cause = settings === null && sync.progress.paused ? 'brake' : 'asked';
      const begun = await plans.begin(sync, { workspace: caller.workspace, cause, settings });
      if ('busy' in begun)
        throw new Refused(409, `plan ${begun.busy} of this sync is being made: wait for it, or discard it`);
      await audit(installation, caller, 'plan.made', { sync: sync.key, plan: begun.number });
      return c.json({ number: begun.number }, 202);
    })
    .openapi(list, async (c) => {
      const { after: before, limit } = c.req.valid('query');
      const sync = await syncNamed(installation, c.get('caller').workspace, c.req.valid('param').sync);
      const found = await listPlans(db, sync.id, before ?? null, limit);
      const next = found.length === limit ? String(found.at(-1)?.number) : null;
      return c.json({ items: found.map(shownPlan), next }, 200);
    })
    .openapi(read, async (c) => {
      const { sync, number } = c.req.valid('param');
      const { plan } = await planNamed(installation, c.get('caller').workspace, sync, number);
      return c.json(shownPlan(plan), 200);
    })
    .openapi(records, async (c) => {
      const { sync, number } = c.req.valid('param');
      const { after: place = 0, limit, ...chosen } = c.req.valid('query');
      const { plan } = await planNamed(installation, c.get('caller').workspace, sync, number);
      const items = await listPlanRecords(db, { ...queryOf(plan, chosen), after: place, most: limit });
      const next = items.length === limit ? String(items.at(-1)?.place) : null;
      return c.json({ items, next }, 200);
    })
    .openapi(csv, async (c) => {
      const { sync, number } = c.req.valid('param');
      const { plan } = await planNamed(installation, c.get('caller').workspace, sync, number);
      const name = `${sync}-plan-${number}.csv`;
      return csvAnswer(name, planCsv(db, queryOf(plan, c.req.valid('query')))) as never;
    })
    .openapi(discard, async (c) => {
      const caller = c.get('caller');
      const { sync: key, number } = c.req.valid('param');
      const { plan, sync } = await planNamed(installation, caller.workspace, key, number);
      if (!(await movePlan(db, plan.id, ['making', 'ready', 'failed', 'interrupted'], 'discarded')))
        throw new Refused(409, `plan ${number} is ${plan.state}, so it cannot be discarded`);
      await audit(installation, caller, 'plan.discarded', { sync: key, plan: number });
      return c.json(shownPlan((await readPlan(db, sync.id, number)) as Plan), 200);
    });
}

/** A plan of a sync of the caller's workspace. Throws `Refused` 404. */
export async function planNamed(
  installation: Pick<Installation, 'db'>,
  workspace: string,
  key: string,
  number: number,
): Promise<{ sync: WorkspaceSync; plan: Plan }> {
  const sync = await syncNamed(installation, workspace, key);
  const plan = await readPlan(installation.db, sync.id, number);
  if (!plan) throw new Refused(404, `the sync ${key} has no plan ${number}`);
  return { sync, plan };
}

function queryOf(plan: Plan, { side, op, outcome, conflicts, text }: z.infer<typeof choice>) {
  return {
    plan: plan.id,
    side: side ?? null,
    op: op ?? null,
    outcome: outcome ?? null,
    conflicts: conflicts ?? null,
    text: text || null,
  };
}

import { z } from '@hono/zod-openapi';
import { takeBack } from '../../engine/acts.ts';
import { brakeOf } from '../../model/file/normalise.ts';
import { brakeSchema } from '../../model/file/schema.ts';
import type { Brake } from '../../model/rules.ts';
import { readPlan } from '../../store/plans.ts';
import { actOn, countSchema, whichSchema } from '../acting.ts';
import { audit } from '../audit.ts';
import type { Installation } from '../installation.ts';
import { syncNamed } from '../named.ts';
import { approvePaused, MOST_SAMPLE, passAgain, setBrake, start, startSample } from '../plan-start.ts';
import { Refused } from '../problem.ts';
import { body, json, route, routes } from '../route.ts';
import { planSchema, shownPlan } from './plan-shown.ts';
import { numbered, planNamed } from './sync-plans.ts';
import { shownSyncs, syncSchema } from './sync-shown.ts';

const named = { params: z.object({ sync: z.string().openapi({ example: 'contacts' }) }) };
const optional = <Schema extends z.ZodType>(schema: Schema) => ({
  required: false,
  content: { 'application/json': { schema } },
});
const brakeNames = z.enum(['create', 'update', 'empty', 'archive']);

const startRoute = route('manage', {
  method: 'post',
  path: '/{sync}/plans/{number}/start',
  summary: 'Start a plan: what it showed is written, what differs by now is held back for a second look',
  request: {
    ...numbered,
    body: optional(
      z
        .object({
          sample: z
            .boolean()
            .optional()
            .openapi({ description: `Only its first ${MOST_SAMPLE} records; the sync stays off` }),
        })
        .openapi('PlanStart'),
    ),
  },
  responses: { 202: json(planSchema, 'The plan') },
});
const approveRoute = route('manage', {
  method: 'post',
  path: '/{sync}/approve',
  summary: 'Let a paused sync pass its brakes once: what the named plan showed, else all that is due',
  request: { ...named, body: optional(z.object({ plan: z.number().int().min(1).optional() }).openapi('Approval')) },
  responses: { 200: json(syncSchema, 'As it stands') },
});
const raiseRoute = route('manage', {
  method: 'post',
  path: '/{sync}/raise-brake',
  summary: 'Set a brake anew for good; the sync looks again whether it lets it pass',
  request: {
    ...named,
    body: body(
      z
        .object({
          brake: brakeNames,
          to: z.union([z.string(), z.number()]).openapi({ description: '20%, a count of records, or off' }),
        })
        .openapi('BrakeChange'),
    ),
  },
  responses: { 200: json(syncSchema, 'As it stands') },
});

const letPass = route('manage', {
  method: 'post',
  path: '/{sync}/let-pass',
  summary: 'Let records go on that were held back since they changed after the preview that was started',
  request: { ...named, body: body(whichSchema) },
  responses: { 200: json(countSchema, 'How many go on') },
});

/** Starting plans, and what to do about a brake. */
export function planStartRoutes(installation: Installation) {
  const { db, engine } = installation;
  const shown = async (workspace: string, key: string) => {
    const [sync] = await shownSyncs(installation, workspace, [await syncNamed(installation, workspace, key)]);
    return sync as z.infer<typeof syncSchema>;
  };
  return routes()
    .openapi(startRoute, async (c) => {
      const caller = c.get('caller');
      const { sync: key, number } = c.req.valid('param');
      const found = { workspace: caller.workspace, ...(await planNamed(installation, caller.workspace, key, number)) };
      const sample = (c.req.valid('json') as { sample?: boolean } | undefined)?.sample === true;
      await (sample ? startSample : start)(installation, found);
      await audit(installation, caller, sample ? 'plan.tried' : 'plan.started', { sync: key, plan: number });
      const plan = await readPlan(db, found.sync.id, number);
      return c.json(shownPlan(plan ?? found.plan), 202);
    })
    .openapi(approveRoute, async (c) => {
      const caller = c.get('caller');
      const { sync: key } = c.req.valid('param');
      const number = (c.req.valid('json') as { plan?: number } | undefined)?.plan;
      const found = number === undefined ? null : await planNamed(installation, caller.workspace, key, number);
      const sync = found?.sync ?? (await syncNamed(installation, caller.workspace, key));
      await approvePaused(installation, sync, found?.plan ?? null);
      await audit(installation, caller, 'sync.approved', { sync: key, plan: number ?? null });
      return c.json(await shown(caller.workspace, key), 200);
    })
    .openapi(raiseRoute, async (c) => {
      const caller = c.get('caller');
      const { sync: key } = c.req.valid('param');
      const { brake, to } = c.req.valid('json');
      const sync = await syncNamed(installation, caller.workspace, key);
      await setBrake(installation, caller.workspace, sync, { [brake]: readBrake(to) });
      await audit(installation, caller, 'sync.brake-set', { sync: key, brake, to });
      return c.json(await shown(caller.workspace, key), 200);
    })
    .openapi(letPass, async (c) => {
      const caller = c.get('caller');
      const sync = await syncNamed(installation, caller.workspace, c.req.valid('param').sync);
      const choice = { status: 'waiting', category: null, held: 'changed' } as const;
      const count = await actOn(installation, sync.id, c.req.valid('json'), choice, async (links) => {
        await passAgain(installation, sync, links);
        return takeBack(engine, sync.id, links);
      });
      await audit(installation, caller, 'records.let-pass', { sync: sync.key, count });
      return c.json({ count }, 200);
    });
}

function readBrake(given: string | number): Brake {
  const checked = brakeSchema.safeParse(given);
  if (checked.success) return brakeOf(checked.data);
  const message = checked.error.issues[0]?.message ?? 'is no brake';
  throw new Refused(400, `to: ${message}`, [{ path: 'to', message }]);
}

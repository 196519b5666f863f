import { z } from '@hono/zod-openapi';
import { audit } from '../audit.ts';
import { applyFile, type FileOutcome, type GivenFile, readFile } from '../file-apply.ts';
import { exportFile } from '../file-export.ts';
import type { Installation } from '../installation.ts';
import { body, json, route, routes } from '../route.ts';

const givenSchema = z
  .object({
    file: z.string().openapi({ description: 'The text of the file (YAML)' }),
    environment: z
      .record(z.string(), z.string())
      .optional()
      .openapi({ description: 'Values of $NAME; secrets that are stored already need none' }),
    prune: z.boolean().optional().openapi({ description: 'Delete what the file does not name' }),
    plans: z.boolean().optional().openapi({ description: 'false: only the differences, no plans' }),
  })
  .openapi('SettingsFile');

const changedSchema = z.object({
  key: z.string(),
  change: z.enum(['made', 'changed', 'same', 'pruned', 'left']),
  differences: z.array(z.object({ path: z.string(), before: z.any(), after: z.any() })),
});
const outcomeSchema = z
  .object({
    accounts: z.array(changedSchema),
    syncs: z.array(
      changedSchema.extend({
        plan: z.number().nullable().openapi({
          description:
            'The number of its plan for the new settings. Null: it would decide as before, or it is new: apply it with enabled: false, look at its first plan (POST /syncs/{sync}/plans), and start that',
        }),
      }),
    ),
    unreachable: z.array(z.object({ account: z.string(), message: z.string() })),
  })
  .openapi('FileOutcome');

const read = route('manage', {
  method: 'get',
  path: '/',
  summary: 'All accounts and syncs as a file; secrets as names of environment variables',
  responses: { 200: { description: 'YAML', content: { 'text/yaml': { schema: z.string() } } } },
});
const plan = route('manage', {
  method: 'post',
  path: '/plan',
  summary: 'What a file would change; a plan is begun for each sync that runs and would decide otherwise',
  request: { body: body(givenSchema) },
  responses: { 200: json(outcomeSchema, 'Nothing is applied') },
});
const apply = route('manage', {
  method: 'post',
  path: '/apply',
  summary: 'Apply a file, all of it or nothing; its syncs run as it says',
  request: { body: body(givenSchema) },
  responses: { 200: json(outcomeSchema, 'What was changed') },
});

/** All settings of a workspace as one file. */
export function fileRoutes(installation: Installation) {
  return routes()
    .openapi(read, async (c) => {
      const text = await exportFile(installation, c.get('caller').workspace);
      return c.body(text, 200, { 'content-type': 'text/yaml; charset=utf-8' }) as never;
    })
    .openapi(plan, async (c) => {
      const { workspace } = c.get('caller');
      const given = c.req.valid('json');
      const { outcome, settings, syncs } = await readFile(installation, workspace, givenOf(given));
      const plans = new Map<string, number>();
      for (const { key, change, differences } of outcome.syncs) {
        const sync = syncs.find((each) => each.key === key);
        const proposed = settings.syncs[key];
        if (given.plans === false || change !== 'changed' || !sync || !proposed || !differences.some(decides)) continue;
        const begun = await installation.plans.begin(sync, { workspace, cause: 'asked', settings: proposed });
        if ('number' in begun) plans.set(key, begun.number);
      }
      return c.json(shown(outcome, plans), 200);
    })
    .openapi(apply, async (c) => {
      const caller = c.get('caller');
      const given = givenOf(c.req.valid('json'));
      const outcome = await applyFile(installation, caller.workspace, given);
      const touched = [...outcome.accounts, ...outcome.syncs].filter(
        ({ change }) => change !== 'same' && change !== 'left',
      );
      await audit(installation, caller, 'file.applied', { changed: touched.map(({ key }) => key), prune: given.prune });
      return c.json(shown(outcome, new Map()), 200);
    });
}

function givenOf({ file, environment = {}, prune }: z.infer<typeof givenSchema>): GivenFile {
  return { text: file, environment, prune: prune ? 'yes' : 'no' };
}

/** Whether, how often and how far a sync runs decides nothing about records. */
function decides({ path }: { path: string }): boolean {
  return path !== 'enabled' && path !== 'every' && !path.startsWith('brakes');
}

function shown({ accounts, syncs, unreachable }: FileOutcome, plans: Map<string, number>) {
  return { accounts, syncs: syncs.map((each) => ({ ...each, plan: plans.get(each.key) ?? null })), unreachable };
}

import { z } from '@hono/zod-openapi';
import { accountRows } from '../../store/account-list.ts';
import { lastRuns } from '../../store/first-sync.ts';
import { syncFacts } from '../../store/sync-home.ts';
import { type WorkspaceSync, workspaceSyncs } from '../../store/workspace-syncs.ts';
import { firstSyncOf, firstSyncSchema } from '../first-sync.ts';
import type { Installation } from '../installation.ts';
import { proofSchema, proofs } from '../proof.ts';
import { json, route, routes } from '../route.ts';
import { endSchema, endsOf, isoOrNull } from '../shown-record.ts';
import { reasonOf, shownPause, stateOf } from '../sync-state.ts';
import { accountStates, shownAccount } from './accounts.ts';

const countsSchema = z.object({
  inSync: z.number(),
  failing: z.number(),
  excluded: z.number(),
  waiting: z.number(),
  share: z.number().nullable().openapi({ description: 'In sync, of all that are not excluded; null: there are none' }),
});

const syncStatusSchema = z
  .object({
    sync: z.string(),
    ends: z.object({ a: endSchema, b: endSchema }),
    state: z.enum(['draft', 'first-sync', 'on', 'off', 'paused', 'account', 'refused']),
    counts: countsSchema,
    problems: z.record(z.string(), z.number()).openapi({ description: '`failing` by category' }),
    lastRun: z
      .object({
        number: z.number(),
        startedAt: z.string(),
        endedAt: z.string().nullable(),
        ending: z.string().nullable(),
      })
      .nullable(),
    lastChangeAt: z.string().nullable(),
    checkedAt: z.string().nullable().openapi({ description: 'When both objects had last been read' }),
    lagSeconds: z.number().nullable(),
    paused: z.object({ brake: z.string(), share: z.number(), limit: z.number(), count: z.number() }).nullable(),
    reason: z.string().nullable().openapi({ description: 'Why its last run failed' }),
    firstSync: firstSyncSchema.nullable(),
  })
  .openapi('SyncStatus');

const statusSchema = z
  .object({
    totals: countsSchema,
    syncs: z.array(syncStatusSchema),
    accounts: z
      .array(
        z.object({
          account: z.string(),
          app: z.string(),
          state: z.enum(accountStates),
          trouble: z.string(),
          syncs: z.array(z.string()),
        }),
      )
      .openapi({ description: 'Accounts that cannot be used now' }),
  })
  .openapi('Status');

const read = route('view', {
  method: 'get',
  path: '/',
  summary: 'The health of all syncs',
  responses: { 200: json(statusSchema, 'Counts, states and account troubles') },
});

const proof = route('view', {
  method: 'get',
  path: '/proof',
  summary: 'How equal both sides are: fields of a sample of the records in sync, compared just now',
  responses: { 200: json(proofSchema, 'The proof; it stands for a minute') },
});

/** The health of a workspace. */
export function statusRoutes(installation: Installation) {
  const { db } = installation;
  const prove = proofs(installation);
  return routes()
    .openapi(read, async (c) => c.json(await statusOf(installation, c.get('caller').workspace), 200))
    .openapi(proof, async (c) => {
      const { workspace } = c.get('caller');
      return c.json(await prove(workspace, await workspaceSyncs(db, workspace)), 200);
    });
}

/** The health of a workspace, as the API and the events show it. */
export async function statusOf(installation: Installation, workspace: string): Promise<z.infer<typeof statusSchema>> {
  const { db } = installation;
  const listed = await workspaceSyncs(db, workspace);
  const rows = (await accountRows(db, workspace)).map((row) => shownAccount(installation, row));
  const troubled = new Set(rows.filter(({ state }) => state !== 'connected').map(({ key }) => key));
  const facts = await syncFacts(db, workspace);
  const runs = await lastRuns(db, workspace);
  const syncs = await Promise.all(
    listed.map(async (sync) => {
      const own = facts.get(sync.id);
      const run = runs.get(sync.id);
      const { inSync = 0, failing = 0, excluded = 0, waiting = 0, problems = {} } = own ?? {};
      return {
        sync: sync.key,
        ends: endsOf(sync),
        state: stateOf(sync, own, troubled),
        counts: withShare({ inSync, failing, excluded, waiting }),
        problems,
        lastRun: run
          ? {
              number: run.number,
              startedAt: new Date(run.startedAt).toISOString(),
              endedAt: isoOrNull(run.endedAt),
              ending: run.ending,
            }
          : null,
        lastChangeAt: isoOrNull(own?.lastChangeAt),
        checkedAt: checkedAt(sync),
        lagSeconds: own?.lagMilliseconds == null ? null : own.lagMilliseconds / 1000,
        paused: shownPause(sync.progress.paused),
        reason: reasonOf(sync, own),
        firstSync: await firstSyncOf(installation, sync),
      };
    }),
  );
  const sum = (of: 'inSync' | 'failing' | 'excluded' | 'waiting') =>
    syncs.reduce((total, { counts }) => total + counts[of], 0);
  const totals = { inSync: sum('inSync'), failing: sum('failing'), excluded: sum('excluded'), waiting: sum('waiting') };
  const accounts = rows.flatMap(({ key, app, state, trouble, syncs: own }) =>
    trouble === null ? [] : [{ account: key, app, state, trouble, syncs: own }],
  );
  return { totals: withShare(totals), syncs, accounts };
}

function withShare(counts: Omit<z.infer<typeof countsSchema>, 'share'>): z.infer<typeof countsSchema> {
  const meant = counts.inSync + counts.failing + counts.waiting;
  return { ...counts, share: meant === 0 ? null : counts.inSync / meant };
}

function checkedAt({ ends }: WorkspaceSync): string | null {
  const [a, b] = [ends.a.progress.passedAt, ends.b.progress.passedAt];
  return a === undefined || b === undefined ? null : new Date(Math.min(a, b)).toISOString();
}

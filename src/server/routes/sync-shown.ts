import { z } from '@hono/zod-openapi';
import { syncShape } from '../../model/file/shape.ts';
import { accountRows } from '../../store/account-list.ts';
import { latestPlans } from '../../store/plans.ts';
import { type SyncFacts, syncFacts } from '../../store/sync-home.ts';
import type { WorkspaceEnd, WorkspaceSync } from '../../store/workspace-syncs.ts';
import type { Installation } from '../installation.ts';
import { objectLabel } from '../standard-objects.ts';
import { syncSettingsSchema } from '../sync-schema.ts';
import { progressOf, reasonOf, shownPause, stateOf } from '../sync-state.ts';
import { accountStates, shownAccount } from './accounts.ts';

const endSchema = z.object({
  account: z.string(),
  app: z.string(),
  appLabel: z.string(),
  object: z.string(),
  objectLabel: z.string().openapi({ description: 'Of an object of the account’s own: its name' }),
  accountState: z.enum(accountStates),
});
const sides = z.object({ a: z.number(), b: z.number() });

/** A sync, as the list of syncs shows it. */
export const syncSchema = z
  .object({
    key: z.string(),
    state: z.enum(['draft', 'first-sync', 'on', 'off', 'paused', 'account', 'refused']),
    ends: z.object({ a: endSchema, b: endSchema }),
    settings: syncSettingsSchema,
    counts: z.object({
      inSync: z.number(),
      failing: z.number(),
      excluded: z.number(),
      waiting: z.number(),
      changed: z
        .number()
        .openapi({ description: 'Of those waiting: changed since the preview that was started, for a second look' }),
      problems: z.record(z.string(), z.number()).openapi({ description: '`failing` by category' }),
    }),
    progress: z
      .object({
        phase: z.enum(['reading', 'matching', 'writing']),
        records: sides,
        read: z.object({ a: z.boolean(), b: z.boolean() }),
        done: z.number(),
        share: z.number(),
      })
      .nullable()
      .openapi({ description: 'Of a first sync or a re-plan under way' }),
    paused: z
      .object({ brake: z.string(), share: z.number(), limit: z.number(), count: z.number() })
      .nullable()
      .openapi({ description: 'The brake that asks' }),
    trouble: z.string().nullable().openapi({ description: 'Why it cannot run, and what to do' }),
    lastChangeAt: z.string().nullable(),
    lagSeconds: z.number().nullable().openapi({ description: 'The median of the last changes' }),
    plan: z
      .object({ number: z.number(), state: z.string() })
      .nullable()
      .openapi({ description: 'Its newest plan that was not discarded' }),
  })
  .openapi('Sync');

type ShownSync = z.infer<typeof syncSchema>;
type Accounts = Map<string, ReturnType<typeof shownAccount>>;

/** Syncs of a workspace as the API shows them. */
export async function shownSyncs(
  installation: Installation,
  workspace: string,
  syncs: WorkspaceSync[],
): Promise<ShownSync[]> {
  const { db } = installation;
  const rows = (await accountRows(db, workspace)).map((row) => shownAccount(installation, row));
  const accounts = new Map(rows.map((account) => [account.key, account]));
  const troubled = new Set(rows.filter(({ state }) => state !== 'connected').map(({ key }) => key));
  const facts = await syncFacts(db, workspace);
  const plans = await latestPlans(db, workspace);
  return Promise.all(
    syncs.map(async (sync) => {
      const own = facts.get(sync.id);
      const state = stateOf(sync, own, troubled);
      return {
        key: sync.key,
        state,
        ends: {
          a: shownEnd(installation, sync.ends.a, accounts),
          b: shownEnd(installation, sync.ends.b, accounts),
        },
        settings: syncShape({ ...sync.settings, enabled: sync.enabled }),
        counts: countsOf(own),
        progress: await progressOf(installation, sync),
        paused: shownPause(sync.progress.paused),
        trouble: troubleOf(sync, state, own, accounts),
        lastChangeAt: timeOf(own?.lastChangeAt ?? null),
        lagSeconds: own?.lagMilliseconds == null ? null : own.lagMilliseconds / 1000,
        plan: plans.get(sync.id) ?? null,
      };
    }),
  );
}

/** A moment as the API writes it. */
export function timeOf(milliseconds: number | null): string | null {
  return milliseconds === null ? null : new Date(milliseconds).toISOString();
}

function shownEnd(
  { connectors }: Installation,
  { account, app, object }: WorkspaceEnd,
  accounts: Accounts,
): ShownSync['ends']['a'] {
  const connector = connectors.find((each) => each.app.name === app);
  return {
    account,
    app,
    appLabel: connector?.app.label ?? app,
    object,
    objectLabel: objectLabel(app, object),
    accountState: accounts.get(account)?.state ?? 'connected',
  };
}

function countsOf(facts: SyncFacts | undefined): ShownSync['counts'] {
  const { inSync = 0, failing = 0, excluded = 0, waiting = 0, changed = 0, problems = {} } = facts ?? {};
  return { inSync, failing, excluded, waiting, changed, problems };
}

function troubleOf(
  sync: WorkspaceSync,
  state: ShownSync['state'],
  facts: SyncFacts | undefined,
  accounts: Accounts,
): string | null {
  if (state === 'refused') return reasonOf(sync, facts);
  if (state !== 'account') return null;
  const own = [sync.ends.a.account, sync.ends.b.account].flatMap((key) => accounts.get(key) ?? []);
  const lost = own.filter((account) => account.state === 'reconnect-needed').map(({ key }) => key);
  if (lost.length > 0)
    return `the account ${lost.join(' and ')} must be connected again; the sync goes on from where it stopped`;
  return own.find(({ trouble }) => trouble !== null)?.trouble ?? null;
}

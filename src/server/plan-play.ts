import { Failure } from '../connector/contract.ts';
import type { Access, Engine } from '../engine/engine.ts';
import { type Look, outcomeHash, recordOf } from '../engine/look.ts';
import { pretend } from '../engine/pretend.ts';
import { makeRulebook } from '../engine/rulebook.ts';
import { runFeed, runSync } from '../engine/run.ts';
import { namingOf } from '../model/naming.ts';
import type { SyncSettings } from '../model/settings.ts';
import { aside } from '../store/aside.ts';
import type { Db } from '../store/db.ts';
import { applySettings } from '../store/installation.ts';
import { addUp, type PlanSummary } from '../store/plan-records.ts';
import { addShown, openShown, type Shown, storePlan } from '../store/plan-storing.ts';
import { postgresStore } from '../store/postgres-store.ts';
import type { WorkspaceSync } from '../store/workspace-syncs.ts';
import type { Installation } from './installation.ts';
import { estimate } from './plan-estimate.ts';
import { explainSkipped } from './plan-skipped.ts';

/** Runs until nothing is due; more means that something never comes to rest. */
const MOST_ROUNDS = 100;

/** What a plan is made of. */
export interface Playing {
  installation: Pick<Installation, 'db' | 'accounts' | 'clock' | 'random' | 'log'>;
  workspace: string;
  sync: WorkspaceSync;
  plan: string;
  settings: SyncSettings;
  stop: AbortSignal;
  /** Told how many decisions were made so far, and when they are being stored. */
  tell(step: 'deciding' | 'storing', records: number): void;
}

/**
 * Plays on a copy of what is stored, with the engine itself and writes that go nowhere, what these settings would do; and
 * stores it as the records of a plan. Throws Failure, RulesRefused.
 */
export async function playPlan(playing: Playing): Promise<PlanSummary> {
  const { installation, sync, plan, tell } = playing;
  return aside(installation.db, { sync: sync.id }, async (own) => {
    await openShown(own);
    await applyAside(own, playing);
    const engine = pretendingEngine(playing, own);
    await play(engine, sync.id);
    tell('storing', 0);
    const stored = await engine.store.sync(sync.id);
    const schemas = {
      a: await engine.rulebook.schema(stored.accounts.a, stored.settings.a.object),
      b: await engine.rulebook.schema(stored.accounts.b, stored.settings.b.object),
    };
    const naming = { a: namingOf(schemas.a), b: namingOf(schemas.b) };
    const storing = { plan, sync: sync.id, feeds: stored.feeds, naming };
    const { unchanged } = await storePlan(own, storing);
    await explainSkipped(own, storing, await engine.rulebook.rules(stored));
    const sums = await addUp(installation.db, plan, unchanged);
    return { ...sums, ...(await estimate(engine, stored, sums)) };
  });
}

/** The settings as they would be; brakes are what a look at the plan is for, so none stops it. */
async function applyAside(own: Db, { installation, workspace, sync, settings }: Playing): Promise<void> {
  const brakes = { create: 'off', update: 'off', empty: 'off', archive: 'off' } as const;
  const syncs = { [sync.key]: { ...settings, brakes, enabled: true } };
  await applySettings(own, workspace, { accounts: {}, syncs }, { random: installation.random });
}

function pretendingEngine({ installation, stop, tell }: Playing, own: Db): Engine {
  const { accounts, clock, random, log } = installation;
  const pretended = new Map<string, Access>();
  const open: Engine['open'] = async (account, deadline) => {
    const access = await accounts.open(account, deadline);
    const known = pretended.get(account) ?? pretend(access);
    pretended.set(account, known);
    return { connector: known.connector, session: access.session };
  };
  const store = postgresStore(own);
  const rulebook = makeRulebook(store, open, clock.now);
  let decided = 0;
  const look: Look = async (_run, decisions) => {
    const shown = decisions.flatMap((decision): Shown[] => {
      const known = recordOf(decision);
      const hash = outcomeHash(decision);
      return known && hash !== null ? [{ ...known, hash }] : [];
    });
    await addShown(own, shown);
    decided += decisions.length;
    tell('deciding', decided);
    return decisions;
  };
  return { store, clock, random, log, worker: random.uuid(), open, rulebook, stop, look };
}

/** Runs of one sync until nothing is due at once. What comes back later, comes back in earnest. */
async function play(engine: Engine, sync: string): Promise<void> {
  const { feeds } = await engine.store.sync(sync);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const report = await runSync(engine, sync);
    if (!report) throw new Failure('unavailable', 'the copy of the sync was taken by another; make the plan again');
    if (report.failure) throw report.failure;
    if (report.end === 'unread') {
      // The settings ask for fields that were not read so far: only here, until they are started.
      for (const feed of new Set([feeds.a, feeds.b])) await runFeed(engine, feed, 'changes');
      continue;
    }
    const next = await engine.store.nextWork(sync);
    if (next === null || next > 0) return;
  }
}

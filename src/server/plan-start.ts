import { approve } from '../engine/acts.ts';
import { resume, runSample, startPlan } from '../engine/start-plan.ts';
import { messageOf } from '../lib/error.ts';
import type { Brakes } from '../model/rules.ts';
import type { SyncSettings } from '../model/settings.ts';
import { allowAnything, firstWrites } from '../store/plan-storing.ts';
import { listPlans, movePlan, type Plan, type PlanSample, saveSample } from '../store/plans.ts';
import { editSync } from '../store/sync-edit.ts';
import type { WorkspaceSync } from '../store/workspace-syncs.ts';
import { patiently } from './acting.ts';
import type { Installation } from './installation.ts';
import { syncTag } from './named.ts';
import { Refused } from './problem.ts';
import { trySettings } from './trial.ts';

/** The newest plans that the one of a brake is looked for among. */
const LOOKED_AT = 5;
/** The most records of a start on trial. */
export const MOST_SAMPLE = 10;

/** A plan of a sync of the caller's workspace. */
export interface Named {
  workspace: string;
  sync: WorkspaceSync;
  plan: Plan;
}

/** Starts a plan: its settings become the sync's, the sync is on, and what was shown is written. Throws `Refused`, Busy. */
export async function start(installation: Installation, { workspace, sync, plan }: Named): Promise<void> {
  refuseUnready(sync, plan);
  const { db, engine, clock, wake } = installation;
  const settings = { ...plan.settings, enabled: true };
  await trySettings(installation, workspace, sync.key, settings);
  await patiently(clock, () =>
    startPlan(engine, sync.id, plan.id, async () => {
      await put(installation, workspace, sync, settings);
      if (!(await movePlan(db, plan.id, ['ready'], 'started')))
        throw new Refused(409, `plan ${plan.number} was started or discarded meanwhile`);
    }),
  );
  wake();
  installation.askForNotices();
}

/**
 * Starts a plan with its first few records only, in the background; the sync stays off. Throws `Refused` where it has been
 * on before: then there is no first pass to try.
 */
export async function startSample(installation: Installation, { workspace, sync, plan }: Named): Promise<void> {
  refuseUnready(sync, plan);
  if (sync.enabled || sync.progress.phase === 'live')
    throw new Refused(409, 'a start with a few records is for a sync that never ran: start the whole plan');
  const { db, engine, clock, log } = installation;
  const settings = { ...plan.settings, enabled: false };
  await trySettings(installation, workspace, sync.key, { ...settings, enabled: true });
  await put(installation, workspace, sync, settings);
  const records = await firstWrites(db, plan.id, MOST_SAMPLE);
  const sample: PlanSample = { state: 'running', records: records.count, written: 0 };
  await saveSample(db, plan.id, sample);
  const work = async () => {
    try {
      const { a, b } = await patiently(clock, () => runSample(engine, sync.id, plan.id, records));
      await saveSample(db, plan.id, {
        ...sample,
        state: 'done',
        written: a.created + a.updated + b.created + b.updated,
      });
    } catch (error) {
      log.warn('a start with a few records failed', { sync: sync.key, reason: messageOf(error) });
      await saveSample(db, plan.id, { ...sample, state: 'failed', reason: messageOf(error) }).catch(() => {});
    }
  };
  installation.plans.follow(work());
}

/** Lets a paused sync pass: what its plan showed, where one is named, else whatever its next run finds. Throws `Refused`, Busy. */
export async function approvePaused(installation: Installation, sync: WorkspaceSync, plan: Plan | null): Promise<void> {
  if (!sync.progress.paused) throw new Refused(409, `the sync ${sync.key} is not paused`);
  const { db, engine, clock, wake } = installation;
  if (plan) {
    refuseUnready(sync, plan);
    if (plan.proposed) throw new Refused(409, `plan ${plan.number} is of other settings: start it instead`);
    await patiently(clock, () =>
      startPlan(engine, sync.id, plan.id, async () => {
        await movePlan(db, plan.id, ['ready'], 'started');
      }),
    );
  } else {
    await patiently(clock, () => approve(engine, sync.id));
    // What it asked about passes: the next time a brake asks, that has a plan of its own.
    const [newest] = (await listPlans(db, sync.id, null, LOOKED_AT)).filter(({ cause }) => cause === 'brake');
    if (newest) await movePlan(db, newest.id, ['making', 'ready'], 'started');
  }
  wake();
}

/** Raises (or lowers) a brake; a sync that it paused looks again. Throws `Refused`, Busy. */
export async function setBrake(
  installation: Installation,
  workspace: string,
  sync: WorkspaceSync,
  brakes: Partial<Brakes>,
): Promise<void> {
  const settings = { ...sync.settings, brakes: { ...sync.settings.brakes, ...brakes } };
  await put(installation, workspace, sync, settings);
  await patiently(installation.clock, () => resume(installation.engine, sync.id));
  installation.wake();
}

/** Takes note that these records were looked at once more: whatever a started plan's run decides about them is written. */
export async function passAgain({ db }: Installation, sync: WorkspaceSync, links: string[]): Promise<void> {
  const { plan } = sync.progress;
  if (plan !== undefined) await allowAnything(db, plan, sync.id, links);
}

function refuseUnready(sync: WorkspaceSync, plan: Plan): void {
  if (plan.state !== 'ready') throw new Refused(409, `plan ${plan.number} is ${plan.state}: make a new one`);
  if (plan.version !== sync.version)
    throw new Refused(409, `the settings of ${sync.key} changed since plan ${plan.number} was made: make a new one`);
}

async function put(
  { db, random }: Installation,
  workspace: string,
  sync: WorkspaceSync,
  settings: SyncSettings,
): Promise<void> {
  const isExpected = (stored: SyncSettings) => syncTag(stored) === syncTag(sync.settings);
  const edited = await editSync(db, workspace, sync.key, settings, { random, isExpected });
  if (edited !== 'done')
    throw new Refused(409, `the settings of ${sync.key} were changed meanwhile: look at them again`);
}

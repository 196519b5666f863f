import { Hono } from 'hono';
import { Gauge, Registry } from 'prom-client';
import { callFacts, queueFacts } from '../store/figures.ts';
import { listAccounts, listSyncs } from '../store/listings.ts';
import { syncFacts } from '../store/sync-home.ts';
import { readTrend } from '../store/trends.ts';
import type { Identify } from './caller.ts';
import type { Installation } from './installation.ts';
import { problem } from './problem.ts';
import type { Env } from './route.ts';

const HOUR_MILLISECONDS = 3_600_000;

/**
 * `GET /metrics` in Prometheus' text form, of the caller's workspace: an API key (of any role) as bearer token. Figures
 * are read from the database when they are asked for, so every server of an installation tells the same.
 */
export function metricsRoute(installation: Installation, identify: Identify): Hono<Env> {
  return new Hono<Env>().get('/', async (c) => {
    const caller = await identify(c.req.raw, c.get('address'));
    if (!caller) return problem(c, 401, 'send an API key as Authorization: Bearer');
    const registry = await collect(installation, caller.workspace);
    return c.body(await registry.metrics(), 200, { 'content-type': registry.contentType });
  });
}

async function collect(installation: Installation, workspace: string): Promise<Registry> {
  const { db } = installation;
  const registry = new Registry();
  const gauge = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Gauge({ name: `syncline_${name}`, help, labelNames, registers: [registry] });
  const records = gauge('records', 'Records by how they stand.', 'sync', 'state');
  const failures = gauge('failures', 'Failing records by category.', 'sync', 'category');
  const state = gauge('sync_paused', '1 where a brake has paused the sync.', 'sync');
  const enabled = gauge('sync_enabled', '1 where the sync is turned on.', 'sync');
  const [syncs, facts, now] = [
    await listSyncs(db, workspace),
    await syncFacts(db, workspace),
    await installation.engine.store.now(),
  ];
  for (const { id, key, enabled: on, progress } of syncs) {
    enabled.set({ sync: key }, on ? 1 : 0);
    state.set({ sync: key }, progress.paused ? 1 : 0);
    const fact = facts.get(id);
    if (!fact) continue;
    for (const [name, count] of [
      ['in_sync', fact.inSync],
      ['failing', fact.failing],
      ['waiting', fact.waiting],
      ['excluded', fact.excluded],
    ] as const)
      records.set({ sync: key, state: name }, count);
    for (const [category, count] of Object.entries(fact.problems)) failures.set({ sync: key, category }, count);
  }
  await addTrends(installation, workspace, { syncs: syncs.map(({ key }) => key), now, gauge });
  await addQueues(installation, workspace, gauge);
  return registry;
}

type MakeGauge = <Label extends string>(name: string, help: string, ...labelNames: Label[]) => Gauge<Label>;

/** How fast and how much, over the hour that runs and the one before. */
async function addTrends(
  { db }: Installation,
  workspace: string,
  { syncs, now, gauge }: { syncs: string[]; now: number; gauge: MakeGauge },
): Promise<void> {
  const lag = gauge('lag_seconds', 'From noticed to written, of the last hours.', 'sync', 'quantile');
  const writes = gauge('writes', 'Records written since the hour before this one began.', 'sync');
  const failed = gauge('failed', 'Records that began to fail since the hour before this one began.', 'sync');
  for (const sync of syncs) {
    const points = await readTrend(db, workspace, sync, now - HOUR_MILLISECONDS, 1);
    const sum = (of: (point: (typeof points)[number]) => number) =>
      points.reduce((total, point) => total + of(point), 0);
    writes.set(
      { sync },
      sum((point) => point.writes),
    );
    failed.set(
      { sync },
      sum((point) => point.failures),
    );
    const last = points.at(-1);
    for (const [quantile, value] of [
      ['0.5', last?.p50],
      ['0.95', last?.p95],
      ['1', last?.slowest],
    ] as const)
      if (value !== null && value !== undefined) lag.set({ sync, quantile }, value / 1000);
  }
}

async function addQueues({ db, accounts }: Installation, workspace: string, gauge: MakeGauge): Promise<void> {
  const due = gauge('queue_depth', 'Records that are due to be planned.', 'sync');
  const oldest = gauge('queue_oldest_seconds', 'How long the oldest of them is due.', 'sync');
  for (const queue of await queueFacts(db, workspace)) {
    due.set({ sync: queue.sync }, queue.due);
    oldest.set({ sync: queue.sync }, queue.oldestSeconds);
  }
  const calls = gauge('calls', 'Calls to the app by the runs of the last hour.', 'account');
  for (const fact of await callFacts(db, workspace)) calls.set({ account: fact.account }, fact.calls);
  const left = gauge('budget_left', "What is left of an account's limit.", 'account', 'limit');
  const most = gauge('budget', "An account's limit.", 'account', 'limit');
  for (const { id, key } of await listAccounts(db, workspace)) {
    for (const budget of await accounts.budgets(id)) {
      left.set({ account: key, limit: budget.gauge }, budget.left);
      most.set({ account: key, limit: budget.gauge }, budget.most);
    }
  }
}

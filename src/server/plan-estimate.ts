import type { Connector, ObjectType } from '../connector/contract.ts';
import type { Engine } from '../engine/engine.ts';
import type { PlanSide, PlanSummary } from '../store/plan-records.ts';
import type { Sync } from '../store/store.ts';

/** About how long an app takes for a call, in seconds: most answer batches slower than they count them. */
const CALL_SECONDS = 0.3;

/** The calls that carrying out a plan will take, by account, and about how long. */
export async function estimate(
  engine: Engine,
  sync: Sync,
  totals: { a: PlanSide; b: PlanSide },
): Promise<Pick<PlanSummary, 'calls' | 'seconds'>> {
  const calls: PlanSummary['calls'] = {};
  let seconds = 0;
  for (const side of ['a', 'b'] as const) {
    const { connector } = await engine.open(sync.accounts[side]);
    const type = await engine.rulebook.objectType(sync.accounts[side], sync.settings[side].object);
    const needed = callsOf(type, totals[side]);
    const key = sync.settings[side].account;
    const all = (calls[key]?.calls ?? 0) + needed;
    const budget = dailyBudget(connector);
    calls[key] = { calls: all, dailyShare: budget === null ? null : all / budget };
    seconds += needed * Math.max(CALL_SECONDS, pace(connector));
  }
  return { calls, seconds: Math.ceil(seconds) };
}

function callsOf({ writes, reads }: ObjectType, side: PlanSide): number {
  const batches = (items: number, batch: { size: number; calls?(items: number): number } | undefined) => {
    if (items === 0 || !batch) return 0;
    const whole = Math.floor(items / batch.size);
    const rest = items % batch.size;
    const each = (count: number) => (batch.calls ? batch.calls(count) : 1);
    return whole * each(batch.size) + (rest > 0 ? each(rest) : 0);
  };
  const removals = side.archive + side.delete;
  // W7: an update or a removal is read again before, where the app does not check the version itself.
  const reread = (writes?.update?.conditional ? 0 : side.update) + (writes?.archive?.conditional ? 0 : removals);
  return (
    batches(side.create, writes?.create) +
    batches(side.update, writes?.update) +
    batches(side.archive, writes?.archive) +
    batches(side.delete, writes?.delete ?? writes?.archive) +
    Math.ceil(reread / Math.max(1, reads.byIdsMost))
  );
}

/** Seconds a call at the rate that the app allows. */
function pace({ limits }: Connector): number {
  const rates = limits.filter(({ gauge, requests }) => gauge === 'rate' && !requests);
  return Math.max(0, ...rates.map(({ most, windowSeconds = 1 }) => windowSeconds / most));
}

function dailyBudget({ limits }: Connector): number | null {
  const daily = limits.filter(({ gauge }) => gauge === 'daily').map(({ most }) => most);
  return daily.length > 0 ? Math.min(...daily) : null;
}

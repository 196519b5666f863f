import type { Rules } from '../model/rules.ts';
import type { Side } from '../model/value.ts';
import type { Sync } from '../store/store.ts';
import type { Engine, Hold } from './engine.ts';
import { covers } from './read.ts';
import type { Run, RunSide } from './run.ts';
import { emptyTally } from './tally.ts';
import { countCalls, noUse, type Use } from './use.ts';

/**
 * Gathers what a run stands on. 'unread': a feed was not listed yet with all that this sync needs (it is new, or was off
 * while others read the feed with fewer fields): matching, filters and creates must not take unseen fields for absent ones.
 */
export async function begin(engine: Engine, hold: Hold, syncId: string): Promise<Run | 'unread'> {
  const { store } = engine;
  const sync = await store.sync(syncId);
  const rules = await engine.rulebook.rules(sync);
  const use = noUse();
  const a = await sideOf(engine, hold, sync, 'a', use);
  const b = await sideOf(engine, hold, sync, 'b', use);
  if (![a, b].every(({ feed, needs }) => covers(feed.progress.listed, needs.fields))) return 'unread';
  await catchUp(engine, hold, sync, rules);
  const moment = { now: await store.now(), lastAsked: sync.progress.asked ?? 0, salt: sync.salt };
  const id = engine.random.uuid();
  // What is written from here on is counted to this run.
  sync.progress = { ...sync.progress, run: id };
  await store.saveSync(hold.lease, sync.progress);
  const asked = await store.ask();
  return {
    engine,
    hold,
    id,
    sync,
    rules,
    moment,
    asked,
    until: undefined,
    sides: { a, b },
    tally: emptyTally(),
    total: emptyTally(),
    open: new Map(),
    use,
  };
}

/**
 * Changed settings: new match rules need their keys, then everything is planned again. So it is where the far object of an
 * association has a sync by now (A1): what was left out for want of one is due.
 */
async function catchUp(engine: Engine, hold: Hold, sync: Sync, rules: Rules): Promise<void> {
  const { progress: stand, version } = sync;
  const far = rules.associations.flatMap(({ slot, farSync }) => (farSync === 'exists' ? [slot] : []));
  const isChanged = stand.version !== version || far.some((slot) => stand.far?.includes(slot) === false);
  sync.progress = { ...stand, far };
  if (stand.phase === 'new' || !isChanged) return;
  const { paused: _, scan: __, matched: ___, ...rest } = sync.progress;
  sync.progress = { ...rest, phase: 'matching', version };
  await engine.store.saveSync(hold.lease, sync.progress);
}

async function sideOf(engine: Engine, hold: Hold, sync: Sync, side: Side, use: Use): Promise<RunSide> {
  const feed = await engine.store.feed(sync.feeds[side]);
  const access = countCalls(await engine.open(feed.account, () => hold.until), use, side);
  const type = await engine.rulebook.objectType(feed.account, feed.object);
  return { access, type, feed, needs: await engine.rulebook.needs(feed) };
}

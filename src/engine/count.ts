import type { Pair } from '../model/link.ts';
import type { Horizon, Pause, ScanPlace } from '../store/store.ts';
import { decide } from './decide.ts';
import { keep } from './engine.ts';
import { addDue, type Due, smallestBrake, tripped } from './plan.ts';
import type { Run } from './run.ts';

/** Pairs counted at once. */
const COUNT_PAGE = 1_000;
/** The most records that are written for one pair: both of it. */
const WRITES_A_PAIR = 2;

/**
 * G4: when more is due than the smallest brake, the pure steps are played once without writing, and a brake that this
 * would trip pauses the run before its first write. Null: go on, as far as `run.until`; what comes later is counted then.
 */
export async function countDue(run: Run): Promise<Pause | null> {
  const { engine, sync, rules } = run;
  run.until = await engine.store.horizon(sync.id);
  const scans = sync.progress.phase === 'scanning';
  if (run.until === null && !scans) return null;
  const { linked } = await engine.store.counts(sync.id);
  const approved = sync.progress.approved ?? [];
  const due: Due = { create: 0, update: 0, empty: 0, archive: 0 };
  const small = smallestBrake(rules, linked);
  if (scans) await countScan(run, due);
  else if (run.until) await countWork(run, due, small, run.until);
  return tripped(rules, due, linked, approved);
}

/** All there is, which holds what has work. */
async function countScan(run: Run, due: Due): Promise<void> {
  let after: ScanPlace | null = run.sync.progress.scan ?? null;
  do {
    await keep(run.engine, run.hold);
    const page: { pairs: Pair[]; next: ScanPlace | null } = await run.engine.store.scan(run.sync.id, after, COUNT_PAGE);
    addDue(run.rules, due, await decide(run, page.pairs), run.moment.salt);
    after = page.next;
  } while (after);
}

async function countWork(run: Run, due: Due, small: number, until: Horizon): Promise<void> {
  let page = await run.engine.store.due(run.sync.id, COUNT_PAGE, 0, until);
  if (page.length * WRITES_A_PAIR <= small && page.length < COUNT_PAGE) return;
  let after = 0;
  while (page.length > 0) {
    await keep(run.engine, run.hold);
    addDue(run.rules, due, await decide(run, newlyMet(page, after)), run.moment.salt);
    after = placeAfter(page, after);
    page = await run.engine.store.due(run.sync.id, COUNT_PAGE, after, until);
  }
}

/** A pair with work on both sides is met twice, and counts the first time. Work that was put off may not have been due then. */
export function newlyMet(page: Pair[], after: number): Pair[] {
  return page.filter(({ work }) => [work.a, work.b].every((row) => !row || row.seq > after || row.attempts > 0));
}

/** Where the next page begins: a pair's second work may lie far behind, so only what brought it here counts. */
export function placeAfter(page: Pair[], after: number): number {
  const brought = page.map(({ work }) => {
    const ahead = [work.a, work.b].flatMap((row) => (row && row.seq > after ? [row.seq] : []));
    return Math.min(...ahead);
  });
  return Math.max(...brought);
}

import type { Tally } from '../store/store.ts';
import type { Run } from './run.ts';

/** The events since the last commit, which takes them over. */
export function takeTally(run: Run): Tally {
  const { tally } = run;
  addTally(run.total, tally);
  run.tally = emptyTally();
  return tally;
}

/** Adds events up. */
export function addTally(into: Tally, more: Tally): void {
  for (const side of ['a', 'b'] as const) {
    for (const op of ['created', 'updated', 'archived', 'deleted'] as const) into[side][op] += more[side][op];
  }
  into.linked += more.linked;
  into.conflicts += more.conflicts;
}

/** No event yet. */
export function emptyTally(): Tally {
  const none = () => ({ created: 0, updated: 0, archived: 0, deleted: 0 });
  return { a: none(), b: none(), linked: 0, conflicts: 0 };
}

import type { Counts, HistoryQuery, HistoryRow } from '../../../src/store/store.ts';
import { copy, type State, type SyncRow } from './state.ts';

/** Links by status; problems split `failing` by category. */
export function countLinks(row: SyncRow): Counts {
  const counts: Counts = { inSync: 0, failing: 0, excluded: 0, waiting: 0, problems: {}, linked: 0 };
  for (const link of row.links.values()) {
    counts[link.status === 'in-sync' ? 'inSync' : link.status] += 1;
    if (link.ids.a !== null && link.ids.b !== null) counts.linked += 1;
    if (link.status !== 'failing') continue;
    const category = link.problem?.category ?? 'unknown';
    counts.problems[category] = (counts.problems[category] ?? 0) + 1;
  }
  return counts;
}

/** The lowest asking number of unresolved creates into a feed. */
export function barrierOf(state: State, feed: string): number | null {
  const asked: number[] = [];
  for (const { sync, batch } of state.batches.values()) {
    if (batch.op === 'create' && state.syncs.get(sync)?.sync.feeds[batch.side] === feed) asked.push(batch.asked);
  }
  for (const row of state.syncs.values()) {
    for (const link of row.links.values()) {
      for (const side of ['a', 'b'] as const) {
        const pending = link.pending[side];
        if (link.stage === 'creating' && pending && row.sync.feeds[side] === feed) asked.push(pending.asked);
      }
    }
  }
  return asked.length === 0 ? null : Math.min(...asked);
}

/** History rows, newest first. */
export function historyOf({ history }: SyncRow, query: HistoryQuery): HistoryRow[] {
  const chosen = history.filter(
    (row) =>
      (query.run === undefined || row.run === query.run) &&
      (query.link === undefined || row.link === query.link) &&
      (query.before === undefined || Number(row.id) < Number(query.before)),
  );
  return copy(chosen.reverse().slice(0, query.most));
}

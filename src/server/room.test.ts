import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Haste } from '../store/due.ts';
import { hasRoom, MOST_JOBS } from './room.ts';

/** What a worker takes up of jobs that are due in this order. */
function taken(due: Haste[]): Record<string, number> {
  const underWay: Haste[] = [];
  for (const haste of due) if (hasRoom(underWay, haste)) underWay.push(haste);
  return Object.fromEntries(
    Object.entries(Object.groupBy(underWay, (each) => each)).map(([name, of]) => [name, of.length]),
  );
}

const many = (haste: Haste) => Array<Haste>(50).fill(haste);

test('however much is due, polls leave places to first syncs, and both leave one to a live change', () => {
  assert.deepEqual(taken([...many('poll'), ...many('backfill')]), { poll: 5, backfill: 2 });
  assert.deepEqual(taken([...many('backfill'), ...many('poll')]), { backfill: 4, poll: 3 });
  assert.deepEqual(taken([...many('poll'), ...many('backfill'), ...many('live')]), { poll: 5, backfill: 2, live: 1 });
  assert.deepEqual(taken([...many('live'), ...many('poll')]), { live: MOST_JOBS });
});

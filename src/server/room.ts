import type { Haste } from '../store/due.ts';

/** Jobs that one worker does at once. */
export const MOST_JOBS = 8;
/** Of these, all but live ones: a change finds a free place. */
const MOST_OTHERS = 7;
/** Of these, polls: with many objects that are read often they would leave no place to first syncs. */
const MOST_POLLS = 5;
/** Of these, first listings and first scans: they take long. */
const MOST_BACKFILLS = 4;

/** Whether a worker with these jobs under way takes up one more. */
export function hasRoom(underWay: Haste[], haste: Haste): boolean {
  const count = (some: Haste) => underWay.filter((each) => each === some).length;
  if (underWay.length >= MOST_JOBS) return false;
  if (haste === 'live') return true;
  const [polls, backfills] = [count('poll'), count('backfill')];
  return polls + backfills < MOST_OTHERS && (haste === 'poll' ? polls < MOST_POLLS : backfills < MOST_BACKFILLS);
}

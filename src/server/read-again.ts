/** After a change an app is read again sooner: this part of its interval, but not below the least. */
const AFTER_CHANGE = 0.25;
const LEAST_SECONDS = 2;
/** However long an interval somebody sets, an app is read this often (seconds). */
const MOST_SECONDS = 600;
/** With less than such a share of its day's calls left an app is read so many times more rarely: the rest is for writes. */
const SLOWER: [share: number, times: number][] = [
  [0.1, 12],
  [0.25, 4],
  [0.5, 2],
];

/**
 * In how many seconds an app is read again. `every`: what its syncs ask for. Where something just changed, more tends to
 * follow. `dayLeft`: the share of the account's day that is left, 1 for apps that do not count by the day; reading alone must
 * not use it up, or nothing can be written until it comes back.
 */
export function readAgainSeconds(every: number | null, last: 'moved' | 'quiet', dayLeft: number): number {
  const usual = Math.min(MOST_SECONDS, every ?? MOST_SECONDS);
  const times = SLOWER.find(([share]) => dayLeft < share)?.[1];
  if (times !== undefined) return usual * times;
  return last === 'moved' ? Math.min(usual, Math.max(LEAST_SECONDS, usual * AFTER_CHANGE)) : usual;
}

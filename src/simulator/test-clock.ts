import type { Clock } from '../lib/clock.ts';

/** A clock that stands still but for sleeping, which takes no time at all. */
export function stillClock(start = Date.UTC(2026, 10, 23)): Clock {
  let now = start;
  return {
    now: () => now,
    monotonic: () => now - start,
    sleep: async (delayMilliseconds) => {
      now += delayMilliseconds;
    },
  };
}

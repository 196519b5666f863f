import type { Clock } from '../lib/clock.ts';

/** The app's clock: the given one, and a lead that a test moves, so that windows, lags and tokens run out without waiting. */
export interface SimClock extends Clock {
  /** Moves the app's time forward. */
  advance(milliseconds: number): void;
}

/** An app's clock on top of the machine's or the simulation's. */
export function simClock(base: Clock): SimClock {
  let lead = 0;
  return {
    now: () => base.now() + lead,
    monotonic: () => base.monotonic() + lead,
    sleep: (delayMilliseconds, signal) => base.sleep(delayMilliseconds, signal),
    advance: (milliseconds) => {
      if (!(milliseconds >= 0)) throw new Error('an app’s clock only moves forward: give milliseconds ≥ 0');
      lead += milliseconds;
    },
  };
}

/** `2026-11-23T10:00:00.000Z`. */
export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

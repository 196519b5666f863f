import type { Clock } from './clock.ts';

/** When virtual time begins unless told otherwise: 2026-01-01. */
const usualStart = Date.UTC(2026, 0, 1);

/**
 * A clock for tests whose time passes only in sleeps: once nothing else is left to do, it jumps to the next sleeper.
 * For code that talks to simulators in the same process; a real socket would be overtaken.
 */
export function virtualClock(start = usualStart): Clock {
  let now = 0;
  let sleepers: { at: number; wake: () => void }[] = [];
  let isTicking = false;
  const tick = () => {
    isTicking = false;
    sleepers.sort((one, other) => one.at - other.at);
    const next = sleepers.shift();
    if (!next) return;
    now = Math.max(now, next.at);
    next.wake();
    keepTicking();
  };
  const keepTicking = () => {
    if (isTicking || sleepers.length === 0) return;
    isTicking = true;
    setImmediate(tick);
  };
  return {
    now: () => start + now,
    monotonic: () => now,
    sleep: (delayMilliseconds, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const stop = () => {
          sleepers = sleepers.filter((one) => one !== sleeper);
          reject(signal?.reason);
        };
        const wake = () => {
          signal?.removeEventListener('abort', stop);
          resolve();
        };
        const sleeper = { at: now + Math.max(0, delayMilliseconds), wake };
        signal?.addEventListener('abort', stop, { once: true });
        sleepers.push(sleeper);
        keepTicking();
      }),
  };
}

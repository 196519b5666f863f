/** Time as an argument: production hands in `systemClock`, the simulation its own. All times are milliseconds. */
export interface Clock {
  /** Wall time in milliseconds since 1970, for stamps a person reads; never compared with another machine's. */
  now(): number;
  /** Monotonic milliseconds, for deadlines and durations. */
  monotonic(): number;
  /** Resolves after the delay, or rejects with the signal's reason. */
  sleep(delayMilliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (delayMilliseconds, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const stop = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', stop);
        resolve();
      }, delayMilliseconds);
      signal?.addEventListener('abort', stop, { once: true });
    }),
};

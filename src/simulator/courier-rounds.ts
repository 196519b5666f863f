import type { Http } from '../lib/http.ts';
import type { Courier, Delivery } from './courier.ts';
import type { SimClock } from './sim-clock.ts';

/** How long a receiver may take. */
const deliveryTimeoutMilliseconds = 5_000;

/** The longest sleep between two looks at the queue. */
const longestPauseMilliseconds = 60_000;

/** Sends webhooks as they fall due, until the signal stops it. */
export async function startRounds(courier: Courier, http: Http, clock: SimClock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const rung = courier.rung();
    await Promise.all(courier.take().map((delivery) => deliver(courier, delivery, http, signal)));
    const due = courier.nextDue();
    if (due !== undefined && due <= clock.now()) continue;
    await pause(due === undefined ? longestPauseMilliseconds : due - clock.now(), rung, clock, signal);
  }
}

async function deliver(courier: Courier, delivery: Delivery, http: Http, signal: AbortSignal): Promise<void> {
  const { method, url, headers, body } = delivery;
  const timeoutMilliseconds = deliveryTimeoutMilliseconds;
  const status = await http
    .request({ method, url, headers, body, timeoutMilliseconds, signal })
    .then((reply) => reply.status)
    .catch(() => undefined);
  courier.answered(delivery, status);
}

async function pause(milliseconds: number, rung: Promise<void>, clock: SimClock, signal: AbortSignal): Promise<void> {
  const woken = new AbortController();
  const either = AbortSignal.any([signal, woken.signal]);
  const slept = clock.sleep(Math.min(milliseconds, longestPauseMilliseconds), either).catch(() => undefined);
  await Promise.race([rung, slept]);
  woken.abort();
}

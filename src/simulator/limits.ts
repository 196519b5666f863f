import type { SimRequest } from './sim-request.ts';

/** One limit of an app. */
export interface Gauge {
  name: string;
  /** Calls, or points where calls cost differently. */
  most: number;
  windowMilliseconds: number;
  /** rolling: any stretch of time that long; fixed: from one full multiple of it to the next, as for a day. */
  window: 'rolling' | 'fixed';
  /** The calls it counts; all where left out. */
  covers?(request: SimRequest): boolean;
  /** What a call costs; 1 where left out. */
  cost?(request: SimRequest): number;
}

/** How much of a gauge is left. */
export interface GaugeState {
  most: number;
  left: number;
}

/** What the limits say of a call. */
export interface Verdict {
  /** The gauge that refuses it, or `concurrency`. */
  refusedBy?: string;
  /** Whole seconds until it would pass. */
  retryAfterSeconds: number;
}

/** Counts calls against gauges. A refused call counts nowhere. */
export class Limits {
  readonly #meters: Meter[];
  readonly #concurrency: number;

  constructor(gauges: Gauge[], concurrency = Infinity) {
    this.#meters = gauges.map((gauge) => new Meter(gauge));
    this.#concurrency = concurrency;
  }

  /** Lets a call through and counts it, or refuses it. `mode` off lets everything through. */
  admit(request: SimRequest, now: number, mode: 'on' | 'off'): Verdict {
    if (mode === 'on' && request.open > this.#concurrency) return { refusedBy: 'concurrency', retryAfterSeconds: 1 };
    const meters = this.#meters.filter(({ gauge }) => gauge.covers?.(request) ?? true);
    for (const meter of mode === 'on' ? meters : []) {
      const waitMilliseconds = meter.wait(request, now);
      if (waitMilliseconds > 0) {
        return { refusedBy: meter.gauge.name, retryAfterSeconds: Math.ceil(waitMilliseconds / 1000) };
      }
    }
    for (const meter of meters) meter.count(request, now);
    return { retryAfterSeconds: 0 };
  }

  /** Each gauge by name, as it stands. */
  state(now: number): Record<string, GaugeState> {
    return Object.fromEntries(
      this.#meters.map((meter) => [meter.gauge.name, { most: meter.gauge.most, left: meter.left(now) }]),
    );
  }
}

/** The calls of one gauge's window. */
class Meter {
  readonly gauge: Gauge;
  /** Of a rolling window: when each call came and what it cost; the first `#gone` of them are over. */
  #calls: { at: number; cost: number }[] = [];
  #gone = 0;
  #used = 0;
  #windowStart = 0;

  constructor(gauge: Gauge) {
    this.gauge = gauge;
  }

  left(now: number): number {
    this.#forget(now);
    return Math.max(0, this.gauge.most - this.#used);
  }

  /** Milliseconds until the call would pass; 0 when it passes now. */
  wait(request: SimRequest, now: number): number {
    const cost = this.gauge.cost?.(request) ?? 1;
    const { most, windowMilliseconds, window } = this.gauge;
    if (this.left(now) >= cost) return 0;
    if (window === 'fixed') return this.#windowStart + windowMilliseconds - now;
    let free = most - this.#used;
    for (const call of this.#calls.slice(this.#gone)) {
      free += call.cost;
      if (free >= cost) return call.at + windowMilliseconds - now;
    }
    return windowMilliseconds;
  }

  count(request: SimRequest, now: number): void {
    this.#forget(now);
    const cost = this.gauge.cost?.(request) ?? 1;
    this.#used += cost;
    if (this.gauge.window === 'rolling') this.#calls.push({ at: now, cost });
  }

  #forget(now: number): void {
    const { windowMilliseconds, window } = this.gauge;
    if (window === 'fixed') {
      const start = now - (now % windowMilliseconds);
      if (start !== this.#windowStart) this.#used = 0;
      this.#windowStart = start;
      return;
    }
    for (let call = this.#calls[this.#gone]; call && call.at + windowMilliseconds <= now; ) {
      this.#used -= call.cost;
      call = this.#calls[++this.#gone];
    }
    if (this.#gone > 1000) {
      this.#calls = this.#calls.slice(this.#gone);
      this.#gone = 0;
    }
  }
}

import type { Random } from '../lib/random.ts';
import type { SimClock } from './sim-clock.ts';
import { drawFrom, type SimSettings } from './sim-settings.ts';

/** A webhook request that is to be sent now. */
export interface Delivery {
  url: string;
  method: string;
  headers: Record<string, string>;
  body: string;
  /** 0 the first time. */
  attempt: number;
  /** How many events it carries. */
  events: number;
}

/** How an app writes its webhooks. */
export interface Envelope<Event> {
  /** The most events in one request. */
  most: number;
  body(events: Event[], attempt: number): string;
  /** Headers with the signature. `now` in milliseconds. */
  headers(delivery: {
    url: string;
    method: string;
    body: string;
    now: number;
    attempt: number;
  }): Record<string, string>;
  /** When a failed attempt is repeated; undefined gives up. */
  retryMilliseconds(attempt: number): number | undefined;
}

/** Events waiting for delivery; beyond it the oldest are lost, as they are in real apps. */
const maxQueuedEvents = 100_000;

interface Waiting<Event> {
  url: string;
  event: Event;
  dueAt: number;
  attempt: number;
  seq: number;
}

/**
 * The webhooks of an app: at least once, late, doubled or lost as the settings say. Nobody sends here: `take` gives what
 * is due and `answered` says how it went, so that a simulation may carry the requests itself.
 */
export class Courier<Event = unknown> {
  readonly #clock: SimClock;
  readonly #random: Random;
  readonly #settings: SimSettings;
  readonly #envelope: Envelope<Event>;
  readonly #underway = new Map<Delivery, Waiting<Event>[]>();
  #queue: Waiting<Event>[] = [];
  #seq = 0;
  #rung: () => void = () => {};

  constructor(parts: { clock: SimClock; random: Random; settings: SimSettings; envelope: Envelope<Event> }) {
    this.#clock = parts.clock;
    this.#random = parts.random;
    this.#settings = parts.settings;
    this.#envelope = parts.envelope;
  }

  /** Something for this address happened. */
  enqueue(url: string, event: Event): void {
    const { webhookDrop, webhookDuplicate, webhookDelayMilliseconds } = this.#settings;
    if (webhookDrop > 0 && this.#random.next() < webhookDrop) return;
    const copies = webhookDuplicate > 0 && this.#random.next() < webhookDuplicate ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      const dueAt = this.#clock.now() + drawFrom(webhookDelayMilliseconds, this.#random);
      this.#queue.push({ url, event, dueAt, attempt: 0, seq: ++this.#seq });
    }
    if (this.#queue.length > maxQueuedEvents * 1.1) this.#queue = this.#queue.slice(-maxQueuedEvents);
    this.#rung();
  }

  /** Events that wait, due or not. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** When the next one is due; undefined when none waits. */
  nextDue(): number | undefined {
    return this.#queue.reduce<number | undefined>(
      (first, { dueAt }) => (first === undefined || dueAt < first ? dueAt : first),
      undefined,
    );
  }

  /** Resolves when there is something new to look at. */
  rung(): Promise<void> {
    return new Promise((resolve) => {
      this.#rung = resolve;
    });
  }

  /** Wakes whoever waits for `rung`: the clock was moved. */
  ring(): void {
    this.#rung();
  }

  /** The requests that are due, each to be answered with `answered`. */
  take(): Delivery[] {
    const now = this.#clock.now();
    const due = this.#queue.filter(({ dueAt }) => dueAt <= now).sort((a, b) => a.dueAt - b.dueAt || a.seq - b.seq);
    this.#queue = this.#queue.filter(({ dueAt }) => dueAt > now);
    const parcels = Map.groupBy(due, ({ url, attempt }) => `${attempt} ${url}`);
    return [...parcels.values()].flatMap((parcel) =>
      Array.from({ length: Math.ceil(parcel.length / this.#envelope.most) }, (_, index) =>
        this.#pack(parcel.slice(index * this.#envelope.most, (index + 1) * this.#envelope.most), now),
      ),
    );
  }

  /** How a delivery went: its status, or undefined when nobody answered. Failed ones are sent again later. */
  answered(delivery: Delivery, status: number | undefined): void {
    const parcel = this.#underway.get(delivery) ?? [];
    this.#underway.delete(delivery);
    if (status !== undefined && status >= 200 && status < 300) return;
    const delay = this.#envelope.retryMilliseconds(delivery.attempt);
    if (delay === undefined) return;
    const dueAt = this.#clock.now() + delay;
    for (const item of parcel) this.#queue.push({ ...item, dueAt, attempt: item.attempt + 1 });
    this.#rung();
  }

  #pack(parcel: Waiting<Event>[], now: number): Delivery {
    const { url = '', attempt = 0 } = parcel[0] ?? {};
    const events = parcel.map(({ event }) => event);
    const body = this.#envelope.body(events, attempt);
    const headers = this.#envelope.headers({ url, method: 'POST', body, now, attempt });
    const delivery = { url, method: 'POST', headers, body, attempt, events: events.length };
    this.#underway.set(delivery, parcel);
    return delivery;
  }
}

import type { Change } from '../../simulator/sim-record.ts';
import { type Account, seconds } from './simulator-account.ts';
import { shownOf, singular } from './simulator-shown.ts';

/** An event, as the client's `Event`. */
export interface SimEvent {
  id: string;
  object: 'event';
  api_version: string;
  created: number;
  livemode: false;
  pending_webhooks: number;
  request: { id: null; idempotency_key: null };
  type: string;
  data: { object: object; previous_attributes?: Record<string, unknown> };
}

/** Events, oldest first. */
export interface EventLog {
  all(): SimEvent[];
  listen(listener: (event: SimEvent) => void): void;
}

/** How long events are kept. */
const keptSeconds = 30 * 86_400;

/** Writes down what happens to the account's objects. */
export function keepEvents(account: () => Account): EventLog & { note(change: Change): void } {
  let events: SimEvent[] = [];
  const listeners: ((event: SimEvent) => void)[] = [];
  return {
    all() {
      const oldest = seconds(account().ground.clock.now()) - keptSeconds;
      const first = events.findIndex(({ created }) => created >= oldest);
      events = first < 0 ? [] : events.slice(first);
      return events;
    },
    listen: (listener) => void listeners.push(listener),
    note(change) {
      for (const type of typesOf(change)) {
        const event = eventOf(account(), change, type);
        events.push(event);
        for (const listener of listeners) listener(event);
      }
    },
  };
}

function eventOf(account: Account, change: Change, type: string): SimEvent {
  const record = change.after ?? change.before;
  const object = record ? shownOf(account, change.object, record) : {};
  const before = change.before && change.after ? shownOf(account, change.object, change.before) : undefined;
  return {
    id: account.id('evt'),
    object: 'event',
    api_version: '2024-06-20',
    created: seconds(change.at),
    livemode: false,
    pending_webhooks: 0,
    request: { id: null, idempotency_key: null },
    type,
    data: { object, ...(before ? { previous_attributes: changedIn(before, object) } : {}) },
  };
}

/** What an invoice's new status is told as, besides its update. */
const statusEvents: Record<string, string> = {
  open: 'invoice.finalized',
  paid: 'invoice.paid',
  void: 'invoice.voided',
  uncollectible: 'invoice.marked_uncollectible',
};

function typesOf({ object, kind, before, after }: Change): string[] {
  const name = singular[object];
  if (kind === 'create') return [`${name}.created`];
  if (kind === 'purge') return before?.archivedAt === undefined || object === 'products' ? [`${name}.deleted`] : [];
  if (kind === 'archive' && object !== 'products') return [`${name}.deleted`];
  const status = after?.values.status;
  const more = object === 'invoices' && status !== before?.values.status ? statusEvents[String(status)] : undefined;
  return [`${name}.updated`, ...(more ? [more] : [])];
}

function changedIn(before: object, now: object): Record<string, unknown> {
  const differs = ([name, value]: [string, unknown]) =>
    JSON.stringify(value) !== JSON.stringify((now as Record<string, unknown>)[name]);
  return Object.fromEntries(Object.entries(before).filter(differs));
}

import { Courier } from '../../simulator/courier.ts';
import { type Route, route } from '../../simulator/router.ts';
import { isoTime } from '../../simulator/sim-clock.ts';
import type { Change, SimRecord } from '../../simulator/sim-record.ts';
import { jsonReply, Refused } from '../../simulator/sim-reply.ts';
import { jsonOf } from '../../simulator/sim-request.ts';
import { type Account, company, type Kind, kinds, me } from './simulator-account.ts';
import { errorReply, noSuch } from './simulator-error.ts';
import { shown } from './simulator-shown.ts';

/** Webhooks of version 2: their routes, and what brings them. */
export interface Webhooks {
  routes: Route[];
  courier: Courier;
  /** Sends every event there, as if somebody had made a webhook for each. */
  sendAllTo(address: string, user: string, password: string): void;
}

/** A webhook as the client's `BaseWebhook`. */
interface Webhook {
  id: number;
  subscription_url: string;
  event_action: string;
  event_object: string;
  http_auth_user?: string | null;
  http_auth_password?: string | null;
}

interface Event {
  webhook: Webhook;
  action: 'create' | 'change' | 'delete';
  change: Change;
  mergedTo?: string;
  mergedFrom?: string;
}

/** A user's webhooks. */
const mostWebhooks = 40;

/** When what nobody took is sent again; then it is given up. */
const retrySeconds = [3, 30, 150];

/** The webhooks of an account, none at first. */
export function makeWebhooks(account: Account): Webhooks {
  const { ground } = account;
  const webhooks: Webhook[] = [];
  const courier = makeCourier(account, webhooks);
  ground.store.listen((change) => {
    for (const event of eventsOf(change, webhooks)) courier.enqueue(event.webhook.subscription_url, event);
  });
  const add = (facts: Omit<Webhook, 'id'>): Webhook => {
    const webhook = { id: webhooks.length + 1, ...facts };
    webhooks.push(webhook);
    return webhook;
  };
  return {
    courier: courier as Courier,
    routes: routesOf(webhooks, add),
    sendAllTo(address, user, password) {
      add({
        subscription_url: address,
        event_action: '*',
        event_object: '*',
        http_auth_user: user,
        http_auth_password: password,
      });
    },
  };
}

function routesOf(webhooks: Webhook[], add: (facts: Omit<Webhook, 'id'>) => Webhook): Route[] {
  const shownOne = ({ http_auth_password: _, ...webhook }: Webhook) => ({
    ...webhook,
    company_id: company.id,
    owner_id: Number(me.id),
    user_id: Number(me.id),
    version: '2.0',
    is_active: 1,
    type: 'general',
  });
  return [
    route('GET', '/api/v1/webhooks', () => jsonReply(200, { success: true, data: webhooks.map(shownOne) })),
    route('POST', '/api/v1/webhooks', ({ request }) => {
      const sent = jsonOf(request) as unknown as Omit<Webhook, 'id'> & { name?: string };
      if (webhooks.length >= mostWebhooks) throw new Refused(errorReply(403, 'Webhook limit reached'));
      const isKnown = ['create', 'change', 'delete', '*'].includes(sent.event_action) && isObject(sent.event_object);
      if (!URL.canParse(sent.subscription_url) || !isKnown || !sent.name)
        throw new Refused(errorReply(400, 'Bad webhook'));
      return jsonReply(201, { success: true, data: shownOne(add(sent)) });
    }),
    route('DELETE', '/api/v1/webhooks/{id}', ({ params: { id = '' } }) => {
      const at = webhooks.findIndex((one) => String(one.id) === id);
      if (at < 0) throw noSuch('Webhook');
      webhooks.splice(at, 1);
      return jsonReply(200, { success: true, status: 200 });
    }),
  ];
}

function isObject(name: string): boolean {
  return name === '*' || Object.values(kinds).some((kind) => kind.toLowerCase() === name);
}

function eventsOf(change: Change, webhooks: Webhook[]): Event[] {
  const object = kinds[change.object as Kind].toLowerCase();
  return webhooks
    .filter(({ event_object: wanted }) => wanted === '*' || wanted === object)
    .flatMap((webhook) => happenings(change).map((event) => ({ webhook, ...event })))
    .filter(({ webhook, action }) => webhook.event_action === '*' || webhook.event_action === action);
}

/** A merge is told twice: of the record that is gone, and of the one that is left. */
function happenings(change: Change): Omit<Event, 'webhook'>[] {
  const { kind, id, mergedIds = [] } = change;
  if (kind === 'merge') {
    return mergedIds.flatMap((gone) => [
      { action: 'delete', change: { ...change, id: gone, after: undefined }, mergedTo: id },
      { action: 'change', change, mergedFrom: gone },
    ]);
  }
  if (kind === 'purge' && change.before?.archivedAt !== undefined) return [];
  const action = kind === 'create' || kind === 'restore' ? 'create' : kind === 'update' ? 'change' : 'delete';
  return [{ action, change }];
}

function makeCourier(account: Account, webhooks: Webhook[]): Courier<Event> {
  const { ground } = account;
  return new Courier<Event>({
    clock: ground.clock,
    settings: ground.settings,
    random: ground.random('webhooks'),
    envelope: {
      most: 1,
      body: ([event], attempt) => JSON.stringify(bodyOf(account, event as Event, attempt)),
      headers: ({ body }) => {
        const { meta } = JSON.parse(body) as { meta: { webhook_id: string } };
        const { http_auth_user: user, http_auth_password: password } =
          webhooks.find(({ id }) => String(id) === meta.webhook_id) ?? {};
        const authorization = `Basic ${Buffer.from(`${user}:${password ?? ''}`).toString('base64')}`;
        return { 'content-type': 'application/json', ...(user ? { authorization } : {}) };
      },
      retryMilliseconds: (attempt) => {
        const seconds = retrySeconds[attempt];
        return seconds === undefined ? undefined : seconds * 1000;
      },
    },
  });
}

function bodyOf(account: Account, { action, change, mergedTo, mergedFrom, webhook }: Event, attempt: number): object {
  const kind = change.object as Kind;
  const show = (record: SimRecord | undefined) => (record ? shown(account, kind, record) : null);
  return {
    meta: {
      action,
      entity: kinds[kind].toLowerCase(),
      entity_id: change.id,
      company_id: String(company.id),
      id: `${change.seq}-${webhook.id}`,
      is_bulk_edit: false,
      timestamp: isoTime(change.at),
      type: 'general',
      user_id: me.id,
      version: '2.0',
      webhook_id: String(webhook.id),
      change_source: change.actor.kind === 'person' ? 'app' : 'api',
      attempt: attempt + 1,
      host: `${company.domain}.pipedrive.com`,
      ...(mergedTo ? { merged_to_id: mergedTo } : {}),
      ...(mergedFrom ? { merged_from_id: mergedFrom } : {}),
    },
    data: action === 'delete' ? null : show(change.after),
    previous: show(change.before),
  };
}

import { hmacSha256 } from '../../lib/crypto.ts';
import { Courier, type Envelope } from '../../simulator/courier.ts';
import type { EdgeChange } from '../../simulator/edge-store.ts';
import { type Route, route } from '../../simulator/router.ts';
import { isoTime } from '../../simulator/sim-clock.ts';
import type { Actor, Change } from '../../simulator/sim-record.ts';
import { emptyReply, jsonReply } from '../../simulator/sim-reply.ts';
import { notFound } from './simulator-error.ts';
import { bodyOf, subscriptionChange, subscriptionInput, webhookSettingsInput } from './simulator-input.ts';
import { appId, objectOf, type Portal, type PortalObject } from './simulator-portal.ts';
import { shownValue } from './simulator-shown.ts';

/** Events in one webhook request, and when a failed one is repeated: ten times over a day. */
const webhookMost = { events: 100, attempts: 10 };

/** A subscription of the app: `contact.creation`, `object.propertyChange` … */
interface Subscription {
  id: string;
  eventType: string;
  propertyName?: string;
  objectTypeId?: string;
  active: boolean;
  createdAt: string;
}

/** What a webhook request holds, in a list. */
interface WebhookEvent {
  eventId: number;
  subscriptionId: number;
  portalId: number;
  appId: number;
  occurredAt: number;
  subscriptionType: string;
  attemptNumber: number;
  [fact: string]: unknown;
}

/** The webhooks of an app: where to, about what, and the courier that carries them. */
export interface Webhooks {
  courier: Courier<WebhookEvent>;
  routes: Route[];
  /** Sends everything about every object to this address. */
  subscribeAll(targetUrl: string): void;
}

/** Makes the account's webhooks, silent until somebody subscribes. */
export function makeWebhooks(portal: Portal, clientSecret: string): Webhooks {
  const { clock, settings, store } = portal.ground;
  const envelope = envelopeOf(clientSecret);
  const courier = new Courier<WebhookEvent>({ clock, settings, random: portal.ground.random('webhooks'), envelope });
  const state = { targetUrl: '', subscriptions: [] as Subscription[], events: 0, made: 0 };
  const subscribe = (eventType: string, parts: Partial<Subscription> = {}) => {
    const createdAt = isoTime(clock.now());
    const one: Subscription = { id: String(500_001 + state.made++), active: false, createdAt, ...parts, eventType };
    state.subscriptions.push(one);
    return one;
  };
  const send = (object: PortalObject, kind: string, facts: Record<string, unknown>, name?: string) => {
    for (const one of state.targetUrl === '' ? [] : state.subscriptions) {
      if (!concerns(one, object, kind, name)) continue;
      courier.enqueue(state.targetUrl, {
        eventId: ++state.events,
        subscriptionId: Number(one.id),
        portalId: portal.id,
        appId,
        occurredAt: clock.now(),
        subscriptionType: one.eventType,
        attemptNumber: 0,
        ...(one.eventType.startsWith('object.') ? { objectTypeId: object.typeId } : {}),
        ...facts,
      });
    }
  };
  store.listen((change) => tellChange(portal, change, send));
  portal.edges.listen((change) => tellEdge(portal, change, send));
  return {
    courier,
    routes: webhookRoutes(state, subscribe),
    subscribeAll: (targetUrl) => {
      state.targetUrl = targetUrl;
      const kinds = ['creation', 'deletion', 'propertyChange', 'merge', 'restore', 'associationChange'];
      for (const kind of kinds) subscribe(`object.${kind}`, { active: true });
      subscribe('contact.privacyDeletion', { active: true });
    },
  };
}

type Send = (object: PortalObject, kind: string, facts: Record<string, unknown>, name?: string) => void;

function tellChange(portal: Portal, change: Change, send: Send): void {
  const object = objectOf(portal, change.object);
  const facts = { objectId: Number(change.id), ...sourceOf(change.actor) };
  switch (change.kind) {
    case 'create':
      return send(object, 'creation', { ...facts, changeFlag: 'NEW' });
    case 'archive':
      return send(object, 'deletion', { ...facts, changeFlag: 'DELETED' });
    case 'restore':
      return send(object, 'restore', { ...facts, changeFlag: 'RESTORED' });
    case 'purge':
      return send(object, object.name === 'contacts' ? 'privacyDeletion' : 'deletion', {
        ...facts,
        changeFlag: 'DELETED',
      });
    case 'merge': {
      const merged = (change.mergedIds ?? []).map(Number).filter((id) => id !== Number(change.before?.id));
      const more = {
        primaryObjectId: Number(change.before?.id),
        mergedObjectIds: merged,
        newObjectId: Number(change.id),
      };
      return send(object, 'merge', {
        ...facts,
        ...more,
        numberOfPropertiesMoved: movedOf(change),
        changeFlag: 'MERGED',
      });
    }
    case 'update':
      for (const name of changedNames(change)) {
        const propertyValue = change.after ? (shownValue(portal, object, change.after, name) ?? '') : '';
        send(object, 'propertyChange', { ...facts, propertyName: name, propertyValue }, name);
      }
  }
}

function tellEdge(portal: Portal, { kind, from, to, type, actor }: EdgeChange, send: Send): void {
  const [near, far] = [objectOf(portal, from.object), objectOf(portal, to.object)];
  const facts = {
    associationType: `${near.singular}_to_${far.singular}`.toUpperCase(),
    associationTypeId: type,
    associationCategory: 'HUBSPOT_DEFINED',
    fromObjectId: Number(from.id),
    toObjectId: Number(to.id),
    fromObjectTypeId: near.typeId,
    toObjectTypeId: far.typeId,
    associationRemoved: kind === 'remove',
    isPrimaryAssociation: false,
    ...sourceOf(actor),
  };
  send(near, 'associationChange', facts);
}

function concerns(one: Subscription, object: PortalObject, kind: string, propertyName: string | undefined): boolean {
  if (!one.active) return false;
  const [subject = '', subscribed] = one.eventType.split('.');
  if (subscribed !== kind || (one.propertyName && one.propertyName !== propertyName)) return false;
  if (subject === 'object') return one.objectTypeId === undefined || one.objectTypeId === object.typeId;
  return subject === object.singular;
}

function changedNames({ before, after }: Change): string[] {
  const names = new Set([...Object.keys(before?.values ?? {}), ...Object.keys(after?.values ?? {})]);
  return [...names].filter((name) => before?.values[name] !== after?.values[name]);
}

function movedOf(change: Change): number {
  return changedNames(change).length;
}

function sourceOf(actor: Actor): { changeSource: string; sourceId: string } {
  if (actor.kind === 'integration') return { changeSource: 'INTEGRATION', sourceId: actor.id };
  return { changeSource: 'CRM_UI', sourceId: `userId:${actor.id}` };
}

/** Signature v3: method, address, body and time, signed with the app's client secret. */
function envelopeOf(clientSecret: string): Envelope<WebhookEvent> {
  return {
    most: webhookMost.events,
    body: (events, attempt) => JSON.stringify(events.map((event) => ({ ...event, attemptNumber: attempt }))),
    headers: ({ url, method, body, now }) => ({
      'content-type': 'application/json',
      'user-agent': 'HubSpot Connect 2.0 (http://dev.hubspot.com/)',
      'x-hubspot-signature-version': 'v3',
      'x-hubspot-request-timestamp': String(now),
      'x-hubspot-signature-v3': hmacSha256(clientSecret, `${method}${url}${body}${now}`, 'base64'),
    }),
    retryMilliseconds: (attempt) =>
      attempt + 1 < webhookMost.attempts ? 60_000 * 3 ** Math.min(attempt, 5) : undefined,
  };
}

function webhookRoutes(
  state: { targetUrl: string; subscriptions: Subscription[] },
  subscribe: (eventType: string, parts: Partial<Subscription>) => Subscription,
): Route[] {
  const base = '/webhooks/v3/{app}';
  const one = (id: string | undefined) => {
    const found = state.subscriptions.find((each) => each.id === id);
    if (!found) throw notFound('resource not found');
    return found;
  };
  const settings = () => ({
    targetUrl: state.targetUrl,
    throttling: { maxConcurrentRequests: 10 },
    createdAt: isoTime(0),
  });
  return [
    route('GET', `${base}/settings`, () => jsonReply(200, settings())),
    route('PUT', `${base}/settings`, ({ request }) => {
      state.targetUrl = bodyOf(request, webhookSettingsInput).targetUrl;
      return jsonReply(200, settings());
    }),
    route('DELETE', `${base}/settings`, () => {
      state.targetUrl = '';
      return emptyReply();
    }),
    route('GET', `${base}/subscriptions`, () => jsonReply(200, { results: state.subscriptions })),
    route('POST', `${base}/subscriptions`, ({ request }) => {
      const { eventType, ...parts } = bodyOf(request, subscriptionInput);
      return jsonReply(201, subscribe(eventType, parts));
    }),
    route('PATCH', `${base}/subscriptions/{id}`, ({ request, params }) => {
      const found = one(params.id);
      found.active = bodyOf(request, subscriptionChange).active;
      return jsonReply(200, found);
    }),
    route('DELETE', `${base}/subscriptions/{id}`, ({ params }) => {
      state.subscriptions = state.subscriptions.filter((each) => each.id !== params.id);
      return emptyReply();
    }),
  ];
}

import { Failure, type Notice, type SubscribeAsk, type Subscription, type Webhooks } from '../../connector/contract.ts';
import type { Session } from '../../connector/session.ts';
import { signedBy } from '../../connector/signed-by.ts';
import { standardObjects } from './connector-objects.ts';

/** Older notices are refused (the client's `Signature.MAX_ALLOWED_TIMESTAMP`). */
const withinSeconds = 300;

/** Calls that HubSpot makes at once at most. */
const mostAtOnce = 10;

/** One event of a notice; up to a hundred come together. All parts may be missing. */
interface Event {
  subscriptionType?: string;
  objectTypeId?: string;
  objectId?: number | string;
  fromObjectId?: number | string;
  primaryObjectId?: number | string;
  newObjectId?: number | string;
  mergedObjectIds?: (number | string)[];
}

/** Signed with v3: HMAC-SHA-256 over method, address, body and time. An app's subscriptions are its developer's to make. */
export const webhooks: Webhooks = {
  verify: signedBy({
    of({ headers }) {
      const [signature, stamp] = [headers['x-hubspot-signature-v3'], headers['x-hubspot-request-timestamp']];
      return signature && stamp ? { signature, stamp: Number(stamp) } : undefined;
    },
    content: (notice) => `${notice.method}${notice.url}${notice.body}${notice.headers['x-hubspot-request-timestamp']}`,
    form: 'base64',
    withinSeconds,
  }),
  signsEachAttempt: true,
  read: readEvents,
  subscribe,
  async unsubscribe(s, handles) {
    for (const handle of handles) {
      await s.request({ method: 'DELETE', url: `${appUrl(s)}/subscriptions/${handle}`, accept: [404] });
    }
  },
};

function readEvents({ body }: Notice): { object: string; ids: string[] }[] {
  const told = new Map<string, Set<string>>();
  for (const event of eventsOf(body)) {
    const object = objectOf(event);
    if (!object) continue;
    const ids = told.get(object) ?? new Set();
    told.set(object, ids);
    for (const id of idsOf(event)) ids.add(String(id));
  }
  return [...told].filter(([, ids]) => ids.size > 0).map(([object, ids]) => ({ object, ids: [...ids] }));
}

function eventsOf(body: string): Event[] {
  try {
    const parsed: unknown = JSON.parse(body);
    return [parsed].flat().filter((event): event is Event => typeof event === 'object' && event !== null);
  } catch {
    return [];
  }
}

/** 'contact.creation' names its object; 'object.creation' leaves that to the type id. */
function objectOf({ subscriptionType, objectTypeId }: Event): string | undefined {
  const [kind] = String(subscriptionType ?? '').split('.');
  const found = standardObjects.find((object) => object.typeId === objectTypeId || singularOf(object.name) === kind);
  return found?.name;
}

function idsOf(event: Event): (number | string)[] {
  const { objectId, fromObjectId, primaryObjectId, newObjectId, mergedObjectIds } = event;
  const ids = [
    objectId,
    fromObjectId,
    primaryObjectId,
    newObjectId,
    ...(Array.isArray(mergedObjectIds) ? mergedObjectIds : []),
  ];
  return ids.filter((id): id is number | string => id !== undefined && id !== null && id !== '');
}

function singularOf(name: string): string {
  return name === 'companies' ? 'company' : name.replace(/s$/, '');
}

/**
 * HubSpot tells of changes by property: the ones with a role are subscribed, other changes are found by polling. The app's
 * client secret signs the notices.
 */
async function subscribe(s: Session, { address, objects }: SubscribeAsk): Promise<Subscription> {
  const throttling = { maxConcurrentRequests: mostAtOnce };
  await s.request({ method: 'PUT', url: `${appUrl(s)}/settings`, body: { targetUrl: address, throttling } });
  const handles: string[] = [];
  for (const object of standardObjects.filter((one) => objects.includes(one.name))) {
    const { typeId: objectTypeId } = object;
    const events = ['creation', 'deletion', 'merge', 'restore', 'associationChange'].map((what) => ({
      eventType: `object.${what}`,
      objectTypeId,
    }));
    const changes = Object.keys(object.roles).map((propertyName) => ({
      eventType: 'object.propertyChange',
      objectTypeId,
      propertyName,
    }));
    for (const wanted of [...events, ...changes]) {
      const body = { ...wanted, active: true };
      // Some pairs of event and object are refused; polling finds those changes.
      const reply = await s.request({ method: 'POST', url: `${appUrl(s)}/subscriptions`, body, accept: [400, 409] });
      if (reply.status < 400) handles.push(reply.json<{ id: string }>().id);
    }
  }
  return { handles };
}

function appUrl(s: Session): string {
  const { appId } = s.settings;
  if (!appId || !s.secrets.developerKey) {
    throw new Failure(
      'forbidden',
      "HubSpot lets only an app's developer subscribe to notices: give the app's id and the developer's API key, or enter the address in the app's own settings",
    );
  }
  return `/webhooks/v3/${appId}`;
}

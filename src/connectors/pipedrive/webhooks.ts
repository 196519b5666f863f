import { basicAuth } from '../../connector/basic-auth.ts';
import type { Notice, SubscribeAsk, Subscription, Webhooks } from '../../connector/contract.ts';
import type { Session } from '../../connector/session.ts';
import { resources } from './resources.ts';

/** The user name that notices come with; the secret is the password. */
const userName = 'syncline';

/** What a notice says (readme.io, webhooks v2). */
interface Event {
  meta?: { entity?: unknown; entity_id?: unknown; merged_to_id?: unknown };
}

/** Notices come with a user name and a password of our choosing; nothing signs their body, and nobody needs to trust it. */
export const webhooks: Webhooks = {
  verify: basicAuth(userName),
  read(notice) {
    const { entity, entity_id: id, merged_to_id: survivor } = eventIn(notice).meta ?? {};
    const resource = resources.find(({ event }) => event === entity);
    if (!resource) return [];
    const ids = [id, survivor].filter((one) => one !== undefined && one !== null && one !== '').map(String);
    return [{ object: resource.name, ids }];
  },
  subscribe,
  async unsubscribe(s, handles) {
    for (const handle of handles) {
      await s.request({ method: 'DELETE', url: `/api/v1/webhooks/${encodeURIComponent(handle)}`, accept: [404, 410] });
    }
  },
};

/** One webhook for each kind of record; a user may have forty. */
async function subscribe(s: Session, { address, objects, secret }: SubscribeAsk): Promise<Subscription> {
  const handles: string[] = [];
  for (const { event } of resources.filter(({ name }) => objects.includes(name))) {
    const body = {
      subscription_url: address,
      event_action: '*',
      event_object: event,
      name: `Syncline: ${event}`,
      version: '2.0',
      http_auth_user: userName,
      http_auth_password: secret,
    };
    const reply = await s.request({ method: 'POST', url: '/api/v1/webhooks', body });
    handles.push(String(reply.json<{ data: { id: number } }>().data.id));
  }
  return { handles, secret };
}

function eventIn({ body }: Notice): Event {
  try {
    const content: unknown = JSON.parse(body);
    return typeof content === 'object' && content !== null ? content : {};
  } catch {
    return {};
  }
}

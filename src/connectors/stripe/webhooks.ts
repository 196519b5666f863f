import type { Notice, SubscribeAsk, Subscription, Webhooks } from '../../connector/contract.ts';
import type { Session } from '../../connector/session.ts';
import { signedBy } from '../../connector/signed-by.ts';
import { eventTypes } from './event-types.ts';
import { apiVersion, formRequest } from './form.ts';
import type { StripeEvent } from './reads.ts';

/** Notices older than this are taken for replays, as Stripe's own client does. */
const withinSeconds = 300;

/** Signed notices, one event each. Stripe tells the signing secret once, to whoever makes the endpoint. */
export const webhooks: Webhooks = {
  signsEachAttempt: true,
  verify(notice, secret, now) {
    // While a secret is rolled, Stripe signs with the old and the new one.
    const verdicts = signaturesOf(notice).map((signature) => verifyOne(withSignature(notice, signature), secret, now));
    return verdicts.find((verdict) => verdict !== 'forged') ?? 'forged';
  },
  read(notice) {
    const { type, data } = eventIn(notice) ?? {};
    const object = objects[String(type).split('.')[0] ?? ''];
    const id = data?.object?.id;
    if (!object) return [];
    const ids = typeof id === 'string' && id !== '' ? [id] : [];
    // Lines have no events of their own, and the ids of a notice are the invoice's.
    return object === 'invoices'
      ? [
          { object, ids },
          { object: 'invoice_lines', ids: [] },
        ]
      : [{ object, ids }];
  },
  subscribe,
  async unsubscribe(s, handles) {
    for (const handle of handles) {
      await s.request({ method: 'DELETE', url: `/v1/webhook_endpoints/${handle}`, accept: [404] });
    }
  },
};

/** One endpoint for all objects. Lines come with the events of their invoices. */
async function subscribe(s: Session, { address, objects }: SubscribeAsk): Promise<Subscription> {
  const wanted = objects.map((object) => (object === 'invoice_lines' ? 'invoices' : object));
  const events = Object.entries(eventTypes).flatMap(([object, types]) => (wanted.includes(object) ? types : []));
  if (events.length === 0) return { handles: [] };
  const parameters = { url: address, enabled_events: events, api_version: apiVersion };
  const reply = await s.request(formRequest('/v1/webhook_endpoints', parameters));
  const { id, secret } = reply.json<{ id: string; secret: string }>();
  return { handles: [id], secret };
}

const objects: Record<string, string | undefined> = {
  customer: 'customers',
  product: 'products',
  invoice: 'invoices',
};

const verifyOne = signedBy({
  of(notice) {
    const { t } = partsOf(notice);
    const [signature] = signaturesOf(notice);
    return t && signature ? { signature, stamp: Number(t[0]) * 1000 } : undefined;
  },
  content: (notice, stamp) => `${(stamp ?? 0) / 1000}.${notice.body}`,
  form: 'hex',
  withinSeconds,
});

function withSignature(notice: Notice, signature: string): Notice {
  const header = `t=${partsOf(notice).t?.[0]},v1=${signature}`;
  return { ...notice, headers: { 'stripe-signature': header } };
}

function signaturesOf(notice: Notice): string[] {
  return partsOf(notice).v1 ?? [];
}

/** The header `t=1700000000,v1=…,v1=…` by its names. */
function partsOf({ headers }: Notice): Partial<Record<string, string[]>> {
  const pairs = (headers['stripe-signature'] ?? '').split(',').map((part) => part.split('='));
  return Object.fromEntries(
    Object.entries(Object.groupBy(pairs, ([name = '']) => name)).map(([name, values = []]) => [
      name,
      values.map(([, value = '']) => value),
    ]),
  );
}

function eventIn({ body }: Notice): Partial<StripeEvent> | undefined {
  try {
    const content: unknown = JSON.parse(body);
    return typeof content === 'object' && content !== null ? content : undefined;
  } catch {
    return undefined;
  }
}

import type { Notice, Webhooks } from '../../connector/contract.ts';
import { signedBy } from '../../connector/signed-by.ts';

const verify = signedBy({
  of({ headers }) {
    const signature = headers['x-xero-signature'];
    return signature ? { signature } : undefined;
  },
  content: ({ body }) => body,
  form: 'base64',
});

/** Notices of contacts and invoices. Xero first tries the address with good and bad signatures, and wants 200 or 401. */
export const webhooks: Webhooks = {
  verify,
  read(notice) {
    return eventsIn(notice).flatMap(({ eventCategory, resourceId }) => {
      const object = objects[String(eventCategory)];
      if (!object || typeof resourceId !== 'string' || resourceId === '') return [];
      // Lines have no events of their own, and the ids of a notice are the invoice's.
      const lines = object === 'invoices' ? [{ object: 'invoice_lines', ids: [] }] : [];
      return [{ object, ids: [resourceId] }, ...lines];
    });
  },
  handshake(notice, secret) {
    // Without events it is Xero's "intent to receive".
    if (!isIntent(notice)) return undefined;
    return { status: verify(notice, secret, 0) === 'genuine' ? 200 : 401, body: '' };
  },
};

const objects: Record<string, string | undefined> = { CONTACT: 'contacts', INVOICE: 'invoices' };

interface XeroEvent {
  eventCategory?: unknown;
  resourceId?: unknown;
}

function eventsIn(notice: Notice): XeroEvent[] {
  const { events } = contentOf(notice);
  return Array.isArray(events) ? events.filter((one) => typeof one === 'object' && one !== null) : [];
}

function isIntent(notice: Notice): boolean {
  const { events } = contentOf(notice);
  return Array.isArray(events) && events.length === 0;
}

function contentOf({ body }: Notice): { events?: unknown } {
  try {
    const content: unknown = JSON.parse(body);
    return typeof content === 'object' && content !== null ? content : {};
  } catch {
    return {};
  }
}

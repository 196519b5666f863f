import type { Connector, RateLimit } from '../../connector/contract.ts';
import { customers } from './customers.ts';
import { classifyReply, complaintOf } from './errors.ts';
import { apiVersion } from './form.ts';
import { invoices } from './invoices.ts';
import { invoiceLines } from './lines.ts';
import { metadataKeysOf } from './metadata.ts';
import { products } from './products.ts';
import { webhooks } from './webhooks.ts';

/** Stripe: customers, products with prices, invoices and their lines. */
export const connector: Connector = {
  app: {
    name: 'stripe',
    label: 'Stripe',
    about: 'Online payments, prices and invoices.',
    category: 'payments',
    notices: "Changes are read from Stripe's list of events; webhooks make it at once.",
    objects: ['customers', 'products', 'invoices', 'invoice_lines'],
  },
  auth: {
    kind: 'key',
    secrets: [
      { name: 'key', label: 'Secret or restricted key', help: 'Developers, API keys: sk_… or rk_…' },
      {
        name: 'webhookSecret',
        label: 'Signing secret of the webhook',
        help: 'whsec_…, shown where its address is entered.',
        required: false,
      },
    ],
    apply: (request, { key }) => ({
      ...request,
      headers: { ...request.headers, authorization: `Bearer ${key}`, 'stripe-version': apiVersion },
    }),
  },
  settings: [
    { name: 'baseUrl', label: 'Address of the API', default: 'https://api.stripe.com' },
    {
      name: 'metadataKeys',
      label: 'Keys of metadata',
      help: 'With commas between; each becomes a field of every object.',
    },
    { name: 'callsPerSecond', label: 'Calls in a second', help: '25 where left out; live accounts allow 100.' },
  ],
  limits: limits(),
  objects: async (s) => {
    const keys = metadataKeysOf(s.settings.metadataKeys);
    return [customers(keys), products(keys), invoices(keys), invoiceLines()];
  },
  async whoami(s) {
    const reply = await s.request({ method: 'GET', url: '/v1/account' });
    const { id, settings } = reply.json<{ id: string; settings?: { dashboard?: { display_name?: string | null } } }>();
    return { id, label: settings?.dashboard?.display_name || id };
  },
  classify: classifyReply,
  explain: (reply) => (reply.status < 400 ? undefined : (complaintOf(reply).code ?? complaintOf(reply).type)),
  webhooks,
};

/** The figures of a sandbox, the narrower ones. */
function limits(): RateLimit[] {
  return [
    { name: 'calls in a second', gauge: 'rate', most: 25, windowSeconds: 1, setting: 'callsPerSecond' },
    { name: 'calls at once', gauge: 'concurrency', most: 10 },
  ];
}

import type { Connector, ObjectType, RateLimit, Writes } from '../../connector/contract.ts';
import { leftIn } from '../../connector/left-in.ts';
import type { Reply, Session } from '../../connector/session.ts';
import type { Meaning } from '../../model/field.ts';
import { contacts } from './contacts.ts';
import { currenciesOf } from './currencies.ts';
import { invoices, quotes } from './documents.ts';
import { items } from './items.ts';
import { invoiceLines } from './lines.ts';
import { readsOf } from './reads.ts';
import { call, type Resource } from './resource.ts';
import { webhooks } from './webhooks.ts';
import { archiveContacts, deleteItems, writesOf } from './writes.ts';

/** Xero's accounting: contacts, items, sales invoices and quotes of one organisation. */
export const connector: Connector = {
  app: {
    name: 'xero',
    label: 'Xero',
    about: 'Accounting for small businesses.',
    category: 'accounting',
    notices: 'Changes are asked for by their time; webhooks of contacts and invoices make it at once.',
    objects: ['contacts', 'items', 'invoices', 'invoice_lines', 'quotes'],
  },
  auth: {
    kind: 'oauth2',
    oauth: {
      authorizeUrl: '{loginUrl}/identity/connect/authorize',
      tokenUrl: '{identityUrl}/connect/token',
      scopes: [
        { name: 'offline_access', why: 'stay signed in' },
        { name: 'accounting.contacts', why: 'read and write contacts' },
        { name: 'accounting.invoices', why: 'read and write invoices, quotes and items' },
        { name: 'accounting.settings', why: 'read currencies, and read and write items' },
      ],
      pkce: 'S256',
      client: 'basic',
    },
    secrets: [
      { name: 'token', label: 'Access token of a custom connection', help: 'Instead of signing in.', required: false },
      { name: 'webhookSecret', label: 'Webhooks key', help: 'Checks the signature of notices.', required: false },
    ],
    apply: (request, secrets) => ({
      ...request,
      headers: { ...request.headers, authorization: `Bearer ${secrets.accessToken ?? secrets.token ?? ''}` },
    }),
  },
  settings: [
    { name: 'baseUrl', label: 'Address of the API', default: 'https://api.xero.com' },
    { name: 'loginUrl', label: 'Address to sign in at', default: 'https://login.xero.com' },
    { name: 'identityUrl', label: 'Address that gives tokens', default: 'https://identity.xero.com' },
    { name: 'tenantId', label: "The organisation's id", help: 'Only where the sign-in opens several.' },
    { name: 'callsPerDay', label: 'Calls a day', help: '5,000 where left out; 1,000 in the Starter tier.' },
  ],
  limits: limits(),
  objects,
  async whoami(s) {
    const { Organisations } = (await call(s, { method: 'GET', url: 'Organisation' })).json<{
      Organisations: { OrganisationID: string; Name: string }[];
    }>();
    const [own] = Organisations;
    return { id: own?.OrganisationID ?? '', label: own?.Name ?? 'Xero organisation' };
  },
  classify: (reply) => (reply.status === 403 && /rate limit/i.test(reply.text) ? 'throttled' : undefined),
  explain,
  webhooks,
};

/** 60 calls a minute, 5 at once, and a budget for the day: Xero tells in headers what is left. */
function limits(): RateLimit[] {
  return [
    {
      name: 'calls a minute',
      gauge: 'rate',
      most: 60,
      windowSeconds: 60,
      observe: (reply) => leftIn(reply, 'x-minlimit-remaining'),
    },
    { name: 'calls at once', gauge: 'concurrency', most: 5 },
    {
      name: 'calls a day',
      gauge: 'daily',
      most: 5000,
      setting: 'callsPerDay',
      observe: (reply) => leftIn(reply, 'x-daylimit-remaining'),
    },
  ];
}

async function objects(s: Session): Promise<ObjectType[]> {
  const currencies = await currenciesOf(s);
  const people = contacts(currencies);
  return [
    objectOf(people, 'person', ['EmailAddress', 'Name'], { archive: archiveContacts(people) }),
    objectOf(items, 'product', ['Code', 'Name'], { delete: deleteItems() }),
    objectOf(invoices(currencies), 'invoice', ['InvoiceNumber'], {}),
    invoiceLines(invoices(currencies), currencies),
    objectOf(quotes(currencies), undefined, ['QuoteNumber'], {}),
  ];
}

function objectOf(resource: Resource, means: Meaning | undefined, keys: string[], removal: Writes): ObjectType {
  const { name, label, fields, associations } = resource;
  return {
    name,
    label,
    ...(means ? { means } : {}),
    fields,
    associations,
    keys,
    reads: readsOf(resource),
    writes: { ...writesOf(resource), ...removal },
  };
}

/** What Xero says went wrong: a kind of exception, or of a problem with the sign-in; never a record's values. */
function explain(reply: Reply): string | undefined {
  if (reply.status < 400) return undefined;
  const problem = reply.headers['x-rate-limit-problem'];
  if (problem) return `the limit for a ${problem} is reached`;
  try {
    const { Type, Title } = (JSON.parse(reply.text) ?? {}) as { Type?: string; Title?: string };
    return Type ?? Title;
  } catch {
    return undefined;
  }
}

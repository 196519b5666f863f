import type { Connector, ObjectType, RateLimit } from '../../connector/contract.ts';
import type { HttpRequest, Reply } from '../../connector/session.ts';
import { meOf, usersOf } from './account.ts';
import { described } from './custom-fields.ts';
import { classify, explain } from './errors.ts';
import { readsOf } from './reads.ts';
import type { Resource } from './resource.ts';
import { resources } from './resources.ts';
import { webhooks } from './webhooks.ts';
import { writesOf } from './writes.ts';

/** Pipedrive: people, organizations, deals, products, activities and notes, by API v2 and what is still v1 alone. */
export const connector: Connector = {
  app: {
    name: 'pipedrive',
    label: 'Pipedrive',
    about: 'CRM for sales, by pipelines and activities.',
    category: 'crm',
    notices: 'Changes are asked for by their time; webhooks make it at once and save tokens.',
  },
  auth: {
    kind: 'oauth2',
    oauth: {
      authorizeUrl: '{authUrl}/oauth/authorize',
      tokenUrl: '{authUrl}/oauth/token',
      scopes: [
        { name: 'contacts:full', why: 'read and write people and organizations' },
        { name: 'deals:full', why: 'read and write deals and notes' },
        { name: 'activities:full', why: 'read and write activities' },
        { name: 'products:full', why: 'read and write products' },
        { name: 'users:read', why: 'pair the owners of records' },
        { name: 'webhooks:full', why: 'be told of changes' },
      ],
      pkce: 'none',
      client: 'basic',
      settingsFrom: ({ api_domain: url }) => Object.fromEntries(typeof url === 'string' ? [['baseUrl', url]] : []),
    },
    secrets: [
      { name: 'token', label: 'API token', help: 'Personal preferences, API. Instead of signing in.', required: false },
      {
        name: 'webhookSecret',
        label: 'Password of notices',
        help: 'Made when Syncline subscribes; the user name is syncline.',
        required: false,
      },
    ],
    apply: signed,
  },
  settings: [
    {
      name: 'baseUrl',
      label: "The company's address",
      help: 'https://example.pipedrive.com; signing in fills it in.',
      default: 'https://api.pipedrive.com',
    },
    { name: 'authUrl', label: 'Address to sign in at', default: 'https://oauth.pipedrive.com' },
    {
      name: 'tokensPerDay',
      label: 'Tokens a day',
      help: '30,000 where left out; that times seats and the plan’s factor.',
    },
    { name: 'callsPerTwoSeconds', label: 'Calls in two seconds', help: '20 where left out, as the Lite plan has.' },
  ],
  limits: limits(),
  objects: resources.map(objectOf),
  async whoami(s) {
    const { company_id: id, company_name: label } = await meOf(s);
    return { id: String(id), label: label ? `Pipedrive of ${label}` : `Pipedrive company ${id}` };
  },
  users: usersOf,
  classify,
  explain,
  webhooks,
};

function signed(request: HttpRequest, { accessToken, token = '' }: Record<string, string>): HttpRequest {
  const own: Record<string, string> = accessToken
    ? { authorization: `Bearer ${accessToken}` }
    : { 'x-api-token': token };
  return { ...request, headers: { ...request.headers, ...own } };
}

/** Figures of one seat in the Lite plan, the least there is. */
function limits(): RateLimit[] {
  return [
    {
      name: 'calls in two seconds',
      gauge: 'rate',
      most: 20,
      windowSeconds: 2,
      setting: 'callsPerTwoSeconds',
      observe: windowLeft,
    },
    { name: 'tokens a day', gauge: 'daily', most: 30_000, setting: 'tokensPerDay', cost: tokensOf },
  ];
}

function windowLeft({ headers }: Reply): { left: number; resetSeconds?: number } | undefined {
  const [left, reset] = [headers['x-ratelimit-remaining'], headers['x-ratelimit-reset']];
  if (left === undefined || !/^\d+$/.test(left)) return undefined;
  return { left: Number(left), ...(reset && /^\d+$/.test(reset) ? { resetSeconds: Number(reset) } : {}) };
}

/** What a call costs (readme.io, rate limiting): v2 about half of v1. */
function tokensOf({ method, url }: HttpRequest): number {
  const path = (url.split('?')[0] ?? '').replace(/^https?:\/\/[^/]+/, '');
  const v1 = path.startsWith('/api/v1/') ? 2 : 1;
  if (method === 'GET') return (/\/\d+$/.test(path) ? 1 : 10) * v1;
  return (method === 'DELETE' ? 3 : 5) * v1;
}

/** Fields are asked for when somebody uses the object: a description costs as much as a list. */
function objectOf(resource: Resource): ObjectType {
  const { name, label, means, keys, associations } = resource;
  return {
    name,
    label,
    means,
    fields: async (s) => (await described(s, resource)).fields.map(({ at: _, from: __, ids: ___, ...field }) => field),
    associations: associations.map(({ key: _, list: __, ...association }) => association),
    keys,
    reads: readsOf(resource),
    writes: writesOf(resource),
  };
}

import type { Connector, ObjectType, RateLimit } from '../../connector/contract.ts';
import { leftIn } from '../../connector/left-in.ts';
import type { HttpRequest, Session } from '../../connector/session.ts';
import type { User } from '../../model/field.ts';
import { labelsBetween } from './connector-associations.ts';
import { customObjects } from './connector-custom-objects.ts';
import { classifyReply, explainReply } from './connector-errors.ts';
import { fieldsOf } from './connector-fields.ts';
import { type CrmAssociation, type CrmObject, labelled } from './connector-object.ts';
import { standardObjects } from './connector-objects.ts';
import { pathsOf } from './connector-paths.ts';
import { readsOf } from './connector-reads.ts';
import { webhooks } from './connector-webhooks.ts';
import { writesOf } from './connector-writes.ts';

/** Owners on a page. */
const mostOwners = 500;

/** Pages of owners before the app is taken to go round in circles. */
const mostOwnerPages = 200;

/** HubSpot: its CRM's records, by the CRM API (v3 objects and v4 associations, or a dated version). */
export const connector: Connector = {
  app: {
    name: 'hubspot',
    label: 'HubSpot',
    about: 'CRM for marketing, sales and service.',
    category: 'crm',
    notices: 'Changes are searched for by their time; webhooks make it at once.',
    objects: standardObjects.map((object) => object.name),
  },
  auth: {
    kind: 'oauth2',
    oauth: {
      authorizeUrl: '{appUrl}/oauth/authorize',
      tokenUrl: '{baseUrl}/oauth/v1/token',
      scopes: scopes(),
      pkce: 'none',
      client: 'post',
    },
    secrets: [
      { name: 'token', label: 'Private app or service key token', help: 'Instead of signing in.', required: false },
      {
        name: 'webhookSecret',
        label: "The app's client secret",
        help: 'Checks the signature of notices.',
        required: false,
      },
      {
        name: 'developerKey',
        label: "The developer's API key",
        help: 'Only to subscribe to notices.',
        required: false,
      },
    ],
    apply: signed,
  },
  settings: [
    { name: 'baseUrl', label: 'Address of the API', default: 'https://api.hubapi.com' },
    { name: 'appUrl', label: 'Address to sign in at', default: 'https://app.hubspot.com' },
    { name: 'apiVersion', label: 'API version', help: "'v3', or a dated version such as '2026-09'.", default: 'v3' },
    {
      name: 'callsPerTenSeconds',
      label: 'Calls in ten seconds',
      help: 'What the subscription allows; 190 where left out.',
    },
    { name: 'searchesPerSecond', label: 'Searches in a second', help: '5 where left out.' },
    { name: 'callsPerDay', label: 'Calls a day', help: '650,000 where left out.' },
    {
      name: 'searchLagSeconds',
      label: 'Lag of the search',
      help: 'How many seconds it may take until a change can be searched for; 300 where left out.',
    },
    { name: 'appId', label: "The app's id", help: 'Only to subscribe to notices.' },
  ],
  limits: limits(),
  objects,
  async whoami(s) {
    const reply = await s.request({ method: 'GET', url: pathsOf(s.settings).account });
    const { portalId, uiDomain } = reply.json<{ portalId: number; uiDomain?: string }>();
    return { id: String(portalId), label: `HubSpot account ${portalId}${uiDomain ? ` (${uiDomain})` : ''}` };
  },
  users,
  classify: classifyReply,
  explain: explainReply,
  webhooks,
};

/** The developer's key for an app's own settings, else the account's token. */
function signed(request: HttpRequest, secrets: Record<string, string>): HttpRequest {
  const url = URL.parse(request.url);
  if (url?.pathname.startsWith('/webhooks/') && secrets.developerKey) {
    url.searchParams.set('hapikey', secrets.developerKey);
    return { ...request, url: url.href };
  }
  const token = secrets.accessToken ?? secrets.token ?? '';
  return { ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } };
}

/** Figures of the usual paid subscription; what an account's differs by it says in headers, or a person in the settings. */
function limits(): RateLimit[] {
  return [
    {
      name: 'calls in ten seconds',
      gauge: 'rate',
      most: 190,
      windowSeconds: 10,
      setting: 'callsPerTenSeconds',
      observe: (reply) => leftIn(reply, 'x-hubspot-ratelimit-remaining'),
    },
    {
      name: 'searches in a second',
      gauge: 'rate',
      most: 5,
      windowSeconds: 1,
      setting: 'searchesPerSecond',
      requests: (request) => /\/search$/.test(request.url.split('?')[0] ?? ''),
    },
    {
      name: 'calls a day',
      gauge: 'daily',
      most: 650_000,
      setting: 'callsPerDay',
      observe: (reply) => leftIn(reply, 'x-hubspot-ratelimit-daily-remaining'),
    },
  ];
}

/** The standard objects, with the account's own association labels, and its custom objects. */
async function objects(s: Session): Promise<ObjectType[]> {
  return s.remember('objects', async () => {
    const [own, ...labels] = await Promise.all([customObjects(s), ...labelledPairs.map((pair) => ownLabels(s, pair))]);
    const all = standardObjects.map((object) => {
      const more = labels.filter((one) => one.from === object.name).flatMap((one) => one.associations);
      return { ...object, associations: [...object.associations, ...more] };
    });
    return [...all, ...own].map((object) => objectTypeOf(object, s.settings));
  });
}

function objectTypeOf(object: CrmObject, settings: Record<string, string>): ObjectType {
  const { name, label, means, keys, associations } = object;
  const shown = associations.map(({ far, kept, ...association }) => association);
  return {
    name,
    label,
    means,
    keys,
    fields: fieldsOf(object),
    associations: shown,
    reads: readsOf(object, settings),
    writes: writesOf(object),
  };
}

/** Pairs between which people use labels; a pair is one call. */
const labelledPairs = [
  { from: 'contacts', to: 'companies' },
  { from: 'deals', to: 'contacts' },
  { from: 'deals', to: 'companies' },
];

async function ownLabels(
  s: Session,
  { from, to }: { from: string; to: string },
): Promise<{ from: string; associations: CrmAssociation[] }> {
  const far = standardObjects.find((object) => object.name === to);
  const labels = (await labelsBetween(s, from, to)).filter((one) => one.category === 'USER_DEFINED');
  return {
    from,
    associations: labels.flatMap(({ label, typeId }) => (far && label ? [labelled(far, label, typeId)] : [])),
  };
}

/** People who can own records. */
async function users(s: Session): Promise<User[]> {
  const all: User[] = [];
  let after: string | undefined;
  for (let page = 0; page < mostOwnerPages; page++) {
    const reply = await s.request({
      method: 'GET',
      url: pathsOf(s.settings).owners,
      query: { limit: mostOwners, after },
    });
    const { results, paging } = reply.json<{
      results: { id: string; email?: string; firstName?: string; lastName?: string }[];
      paging?: { next?: { after?: string } };
    }>();
    for (const { id, email, firstName, lastName } of results) {
      const name = [firstName, lastName].filter(Boolean).join(' ');
      all.push({ id, ...(email ? { email } : {}), ...(name ? { name } : {}) });
    }
    after = paging?.next?.after;
    if (after === undefined) break;
  }
  return all;
}

/** Rights to ask for when somebody signs in. */
function scopes(): { name: string; why: string }[] {
  const kinds = ['contacts', 'companies', 'deals', 'line_items', 'invoices', 'orders', 'custom'];
  const objectScopes = kinds.flatMap((kind) => [
    { name: `crm.objects.${kind}.read`, why: `read ${kind.replace('_', ' ')}` },
    { name: `crm.objects.${kind}.write`, why: `write ${kind.replace('_', ' ')}` },
  ]);
  return [
    ...objectScopes,
    { name: 'e-commerce', why: 'read and write products' },
    { name: 'crm.objects.owners.read', why: 'pair the owners of records' },
    { name: 'crm.schemas.custom.read', why: 'find custom objects' },
  ];
}

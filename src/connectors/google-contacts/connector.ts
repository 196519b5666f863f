import type { Connector, ObjectType, RateLimit } from '../../connector/contract.ts';
import type { HttpRequest } from '../../connector/session.ts';
import { classify, explain } from './errors.ts';
import { fieldsOf } from './fields.ts';
import type { Person } from './person.ts';
import { mostListed, mostRead, readByIds, readPage, tokenDays } from './reads.ts';
import { writes } from './writes.ts';

/** The contacts of a Google account. */
const contacts: ObjectType = {
  name: 'contacts',
  label: 'Contacts',
  means: 'person',
  fields: fieldsOf,
  keys: ['email', 'phone'],
  reads: {
    page: readPage,
    byIds: readByIds,
    byIdsMost: mostRead,
    pageMost: mostListed,
    deletions: 'told',
    changes: 'since',
    // A sync token is a state, not a time; what reaches it late comes with a later token.
    overlapSeconds: 0,
    freshOnList: false,
    orderedVersions: false,
    cursorDays: tokenDays,
  },
  writes,
};

/** Google Contacts, by the People API v1. */
export const connector: Connector = {
  app: {
    name: 'google-contacts',
    label: 'Google Contacts',
    about: 'The contacts of a Google account, as Gmail and Android show them.',
    category: 'contacts',
    notices: 'Google is asked what changed, in one call, as often as the sync runs; it may tell some minutes late.',
  },
  auth: {
    kind: 'oauth2',
    oauth: {
      authorizeUrl: '{accountsUrl}/o/oauth2/v2/auth?access_type=offline&prompt=consent',
      tokenUrl: '{tokenUrl}/token',
      scopes: [{ name: 'https://www.googleapis.com/auth/contacts', why: 'read and write contacts and their labels' }],
      pkce: 'S256',
      client: 'post',
    },
    secrets: [{ name: 'token', label: 'Access token', help: 'Instead of signing in.', required: false }],
    apply: signed,
  },
  settings: [
    { name: 'baseUrl', label: 'Address of the API', default: 'https://people.googleapis.com' },
    { name: 'accountsUrl', label: 'Address to sign in at', default: 'https://accounts.google.com' },
    { name: 'tokenUrl', label: 'Address of the tokens', default: 'https://oauth2.googleapis.com' },
    { name: 'customFields', label: 'Custom fields', help: 'Their labels in Google Contacts, separated by commas.' },
    { name: 'readsPerMinute', label: 'Reads a minute', help: '90 where left out.' },
    { name: 'writesPerMinute', label: 'Writes a minute', help: '90 where left out.' },
  ],
  limits: limits(),
  objects: [contacts],
  async whoami(s) {
    const query = { personFields: 'names,emailAddresses,metadata' };
    const me = (await s.request({ method: 'GET', url: '/v1/people/me', query })).json<Person>();
    const shown = me.emailAddresses?.[0]?.value ?? me.names?.[0]?.displayName ?? me.resourceName;
    return { id: me.resourceName ?? 'people/me', label: `Google Contacts of ${String(shown)}` };
  },
  classify,
  explain,
};

function signed(request: HttpRequest, secrets: Record<string, string>): HttpRequest {
  const token = secrets.accessToken ?? secrets.token ?? '';
  return { ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } };
}

/** Google's usual quotas per user. Changes of one user must not run side by side. */
function limits(): RateLimit[] {
  const isWrite = ({ method }: HttpRequest) => method !== 'GET';
  const minute = { gauge: 'rate', most: 90, windowSeconds: 60 } as const;
  return [
    { ...minute, name: 'reads a minute', setting: 'readsPerMinute', requests: (request) => !isWrite(request) },
    { ...minute, name: 'writes a minute', setting: 'writesPerMinute', requests: isWrite },
    { name: 'one change at a time', gauge: 'concurrency', most: 1, requests: isWrite },
  ];
}

import type { Connector, ObjectType } from '../../connector/contract.ts';
import type { HttpRequest } from '../../connector/session.ts';
import { openBook } from './book.ts';
import { mostCardsPerCall } from './cards.ts';
import { mostWritesAtOnce } from './each-at-once.ts';
import { fields } from './fields.ts';
import { readByIds, readPage } from './pages.ts';
import { createCards, deleteCards, mostItems, reserveIds, updateCards } from './writes.ts';

/** The contacts of an address book. */
const contacts: ObjectType = {
  name: 'contacts',
  label: 'Contacts',
  means: 'person',
  fields,
  keys: ['email', 'full_name'],
  reads: {
    page: readPage,
    byIds: readByIds,
    byIdsMost: mostCardsPerCall,
    pageMost: mostCardsPerCall,
    deletions: 'told',
    changes: 'since',
    // A sync token is a state of the book, not a time: it lags behind nothing.
    overlapSeconds: 0,
    freshOnList: true,
    orderedVersions: false,
  },
  writes: {
    create: {
      size: mostItems,
      safety: [{ by: 'own-id' }],
      calls: (items) => items + 1,
      reserve: async (s, items) => reserveIds(s, items.length),
      send: createCards,
    },
    update: { size: mostItems, conditional: true, calls: (items) => items + 2, send: updateCards },
    delete: { size: mostItems, conditional: true, send: deleteCards },
  },
};

/** Any address book that speaks CardDAV (RFC 6352): Nextcloud, iCloud, Fastmail, Radicale, Baikal, SOGo … */
export const connector: Connector = {
  app: {
    name: 'carddav',
    label: 'CardDAV',
    about: 'Address books on phones, in mail programs and on servers such as Nextcloud, iCloud, Fastmail and Radicale.',
    category: 'contacts',
    notices: 'The address book is asked what changed, in one call, as often as the sync runs.',
  },
  auth: {
    kind: 'key',
    secrets: [
      { name: 'username', label: 'User name' },
      {
        name: 'password',
        label: 'Password',
        help: 'With two-factor sign-in, an app password. Empty where the server wants none.',
        required: false,
      },
    ],
    apply: signed,
  },
  settings: [
    {
      name: 'url',
      label: 'Address',
      help: 'Of the address book, or of the server: then the first address book found there is used.',
      required: true,
    },
    { name: 'book', label: 'Address book', help: 'Its name, where the server has several.' },
  ],
  limits: [{ name: 'calls at once', gauge: 'concurrency', most: mostWritesAtOnce }],
  objects: [contacts],
  async whoami(s) {
    const book = await openBook(s);
    const { username = '' } = s.secrets;
    const { host, pathname } = new URL(book.url);
    return {
      id: `${username}@${host}${pathname}`,
      label: `${book.label} (${username ? `${username} at ` : ''}${host})`,
      is: 'place',
    };
  },
  // The server's disk or the account's share of it is full: no fault that goes away by asking again.
  classify: (reply) => (reply.status === 507 ? 'forbidden' : undefined),
};

/** Basic authentication (RFC 7617), in UTF-8. */
function signed(request: HttpRequest, secrets: Record<string, string>): HttpRequest {
  const { username = '', password = '' } = secrets;
  if (username === '' && password === '') return request;
  const credentials = Buffer.from(`${username}:${password}`).toString('base64');
  return { ...request, headers: { ...request.headers, authorization: `Basic ${credentials}` } };
}

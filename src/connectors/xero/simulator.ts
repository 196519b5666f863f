import { hmacSha256 } from '../../lib/crypto.ts';
import type { Random } from '../../lib/random.ts';
import { type AppEdits, plainEdits } from '../../simulator/admin.ts';
import { assemble } from '../../simulator/assemble.ts';
import { Courier } from '../../simulator/courier.ts';
import { type GroundOptions, makeGround } from '../../simulator/ground.ts';
import { randomIds } from '../../simulator/ids.ts';
import type { GaugeState } from '../../simulator/limits.ts';
import { type Route, route } from '../../simulator/router.ts';
import { type ServeOptions, serve } from '../../simulator/serve.ts';
import type { Change } from '../../simulator/sim-record.ts';
import { jsonReply } from '../../simulator/sim-reply.ts';
import type { SimRequest } from '../../simulator/sim-request.ts';
import type { ServedSimulator, Simulator } from '../../simulator/simulator.ts';
import type { Book } from './simulator-book.ts';
import { contactKind } from './simulator-contacts.ts';
import { invoiceKind, quoteKind } from './simulator-documents.ts';
import { notFound, throttled } from './simulator-error.ts';
import { itemKind } from './simulator-items.ts';
import { authenticate, makeAuthorizationServer, oauthRoutes, type XeroCredentials } from './simulator-oauth.ts';
import { kindRoutes } from './simulator-routes.ts';
import { seedBook } from './simulator-seed.ts';

/** What Xero's simulator can be started with. */
export interface XeroOptions extends GroundOptions {
  /** Sends every event to this address. */
  webhookUrl?: string;
}

/** Calls of one organisation in a minute and a day, and at once. */
const xeroLimits = { perMinute: 60, perDay: 5000, atOnce: 5 };

/** The key that webhooks are signed with. */
export const webhooksKey = 'simulated-webhooks-key';

/** Xero in this process, written from its client's types and its documentation, never from our connector. */
export function makeSimulator(options: XeroOptions): Simulator {
  const book = makeBook(options);
  const { ground } = book;
  const credentials = makeCredentials(ground.seed);
  const server = makeAuthorizationServer(ground, credentials);
  const courier = makeCourier(book, credentials);
  const { webhookUrl } = options;
  if (webhookUrl) ground.store.listen((change) => isTold(change) && courier.enqueue(webhookUrl, change));
  const { records: count = 0, sameStamp = 0, emailCase = 'lower' } = options;
  seedBook(book, { count, sameStamp, emailCase });
  const { token, tenantId, clientId, clientSecret } = credentials;
  return assemble(ground, {
    app: 'xero',
    accountAt: (url) => ({
      app: 'xero',
      settings: { baseUrl: url, loginUrl: url, identityUrl: url, tenantId },
      secrets: { token },
    }),
    routes: [
      ...[contactKind, itemKind, invoiceKind, quoteKind].flatMap((kind) => kindRoutes(book, kind)),
      ...organisationRoutes(book, credentials),
      ...oauthRoutes(server, credentials),
    ],
    gauges: [
      { name: 'minute', most: xeroLimits.perMinute, windowMilliseconds: 60_000, window: 'rolling', covers: isCounted },
      { name: 'day', most: xeroLimits.perDay, windowMilliseconds: 86_400_000, window: 'fixed', covers: isCounted },
    ],
    concurrency: xeroLimits.atOnce,
    limitHeaders,
    authenticate: (request) => authenticate(request, server, credentials),
    replies: {
      throttled,
      failed: () => jsonReply(500, { Type: 'InternalServerError', Message: 'An error occurred in Xero.' }),
      missing: notFound,
      refusal: () => undefined,
    },
    edits: editsOf(book),
    courier: courier as Courier,
    oauth: {
      server,
      clientId,
      clientSecret,
      authorizePath: '/identity/connect/authorize',
      tokenPath: '/connect/token',
    },
  });
}

/** Xero on loopback; without `http` its webhooks stay with the courier. */
export function startSimulator({ port, http, ...options }: XeroOptions & ServeOptions): Promise<ServedSimulator> {
  return serve(makeSimulator(options), { port, http });
}

function makeBook(options: XeroOptions): Book {
  const ground = makeGround(options, (_object, random) => guids(random));
  const { store } = ground;
  const numbers = new Map<string, number>();
  const add = (object: string, unique: string) =>
    store.add(object, { idOrder: 'text', fields: { [unique]: { unique: true } } });
  return {
    ground,
    tables: {
      Contacts: add('contacts', 'Name'),
      Items: add('items', 'Code'),
      Invoices: add('invoices', 'InvoiceNumber'),
      Quotes: add('quotes', 'QuoteNumber'),
    },
    currencies: ['GBP', 'EUR', 'USD'],
    number(prefix) {
      const next = (numbers.get(prefix) ?? 0) + 1;
      numbers.set(prefix, next);
      return `${prefix}-${String(next).padStart(4, '0')}`;
    },
    id: guids(ground.random('ids of lines')),
  };
}

/** What people do in Xero's own pages: documents begin as drafts, and a merged contact stays, archived. */
function editsOf({ ground, tables }: Book): AppEdits {
  const plain = plainEdits(ground.store);
  return {
    ...plain,
    create(object, values, actor) {
      const isDocument = object === 'invoices' || object === 'quotes';
      const fresh = isDocument ? { Type: 'ACCREC', Status: 'DRAFT', CurrencyCode: 'GBP' } : {};
      return plain.create(object, { ...fresh, ...values }, actor);
    },
    merge(_object, primary, other, actor) {
      tables.Contacts.update(other, { MergedToContactID: primary }, actor);
      tables.Contacts.archive(other, actor);
      return tables.Contacts.touch(primary, actor);
    },
  };
}

function organisationRoutes({ currencies }: Book, { tenantId }: XeroCredentials): Route[] {
  const base = '/api.xro/2.0';
  const own = { OrganisationID: tenantId, Name: 'Simulated Ltd', BaseCurrency: 'GBP', CountryCode: 'GB' };
  return [
    route('GET', `${base}/Organisation`, () => jsonReply(200, { Organisations: [own] })),
    route('GET', `${base}/Currencies`, () =>
      jsonReply(200, { Currencies: currencies.map((Code) => ({ Code, Description: Code })) }),
    ),
  ];
}

function limitHeaders({ minute, day }: Record<string, GaugeState>): Record<string, string> {
  return {
    'x-minlimit-remaining': String(minute?.left),
    'x-daylimit-remaining': String(day?.left),
    'x-appminlimit-remaining': '9999',
  };
}

function isCounted({ path }: SimRequest): boolean {
  return path.startsWith('/api.xro/');
}

/** Webhooks tell of contacts and invoices alone. */
function isTold({ object }: Change): boolean {
  return object === 'contacts' || object === 'invoices';
}

function makeCourier({ ground }: Book, { tenantId }: XeroCredentials): Courier<Change> {
  let sequence = 0;
  return new Courier<Change>({
    clock: ground.clock,
    settings: ground.settings,
    random: ground.random('webhooks'),
    envelope: {
      most: 50,
      body(changes) {
        const firstEventSequence = sequence + 1;
        sequence += changes.length;
        const events = changes.map(({ object, id, kind, at }) => ({
          resourceUrl: `https://api.xero.com/api.xro/2.0/${object === 'contacts' ? 'Contacts' : 'Invoices'}/${id}`,
          resourceId: id,
          eventDateUtc: new Date(at).toISOString().slice(0, 23),
          eventType: kind === 'create' ? 'CREATE' : 'UPDATE',
          eventCategory: object === 'contacts' ? 'CONTACT' : 'INVOICE',
          tenantId,
          tenantType: 'ORGANISATION',
        }));
        return JSON.stringify({ events, firstEventSequence, lastEventSequence: sequence, entropy: `E${sequence}` });
      },
      headers: ({ body }) => ({
        'content-type': 'application/json; charset=utf-8',
        'x-xero-signature': hmacSha256(webhooksKey, body, 'base64'),
      }),
      retryMilliseconds: (attempt) => (attempt < 10 ? 60_000 * 2 ** attempt : undefined),
    },
  });
}

/** The same seed has the same secrets, so that a file written yesterday works today. */
function makeCredentials(seed: number): XeroCredentials {
  const number = String(seed).padStart(4, '0');
  return {
    token: `xero-simulated-${number}-token`,
    tenantId: `5b1e7a1a-0000-4000-8000-00000000${number}`,
    clientId: `xero-client-${number}`,
    clientSecret: `xero-secret-${number}`,
  };
}

/** Ids like 025867f1-d741-4d6b-b1af-9ac774b59ba7. */
function guids(random: Random): () => string {
  const next = randomIds(random, 32, '0123456789abcdef');
  return () => next().replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5');
}

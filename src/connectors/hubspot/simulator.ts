import { assemble } from '../../simulator/assemble.ts';
import { type GroundOptions, makeGround } from '../../simulator/ground.ts';
import { ascendingIds } from '../../simulator/ids.ts';
import type { Gauge, GaugeState } from '../../simulator/limits.ts';
import { type ServeOptions, serve } from '../../simulator/serve.ts';
import type { SimRequest } from '../../simulator/sim-request.ts';
import type { ServedSimulator, Simulator } from '../../simulator/simulator.ts';
import { associationRoutes } from './simulator-association-routes.ts';
import { batchRoutes } from './simulator-batch.ts';
import { errorReply, HubSpotError, hubSpotErrorOf, notFound, throttledReply } from './simulator-error.ts';
import { metadataRoutes } from './simulator-metadata.ts';
import { authenticate, type HubSpotCredentials, makeAuthorizationServer, oauthRoutes } from './simulator-oauth.ts';
import { legacyPath } from './simulator-path.ts';
import { type CustomObject, makePortal } from './simulator-portal.ts';
import { propertyRoutes } from './simulator-property-routes.ts';
import { portalEdits, recordRoutes } from './simulator-records.ts';
import { searchRoutes } from './simulator-search.ts';
import { firstLaterId, seedPortal } from './simulator-seed.ts';
import { makeWebhooks } from './simulator-webhooks.ts';

/** What HubSpot's simulator can be started with. */
export interface HubSpotOptions extends GroundOptions {
  customObjects?: CustomObject[];
  refreshTokens?: 'kept' | 'rotated';
  /** Sends every webhook to this address. */
  webhookUrl?: string;
}

/** The limits of a private app in a Professional account; search has its own and counts there alone. */
const hubSpotLimits = { perTenSeconds: 190, searchPerSecond: 5, perDay: 650_000 };

const day = 86_400_000;

/** HubSpot in this process, written from its contract: the vendor's client and documentation, never from our connector. */
export function makeSimulator(options: HubSpotOptions): Simulator {
  const ground = makeGround(options, (_object, random) => ascendingIds(random, firstLaterId, 900));
  const portal = makePortal(ground, options.customObjects);
  const { records = 0, sameStamp = 0, emailCase = 'lower' } = options;
  seedPortal(portal, { contacts: records, sameStamp: Math.min(sameStamp, records), emailCase });
  const credentials = makeCredentials(ground.seed);
  const server = makeAuthorizationServer(portal, credentials, options.refreshTokens ?? 'kept');
  const webhooks = makeWebhooks(portal, credentials.clientSecret);
  if (options.webhookUrl) webhooks.subscribeAll(options.webhookUrl);
  const answer = (error: HubSpotError) => errorReply(error, portal.correlationId());
  return assemble(ground, {
    app: 'hubspot',
    accountAt: (url) => ({ app: 'hubspot', settings: { baseUrl: url }, secrets: { token: credentials.token } }),
    pathOf: legacyPath,
    routes: [
      ...searchRoutes(portal),
      ...batchRoutes(portal),
      ...recordRoutes(portal),
      ...associationRoutes(portal),
      ...propertyRoutes(portal),
      ...metadataRoutes(portal),
      ...oauthRoutes(server, credentials),
      ...webhooks.routes,
    ],
    gauges,
    limitHeaders,
    authenticate: (request) => authenticate(request, server, credentials),
    replies: {
      throttled: (verdict) => throttledReply(verdict, portal.correlationId()),
      failed: () => answer(new HubSpotError(500, { message: 'internal error', category: 'INTERNAL_ERROR' })),
      missing: () => answer(notFound('resource not found')),
      refusal: (error) => {
        const known = hubSpotErrorOf(error, portal.id);
        return known && answer(known);
      },
    },
    edits: portalEdits(portal),
    courier: webhooks.courier,
    oauth: { server, ...credentials, authorizePath: '/oauth/authorize', tokenPath: '/oauth/v1/token' },
  });
}

/** HubSpot on loopback; without `http` its webhooks stay with the courier. */
export function startSimulator({ port, http, ...options }: HubSpotOptions & ServeOptions): Promise<ServedSimulator> {
  return serve(makeSimulator(options), { port, http });
}

const gauges: Gauge[] = [
  {
    name: 'ten',
    most: hubSpotLimits.perTenSeconds,
    windowMilliseconds: 10_000,
    window: 'rolling',
    covers: (request) => isLimited(request) && !isSearch(request),
  },
  {
    name: 'search',
    most: hubSpotLimits.searchPerSecond,
    windowMilliseconds: 1000,
    window: 'rolling',
    covers: isSearch,
  },
  { name: 'day', most: hubSpotLimits.perDay, windowMilliseconds: day, window: 'fixed', covers: isLimited },
];

function isSearch(request: SimRequest): boolean {
  return request.path.endsWith('/search');
}

/** Getting a token is not counted. */
function isLimited(request: SimRequest): boolean {
  return !request.path.startsWith('/oauth/');
}

/** Search tells nothing of the limits, as the vendor's page on usage says. */
function limitHeaders({ ten, day: daily }: Record<string, GaugeState>, request: SimRequest): Record<string, string> {
  if (isSearch(request) || !isLimited(request) || !ten || !daily) return {};
  return {
    'x-hubspot-ratelimit-daily': String(daily.most),
    'x-hubspot-ratelimit-daily-remaining': String(daily.left),
    'x-hubspot-ratelimit-interval-milliseconds': '10000',
    'x-hubspot-ratelimit-max': String(ten.most),
    'x-hubspot-ratelimit-remaining': String(ten.left),
  };
}

/** The same seed has the same secrets, so that a file written yesterday works today. */
function makeCredentials(seed: number): HubSpotCredentials {
  const number = String(seed).padStart(4, '0');
  return {
    token: `pat-sim-0000${number}-simulated-private-app`,
    clientId: `client-${number}-simulated`,
    clientSecret: `secret-${number}-simulated`,
  };
}

import { assemble } from '../../simulator/assemble.ts';
import { type GroundOptions, makeGround } from '../../simulator/ground.ts';
import type { Gauge, GaugeState } from '../../simulator/limits.ts';
import { makeRouter, type Route } from '../../simulator/router.ts';
import { type ServeOptions, serve } from '../../simulator/serve.ts';
import { NoSuchRecord } from '../../simulator/sim-record.ts';
import type { SimReply } from '../../simulator/sim-reply.ts';
import type { SimRequest } from '../../simulator/sim-request.ts';
import type { ServedSimulator, Simulator } from '../../simulator/simulator.ts';
import { bulkRoutes } from './simulator-bulk.ts';
import { collectionRoutes } from './simulator-collections.ts';
import { errorReply, notFound, SalesforceError } from './simulator-error.ts';
import { idSource } from './simulator-ids.ts';
import { compositeRoute, metadataRoutes } from './simulator-metadata.ts';
import {
  authenticate,
  knowsSession,
  makeAuthorizationServer,
  oauthRoutes,
  type SalesforceCredentials,
} from './simulator-oauth.ts';
import { makeOrg, type OrgOptions, prefixOf } from './simulator-org.ts';
import { plainPath } from './simulator-path.ts';
import { queryRoutes } from './simulator-query.ts';
import { recordRoutes } from './simulator-records.ts';
import { replicationRoutes } from './simulator-replication.ts';
import { orgEdits } from './simulator-save.ts';
import { firstLaterCount, foundOrg, seedOrg } from './simulator-seed.ts';
import { soapRoutes } from './simulator-soap.ts';

/** What Salesforce's simulator can be started with. */
export interface SalesforceOptions extends GroundOptions, OrgOptions {
  refreshTokens?: 'kept' | 'rotated';
}

/** Calls a day of an Enterprise org with a few licences, and long calls at once. */
const salesforceLimits = { perDay: 100_000, atOnce: 25 };

/** Time stamps are whole seconds. */
const stampMilliseconds = 1000;

/** Salesforce in this process, written from its contract: the vendor's types and documentation, never from our connector. */
export function makeSimulator(options: SalesforceOptions): Simulator {
  const settings = { stampMilliseconds, ...options.settings };
  const ground = makeGround({ ...options, settings }, (object, random) =>
    idSource(prefixOf(object, options.customObjects), () => random.next(), firstLaterCount),
  );
  const org = makeOrg(ground, options);
  foundOrg(org);
  const { records = 0, sameStamp = 0, emailCase = 'lower' } = options;
  seedOrg(org, { contacts: records, sameStamp, emailCase });
  const credentials = makeCredentials(ground.seed);
  const server = makeAuthorizationServer(org, credentials, options.refreshTokens ?? 'kept');
  const knows = (session: string) => knowsSession(server, credentials, session);
  const routes = [
    ...metadataRoutes(org),
    ...replicationRoutes(org),
    ...recordRoutes(org),
    ...collectionRoutes(org),
    ...queryRoutes(org),
    ...bulkRoutes(org),
    ...soapRoutes(org, knows),
    ...oauthRoutes(org, server),
  ];
  return assemble(ground, {
    app: 'salesforce',
    accountAt: (url) => ({ app: 'salesforce', settings: { baseUrl: url }, secrets: { token: credentials.token } }),
    pathOf: plainPath,
    routes: [...routes, compositeRoute(answererOf(routes))],
    gauges,
    concurrency: salesforceLimits.atOnce,
    limitHeaders,
    authenticate: (request) => authenticate(request, knows),
    replies: {
      throttled: () =>
        errorReply(new SalesforceError('REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.', { status: 403 })),
      failed: () => errorReply(new SalesforceError('SERVER_UNAVAILABLE', 'Too many requests waiting', { status: 503 })),
      missing: () => errorReply(notFound()),
      refusal,
    },
    edits: orgEdits(org),
    oauth: { server, ...credentials, authorizePath: '/services/oauth2/authorize', tokenPath: '/services/oauth2/token' },
  });
}

/** Salesforce on loopback. It has no webhooks. */
export function startSimulator({ port, http, ...options }: SalesforceOptions & ServeOptions): Promise<ServedSimulator> {
  return serve(makeSimulator(options), { port, http });
}

const gauges: Gauge[] = [
  {
    name: 'day',
    most: salesforceLimits.perDay,
    windowMilliseconds: 86_400_000,
    window: 'fixed',
    covers: (request) => !request.path.startsWith('/services/oauth2/'),
  },
];

function limitHeaders({ day }: Record<string, GaugeState>, request: SimRequest): Record<string, string> {
  if (!day || !request.path.startsWith('/services/data/')) return {};
  return { 'sforce-limit-info': `api-usage=${day.most - day.left}/${day.most}` };
}

function refusal(error: unknown): SimReply | undefined {
  if (error instanceof SalesforceError) return errorReply(error);
  return error instanceof NoSuchRecord ? errorReply(notFound()) : undefined;
}

/** Answers a call's parts: the org's own routes, in the session of the call. */
function answererOf(routes: Route[]): (request: SimRequest) => SimReply {
  const find = makeRouter(routes);
  return (request) => {
    try {
      const match = find(request.method, plainPath(request.path));
      return match ? match.route.answer({ request, params: match.params }) : errorReply(notFound());
    } catch (error) {
      const reply = refusal(error);
      if (!reply) throw error;
      return reply;
    }
  };
}

/** The same seed has the same secrets, so that a file written yesterday works today. */
function makeCredentials(seed: number): SalesforceCredentials {
  const number = String(seed).padStart(4, '0');
  return {
    token: `00DgK!simulated.session.${number}`,
    clientId: `3MVG-simulated-${number}`,
    clientSecret: `simulated-secret-${number}`,
  };
}

import { plainEdits } from '../../simulator/admin.ts';
import { type AppParts, assemble } from '../../simulator/assemble.ts';
import { AuthorizationServer, isRefusal } from '../../simulator/authorization-server.ts';
import { type Ground, type GroundOptions, makeGround } from '../../simulator/ground.ts';
import { ascendingIds } from '../../simulator/ids.ts';
import { type Route, route } from '../../simulator/router.ts';
import { type ServeOptions, serve } from '../../simulator/serve.ts';
import { NoSuchRecord } from '../../simulator/sim-record.ts';
import { jsonReply, Refused, redirectReply, textReply } from '../../simulator/sim-reply.ts';
import { formOf, type SimRequest } from '../../simulator/sim-request.ts';
import type { ServedSimulator, Simulator } from '../../simulator/simulator.ts';
import { type Kind, kinds, makeAccount } from './simulator-account.ts';
import { companyRoutes, noteRoutes } from './simulator-company-routes.ts';
import { errorReply } from './simulator-error.ts';
import { stored } from './simulator-input.ts';
import { recordRoutes } from './simulator-routes.ts';
import { seedAccount } from './simulator-seed.ts';
import { makeWebhooks } from './simulator-webhooks.ts';

/** What Pipedrive's simulator can be started with. */
export interface PipedriveOptions extends GroundOptions {
  /** Sends every event to this address, with the name and password of `webhookAuth`. */
  webhookUrl?: string;
  /** The tokens of a day; 30,000 where left out, as one seat in the Lite plan has. */
  tokensPerDay?: number;
}

/** Who webhooks to the address of the options come as. */
export const webhookAuth = { user: 'syncline', password: 'simulated-password' };

/** Calls in two seconds of the Lite plan's API token. */
export const burst = 20;

const oauthSeconds = { access: 3600, code: 300 };

/** Pipedrive in this process, written from its client's types and its documentation, never from our connector. */
export function makeSimulator(options: PipedriveOptions): Simulator {
  // Its time stamps are whole seconds.
  const settings = { stampMilliseconds: 1000, ...options.settings };
  const ground = makeGround({ ...options, settings }, (_, random) => ascendingIds(random, 100_001, 3));
  const account = makeAccount(ground);
  for (const kind of Object.keys(kinds)) ground.store.add(kind);
  seedAccount(account, {
    persons: options.records ?? 0,
    sameStamp: options.sameStamp ?? 0,
    emailCase: options.emailCase ?? 'lower',
  });
  const webhooks = makeWebhooks(account);
  if (options.webhookUrl) webhooks.sendAllTo(options.webhookUrl, webhookAuth.user, webhookAuth.password);
  const { server, credentials } = oauthOf(ground);
  return assemble(ground, {
    app: 'pipedrive',
    accountAt: (url) => ({
      app: 'pipedrive',
      settings: { baseUrl: url, authUrl: url },
      secrets: { token: credentials.token },
    }),
    routes: [
      ...recordRoutes(account),
      ...noteRoutes(account),
      ...companyRoutes(account),
      ...webhooks.routes,
      ...oauthRoutes(server),
    ],
    ...limitsOf(ground, options.tokensPerDay ?? 30_000),
    authenticate: (request) => authenticate(request, credentials.token, server),
    replies: {
      throttled: ({ refusedBy, retryAfterSeconds }) => {
        const order: Record<string, string> = refusedBy === 'fault' ? { 'retry-after': String(retryAfterSeconds) } : {};
        return errorReply(429, 'request over limit', undefined, order);
      },
      failed: () => errorReply(500, 'Internal Server Error occurred'),
      missing: () => errorReply(404, 'Unknown method.'),
      refusal: (error) => (error instanceof NoSuchRecord ? errorReply(404, error.message, 'ERR_NOT_FOUND') : undefined),
    },
    edits: {
      ...plainEdits(ground.store),
      create: (object, values, actor) =>
        ground.store.table(object).create(stored(account, object as Kind, values, undefined), actor),
      update(object, id, values, actor) {
        const table = ground.store.table(object);
        return table.update(id, stored(account, object as Kind, values, table.get(id)), actor);
      },
    },
    courier: webhooks.courier,
    oauth: { server, ...credentials, authorizePath: '/oauth/authorize', tokenPath: '/oauth/token' },
  });
}

/** Pipedrive on loopback; without `http` its webhooks stay with the courier. */
export function startSimulator({ port, http, ...options }: PipedriveOptions & ServeOptions): Promise<ServedSimulator> {
  return serve(makeSimulator(options), { port, http });
}

/** Two gauges: calls in a stretch of two seconds, and tokens a day. */
function limitsOf({ settings }: Ground, tokensPerDay: number): Pick<AppParts, 'gauges' | 'limitHeaders'> {
  const covers = ({ path }: SimRequest) => path.startsWith('/api/');
  return {
    gauges: [
      { name: 'burst', most: burst, windowMilliseconds: 2000, window: 'rolling', covers },
      { name: 'tokens', most: tokensPerDay, windowMilliseconds: 86_400_000, window: 'fixed', covers, cost: tokensOf },
    ],
    limitHeaders: ({ burst: now }): Record<string, string> =>
      settings.limits === 'off'
        ? {}
        : {
            'x-ratelimit-limit': String(burst),
            'x-ratelimit-remaining': String(now?.left ?? 0),
            'x-ratelimit-reset': '2',
          },
  };
}

/** One entity 2, a list 20, a change 10, a deletion 6; API v2 costs half. */
function tokensOf({ method, path }: SimRequest): number {
  const factor = path.startsWith('/api/v2/') ? 0.5 : 1;
  if (method === 'GET') return (/\/\d+$/.test(path) ? 2 : 20) * factor;
  return (method === 'DELETE' ? 6 : 10) * factor;
}

function authenticate({ path, headers }: SimRequest, token: string, server: AuthorizationServer): void {
  if (!path.startsWith('/api/')) return;
  const bearer = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
  if (headers['x-api-token'] === token || (bearer && server.check(bearer).state === 'valid')) return;
  throw new Refused(errorReply(401, 'unauthorized access'));
}

function oauthOf(ground: Ground) {
  const number = String(ground.seed).padStart(4, '0');
  const credentials = {
    token: `simulated-api-token-${number}`,
    clientId: `simulated-client-${number}`,
    clientSecret: `simulated-client-secret-${number}`,
  };
  const server = new AuthorizationServer({
    clock: ground.clock,
    random: ground.random('oauth'),
    clientId: credentials.clientId,
    clientSecret: credentials.clientSecret,
    scopes: ['contacts:full', 'deals:full'],
    accessSeconds: oauthSeconds.access,
    codeSeconds: oauthSeconds.code,
    refreshTokens: 'kept',
    prefix: 'v1u',
  });
  return { server, credentials };
}

/** The company's own address comes with the tokens. */
function oauthRoutes(server: AuthorizationServer): Route[] {
  return [
    route('GET', '/oauth/authorize', ({ request }) => {
      const answer = server.authorize(request.query);
      return typeof answer === 'string' ? redirectReply(answer) : textReply(400, answer.description);
    }),
    route('POST', '/oauth/token', ({ request }) => {
      const answer = server.token(formOf(request), request.headers.authorization);
      if (isRefusal(answer))
        return jsonReply(400, { success: false, message: answer.description, error: answer.error });
      const { host } = request.headers;
      return jsonReply(200, {
        access_token: answer.accessToken,
        token_type: 'Bearer',
        refresh_token: answer.refreshToken,
        scope: answer.scopes.join(','),
        expires_in: answer.expiresSeconds,
        api_domain: host ? `http://${host}` : 'http://pipedrive.simulated',
      });
    }),
  ];
}

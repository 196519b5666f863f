import type { Clock } from '../../lib/clock.ts';
import { plainEdits } from '../../simulator/admin.ts';
import { assemble } from '../../simulator/assemble.ts';
import { AuthorizationServer, isRefusal } from '../../simulator/authorization-server.ts';
import { type Ground, type GroundOptions, makeGround } from '../../simulator/ground.ts';
import { makePerson } from '../../simulator/people.ts';
import { type Route, route } from '../../simulator/router.ts';
import { type ServeOptions, serve } from '../../simulator/serve.ts';
import { NoSuchRecord } from '../../simulator/sim-record.ts';
import { jsonReply, redirectReply, textReply } from '../../simulator/sim-reply.ts';
import { formOf, type SimRequest } from '../../simulator/sim-request.ts';
import type { ServedSimulator, Simulator } from '../../simulator/simulator.ts';
import { googleError } from './simulator-error.ts';
import { peopleRoutes } from './simulator-routes.ts';
import { SyncView } from './simulator-view.ts';

/** Quotas per user and minute. */
const quotas = { reads: 90, writes: 90 };

const minute = 60_000;

/** Google Contacts in this process, written from the People API's reference and its client's types. */
export function makeSimulator(options: GroundOptions & { clock: Clock }): Simulator {
  let made = 0;
  const ground = makeGround(options, (object) => () => {
    made += 1;
    // Labels have hexadecimal ids, contacts long numbers behind a letter.
    return object === 'groups'
      ? `contactGroups/${(0xa0000 + made).toString(16)}`
      : `people/c${8_000_000_000 + made * 77}`;
  });
  const contacts = ground.store.add('contacts', { idOrder: 'text' });
  ground.store.add('groups', { idOrder: 'text' });
  const view = new SyncView(ground);
  const seeded = ground.random('people');
  for (let n = 0; n < (options.records ?? 0); n++) contacts.create(seed(seeded, n, options), person);
  const { server, credentials } = oauthOf(ground);
  return assemble(ground, {
    app: 'google-contacts',
    accountAt: (url) => ({
      app: 'google-contacts',
      settings: { baseUrl: url, accountsUrl: url, tokenUrl: url },
      secrets: { token: credentials.token },
    }),
    routes: [...peopleRoutes(ground, view), ...oauthRoutes(server)],
    gauges: [
      { name: 'reads', most: quotas.reads, windowMilliseconds: minute, window: 'rolling', covers: isRead },
      { name: 'writes', most: quotas.writes, windowMilliseconds: minute, window: 'rolling', covers: isWrite },
    ],
    authenticate(request) {
      const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
      if (request.path.startsWith('/v1/') && token !== credentials.token && server.check(token).state !== 'valid')
        throw googleError(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.');
      // Mutations of one user that run side by side may fail.
      if (isWrite(request) && request.open > 1) throw googleError(409, 'ABORTED', 'The operation was aborted.');
    },
    replies: {
      throttled: ({ retryAfterSeconds }) => {
        const error = { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'Quota exceeded.' };
        return jsonReply(429, { error }, { 'retry-after': String(retryAfterSeconds) });
      },
      failed: () => googleError(500, 'INTERNAL', 'Internal error encountered.').reply,
      missing: () => googleError(404, 'NOT_FOUND', 'Requested entity was not found.').reply,
      refusal: (error) =>
        error instanceof NoSuchRecord
          ? googleError(404, 'NOT_FOUND', 'Requested entity was not found.').reply
          : undefined,
    },
    edits: plainEdits(ground.store),
    oauth: { server, ...credentials, authorizePath: '/o/oauth2/v2/auth', tokenPath: '/token' },
  });
}

/** Google Contacts on loopback. */
export function startSimulator({ port, http, ...options }: GroundOptions & ServeOptions): Promise<ServedSimulator> {
  return serve(makeSimulator(options), { port, http });
}

const person = { kind: 'person', id: 'me' } as const;

function isWrite({ method, path }: SimRequest): boolean {
  return method !== 'GET' && path.startsWith('/v1/');
}

function isRead({ method, path }: SimRequest): boolean {
  return method === 'GET' && path.startsWith('/v1/');
}

function seed(random: ReturnType<Ground['random']>, n: number, options: GroundOptions) {
  const made = makePerson(random, n, 50, options.emailCase ?? 'lower');
  return {
    names: [{ givenName: made.firstName, familyName: made.lastName }],
    ...(made.email ? { emailAddresses: [{ value: made.email, type: 'work' }] } : {}),
    ...(made.phone ? { phoneNumbers: [{ value: made.phone, type: 'work' }] } : {}),
    organizations: [{ name: made.company.name, ...(made.jobTitle ? { title: made.jobTitle } : {}) }],
    memberships: [{ contactGroupMembership: { contactGroupResourceName: 'contactGroups/myContacts' } }],
  };
}

function oauthOf(ground: Ground) {
  const number = String(ground.seed).padStart(4, '0');
  const credentials = {
    token: `ya29.sim-${number}-simulated-token`,
    clientId: `${number}-simulated.apps.googleusercontent.com`,
    clientSecret: `GOCSPX-${number}-simulated`,
  };
  const server = new AuthorizationServer({
    clock: ground.clock,
    random: ground.random('oauth'),
    clientId: credentials.clientId,
    clientSecret: credentials.clientSecret,
    scopes: ['https://www.googleapis.com/auth/contacts'],
    accessSeconds: 3600,
    codeSeconds: 600,
    refreshTokens: 'kept',
    prefix: 'ya29',
  });
  return { server, credentials };
}

function oauthRoutes(server: AuthorizationServer): Route[] {
  return [
    route('GET', '/o/oauth2/v2/auth', ({ request }) => {
      const answer = server.authorize(request.query);
      return typeof answer === 'string' ? redirectReply(answer) : textReply(400, answer.description);
    }),
    route('POST', '/token', ({ request }) => {
      const answer = server.token(formOf(request), request.headers.authorization);
      if (isRefusal(answer)) return jsonReply(400, { error: answer.error, error_description: answer.description });
      const isFirst = formOf(request).get('grant_type') !== 'refresh_token';
      return jsonReply(200, {
        access_token: answer.accessToken,
        expires_in: answer.expiresSeconds,
        token_type: 'Bearer',
        scope: answer.scopes.join(' '),
        // Google gives its refresh token once.
        ...(isFirst ? { refresh_token: answer.refreshToken } : {}),
      });
    }),
  ];
}

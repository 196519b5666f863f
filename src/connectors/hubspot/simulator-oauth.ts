import { AuthorizationServer, type Grant, isRefusal } from '../../simulator/authorization-server.ts';
import { type Route, route } from '../../simulator/router.ts';
import { emptyReply, jsonReply, redirectReply, textReply } from '../../simulator/sim-reply.ts';
import { formOf, type SimRequest } from '../../simulator/sim-request.ts';
import { HubSpotError } from './simulator-error.ts';
import { appId, type Portal, portalId } from './simulator-portal.ts';

/** The private app's token, and the public app's client as it is registered. */
export interface HubSpotCredentials {
  token: string;
  clientId: string;
  clientSecret: string;
}

/** Access tokens last half an hour; codes a minute. */
const oauthSeconds = { access: 1800, code: 60 };

/** HubSpot's OAuth server. `refreshTokens`: kept, as HubSpot does. */
export function makeAuthorizationServer(
  portal: Portal,
  credentials: HubSpotCredentials,
  refreshTokens: 'kept' | 'rotated',
): AuthorizationServer {
  return new AuthorizationServer({
    clock: portal.ground.clock,
    random: portal.ground.random('oauth'),
    clientId: credentials.clientId,
    clientSecret: credentials.clientSecret,
    scopes: ['oauth', 'crm.objects.contacts.read', 'crm.objects.contacts.write'],
    accessSeconds: oauthSeconds.access,
    codeSeconds: oauthSeconds.code,
    refreshTokens,
    prefix: 'hs',
  });
}

/** The consent page (which says yes at once), the token endpoint, and what tells about a token. */
export function oauthRoutes(server: AuthorizationServer, credentials: HubSpotCredentials): Route[] {
  return [
    route('GET', '/oauth/authorize', ({ request }) => {
      const answer = server.authorize(request.query);
      return typeof answer === 'string' ? redirectReply(answer) : textReply(400, answer.description);
    }),
    route('POST', '/oauth/v1/token', ({ request }) => {
      const answer = server.token(formOf(request), request.headers.authorization);
      if (!isRefusal(answer)) return jsonReply(200, shownGrant(answer));
      const isRefresh = formOf(request).get('grant_type') === 'refresh_token';
      const badGrant = isRefresh ? 'BAD_REFRESH_TOKEN' : 'BAD_AUTH_CODE';
      const status = answer.error === 'invalid_client' ? 'BAD_CLIENT_ID' : badGrant;
      const message = answer.description;
      return jsonReply(400, {
        status: status ?? 'BAD_REQUEST',
        message,
        error: answer.error,
        error_description: message,
      });
    }),
    route('GET', '/oauth/v1/access-tokens/{token}', ({ params }) => {
      const token = params.token ?? '';
      const state = server.check(token);
      if (state.state !== 'valid') throw new HubSpotError(404, { message: 'the token is unknown or expired' });
      const expires_in = Math.round((state.expiresAt - server.now()) / 1000);
      return jsonReply(200, {
        token,
        ...tokenFacts,
        app_id: appId,
        expires_in,
        scopes: state.scopes,
        token_type: 'access',
      });
    }),
    route('GET', '/oauth/v1/refresh-tokens/{token}', ({ params }) => {
      const token = params.token ?? '';
      if (!server.knowsRefreshToken(token)) throw new HubSpotError(404, { message: 'the token is unknown' });
      return jsonReply(200, {
        token,
        ...tokenFacts,
        client_id: credentials.clientId,
        scopes: [],
        token_type: 'refresh',
      });
    }),
    route('DELETE', '/oauth/v1/refresh-tokens/{token}', ({ params }) => {
      server.revoke(params.token);
      return emptyReply();
    }),
    route('POST', '/oauth/v1/token/introspect', ({ request }) => {
      const state = server.check(formOf(request).get('token') ?? '');
      if (state.state !== 'valid') return jsonReply(200, { active: false });
      return jsonReply(200, { active: true, ...tokenFacts, app_id: appId, scopes: state.scopes, token_type: 'access' });
    }),
  ];
}

/** Lets a call pass with the private app's token or a valid access token; the OAuth endpoints need none. */
export function authenticate(request: SimRequest, server: AuthorizationServer, credentials: HubSpotCredentials): void {
  if (request.path.startsWith('/oauth/')) return;
  // Webhook settings belong to the app's developer, who calls with a key in the query.
  if (request.path.startsWith('/webhooks/') && request.query.has('hapikey')) return;
  const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
  if (token === credentials.token) return;
  const state = server.check(token);
  if (state.state === 'valid') return;
  if (state.state === 'expired') {
    const seconds = Math.round((server.now() - state.expiredAt) / 1000);
    const message = `The OAuth token used to make this call expired ${seconds} second(s) ago.`;
    throw new HubSpotError(401, { message, category: 'EXPIRED_AUTHENTICATION' });
  }
  throw new HubSpotError(401, {
    message:
      'Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview',
    category: 'INVALID_AUTHENTICATION',
  });
}

const tokenFacts = { hub_id: portalId, user_id: 7100001, user: 'ann.lee@example.com', hub_domain: 'simulated.example' };

function shownGrant({ accessToken, refreshToken, expiresSeconds, scopes }: Grant): object {
  return {
    token_type: 'bearer',
    access_token: accessToken,
    refresh_token: refreshToken,
    expires_in: expiresSeconds,
    hub_id: portalId,
    scopes,
  };
}

import { AuthorizationServer, isRefusal } from '../../simulator/authorization-server.ts';
import type { Ground } from '../../simulator/ground.ts';
import { type Route, route } from '../../simulator/router.ts';
import { jsonReply, Refused, redirectReply, textReply } from '../../simulator/sim-reply.ts';
import { formOf, type SimRequest } from '../../simulator/sim-request.ts';
import { problem } from './simulator-error.ts';

/** A custom connection's token, the organisation, and the app's client as it is registered. */
export interface XeroCredentials {
  token: string;
  tenantId: string;
  clientId: string;
  clientSecret: string;
}

/** Xero's sign-in: access tokens last half an hour, and each refresh gives a new refresh token. */
export function makeAuthorizationServer(ground: Ground, credentials: XeroCredentials): AuthorizationServer {
  return new AuthorizationServer({
    clock: ground.clock,
    random: ground.random('oauth'),
    clientId: credentials.clientId,
    clientSecret: credentials.clientSecret,
    scopes: ['offline_access', 'accounting.contacts', 'accounting.invoices', 'accounting.settings'],
    accessSeconds: 1800,
    codeSeconds: 300,
    refreshTokens: 'rotated',
    prefix: 'xero',
  });
}

/** The consent page (which says yes at once), the tokens, and the organisations that were opened. */
export function oauthRoutes(server: AuthorizationServer, { tenantId }: XeroCredentials): Route[] {
  return [
    route('GET', '/identity/connect/authorize', ({ request }) => {
      const answer = server.authorize(request.query);
      return typeof answer === 'string' ? redirectReply(answer) : textReply(400, answer.description);
    }),
    route('POST', '/connect/token', ({ request }) => {
      const answer = server.token(formOf(request), request.headers.authorization);
      if (isRefusal(answer)) return jsonReply(400, { error: answer.error, error_description: answer.description });
      const { accessToken, refreshToken, expiresSeconds, scopes } = answer;
      return jsonReply(200, {
        access_token: accessToken,
        refresh_token: refreshToken,
        expires_in: expiresSeconds,
        token_type: 'Bearer',
        scope: scopes.join(' '),
      });
    }),
    route('GET', '/connections', () =>
      jsonReply(200, [{ id: 'connection-1', tenantId, tenantType: 'ORGANISATION', tenantName: 'Simulated Ltd' }]),
    ),
  ];
}

/** Lets a call pass with a valid token, and to the books only for the organisation it was given for. */
export function authenticate(request: SimRequest, server: AuthorizationServer, credentials: XeroCredentials): void {
  if (request.path.startsWith('/connect/') || request.path.startsWith('/identity/')) return;
  const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const state = token === credentials.token ? 'valid' : server.check(token).state;
  if (state === 'expired') throw new Refused(problem(401, 'Unauthorized', 'TokenExpired: token expired'));
  if (state !== 'valid') throw new Refused(problem(401, 'Unauthorized', 'AuthenticationUnsuccessful'));
  if (request.path === '/connections' || request.headers['xero-tenant-id'] === credentials.tenantId) return;
  throw new Refused(problem(403, 'Forbidden', 'AuthenticationUnsuccessful'));
}

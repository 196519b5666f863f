import { AuthorizationServer, type Grant, isRefusal } from '../../simulator/authorization-server.ts';
import { type Route, route } from '../../simulator/router.ts';
import { emptyReply, jsonReply, redirectReply, type SimReply, textReply } from '../../simulator/sim-reply.ts';
import { formOf, type SimRequest } from '../../simulator/sim-request.ts';
import { SalesforceError } from './simulator-error.ts';
import { apiUserId, type Org } from './simulator-org.ts';
import { addressOf } from './simulator-path.ts';

/** A session that somebody handed out, and the connected app as it is registered. */
export interface SalesforceCredentials {
  token: string;
  clientId: string;
  clientSecret: string;
}

/** A session lasts two hours (the org's usual time-out); a code fifteen minutes. */
const oauthSeconds = { access: 7200, code: 900 };

/** Salesforce's OAuth server. Refresh tokens stay the same unless the connected app rotates them. */
export function makeAuthorizationServer(
  org: Org,
  { clientId, clientSecret }: SalesforceCredentials,
  refreshTokens: 'kept' | 'rotated',
): AuthorizationServer {
  const { clock } = org.ground;
  return new AuthorizationServer({
    clock,
    random: org.ground.random('oauth'),
    clientId,
    clientSecret,
    scopes: ['api', 'refresh_token'],
    accessSeconds: oauthSeconds.access,
    codeSeconds: oauthSeconds.code,
    refreshTokens,
    prefix: '00DgK!',
  });
}

/** The consent page (which says yes at once), the token endpoint, revocation, and who is signed in. */
export function oauthRoutes(org: Org, server: AuthorizationServer): Route[] {
  return [
    route('GET', '/services/oauth2/authorize', ({ request }) => {
      // A challenge without a method is SHA-256: Salesforce knows no other.
      const query = new URLSearchParams(request.query);
      if (query.has('code_challenge') && !query.has('code_challenge_method'))
        query.set('code_challenge_method', 'S256');
      const answer = server.authorize(query);
      return typeof answer === 'string' ? redirectReply(answer) : textReply(400, answer.description);
    }),
    route('POST', '/services/oauth2/token', ({ request }) => token(org, server, request)),
    route('POST', '/services/oauth2/revoke', ({ request }) => {
      server.revoke(formOf(request).get('token') ?? '');
      return emptyReply();
    }),
    route('GET', '/services/oauth2/userinfo', ({ request }) => {
      const sub = `${addressOf(request)}/id/${org.id}/${apiUserId}`;
      return jsonReply(200, { sub, user_id: apiUserId, organization_id: org.id });
    }),
  ];
}

/** Is this a session that calls may be made with? */
export function knowsSession(
  server: AuthorizationServer,
  { token: given }: SalesforceCredentials,
  session: string,
): boolean {
  return session === given || server.check(session).state === 'valid';
}

/** Refuses a call without a session. SOAP has its own place for it. */
export function authenticate(request: SimRequest, knows: (session: string) => boolean): void {
  if (request.path.startsWith('/services/oauth2/') && !request.path.endsWith('/userinfo')) return;
  if (request.path.startsWith('/services/Soap/') || request.path === '/services/data') return;
  const bearer = /^(?:Bearer|OAuth) (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (knows(bearer ?? request.query.get('oauth_token') ?? '')) return;
  throw new SalesforceError('INVALID_SESSION_ID', 'Session expired or invalid', { status: 401 });
}

function token(org: Org, server: AuthorizationServer, request: SimRequest): SimReply {
  const form = formOf(request);
  const answer = server.token(form, request.headers.authorization);
  if (isRefusal(answer)) return jsonReply(400, { error: answer.error, error_description: answer.description });
  const isKept = answer.refreshToken === form.get('refresh_token');
  return jsonReply(200, shownGrant(org, answer, isKept, addressOf(request)));
}

/** A refresh that keeps its token does not name it again. There is no lifetime in the answer. */
function shownGrant(org: Org, grant: Grant, isKept: boolean, address: string): object {
  const issued = String(org.ground.clock.now());
  return {
    access_token: grant.accessToken,
    ...(isKept ? {} : { refresh_token: grant.refreshToken }),
    signature: Buffer.from(`${address}${issued}`).toString('base64'),
    scope: grant.scopes.join(' '),
    instance_url: address,
    id: `${address}/id/${org.id}/${apiUserId}`,
    token_type: 'Bearer',
    issued_at: issued,
  };
}

import * as oauth from 'oauth4webapi';
import { getDomain } from 'tldts';
import { type Connector, Failure } from '../connector/contract.ts';
import { type Http, HttpFailure } from '../lib/http.ts';

/** How Syncline is known to an app's authorization server. */
export interface AppClient {
  clientId: string;
  clientSecret: string | null;
  /** An operator's client serves all workspaces, so its secret goes to the app's own servers only. */
  from: 'workspace' | 'environment';
}

/** A connector whose accounts are connected by OAuth 2. */
export type OAuthConnector = Connector & { auth: { kind: 'oauth2' } };

/** Tells whether an app's accounts are connected by OAuth 2. */
export function isOAuth(connector: Connector): connector is OAuthConnector {
  return connector.auth.kind === 'oauth2';
}

/** What a token endpoint gave. */
export interface Tokens {
  secrets: { accessToken: string; refreshToken?: string };
  /** Settings that the app told along: the account's own address. */
  settings: Record<string, string>;
}

/** The app says that a grant, or a code, is not valid (any more). */
export class GrantInvalid extends Error {
  override name = 'GrantInvalid';
}

/** How long the token endpoint may take, in milliseconds: meanwhile a row is held. */
const TOKEN_MILLISECONDS = 15_000;

/** The whole of an app's OAuth settings with an account's own filled in. */
interface Place {
  as: oauth.AuthorizationServer & { authorization_endpoint: string; token_endpoint: string };
  connector: OAuthConnector;
}

/** The address to send a person to, who then agrees to what is asked for. */
export async function authorizationUrl(
  connector: OAuthConnector,
  settings: Record<string, string>,
  client: AppClient,
  ask: { redirectUri: string; state: string; verifier: string },
): Promise<string> {
  const { oauth: spoken } = connector.auth;
  const url = new URL(placeOf(connector, settings).as.authorization_endpoint);
  const query = {
    response_type: 'code',
    client_id: client.clientId,
    redirect_uri: ask.redirectUri,
    scope: spoken.scopes.map(({ name }) => name).join(' '),
    state: ask.state,
    ...(spoken.pkce === 'S256'
      ? { code_challenge: await oauth.calculatePKCECodeChallenge(ask.verifier), code_challenge_method: 'S256' }
      : {}),
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}

/** Tokens for the code that came back. Throws GrantInvalid, or Failure where the app did not answer well. */
export async function redeemCode(
  http: Http,
  connector: OAuthConnector,
  settings: Record<string, string>,
  client: AppClient,
  back: { query: URLSearchParams; state: string; redirectUri: string; verifier: string },
): Promise<Tokens> {
  const place = placeOf(connector, settings);
  const query = new URLSearchParams(back.query);
  // Some name their issuer; which addresses are theirs stands in the connector.
  query.delete('iss');
  return exchanged(place, async () => {
    const sent = oauth.validateAuthResponse(place.as, { client_id: client.clientId }, query, back.state);
    const verifier = connector.auth.oauth.pkce === 'S256' ? back.verifier : oauth.nopkce;
    const { id, proof, options } = clientOf(http, place, client);
    const answer = await oauth.authorizationCodeGrantRequest(
      place.as,
      id,
      proof,
      sent,
      back.redirectUri,
      verifier,
      options,
    );
    return oauth.processAuthorizationCodeResponse(place.as, id, answer);
  });
}

/** New tokens for a refresh token. Throws GrantInvalid, or Failure where the app did not answer well. */
export async function refreshTokens(
  http: Http,
  connector: OAuthConnector,
  settings: Record<string, string>,
  client: AppClient,
  refreshToken: string,
): Promise<Tokens> {
  const place = placeOf(connector, settings);
  return exchanged(place, async () => {
    const { id, proof, options } = clientOf(http, place, client);
    const answer = await oauth.refreshTokenGrantRequest(place.as, id, proof, refreshToken, options);
    return oauth.processRefreshTokenResponse(place.as, id, answer);
  });
}

function placeOf(connector: OAuthConnector, settings: Record<string, string>): Place {
  const { authorizeUrl, tokenUrl } = connector.auth.oauth;
  const token_endpoint = filledIn(connector, tokenUrl, settings);
  const authorization_endpoint = filledIn(connector, authorizeUrl, settings);
  return { connector, as: { issuer: new URL(token_endpoint).origin, token_endpoint, authorization_endpoint } };
}

function filledIn(connector: OAuthConnector, address: string, settings: Record<string, string>): string {
  const filled = address.replace(/\{(\w+)\}/g, (_all, name: string) => {
    const field = connector.settings?.find((each) => each.name === name);
    return (settings[name] || field?.default || '').replace(/\/+$/, '');
  });
  const url = URL.parse(filled);
  if (url && /^https?:$/.test(url.protocol)) return filled;
  throw new Failure('invalid', `${connector.app.label}: the address to sign in at is none: check the settings`);
}

function clientOf(http: Http, { as, connector }: Place, client: AppClient) {
  if (client.from === 'environment') refuseStrangeServer(connector, as.token_endpoint);
  const { clientId, clientSecret } = client;
  const proof = !clientSecret
    ? oauth.None()
    : connector.auth.oauth.client === 'basic'
      ? oauth.ClientSecretBasic(clientSecret)
      : oauth.ClientSecretPost(clientSecret);
  const options = {
    [oauth.customFetch]: (url: string, init: { method: string; headers: Record<string, string>; body: unknown }) =>
      fetchBy(http, url, init),
    // Whether an address may be called is the network's matter; simulators have no certificates.
    [oauth.allowInsecureRequests]: new URL(as.token_endpoint).protocol === 'http:',
  };
  return { id: { client_id: clientId }, proof, options: options as oauth.TokenEndpointRequestOptions };
}

/** With settings of their own a workspace could else have the operator's client secret sent to itself. */
function refuseStrangeServer(connector: OAuthConnector, tokenEndpoint: string): void {
  const own = new URL(filledIn(connector, connector.auth.oauth.tokenUrl, {})).hostname;
  const given = new URL(tokenEndpoint).hostname;
  const isLoopback = given === '127.0.0.1' || given === 'localhost';
  if (given === own || isLoopback || (getDomain(own) !== null && getDomain(own) === getDomain(given))) return;
  throw new Failure(
    'forbidden',
    `${connector.app.label}: the server's own client is not told to ${given}: give the workspace a client id and secret`,
  );
}

async function fetchBy(
  http: Http,
  url: string,
  { method, headers, body }: { method: string; headers: Record<string, string>; body: unknown },
): Promise<Response> {
  const sent = { method, url, headers, body: String(body), timeoutMilliseconds: TOKEN_MILLISECONDS };
  const reply = await http.request(sent);
  return new Response(withoutIdToken(Buffer.from(reply.body).toString('utf8')), {
    status: reply.status,
    headers: { 'content-type': reply.headers['content-type'] ?? 'application/json' },
  });
}

/** Who the account is, the app is asked with the access token; an ID token would be checked against keys we lack. */
function withoutIdToken(text: string): string {
  try {
    const { id_token: _id, ...rest } = JSON.parse(text) as Record<string, unknown>;
    return JSON.stringify({ token_type: 'bearer', ...rest });
  } catch {
    return text;
  }
}

async function exchanged({ connector }: Place, ask: () => Promise<oauth.TokenEndpointResponse>): Promise<Tokens> {
  const { label } = connector.app;
  try {
    const answer = await ask();
    const { access_token: accessToken, refresh_token: refreshToken } = answer;
    const settings = connector.auth.oauth.settingsFrom?.(answer as Record<string, unknown>) ?? {};
    return { secrets: { accessToken, ...(refreshToken ? { refreshToken } : {}) }, settings };
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (error instanceof HttpFailure)
      throw new Failure('unavailable', `${label}: ${error.message}; it is asked again later`, { cause: error });
    if (await isInvalidGrant(error)) throw new GrantInvalid(`${label} says that the permission it gave is not valid`);
    const code = (error as { error?: string }).error;
    if (code === 'invalid_client' || code === 'unauthorized_client')
      throw new Failure('forbidden', `${label} does not know our client id and secret: give the right ones`);
    // What came may hold tokens: none of it is told.
    throw new Failure(
      'unavailable',
      `${label} did not give tokens (${code ?? 'no known answer'}); it is asked again later`,
    );
  }
}

/** RFC 6749's word for it, or HubSpot's. */
async function isInvalidGrant(error: unknown): Promise<boolean> {
  if ((error as { error?: string }).error === 'invalid_grant') return true;
  const cause = (error as { cause?: unknown }).cause;
  if (!(cause instanceof Response) || cause.bodyUsed || cause.status !== 400) return false;
  return /"(invalid_grant|BAD_REFRESH_TOKEN|BAD_AUTH_CODE)"/.test(await cause.text());
}

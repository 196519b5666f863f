import { createHash } from 'node:crypto';
import type { Random } from '../lib/random.ts';
import type { SimClock } from './sim-clock.ts';

/** What an app's OAuth 2 server needs to know. */
export interface AuthorizationOptions {
  clock: SimClock;
  random: Random;
  clientId: string;
  clientSecret: string;
  /** What is granted when a request names no scope. */
  scopes: string[];
  accessSeconds: number;
  codeSeconds: number;
  /** rotated: each refresh gives a new refresh token and the old one is dead at once. kept: it stays the same. */
  refreshTokens: 'rotated' | 'kept';
  /** How its tokens look: access tokens `…a`, refresh tokens `…r`. */
  prefix: string;
}

/** A pair of tokens, freshly given. */
export interface Grant {
  accessToken: string;
  refreshToken: string;
  expiresSeconds: number;
  scopes: string[];
}

/** Why an OAuth request is refused, in the words of RFC 6749. */
export interface GrantRefusal {
  error: 'invalid_client' | 'invalid_grant' | 'invalid_request' | 'unsupported_grant_type';
  description: string;
}

/** What an access token is worth. */
export type TokenState =
  | { state: 'valid'; expiresAt: number; scopes: string[] }
  | { state: 'expired'; expiredAt: number }
  | { state: 'unknown' };

interface Code {
  redirectUri: string;
  challenge?: { value: string; method: string };
  scopes: string[];
  expiresAt: number;
}

/** OAuth 2: authorization code with PKCE, refresh, expiry, revocation. The person always says yes. */
export class AuthorizationServer {
  readonly #options: AuthorizationOptions;
  readonly #codes = new Map<string, Code>();
  readonly #access = new Map<string, { expiresAt: number; scopes: string[] }>();
  readonly #refresh = new Map<string, { scopes: string[] }>();

  constructor(options: AuthorizationOptions) {
    this.#options = options;
  }

  /** Where the browser goes after the consent page: back to the client with a code, or with an error. */
  authorize(query: URLSearchParams): string | GrantRefusal {
    const redirectUri = query.get('redirect_uri') ?? '';
    if (query.get('client_id') !== this.#options.clientId) {
      return { error: 'invalid_client', description: 'unknown client_id' };
    }
    if (!URL.canParse(redirectUri)) return { error: 'invalid_request', description: 'redirect_uri is missing' };
    const challenge = query.get('code_challenge');
    const code = this.#options.random.secret(16);
    this.#codes.set(code, {
      redirectUri,
      scopes: scopesOf(query.get('scope')) ?? this.#options.scopes,
      expiresAt: this.#options.clock.now() + this.#options.codeSeconds * 1000,
      ...(challenge ? { challenge: { value: challenge, method: query.get('code_challenge_method') ?? 'plain' } } : {}),
    });
    const back = new URL(redirectUri);
    back.searchParams.set('code', code);
    const state = query.get('state');
    if (state !== null) back.searchParams.set('state', state);
    return back.href;
  }

  /** Answers the token endpoint. `authorization`: that header, for clients that identify themselves by Basic. */
  token(form: URLSearchParams, authorization = ''): Grant | GrantRefusal {
    const basic = /^Basic (.+)$/i.exec(authorization)?.[1];
    const [id, secret] = basic
      ? Buffer.from(basic, 'base64').toString('utf8').split(':').map(decodeURIComponent)
      : [form.get('client_id'), form.get('client_secret')];
    if (id !== this.#options.clientId || secret !== this.#options.clientSecret) {
      return { error: 'invalid_client', description: 'client_id or client_secret is wrong' };
    }
    switch (form.get('grant_type')) {
      case 'authorization_code':
        return this.#redeem(form);
      case 'refresh_token':
        return this.#renew(form.get('refresh_token') ?? '');
      default:
        return {
          error: 'unsupported_grant_type',
          description: 'grant_type must be authorization_code or refresh_token',
        };
    }
  }

  /** What an access token is worth now. */
  check(token: string): TokenState {
    const access = this.#access.get(token);
    if (!access) return { state: 'unknown' };
    if (access.expiresAt <= this.#options.clock.now()) return { state: 'expired', expiredAt: access.expiresAt };
    return { state: 'valid', ...access };
  }

  /** The app's time, which its tokens run out by. */
  now(): number {
    return this.#options.clock.now();
  }

  /** Whether a refresh token can still be used. */
  knowsRefreshToken(token: string): boolean {
    return this.#refresh.has(token);
  }

  /** The person withdraws the consent (every token dies), or one token is given back. */
  revoke(token?: string): void {
    for (const kept of [this.#access, this.#refresh]) token === undefined ? kept.clear() : kept.delete(token);
  }

  #redeem(form: URLSearchParams): Grant | GrantRefusal {
    const key = form.get('code') ?? '';
    const code = this.#codes.get(key);
    // A code is good for one try, whatever comes of it.
    this.#codes.delete(key);
    if (!code || code.expiresAt <= this.#options.clock.now()) {
      return { error: 'invalid_grant', description: 'the code is unknown, used or expired' };
    }
    if (form.get('redirect_uri') !== code.redirectUri) {
      return { error: 'invalid_grant', description: 'redirect_uri is not that of the authorization' };
    }
    if (
      code.challenge &&
      challengeOf(form.get('code_verifier') ?? '', code.challenge.method) !== code.challenge.value
    ) {
      return { error: 'invalid_grant', description: 'code_verifier does not fit the challenge' };
    }
    return this.#give(code.scopes);
  }

  #renew(refreshToken: string): Grant | GrantRefusal {
    const refresh = this.#refresh.get(refreshToken);
    if (!refresh) return { error: 'invalid_grant', description: 'the refresh token is unknown, used or revoked' };
    if (this.#options.refreshTokens === 'kept') return this.#give(refresh.scopes, refreshToken);
    this.#refresh.delete(refreshToken);
    return this.#give(refresh.scopes);
  }

  #give(scopes: string[], keptToken?: string): Grant {
    const { random, clock, accessSeconds, prefix } = this.#options;
    const accessToken = `${prefix}a-${random.secret(16)}`;
    const refreshToken = keptToken ?? `${prefix}r-${random.secret(16)}`;
    this.#access.set(accessToken, { scopes, expiresAt: clock.now() + accessSeconds * 1000 });
    this.#refresh.set(refreshToken, { scopes });
    return { accessToken, refreshToken, expiresSeconds: accessSeconds, scopes };
  }
}

/** Tells a refusal from a grant. */
export function isRefusal(answer: object): answer is GrantRefusal {
  return 'error' in answer;
}

function scopesOf(text: string | null): string[] | undefined {
  const scopes = (text ?? '').split(/[\s,]+/).filter((scope) => scope !== '');
  return scopes.length > 0 ? scopes : undefined;
}

function challengeOf(verifier: string, method: string): string {
  return method === 'S256' ? createHash('sha256').update(verifier).digest('base64url') : verifier;
}

import { passkey } from '@better-auth/passkey';
import { betterAuth } from 'better-auth';
import { hashPassword } from 'better-auth/crypto';
import { genericOAuth, twoFactor } from 'better-auth/plugins';
import type { Clock } from '../lib/clock.ts';
import { open, seal } from '../lib/crypto.ts';
import type { Log } from '../lib/log.ts';
import type { Mail } from '../lib/mail.ts';
import type { Random } from '../lib/random.ts';
import { type Db, isAway } from '../store/db.ts';
import { workspaceId } from '../store/installation.ts';
import { acceptInvitation, invitationsOf } from '../store/invitations.ts';
import { ownSecret } from '../store/own-secrets.ts';
import { addMember } from '../store/people.ts';
import { signInDatabase } from '../store/sign-in-database.ts';
import type { InstallationKey } from './key.ts';
import { WORKSPACE } from './local.ts';
import { originFor } from './own-address.ts';
import { isOfDomain, PROVIDER, type SignOnSettings } from './sign-on.ts';

/** How people prove who they are. */
export interface SignIn {
  /** Answers everything under /api/auth: sign in and out, second factor, passkeys, sessions, sign-on. */
  handle(request: Request): Promise<Response>;
  /** Whose session the cookies of a request are. */
  person(request: Request): Promise<SignedIn | null>;
  /** Signs in somebody who was just made: the answer carries their cookie. */
  begin(request: Request, email: string, password: string): Promise<Response>;
  /** A password as it is stored. */
  hash(password: string): Promise<string>;
  /** The sign-on provider, where one is set up. */
  provider: { id: string; label: string } | null;
  /** Whether a forgotten password is changed by a link that is sent by mail. */
  passwordByMail: boolean;
}

/** A person with a session. */
export interface SignedIn {
  id: string;
  name: string;
  email: string;
  secondFactor: boolean;
}

/** What signing in stands on. */
export interface SignInParts {
  db: Db;
  key: InstallationKey;
  random: Random;
  clock: Clock;
  log: Log;
  /** By which people who forgot their password get a link; without it only `syncline reset-password` helps. */
  mail?: Mail;
}

/** How it is set up. `url`: the address people reach the server at; null: loopback only. */
export interface SignInSettings {
  url: string | null;
  signOn: SignOnSettings | null;
}

/** Shortest and longest passwords. */
export const PASSWORD = { least: 12, most: 128 };

/** A session ends after so long without a visit; a visit renews it at most once in the second time. */
const SESSION_SECONDS = 14 * 24 * 3600;
const RENEW_SECONDS = 24 * 3600;

/** Where better-auth answers. */
export const AUTH = '/api/auth';

/** What better-auth can do and we do not offer: people come by invitation, and leave through /people. */
const unused = [
  '/sign-up/email',
  '/change-email',
  '/delete-user',
  '/delete-user/callback',
  '/send-verification-email',
  '/verify-email',
  '/get-access-token',
  '/refresh-token',
  '/account-info',
  '/two-factor/send-otp',
  '/two-factor/verify-otp',
];

/** How long a link to choose a new password is good for. */
const RESET_SECONDS = 3600;

/** How long a provider whose settings could not be read is left alone, in milliseconds. */
const PROVIDER_REST_MILLISECONDS = 30_000;

/** Signing in by better-auth, on our tables. It begins with the first request, and again while the provider is away. */
export function makeSignIn(parts: SignInParts, settings: SignInSettings): SignIn {
  let current: { auth: Promise<Auth>; at: number } | null = null;
  const begun = async (): Promise<Auth> => {
    const at = parts.clock.monotonic();
    current ??= { auth: makeAuth(parts, settings), at };
    const auth = await current.auth.catch((error: unknown) => {
      current = null;
      throw error;
    });
    if (!settings.signOn || at - current.at < PROVIDER_REST_MILLISECONDS) return auth;
    const { socialProviders } = await auth.$context;
    if (socialProviders.some(({ id }) => id === PROVIDER)) return auth;
    current = { auth: makeAuth(parts, settings), at };
    return current.auth;
  };
  const ask = async (request: Request): Promise<Response> => {
    const answer = await (await begun()).handler(request);
    // It answers 500 to whatever fails: where that is the database, this throws what `isAway` knows.
    if (answer.status >= 500) await parts.db.rows('select 1');
    return answer;
  };
  return {
    handle: ask,
    person: async (request) => {
      if (!request.headers.has('cookie')) return null;
      const url = new URL(`${AUTH}/get-session`, request.url);
      const answer = await ask(new Request(url, { headers: request.headers }));
      const found = (answer.ok ? await answer.json() : null) as Session | null;
      if (!found) return null;
      const { id, name, email, twoFactorEnabled } = found.user;
      return { id, name, email, secondFactor: twoFactorEnabled === true };
    },
    begin: async (request, email, password) => {
      const url = new URL(`${AUTH}/sign-in/email`, request.url);
      const agent = request.headers.get('user-agent') ?? '';
      const headers = { 'content-type': 'application/json', 'user-agent': agent };
      const body = JSON.stringify({ email, password });
      return ask(new Request(url, { method: 'POST', headers, body }));
    },
    hash: hashPassword,
    provider: settings.signOn ? { id: PROVIDER, label: settings.signOn.label } : null,
    passwordByMail: parts.mail !== undefined,
  };
}

interface Session {
  user: { id: string; name: string; email: string; twoFactorEnabled?: boolean | null };
}

type Auth = Awaited<ReturnType<typeof makeAuth>>;

async function makeAuth(parts: SignInParts, { url, signOn }: SignInSettings) {
  const { db, log } = parts;
  const secure = url?.startsWith('https:') === true;
  return betterAuth({
    appName: 'Syncline',
    secret: await signInSecret(parts),
    baseURL: url ?? { allowedHosts: ['localhost', 'localhost:*', '127.0.0.1', '127.0.0.1:*', '[::1]:*'] },
    basePath: AUTH,
    database: signInDatabase(db),
    telemetry: { enabled: false },
    logger: { level: 'error', log: tellIn(log) },
    // Tries are slowed by ourselves, across processes and by person too.
    rateLimit: { enabled: false },
    disabledPaths: [...unused, ...(parts.mail ? [] : ['/request-password-reset'])],
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD.least,
      maxPasswordLength: PASSWORD.most,
      revokeSessionsOnPasswordReset: true,
      resetPasswordTokenExpiresIn: RESET_SECONDS,
      sendResetPassword: ({ user, token }, request) => sendLink(parts, url, user.email, token, request),
    },
    // What a link carries is worth a password: whoever reads the database must not have it.
    verification: { storeIdentifier: 'hashed' },
    user: { modelName: 'person', validateUserInfo: admission(db, signOn) },
    session: { modelName: 'signIn', expiresIn: SESSION_SECONDS, updateAge: RENEW_SECONDS },
    account: {
      modelName: 'credential',
      encryptOAuthTokens: true,
      // The operator chose the provider, so what it says of addresses counts, unless it says itself that it does not.
      accountLinking: { enabled: true, trustedProviders: [PROVIDER] },
    },
    databaseHooks: { user: { create: { after: async ({ id, email }) => welcome(db, signOn, id, email) } } },
    advanced: {
      cookiePrefix: 'syncline',
      useSecureCookies: secure,
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax', secure },
      ipAddress: { disableIpTracking: true },
    },
    plugins: [
      twoFactor({
        issuer: 'Syncline',
        backupCodeOptions: { storeBackupCodes: 'encrypted' },
        schema: { twoFactor: { modelName: 'secondFactor' } },
      }),
      // A page that is reached by a number has no name a passkey could be bound to: it must be opened as localhost.
      passkey({
        rpName: 'Syncline',
        rpID: url === null ? 'localhost' : new URL(url).hostname,
        schema: { passkey: { fields: { credentialID: 'credentialId' } } },
      }),
      genericOAuth({ config: signOn ? [providerOf(signOn)] : [] }),
    ],
  });
}

/** Whether the address is known here is told to nobody, so neither is whether its mail went out. */
async function sendLink(
  { mail, log }: SignInParts,
  url: string | null,
  email: string,
  token: string,
  request: Request | undefined,
): Promise<void> {
  const origin = request ? originFor(url, request) : url;
  // After #, so that the token reaches no server log on its way.
  const text = `Somebody, most likely you, asked for a new password for Syncline. Choose it here, within an hour:\n\n${origin}/new-password#${token}\n\nIf it was not you, nothing has to be done.\n`;
  await mail?.send({ to: [email], subject: 'Syncline: a new password', text }).catch((error: unknown) => {
    log.error('a link for a new password could not be sent', { reason: (error as Error).message });
  });
}

/** Sessions and second factors rest on it, so it outlives the installation's key: rotating that seals it anew. */
async function signInSecret({ db, key, random }: SignInParts): Promise<string> {
  const context = ownContext('sign-in');
  const sealed = await ownSecret(db, 'sign-in', () => Buffer.from(seal(random.secret(32), key, context, random)));
  return open(Buffer.from(sealed).toString(), key, context);
}

/** Where a secret of the installation belongs, for sealing it. */
export function ownContext(name: string): string {
  return `own secret ${name}`;
}

function providerOf({ issuer, clientId, clientSecret }: SignOnSettings) {
  return {
    providerId: PROVIDER,
    discoveryUrl: `${issuer}/.well-known/openid-configuration`,
    clientId,
    clientSecret,
    scopes: ['openid', 'email', 'profile'],
    pkce: true,
    requireIdTokenVerification: true,
  };
}

type Admission = NonNullable<NonNullable<Parameters<typeof betterAuth>[0]['user']>['validateUserInfo']>;

/** Who may come in by the provider: people that are known or invited, and the domains that were named. */
function admission(db: Db, signOn: SignOnSettings | null): Admission {
  return async ({ user, source }) => {
    if (source.method !== 'oauth') return undefined;
    const email = String(user.email ?? '');
    if (source.oauth?.profile?.email_verified === false)
      return { error: 'email_not_verified', errorDescription: 'the provider has not verified this e-mail address' };
    const isKnown = source.action !== 'create-user' || (signOn !== null && isOfDomain(signOn, email));
    if (isKnown || (await invitationsOf(db, email)).length > 0) return undefined;
    return { error: 'not_invited', errorDescription: 'nobody of this e-mail address is invited here' };
  };
}

/** That the database is away is told by whoever works on it. */
function tellIn(log: Log) {
  return (_level: string, message: string, ...told: unknown[]) => {
    if (!told.some(isAway)) log.error('signing in', { reason: message });
  };
}

/** Somebody came by the provider for the first time. */
async function welcome(db: Db, signOn: SignOnSettings | null, person: string, email: string): Promise<void> {
  for (const invitation of await invitationsOf(db, email)) await acceptInvitation(db, invitation, person);
  if (!signOn || !isOfDomain(signOn, email)) return;
  await addMember(db, await workspaceId(db, WORKSPACE), person, signOn.role);
}

import { Failure } from '../connector/contract.ts';
import { open, seal, sha256 } from '../lib/crypto.ts';
import { accountRows } from '../store/account-list.ts';
import { readAccount } from '../store/accounts.ts';
import { addConnecting, type ConnectEnd, type Connecting, keepConnected, takeConnecting } from '../store/connecting.ts';
import { readMember } from '../store/people.ts';
import { audit } from './audit.ts';
import { authorizationUrl, GrantInvalid, isOAuth, type OAuthConnector, redeemCode } from './authorization.ts';
import { type Caller, mayDo } from './caller.ts';
import type { Installation } from './installation.ts';
import { originFor } from './own-address.ts';
import { probeNew } from './probe.ts';
import { Refused } from './problem.ts';

/** A round trip must be done in this time. */
const ROUND_TRIP_SECONDS = 15 * 60;
const STATE_BYTES = 32;
/** Bytes of a PKCE verifier: 43 letters (RFC 7636). */
const VERIFIER_BYTES = 32;

/** Where apps send people back to. */
const CALLBACK = '/api/v1/connections/callback';

/** How a round trip ended, for the app's page: an account's key, or what went wrong. */
export type RoundTripEnd =
  | { app: string; connected: string; again: 'no' | 'yes' }
  | { app: string; problem: 'refused' | 'not-valid' | 'no-answer' | 'not-proven' | 'other-account' | 'other-app' };

/** The app's connector, if its accounts are connected by OAuth. Throws Refused. */
export function oauthApp({ connectors }: Pick<Installation, 'connectors'>, app: string): OAuthConnector {
  const found = connectors.find((each) => each.app.name === app);
  if (!found) throw new Refused(404, `there is no app ${app}`);
  if (isOAuth(found)) return found;
  throw new Refused(422, `accounts of ${found.app.label} are connected with a key: POST /accounts`);
}

/** Begins a round trip: the address to send the person to. Throws Refused. */
export async function beginConnecting(
  installation: Installation,
  caller: Caller,
  request: Request,
  { app, account, settings }: { app: string; account: string; settings: Record<string, string> },
): Promise<string> {
  const { db, clients, key, random } = installation;
  const connector = oauthApp(installation, app);
  const known = (connector.settings ?? []).map(({ name }) => name);
  const strange = Object.keys(settings).find((name) => !known.includes(name));
  if (strange !== undefined)
    throw new Refused(422, `${connector.app.label} has no setting ${strange}; it has ${known.join(', ') || 'none'}`);
  const client = await clients.of(caller.workspace, app);
  if (!client)
    throw new Refused(422, `give ${connector.app.label}'s client id and secret first: PUT /apps/${app}/client`);
  const state = random.secret(STATE_BYTES);
  const verifier = random.secret(VERIFIER_BYTES);
  const redirectUri = redirectTo(installation, request);
  const url = await telling(authorizationUrl(connector, settings, client, { redirectUri, state, verifier }));
  const sealed = seal(verifier, key, `connecting ${sha256(state)}`, random);
  await addConnecting(
    db,
    sha256(state),
    {
      workspace: caller.workspace,
      app,
      account,
      settings,
      caller: idOf(caller),
      callerName: caller.name,
      verifier: Buffer.from(sealed),
    },
    ROUND_TRIP_SECONDS,
  );
  return url;
}

/** The address that the app sends people back to; it must be entered at the app. */
export function redirectTo({ url }: Pick<Installation, 'url'>, request: Request): string {
  return `${originFor(url, request)}${CALLBACK}`;
}

/** Ends a round trip that came back: tokens for the code, who the account is, and it is kept. Throws Refused. */
export async function endConnecting(
  installation: Installation,
  caller: Caller,
  request: Request,
): Promise<RoundTripEnd> {
  const query = new URL(request.url).searchParams;
  const state = query.get('state') ?? '';
  const begun = await takeConnecting(installation.db, sha256(state));
  // Whoever else brings somebody's state back would connect an account of theirs to a workspace of another.
  if (!begun || begun.caller !== idOf(caller))
    throw new Refused(
      400,
      'this round trip is not under way, or was begun by somebody else: connect the account again',
    );
  const role = await roleIn(installation, caller, begun.workspace);
  if (!role || !mayDo(role, 'manage')) throw new Refused(403, 'your role may no longer connect accounts');
  const { app } = begun;
  if (query.get('error')) return { app, problem: 'refused' };
  const acting: Caller = { ...caller, workspace: begun.workspace, role };
  return finish(installation, acting, begun, { query, state, redirectUri: redirectTo(installation, request) });
}

async function finish(
  installation: Installation,
  caller: Caller,
  begun: Connecting,
  back: { query: URLSearchParams; state: string; redirectUri: string },
): Promise<RoundTripEnd> {
  const { db, clients, key, outside, log, accounts } = installation;
  const { app, account, workspace } = begun;
  const connector = oauthApp(installation, app);
  const client = await clients.of(workspace, app);
  if (!client) return { app, problem: 'no-answer' };
  const verifier = open(Buffer.from(begun.verifier).toString(), key, `connecting ${sha256(back.state)}`);
  try {
    const tokens = await redeemCode(outside.http, connector, begun.settings, client, { ...back, verifier });
    const settings = { ...begun.settings, ...tokens.settings };
    const proof = await probeNew(installation, connector, { key: account, settings, secrets: tokens.secrets });
    if (!proof.works) {
      log.warn('an account that was connected does not work', { app, reason: proof.message });
      return { app, problem: 'not-proven' };
    }
    const secrets = accounts.seal({ ...(await keptSecrets(installation, begun)), ...tokens.secrets }, account);
    const kept = await keepConnected(db, { workspace, key: account, app, settings, secrets, identity: proof.id });
    return await connected(installation, caller, { app, account, ...kept });
  } catch (error) {
    if (error instanceof GrantInvalid) return { app, problem: 'not-valid' };
    if (!(error instanceof Failure)) throw error;
    log.warn('an account could not be connected', { app, reason: error.message });
    return { app, problem: 'no-answer' };
  }
}

/** An account that is connected again keeps what it has beside its tokens: the secret of its webhooks. */
async function keptSecrets({ db, accounts }: Installation, { workspace, account, app }: Connecting) {
  const [row] = await accountRows(db, workspace, account);
  const stored = row?.app === app ? await readAccount(db, row.id) : null;
  const {
    accessToken: _a,
    refreshToken: _r,
    ...kept
  } = stored?.secrets ? accounts.unseal(stored.secrets, account) : {};
  return kept;
}

async function connected(
  installation: Installation,
  caller: Caller,
  { app, account, id, end }: { app: string; account: string; id: string; end: ConnectEnd },
): Promise<RoundTripEnd> {
  if (end === 'other-account' || end === 'other-app') return { app, problem: end };
  await installation.accounts.forget(id);
  installation.relearn();
  installation.wake();
  await audit(installation, caller, `account.${end}`, { account, app });
  return { app, connected: account, again: end === 'reconnected' ? 'yes' : 'no' };
}

function idOf({ kind, id }: Caller): string {
  return `${kind} ${id}`;
}

/** A browser that comes back from an app names no workspace: what counts is the role in that of the round trip. */
async function roleIn({ db }: Installation, caller: Caller, workspace: string): Promise<Caller['role'] | null> {
  if (caller.kind === 'key') return caller.workspace === workspace ? caller.role : null;
  return (await readMember(db, workspace, caller.id))?.role ?? null;
}

/** What is wrong with settings is told to whoever gave them. */
async function telling<Result>(result: Promise<Result>): Promise<Result> {
  try {
    return await result;
  } catch (error) {
    if (error instanceof Failure && error.kind === 'invalid') throw new Refused(422, error.message);
    throw error;
  }
}

import { Failure } from '../connector/contract.ts';
import type { Http } from '../lib/http.ts';
import type { Db } from '../store/db.ts';
import { type GrantChange, type LockedGrant, withGrant } from '../store/grants.ts';
import type { AppClients } from './app-clients.ts';
import { GrantInvalid, type OAuthConnector, refreshTokens, type Tokens } from './authorization.ts';

/** How often in a row the app must say that a grant is not valid before a person is asked to connect again. */
const REFUSALS = 2;
/** After a refusal the app is asked again so many milliseconds later; and once the grant counts as lost. */
const AGAIN_MILLISECONDS = 60_000;
const LOST_AGAIN_MILLISECONDS = 3_600_000;

/** What renewing stands on. */
export interface RenewParts {
  db: Db;
  http: Http;
  clients: AppClients;
  seal(secrets: Record<string, string>, account: string): Uint8Array;
  unseal(sealed: Uint8Array, account: string): Record<string, string>;
  /** Tokens that could not be stored, by account: the database went away after the app had given them. */
  unsaved: Map<string, Unsaved>;
}

/** New tokens for a refresh token that the app takes no longer. */
export interface Unsaved {
  was: string;
  tokens: Tokens;
}

type Secrets = Record<string, string>;
type Outcome = { secrets: Secrets } | { failure: Failure };

/**
 * Renews the tokens of an account after the app refused `stale` ones. Whoever asks first renews, the others get what it
 * was given; a rotated refresh token is stored with the same transaction. A grant is never dropped: when the app refuses
 * it, it is asked once more a minute later, and only then a person. Throws Failure.
 */
export async function renewGrant(
  parts: RenewParts,
  connector: OAuthConnector,
  account: string,
  stale: Secrets,
): Promise<Secrets> {
  const outcome = await withGrant<Outcome>(parts.db, account, async (grant) => {
    const stored = grant.secrets ? parts.unseal(grant.secrets, grant.key) : {};
    if (stored.accessToken !== stale.accessToken) return { change: { same: true }, result: { secrets: stored } };
    return renew(parts, connector, { ...grant, account }, stored);
  });
  parts.unsaved.delete(account);
  if (outcome === null) throw new Failure('unauthorized', `the account is gone: connect it again`);
  if ('failure' in outcome) throw outcome.failure;
  return outcome.secrets;
}

async function renew(
  parts: RenewParts,
  connector: OAuthConnector,
  grant: LockedGrant & { account: string },
  stored: Secrets,
): Promise<{ change: GrantChange; result: Outcome }> {
  const { account, key, settings, workspace } = grant;
  const unchanged = (failure: Failure) => ({ change: { same: true } as const, result: { failure } });
  const { refreshToken } = stored;
  // A token that was typed in cannot be renewed; only its person can.
  if (!refreshToken) return unchanged(lost(connector, key));
  const early = tooEarly(connector, grant);
  if (early) return unchanged(early);
  const client = await parts.clients.of(workspace, connector.app.name);
  if (!client) {
    const message = `${connector.app.label} (${key}): its client id and secret are gone: give them on the app's page`;
    return unchanged(new Failure('forbidden', message));
  }
  try {
    const left = parts.unsaved.get(account);
    const tokens =
      left?.was === refreshToken
        ? left.tokens
        : await refreshTokens(parts.http, connector, settings, client, refreshToken);
    parts.unsaved.set(account, { was: refreshToken, tokens });
    const secrets = { ...stored, ...tokens.secrets };
    const change = { renewed: parts.seal(secrets, key), settings: { ...settings, ...tokens.settings } };
    return { change, result: { secrets } };
  } catch (error) {
    if (error instanceof GrantInvalid) return refused(connector, grant);
    if (error instanceof Failure) return unchanged(error);
    throw error;
  }
}

/** Many calls meet one refusal: they do not make it a second one. */
function tooEarly(connector: OAuthConnector, { key, refusedAgo, lost: isLost }: LockedGrant): Failure | null {
  const pause = isLost === 'yes' ? LOST_AGAIN_MILLISECONDS : AGAIN_MILLISECONDS;
  if (refusedAgo === null || refusedAgo >= pause) return null;
  return isLost === 'yes' ? lost(connector, key) : doubtful(connector, key, pause - refusedAgo);
}

function refused(connector: OAuthConnector, { key, refusals }: LockedGrant): { change: GrantChange; result: Outcome } {
  const isLost = refusals + 1 >= REFUSALS;
  const failure = isLost ? lost(connector, key) : doubtful(connector, key, AGAIN_MILLISECONDS);
  return { change: { refused: isLost ? 'lost' : 'once more' }, result: { failure } };
}

function doubtful({ app }: OAuthConnector, key: string, milliseconds: number): Failure {
  const retrySeconds = Math.ceil(milliseconds / 1000);
  const message = `${app.label} (${key}) refused to renew its permission; it is asked once more in ${retrySeconds} s`;
  return new Failure('unavailable', message, { retrySeconds });
}

function lost({ app }: OAuthConnector, key: string): Failure {
  return new Failure('unauthorized', `${app.label} (${key}) no longer accepts us: connect the account again`);
}

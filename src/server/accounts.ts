import type { Connector, RateLimit } from '../connector/contract.ts';
import { type Gauges, memoryGauges } from '../connector/gauges.ts';
import { type OpenSession, openSession, type SessionParts } from '../connector/open-session.ts';
import type { Engine } from '../engine/engine.ts';
import { atMost } from '../lib/at-most.ts';
import { open, seal } from '../lib/crypto.ts';
import type { Network } from '../lib/outside-http.ts';
import { readAccount } from '../store/accounts.ts';
import type { Db } from '../store/db.ts';
import { type AppClients, appClients } from './app-clients.ts';
import { isOAuth } from './authorization.ts';
import type { InstallationKey } from './key.ts';
import type { Parts } from './local.ts';
import { type RenewParts, renewGrant } from './renew-grant.ts';

/** The accounts in the database: their secrets are opened only here, and only to make a session. */
export interface StoredAccounts {
  open: Engine['open'];
  /** The same for a backfill: it leaves a share of the day's calls to live changes. */
  openBackfill: Engine['open'];
  /** Secrets as they are stored. */
  seal(secrets: Record<string, string>, account: string): Uint8Array;
  unseal(sealed: Uint8Array, account: string): Record<string, string>;
  /** Ends the session of an account whose settings or secrets changed; the next use opens another. */
  forget(account: string): Promise<void>;
  /** What is left of an account's limits just now, where it was called before. */
  budgets(account: string): Promise<{ gauge: string; most: number; left: number }[]>;
  /** The least share left of its budgets of a day; 1 where it has none, or was not called yet. */
  dayLeft(account: string): Promise<number>;
  /** Forgets what the sessions have learnt of their apps. */
  relearn(): void;
  close(): Promise<void>;
}

/** An account that is gone, or whose app this version does not know. */
class AccountMissing extends Error {
  override name = 'AccountMissing';
}

/** The share of an account's day of calls that backfills may use up (W5). */
const BACKFILL_SHARE = 0.8;

/** Grants that one process renews at once: each holds a connection to the database until its app has answered. */
const MOST_RENEWALS = 3;

/** Where an account's secrets belong, for sealing them: under its key. */
export function accountContext(key: string): string {
  return `account ${key}`;
}

/**
 * Sessions on the accounts of a database, one an account, made when first used. `gaugesOf`: where an account's limits are
 * counted (its id); in this process's memory where it is left out. `clients`: by which grants are renewed.
 */
export function storedAccounts(
  parts: Parts & Pick<SessionParts, 'stop'> & { outside: Network },
  db: Db,
  key: InstallationKey,
  gaugesOf: (account: string) => Gauges = () => memoryGauges(parts.clock),
  clients: AppClients = appClients({ ...parts, db, key }, {}),
): StoredAccounts {
  const gauges = new Map<string, Gauges>();
  const grants = { unsaved: new Map(), renewing: atMost(MOST_RENEWALS) };
  const unseal = (sealed: Uint8Array, account: string) =>
    JSON.parse(open(Buffer.from(sealed).toString('utf8'), key, accountContext(account))) as Record<string, string>;
  const sealed = (secrets: Record<string, string>, account: string) =>
    Buffer.from(seal(JSON.stringify(secrets), key, accountContext(account), parts.random), 'utf8');
  const sessions = keptSessions((account) => {
    const counted = gauges.get(account) ?? gaugesOf(account);
    gauges.set(account, counted);
    return openAccount({ ...parts, ...grants, db, clients, seal: sealed, unseal }, account, counted);
  });
  const openFor =
    (dailyShare: number): Engine['open'] =>
    async (account, deadline) => {
      const { connector, session } = await sessions.open(account);
      return { connector, session: deadline ? session.until(deadline, dailyShare) : session };
    };

  return {
    open: openFor(1),
    openBackfill: openFor(BACKFILL_SHARE),
    seal: sealed,
    unseal,
    forget: sessions.forget,
    budgets: async (account) => {
      const opened = await sessions.known(account);
      const counted = gauges.get(account);
      return opened && counted ? budgetsOf(opened, counted) : [];
    },
    dayLeft: async (account) => {
      const opened = await sessions.known(account);
      const counted = gauges.get(account);
      return opened && counted ? dayLeftOf(opened, counted) : 1;
    },
    relearn: sessions.relearn,
    close: sessions.close,
  };
}

/** One session an account, made when first used; where that fails it is made anew the next time. */
function keptSessions(make: (account: string) => Promise<Opened>) {
  const sessions = new Map<string, Promise<Opened>>();
  const forget = async (account: string) => {
    const found = sessions.get(account);
    sessions.delete(account);
    await found?.then(({ session }) => session.close()).catch(() => {});
  };
  return {
    open: (account: string) => {
      const found = sessions.get(account) ?? make(account);
      if (!sessions.has(account)) found.catch(() => sessions.delete(account));
      sessions.set(account, found);
      return found;
    },
    /** What is there already; null where nothing is. */
    known: async (account: string) => (await sessions.get(account)?.catch(() => null)) ?? null,
    forget,
    relearn: () => {
      for (const found of sessions.values()) found.then(({ session }) => session.forget()).catch(() => {});
    },
    close: async () => {
      await Promise.all([...sessions.keys()].map(forget));
    },
  };
}

interface Opened {
  /** Under which its calls are counted. */
  key: string;
  connector: Connector;
  session: OpenSession;
}

interface OpenParts extends Parts, RenewParts, Pick<SessionParts, 'stop'> {
  outside: Network;
  renewing: ReturnType<typeof atMost>;
}

async function openAccount(parts: OpenParts, account: string, gauges: Gauges): Promise<Opened> {
  const { clock, random, log, stop } = parts;
  const stored = await readAccount(parts.db, account);
  const connector = stored && parts.connectors.find((each) => each.app.name === stored.app);
  if (!stored || !connector)
    throw new AccountMissing(`account ${stored?.key ?? account} is gone, or of an app that is not known here`);
  const { key, settings } = stored;
  const network: Network = stored.inside ? { http: parts.http } : parts.outside;
  const secrets = stored.secrets ? parts.unseal(stored.secrets, key) : {};
  const renewal = isOAuth(connector)
    ? {
        renewSecrets: (stale: Record<string, string>) =>
          parts.renewing(() => renewGrant({ ...parts, http: network.http }, connector, account, stale)),
      }
    : {};
  const own = { account: key, settings, secrets, ...network, ...renewal };
  return { key, connector, session: openSession(connector, { ...own, clock, random, log, gauges, stop }) };
}

async function dayLeftOf(opened: Opened, counted: Gauges): Promise<number> {
  const daily = opened.connector.limits.filter(({ gauge }) => gauge === 'daily');
  const budgets = await Promise.all(daily.map((limit) => budgetOf(opened, counted, limit)));
  return Math.min(1, ...budgets.map(({ left, most }) => left / most));
}

function budgetsOf(opened: Opened, counted: Gauges) {
  return Promise.all(opened.connector.limits.map((limit) => budgetOf(opened, counted, limit)));
}

async function budgetOf({ key, session }: Opened, counted: Gauges, limit: RateLimit) {
  const most = Number(limit.setting && session.settings[limit.setting]) || limit.most;
  return { gauge: limit.name, most, left: await counted.left(key, limit, most) };
}

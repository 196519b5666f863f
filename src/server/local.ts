import { type Connector, Failure } from '../connector/contract.ts';
import { type OpenSession, openSession, type SessionParts } from '../connector/open-session.ts';
import type { Engine } from '../engine/engine.ts';
import { pretend } from '../engine/pretend.ts';
import { makeRulebook } from '../engine/rulebook.ts';
import type { Clock } from '../lib/clock.ts';
import type { Http } from '../lib/http.ts';
import type { Log } from '../lib/log.ts';
import type { Random } from '../lib/random.ts';
import type { AccountSettings } from '../model/settings.ts';
import type { Store } from '../store/store.ts';

/** The workspace of the command line. */
export const WORKSPACE = 'default';

/** What an installation is made of. */
export interface Parts {
  connectors: Connector[];
  http: Http;
  clock: Clock;
  random: Random;
  log: Log;
}

/** The sessions of a command's accounts, opened once, by the account's key. */
export interface Accounts {
  settings: Record<string, AccountSettings>;
  session(key: string): OpenSession;
  connector(key: string): Connector;
  calls(): Record<string, number>;
  /** This account's app cannot be used now: it is not asked again, which would take as long each time. */
  giveUp(key: string, failure: Failure): void;
  close(): Promise<void>;
}

/** Accounts whose secrets are at hand (in a file, say), without a database behind them. */
export function openAccounts(
  parts: Parts & Pick<SessionParts, 'address' | 'stop'>,
  settings: Record<string, AccountSettings>,
): Accounts {
  const sessions = new Map<string, OpenSession>();
  const lost = new Map<string, Failure>();
  const accountOf = (key: string) => {
    const failure = lost.get(key);
    if (failure) throw failure;
    const account = settings[key];
    // A sync of another file, on the same data, may use accounts that this file does not name.
    if (!account) throw new Failure('unauthorized', `the account ${key} is not at hand: it is not in this file`);
    return account;
  };
  const connector = (key: string) => {
    const { app } = accountOf(key);
    const found = parts.connectors.find((each) => each.app.name === app);
    if (!found) throw new Error(`account ${key} is of an app that is not known here`);
    return found;
  };
  const session = (key: string) => {
    const { http, address, stop, clock, random, log } = parts;
    const account = accountOf(key);
    const open =
      sessions.get(key) ??
      openSession(connector(key), {
        account: key,
        settings: account.settings,
        secrets: account.secrets,
        http,
        address,
        stop,
        clock,
        random,
        log,
      });
    sessions.set(key, open);
    return open;
  };
  return {
    settings,
    session,
    connector,
    calls: () => Object.fromEntries(Object.keys(settings).map((key) => [key, sessions.get(key)?.calls() ?? 0])),
    giveUp: (key, failure) => {
      lost.set(key, failure);
    },
    close: async () => {
      await Promise.allSettled([...sessions.values()].map((each) => each.close()));
    },
  };
}

/** Whether writes reach the apps, or are only pretended. */
export type Earnest = 'real' | 'pretended';

/** An engine over a store and accounts; `keys` are the accounts' keys by id. */
export function makeEngine(
  parts: Parts,
  store: Store,
  accounts: Accounts,
  keys: Record<string, string>,
  earnest: Earnest,
  stop?: AbortSignal,
): Engine {
  const pretended = new Map<string, ReturnType<typeof pretend>>();
  const open: Engine['open'] = async (account, deadline) => {
    const key = keys[account] ?? account;
    const session = accounts.session(key);
    const access = { connector: accounts.connector(key), session: deadline ? session.until(deadline) : session };
    if (earnest === 'real') return access;
    const overlay = pretended.get(account) ?? pretend({ ...access, session });
    pretended.set(account, overlay);
    return { connector: overlay.connector, session: access.session };
  };
  const { clock, random, log } = parts;
  const rulebook = makeRulebook(store, open, clock.now);
  const engine: Engine = { store, clock, random, log, worker: random.uuid(), open, rulebook };
  return stop ? { ...engine, stop } : engine;
}

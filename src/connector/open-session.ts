import type { Clock } from '../lib/clock.ts';
import { type Http, HttpFailure } from '../lib/http.ts';
import type { Log } from '../lib/log.ts';
import type { Random } from '../lib/random.ts';
import { redact } from '../lib/redact.ts';
import type { Connector } from './contract.ts';
import { Failure } from './failure.ts';
import { type Gauges, memoryGauges } from './gauges.ts';
import { redactingLog } from './redacting-log.ts';
import { send } from './send.ts';
import type { HttpRequest, Session } from './session.ts';

/** What a session needs besides the connector. */
export interface SessionParts {
  /** The account's key: names it in messages, and its gauges. */
  account: string;
  settings: Record<string, string>;
  secrets: Record<string, string>;
  http: Http;
  /** See `Session.address`. */
  address?: ((host: string) => Promise<string>) | undefined;
  clock: Clock;
  random: Random;
  log: Log;
  /** Shared by all sessions on the account; left out, the session counts alone. */
  gauges?: Gauges;
  /**
   * Gets new secrets after the app refused `stale` ones (OAuth refresh), and stores them. Asked once at a time; may
   * answer with what somebody else renewed meanwhile. Throws `Failure` 'unauthorized' when a person must reconnect.
   */
  renewSecrets?(stale: Record<string, string>): Promise<Record<string, string>>;
  /** The longest that a call waits for limits before it fails as throttled. */
  waitMostSeconds?: number;
  /** The share of a daily budget that this session may use up: a backfill leaves some for live changes. */
  dailyShare?: number;
  /** For a call whose request names no time of its own. */
  timeoutSeconds?: number;
  /** S1: the monotonic time by which every call must have ended, in milliseconds; no call starts that might not. */
  deadline?(): number;
  /** Once it is aborted no wait goes on: not for limits, not before a repeat. A call under way ends. */
  stop?: AbortSignal | undefined;
}

/** A session with what its owner needs. */
export interface OpenSession extends Session {
  /** Calls so far: requests that went out, repeats included, and what `count` was told. */
  calls(): number;
  /**
   * The same session for one holder of a lease: no call starts that might not end by this monotonic time (S1), or that
   * would use up more than this share of a daily budget.
   */
  until(deadline: () => number, dailyShare?: number): Session;
  /** What `remember` knows is learned anew: an object's fields may have changed (F23). */
  forget(): void;
  /** Ends what `resource` opened. */
  close(): Promise<void>;
}

/** A way to an account's app. See `Session` for what it does to each request. */
export function openSession(connector: Connector, parts: SessionParts): OpenSession {
  const settings = { ...defaultsOf(connector), ...filledIn(parts.settings) };
  const known = new Set(Object.values(parts.secrets));
  const state = { secrets: { ...parts.secrets }, calls: 0, renewal: null as Promise<void> | null };
  const gauges = parts.gauges ?? memoryGauges(parts.clock);
  const memory = new Map<string, Promise<unknown>>();
  const resources = new Map<string, Promise<{ value: unknown; close(): Promise<void> }>>();

  const renew = async (stale: Record<string, string>): Promise<void> => {
    if (state.secrets !== stale) return;
    state.renewal ??= renewed(parts, stale)
      .then((secrets) => {
        for (const secret of Object.values(secrets)) known.add(secret);
        state.secrets = secrets;
      })
      .finally(() => {
        state.renewal = null;
      });
    await state.renewal;
  };

  const requestBy = (own: SessionParts) => (request: HttpRequest) =>
    send({ connector, parts: own, settings, known, state, gauges, renew }, request);
  const session: OpenSession = {
    settings,
    get secrets() {
      return state.secrets;
    },
    clock: parts.clock,
    random: parts.random,
    address: checkedAddress(parts),
    log: redactingLog(parts.log, known),
    request: requestBy(parts),
    until: (deadline, dailyShare = parts.dailyShare) => {
      const own = { ...parts, deadline, ...(dailyShare === undefined ? {} : { dailyShare }) };
      return Object.create(session, { request: { value: requestBy(own) } }) as Session;
    },
    count(calls) {
      state.calls += calls;
    },
    remember: <T>(name: string, learn: () => Promise<T>) => onceOf(memory, name, learn) as Promise<T>,
    async resource<T>(name: string, open: () => Promise<{ value: T; close(): Promise<void> }>) {
      return (await onceOf(resources, name, open)).value as T;
    },
    calls: () => state.calls,
    forget: () => memory.clear(),
    async close() {
      const open = [...resources.values()];
      resources.clear();
      for (const resource of await Promise.allSettled(open)) {
        if (resource.status === 'fulfilled') await resource.value.close();
      }
    },
  };
  return session;
}

/** A host that may not be connected to is a person's to change. */
function checkedAddress({ account, address }: SessionParts): Session['address'] {
  return (
    address &&
    ((host) =>
      address(host).catch((error: unknown) => {
        const isInner = error instanceof HttpFailure && error.code === 'internal-address';
        throw isInner ? new Failure('forbidden', `${account}: ${error.message}`) : error;
      }))
  );
}

async function renewed(parts: SessionParts, stale: Record<string, string>): Promise<Record<string, string>> {
  try {
    return { ...stale, ...(await parts.renewSecrets?.(stale)) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(error.kind, redact(error.message, Object.values(stale)), { retrySeconds: error.retrySeconds });
  }
}

function defaultsOf(connector: Connector): Record<string, string> {
  const fields = (connector.settings ?? []).filter((field) => field.default !== undefined);
  return Object.fromEntries(fields.map((field) => [field.name, field.default ?? '']));
}

/** A setting left empty is one left out. */
function filledIn(settings: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(settings).filter(([, setting]) => setting !== ''));
}

/** One promise a name; a failed one is forgotten, so that the next caller tries again. */
function onceOf<T>(memory: Map<string, Promise<T>>, name: string, learn: () => Promise<T>): Promise<T> {
  const learning = memory.get(name) ?? learn();
  if (!memory.has(name)) learning.catch(() => memory.delete(name));
  memory.set(name, learning);
  return learning;
}

import { type Connector, Failure, type Listening, type Webhooks } from '../connector/contract.ts';
import type { Session } from '../connector/session.ts';
import { open, seal, sha256 } from '../lib/crypto.ts';
import { dropHook, type Hook, type Hookable, hookables, LISTENED, readHook, saveHook } from '../store/hooks.ts';
import { forgetNotices } from '../store/notices.ts';
import { hookContext } from './hook-door.ts';
import type { Installation } from './installation.ts';
import { isNear } from './near.ts';

/** Random bytes of an address, and of a secret that notices are to be signed with. */
const TOKEN_BYTES = 24;
/** What failed is tried again after this long, in milliseconds. */
const AGAIN_MILLISECONDS = 3600_000;
/** An app that tells over a connection is asked anew after so many days: a table may have been made anew. */
const LISTENING_DAYS = 1;
/** A subscription is renewed when this part of its time is left. */
const RENEW_SHARE = 0.25;
const DAY_MILLISECONDS = 86_400_000;

/** Where apps can reach this server. */
export interface Reachable {
  /** Without a slash at its end; a loopback address where nobody gave another. */
  publicUrl(): string;
}

/**
 * Brings the apps' notices in line with the syncs: asks for them, renews what runs out, ends what nobody needs. Changes
 * are found by polling meanwhile, so nothing here is urgent; one account's failure does not touch the others.
 */
export async function tendNotices(installation: Installation, reachable: Reachable): Promise<void> {
  const { db, connectors, log } = installation;
  await forgetNotices(db);
  const apps = connectors.filter(({ webhooks, listening }) => webhooks ?? listening).map(({ app }) => app.name);
  for (const hookable of await hookables(db, apps)) {
    await tend(installation, reachable, hookable).catch((error: unknown) => {
      log.warn('notices could not be arranged', { account: hookable.key, reason: (error as Error).message });
    });
  }
}

/** Ends an account's notices before it is disconnected. What the app does not take back dies with the address. */
export async function endNotices(installation: Installation, account: string): Promise<void> {
  const hook = await readHook(installation.db, account);
  if (!hook) return;
  await unsubscribe(installation, hook).catch((error: unknown) => {
    installation.log.warn('notices could not be ended', { account, reason: (error as Error).message });
  });
  await dropHook(installation.db, account);
}

/** Ends what an account's app tells over a connection, before its settings change: the old ones take back what they made. */
export async function endListening(installation: Installation, account: string): Promise<void> {
  const hook = await readHook(installation.db, account);
  if (hook?.address === LISTENED) await endNotices(installation, account);
}

/** The address that an app is to call for an account, with its token; null: none was made. */
export async function hookAddress(installation: Installation, account: string): Promise<string | null> {
  const hook = await readHook(installation.db, account);
  if (!hook || hook.address === LISTENED) return null;
  return `${hook.address}/hooks/${account}/${tokenOf(installation, hook)}`;
}

async function tend(installation: Installation, reachable: Reachable, hookable: Hookable): Promise<void> {
  const { clock, connectors } = installation;
  const { hook, objects } = hookable;
  const { listening } = connectors.find(({ app }) => app.name === hookable.app) as Connector;
  const isUnwanted = objects.length === 0 || listening?.wanted(hookable.settings) === false;
  if (isUnwanted) return hook ? endNotices(installation, hookable.account) : undefined;
  const address = listening ? LISTENED : reachable.publicUrl();
  const now = clock.now();
  const same = hook && hook.address === address && String(hook.objects) === String(objects);
  if (same && hook.state === 'failed' && now - hook.triedAt < AGAIN_MILLISECONDS) return;
  if (same && hook.state === 'by-hand') return;
  if (same && hook.state === 'on' && !runsOut(hook, now)) return;
  await arrange(installation, hookable, address);
}

function runsOut({ until, triedAt }: Hook, now: number): boolean {
  return until !== null && until - now < (until - triedAt) * RENEW_SHARE;
}

/** Asks the app anew: the old subscription ends first, for an app may refuse a second one to the same address. */
async function arrange(installation: Installation, hookable: Hookable, address: string): Promise<void> {
  const { db, key, random, clock } = installation;
  const { account, objects, hook: old } = hookable;
  // Where we listen, what is asked for again stays: to take a trigger away and make it anew locks its table twice.
  const stale = old?.handles.filter((handle) => address !== LISTENED || !objects.includes(handle)) ?? [];
  await unsubscribe(installation, { account, handles: stale });
  const token = old ? tokenOf(installation, old) : random.secret(TOKEN_BYTES);
  const sealed = (text: string) => Buffer.from(seal(text, key, hookContext(account), random), 'utf8');
  const hook: Hook = {
    account,
    tokenHash: sha256(token),
    token: sealed(token),
    address,
    objects,
    handles: [],
    secret: null,
    state: 'failed',
    message: null,
    until: null,
    triedAt: clock.now(),
  };
  // Stored before the app is asked: it may call at once, to see whether somebody is there.
  const secret = random.secret(TOKEN_BYTES);
  await saveHook(db, { ...hook, secret: sealed(secret), message: 'the app is being asked' });
  const outcome = await subscribe(installation, hookable, `${address}/hooks/${account}/${token}`, secret);
  const { told, ...state } = outcome;
  await saveHook(db, { ...hook, ...state, secret: told === undefined ? null : sealed(told) });
}

type Outcome = Pick<Hook, 'state' | 'message' | 'handles' | 'until'> & { told?: string | undefined };

async function subscribe(
  installation: Installation,
  hookable: Hookable,
  address: string,
  secret: string,
): Promise<Outcome> {
  const { account, settings, objects } = hookable;
  const none = { handles: [], until: null };
  const { connector, session } = await installation.accounts.open(account);
  if (connector.listening) return beginListening(installation, connector.listening, session, hookable);
  const webhooks = connector.webhooks as Webhooks;
  if (!webhooks.subscribe) {
    return { ...none, state: 'by-hand', message: `enter the address in ${connector.app.label}'s own settings` };
  }
  if (isNear(address) && !isNear(settings)) {
    const message = `${connector.app.label} cannot reach this machine: start Syncline with SYNCLINE_URL, the address it has for others; until then changes are found by polling`;
    return { ...none, state: 'failed', message };
  }
  try {
    const { handles, secret: told } = await webhooks.subscribe(session, { address, objects, secret });
    const until = webhooks.days === undefined ? null : installation.clock.now() + webhooks.days * DAY_MILLISECONDS;
    return { state: 'on', message: null, handles, until, told };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { ...none, state: 'failed', message: error.message };
  }
}

async function beginListening(
  { clock }: Installation,
  listening: Listening,
  session: Session,
  { objects, hook }: Hookable,
): Promise<Outcome> {
  try {
    await listening.begin(session, objects);
    return { state: 'on', message: null, handles: objects, until: clock.now() + LISTENING_DAYS * DAY_MILLISECONDS };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const handles = hook?.handles.filter((handle) => objects.includes(handle)) ?? [];
    return { state: 'failed', message: error.message, handles, until: null };
  }
}

async function unsubscribe({ accounts }: Installation, { account, handles }: Pick<Hook, 'account' | 'handles'>) {
  if (handles.length === 0) return;
  const { connector, session } = await accounts.open(account);
  await connector.webhooks?.unsubscribe?.(session, handles);
  await connector.listening?.end(session, handles);
}

function tokenOf({ key }: Installation, hook: Hook): string {
  return open(Buffer.from(hook.token).toString('utf8'), key, hookContext(hook.account));
}

import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Connector, Notice } from '../connector/contract.ts';
import { equalSecrets, open, sha256 } from '../lib/crypto.ts';
import { readAccount } from '../store/accounts.ts';
import { type Hook, readHook } from '../store/hooks.ts';
import { takeNotice } from '../store/notices.ts';
import type { Installation } from './installation.ts';
import { problem } from './problem.ts';

/** The largest notice that is taken in, in bytes. */
const MOST_BYTES = 1_000_000;
/** Ids of one notice; where it names more, the whole object is read. */
const MOST_IDS = 2_000;
/** A number that an account can have. */
const ACCOUNT = /^[1-9][0-9]{0,8}$/;

/** What the door needs beside the installation. */
export interface HookDoorOptions {
  /** The address under which apps reach this server, without a slash at its end: signatures are made over it. */
  publicUrl(): string;
}

/**
 * Where apps ring: `/hooks/<account>/<token>`. The signature is checked on the raw body; what a notice is about is marked
 * to be read, and never taken from the notice itself.
 */
export function hookDoor(installation: Installation, { publicUrl }: HookDoorOptions): Hono {
  const door = new Hono();
  door.all(
    '/:account/:token',
    bodyLimit({ maxSize: MOST_BYTES, onError: (c) => problem(c, 413, `a notice may hold ${MOST_BYTES} bytes`) }),
    async (c) => {
      const { account, token } = c.req.param();
      const hook = ACCOUNT.test(account) ? await readHook(installation.db, account) : null;
      if (!hook || !equalSecrets(hook.tokenHash, sha256(token)))
        return problem(c, 404, 'nobody is told of changes here');
      const { pathname, search } = new URL(c.req.url);
      const notice: Notice = {
        method: c.req.method,
        url: `${publicUrl()}${pathname}${search}`,
        headers: Object.fromEntries(c.req.raw.headers),
        body: await c.req.text(),
      };
      return answer(c, installation, hook, notice);
    },
  );
  return door;
}

async function answer(
  c: Parameters<typeof problem>[0],
  installation: Installation,
  hook: Hook,
  notice: Notice,
): Promise<Response> {
  const { db, clock, log } = installation;
  const found = await voiceOf(installation, hook);
  if (!found) return problem(c, 404, 'nobody is told of changes here');
  const { webhooks, secrets, key } = found;
  for (const secret of secrets.length > 0 ? secrets : ['']) {
    const shake = webhooks.handshake?.(notice, secret);
    if (shake && shake.status < 400) return c.body(shake.body, shake.status as 200);
    if (shake && secret === secrets.at(-1)) return c.body(shake.body, shake.status as 401);
  }
  const verdicts = secrets.map((secret) => webhooks.verify(notice, secret, clock.now()));
  const verdict = verdicts.find((each) => each !== 'forged') ?? 'forged';
  if (verdict !== 'genuine') {
    log.warn('a notice was refused', { account: key, verdict });
    return problem(c, 401, verdict === 'stale' ? 'the notice is too old' : 'the signature is not the app’s');
  }
  const told = webhooks.read(notice).map(({ object, ids }) => ({ object, ids: ids.length > MOST_IDS ? [] : ids }));
  const outcome = await takeNotice(db, hook.account, sha256(identityOf(notice)), told);
  if (outcome === 'taken') installation.wake();
  if (outcome === 'known' && webhooks.signsEachAttempt) return problem(c, 409, 'this very notice came before');
  return c.json({ status: outcome });
}

/** What makes two requests one and the same: everything an app signs, and its signature. */
function identityOf({ method, url, headers, body }: Notice): string {
  const signatures = Object.entries(headers).filter(([name]) => /signature|timestamp|hook|event-?id/i.test(name));
  return JSON.stringify([method, url, signatures.sort(), body]);
}

/** Who speaks through a hook, and what proves it. */
async function voiceOf(
  { db, key, connectors, accounts, clients }: Installation,
  hook: Hook,
): Promise<{ webhooks: NonNullable<Connector['webhooks']>; secrets: string[]; key: string } | null> {
  const account = await readAccount(db, hook.account);
  const webhooks = account && connectors.find(({ app }) => app.name === account.app)?.webhooks;
  if (!account || !webhooks) return null;
  const own = account.secrets ? accounts.unseal(account.secrets, account.key) : {};
  const told = hook.secret
    ? open(Buffer.from(hook.secret).toString('utf8'), key, hookContext(hook.account))
    : undefined;
  // Apps that people sign in to sign with the secret of the client they signed in by.
  const client = await clients.of(account.workspace, account.app);
  const secrets = [told, own.webhookSecret, client?.clientSecret].filter((secret) => secret);
  return { webhooks, secrets: secrets as string[], key: account.key };
}

/** Where a hook's sealed parts belong. */
export function hookContext(account: string): string {
  return `hook ${account}`;
}

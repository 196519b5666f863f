import { z } from '@hono/zod-openapi';
import type { Connector } from '../../connector/contract.ts';
import { type AccountRow, accountRows, addAccount, changeAccount } from '../../store/account-list.ts';
import { readAccount } from '../../store/accounts.ts';
import { deleteAccount } from '../../store/removal.ts';
import { audit } from '../audit.ts';
import type { Installation } from '../installation.ts';
import { accountNamed, accountTag, refuseStale } from '../named.ts';
import { endListening, endNotices } from '../notices.ts';
import { type Proof, probe, probeNew } from '../probe.ts';
import { Refused } from '../problem.ts';
import { body, json, route, routes } from '../route.ts';
import { refuseStrangeHost } from '../strange-host.ts';
import { keyBodySchema } from '../sync-schema.ts';
import { connectorOf } from '../trial.ts';

/** How an account stands. unreachable: its app does not answer; it is asked again by itself. */
export const accountStates = ['connected', 'reconnect-needed', 'unreachable'] as const;

/** A connected account. Its secrets are never shown. */
const accountSchema = z
  .object({
    key: z.string(),
    app: z.string(),
    appLabel: z.string(),
    settings: z.record(z.string(), z.string()),
    state: z.enum(accountStates),
    trouble: z.string().nullable().openapi({ description: 'Why it cannot be used now, and what to do' }),
    noticeTrouble: z.string().nullable().openapi({
      description: 'Why it cannot be listened to, although its settings ask for it: its changes are found by polling',
    }),
    lostAt: z.string().nullable().openapi({ description: 'Since when a person must connect it again' }),
    syncs: z.array(z.string()).openapi({ description: 'Keys of the syncs that stand on it' }),
  })
  .openapi('Account');

const proofSchema = z
  .union([
    z.object({
      works: z.literal(true),
      id: z.string(),
      label: z.string(),
      is: z
        .literal('place')
        .optional()
        .openapi({ description: 'The id is only where it is: the same account may move' }),
    }),
    z.object({ works: z.literal(false), kind: z.string(), message: z.string(), remedy: z.string() }),
  ])
  .openapi('ConnectionTest');

const values = z.record(z.string(), z.string());
const named = { params: z.object({ account: z.string().openapi({ example: 'crm' }) }) };
const matching = { ...named, headers: z.object({ 'if-match': z.string().optional() }) };
const newAccountSchema = z
  .object({ key: keyBodySchema, app: z.string(), settings: values.optional(), secrets: values.optional() })
  .openapi('NewAccount');
const changeSchema = z
  .object({ key: keyBodySchema.optional(), settings: values.optional(), secrets: values.optional() })
  .openapi('AccountChange');

const list = route('view', {
  method: 'get',
  path: '/',
  summary: 'The connected accounts',
  responses: { 200: json(z.object({ items: z.array(accountSchema), next: z.null() }), 'Every account, by key') },
});
const read = route('view', {
  method: 'get',
  path: '/{account}',
  summary: 'One account',
  request: named,
  responses: { 200: json(accountSchema, 'The account; ETag is its version') },
});
const connect = route('manage', {
  method: 'post',
  path: '/',
  summary: 'Connect an account with a key or a password: the app is asked who it is first',
  request: { body: body(newAccountSchema) },
  responses: { 201: json(accountSchema, 'It is connected') },
});
const change = route('manage', {
  method: 'patch',
  path: '/{account}',
  summary: 'Rename an account, or give it other settings or secrets; its syncs follow',
  request: { ...matching, body: body(changeSchema) },
  responses: { 200: json(accountSchema, 'As it stands now') },
});
const disconnect = route('manage', {
  method: 'delete',
  path: '/{account}',
  summary: 'Disconnect an account that no sync stands on',
  request: named,
  responses: { 204: { description: 'Its secrets are forgotten' } },
});
const tryOut = route('manage', {
  method: 'post',
  path: '/{account}/test',
  summary: 'Ask the app who the account is',
  request: named,
  responses: { 200: json(proofSchema, 'Who it is, or what is wrong and what to do') },
});

/** Accounts. Those of OAuth apps are connected by their own round trip (see connections). */
export function accountRoutes(installation: Installation) {
  const { db, accounts } = installation;
  const shown = (row: AccountRow) => shownAccount(installation, row);
  return routes()
    .openapi(list, async (c) => {
      const rows = await accountRows(db, c.get('caller').workspace);
      return c.json({ items: rows.map(shown), next: null }, 200);
    })
    .openapi(read, async (c) => {
      const row = await accountNamed(installation, c.get('caller').workspace, c.req.valid('param').account);
      return c.json(shown(row), 200, { etag: accountTag(row) });
    })
    .openapi(connect, async (c) => {
      const caller = c.get('caller');
      const { key, app, settings = {}, secrets = {} } = c.req.valid('json');
      const connector = appNamed(installation, app);
      refuseIncomplete(connector, settings, secrets);
      const identity = identityIn(await probeNew(installation, connector, { key, settings, secrets }));
      const sealed = accounts.seal(secrets, key);
      const id = await addAccount(db, caller.workspace, { key, app, settings, secrets: sealed, identity });
      if (id === null) throw new Refused(409, `there is an account ${key} already: give this one another key`);
      await audit(installation, caller, 'account.connected', { account: key, app });
      const row = await accountNamed(installation, caller.workspace, key);
      return c.json(shown(row), 201, { etag: accountTag(row) });
    })
    .openapi(change, async (c) => {
      const caller = c.get('caller');
      const row = await accountNamed(installation, caller.workspace, c.req.valid('param').account);
      refuseStale(c.req.valid('header')['if-match'], accountTag(row));
      const next = await edit(installation, row, c.req.valid('json'));
      await audit(installation, caller, 'account.changed', { account: row.key, now: next });
      const changed = await accountNamed(installation, caller.workspace, next);
      return c.json(shown(changed), 200, { etag: accountTag(changed) });
    })
    .openapi(disconnect, async (c) => {
      const caller = c.get('caller');
      const { id, key, syncs } = await accountNamed(installation, caller.workspace, c.req.valid('param').account);
      if (syncs.length === 0) await endNotices(installation, id);
      if (syncs.length > 0 || !(await deleteAccount(db, id)))
        throw new Refused(
          409,
          `the syncs ${syncs.join(', ')} stand on ${key}: delete them first; records stay as they are`,
        );
      await accounts.forget(id);
      await audit(installation, caller, 'account.disconnected', { account: key });
      return c.body(null, 204);
    })
    .openapi(tryOut, async (c) => {
      const { id } = await accountNamed(installation, c.get('caller').workspace, c.req.valid('param').account);
      return c.json(await probe(installation, id), 200);
    });
}

/** An account as the API shows it. */
export function shownAccount({ connectors }: Installation, row: AccountRow): z.infer<typeof accountSchema> {
  const { key, app, settings, lostAt, trouble, noticeTrouble, syncs } = row;
  const connector = connectors.find((each) => each.app.name === app);
  const needed =
    connector?.auth.kind === 'oauth2' || (connector?.auth.secrets ?? []).some((each) => each.required !== false);
  const appLabel = connector?.app.label ?? app;
  const lost = lostAt !== null || (needed && !row.hasSecrets);
  const unreachable = !lost && trouble?.kind === 'unavailable';
  return {
    key,
    app,
    appLabel,
    settings,
    state: lost ? 'reconnect-needed' : unreachable ? 'unreachable' : 'connected',
    trouble: lost ? `${appLabel} no longer accepts this account: reconnect it` : unreachable ? trouble.message : null,
    noticeTrouble,
    lostAt: lostAt === null ? null : new Date(lostAt).toISOString(),
    syncs,
  };
}

function appNamed({ connectors }: Installation, app: string): Connector {
  const found = connectors.find((each) => each.app.name === app);
  if (found) return found;
  const message = `there is no app ${app}; there are ${connectors.map((each) => each.app.name).join(', ')}`;
  throw new Refused(422, message, [{ path: 'app', message }]);
}

/** What a person must fill in is there, and nothing that the app does not know. */
function refuseIncomplete(
  { auth, settings: fields = [], app }: Connector,
  settings: Record<string, string>,
  secrets: Record<string, string>,
): void {
  const wanted = { settings: fields, secrets: auth.secrets ?? [] };
  const given = { settings, secrets };
  const errors = (['settings', 'secrets'] as const).flatMap((part) => {
    const required = (field: { required?: boolean }) =>
      part === 'secrets' ? field.required !== false : field.required;
    const missing = wanted[part].filter((field) => required(field) && !given[part][field.name]);
    const names = wanted[part].map(({ name }) => name);
    const unknown = Object.keys(given[part]).filter((name) => !names.includes(name));
    return [
      ...missing.map(({ name, label }) => ({ path: `${part}.${name}`, message: `${label} is missing` })),
      ...unknown.map((name) => ({
        path: `${part}.${name}`,
        message: `${app.label} has no such ${part === 'settings' ? 'setting' : 'secret'}; it has ${names.join(', ') || 'none'}`,
      })),
    ];
  });
  const [first] = errors;
  if (first) throw new Refused(422, `${first.path}: ${first.message}`, errors);
}

/** Who the app says it is; null where it tells only its place. Throws Refused where it does not accept the account. */
function identityIn(proof: Proof): string | null {
  if (proof.works) return proof.is === 'place' ? null : proof.id;
  const status = proof.kind === 'unauthorized' || proof.kind === 'forbidden' ? 422 : 424;
  throw new Refused(status, `${proof.message}. ${proof.remedy}`, [{ path: 'secrets', message: proof.message }]);
}

/** Secrets are sealed for the account's key, so a new key seals them anew. Answers the key it has now. */
async function edit(installation: Installation, row: AccountRow, given: z.infer<typeof changeSchema>): Promise<string> {
  const { db, accounts } = installation;
  const stored = await readAccount(db, row.id);
  const kept = stored?.secrets ? accounts.unseal(stored.secrets, row.key) : {};
  const secrets = { ...kept, ...given.secrets };
  const settings = given.settings ?? row.settings;
  const key = given.key ?? row.key;
  let identity: string | null = null;
  if (given.settings || given.secrets) {
    const connector = connectorOf(installation, row);
    // What an app granted besides is nobody's to give.
    const names = (connector.auth.secrets ?? []).map(({ name }) => name);
    const typed = Object.entries(kept).filter(([name]) => names.includes(name));
    refuseIncomplete(connector, settings, { ...Object.fromEntries(typed), ...given.secrets });
    refuseStrangeHost(
      connector,
      row.settings,
      settings,
      Object.keys(kept).filter((name) => !given.secrets?.[name]),
    );
    identity = identityIn(await probeNew(installation, connector, { key, settings, secrets }));
    if (identity !== null && row.syncs.length > 0)
      await refuseOther(installation, row, stored?.identity ?? null, identity);
    await endListening(installation, row.id);
  }
  const sealed = stored?.secrets || given.secrets ? accounts.seal(secrets, key) : null;
  const was = stored?.secrets ?? null;
  if (!(await changeAccount(db, row.id, row.key, { key, settings, secrets: sealed, was, identity })))
    throw new Refused(409, `there is an account ${key} already, or this one was changed meanwhile: read it again`);
  await accounts.forget(row.id);
  installation.relearn();
  installation.askForNotices();
  return key;
}

/** Syncs would take every record of the account they know for gone: it must be the same one at the app. */
async function refuseOther(
  installation: Installation,
  { id, key, syncs }: AccountRow,
  known: string | null,
  identity: string,
): Promise<void> {
  // What the credentials that are stored say comes first: a file may have named others since it was connected.
  const now = await probe(installation, id);
  const own = now.works ? now.id : known;
  if (own === null || own === identity) return;
  const message = `these are the credentials of another account (${identity}) than ${key} stands for (${own}): the syncs ${syncs.join(', ')} would take all its records for gone. Give those of the same account, or connect this one under a key of its own`;
  throw new Refused(422, message, [{ path: 'secrets', message }]);
}

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { OAuth2Server } from 'oauth2-mock-server';
import { type Connector, Failure } from '../connector/contract.ts';
import { connector as hubspot } from '../connectors/hubspot/connector.ts';
import type { Http } from '../lib/http.ts';
import { systemHttp } from '../lib/http.ts';
import { storedAccounts } from './accounts.ts';
import { appClients } from './app-clients.ts';
import { isOAuth, type OAuthConnector, refreshTokens } from './authorization.ts';
import { renewGrant } from './renew-grant.ts';
import { type TestRig, testRig } from './testing.ts';

const mock = new OAuth2Server();
before(async () => {
  await mock.issuer.keys.generate('RS256');
  await mock.start(0, '127.0.0.1');
});
after(() => mock.stop());

test('of 20 calls in several processes that meet an expired token one refreshes, and nobody loses the rotated grant', async () => {
  const { rig, account, asked, server } = await connected();
  await rig.db.rows('select 1');
  expire(server);
  // Four processes: each has sessions of its own on the same database.
  const processes = Array.from({ length: 4 }, () => ownAccounts(rig));
  const answers = await Promise.all(
    Array.from({ length: 20 }, async (_none, n) => {
      const { connector, session } = await (processes[n % 4] as (typeof processes)[number]).open(account);
      return connector.whoami(session);
    }),
  );
  assert.equal(new Set(answers.map(({ id }) => id)).size, 1);
  assert.equal(asked(), 1);
  const { refreshToken = '' } = await secretsOf(rig, account);
  assert.equal(server.knowsRefreshToken(refreshToken), true);
  for (const each of processes) await each.close();
});

test('a refusal is not believed at once: it is asked once more after a minute, and only then a person is asked', async () => {
  const { rig, account, server } = await connected();
  server.revoke();
  const ask = async () => {
    const { connector, session } = await rig.installation.accounts.open(account);
    return connector.whoami(session).then(
      () => 'fine',
      (error: Failure) => error.kind,
    );
  };
  const before = await secretsOf(rig, account);
  const many = await Promise.all(Array.from({ length: 5 }, ask));
  assert.deepEqual([...new Set(many)], ['unavailable']);
  assert.deepEqual(await lossOf(rig, account), { refusals: 1, lost: false });
  await rig.db.rows('update account set grant_refused_at = grant_refused_at - 61000');
  assert.equal(await ask(), 'unauthorized');
  assert.deepEqual(await lossOf(rig, account), { refusals: 2, lost: true });
  assert.deepEqual(await secretsOf(rig, account), before, 'the grant is kept');
});

test('an app that is away, or answers nonsense, loses no grant; a later answer heals', async () => {
  const { rig, account, connector, clients } = await connected();
  const { accounts, db } = rig.installation;
  const stale = await secretsOf(rig, account);
  const parts = { db, clients, seal: accounts.seal, unseal: accounts.unseal, unsaved: new Map() };
  const renew = (http: Http) => renewGrant({ ...parts, http }, connector, account, stale);
  const answering = (status: number, text: string): Http => ({
    request: async () => ({ status, headers: { 'content-type': 'application/json' }, body: Buffer.from(text) }),
  });
  for (const http of [answering(503, 'away'), answering(200, '<html>'), answering(400, '{"error":"server_error"}')])
    await assert.rejects(renew(http), (error) => error instanceof Failure && error.kind === 'unavailable');
  await assert.rejects(
    renew(answering(401, '{"error":"invalid_client"}')),
    (error) => error instanceof Failure && error.kind === 'forbidden',
  );
  assert.deepEqual(await lossOf(rig, account), { refusals: 0, lost: false });
  const renewed = await renew(systemHttp);
  assert.notEqual(renewed.accessToken, stale.accessToken);
});

test('tokens that the app gave just before the database went away are stored with the next try', async () => {
  const { rig, account, connector, clients, asked, server } = await connected();
  const { accounts, db } = rig.installation;
  const stale = await secretsOf(rig, account);
  const parts = { db, http: systemHttp, clients, seal: accounts.seal, unseal: accounts.unseal, unsaved: new Map() };
  const gone: typeof db = {
    ...db,
    transaction: (work) =>
      db.transaction(async (tx) => {
        await work(tx);
        throw new Error('the connection was lost');
      }),
  };
  await assert.rejects(renewGrant({ ...parts, db: gone }, connector, account, stale), /connection was lost/);
  assert.deepEqual(await secretsOf(rig, account), stale);
  const { refreshToken = '' } = await renewGrant(parts, connector, account, stale);
  assert.equal(server.knowsRefreshToken(refreshToken), true);
  assert.equal(asked(), 1);
  assert.equal((await secretsOf(rig, account)).refreshToken, refreshToken);
});

test('tokens come from a standard server as from the simulated one', async () => {
  const url = mock.issuer.url ?? '';
  const auth = {
    ...hubspot.auth,
    oauth: { authorizeUrl: `${url}/authorize`, tokenUrl: `${url}/token`, scopes: [], pkce: 'S256', client: 'basic' },
  };
  const connector = { ...hubspot, auth } as Connector;
  assert.ok(isOAuth(connector));
  const client = { clientId: 'me', clientSecret: 'secret', from: 'workspace' as const };
  const { secrets } = await refreshTokens(systemHttp, connector, {}, client, 'a refresh token');
  assert.match(secrets.accessToken, /^ey/);
});

test("the operator's client is told to the app's own servers only", async () => {
  const client = { clientId: 'me', clientSecret: 'secret', from: 'environment' as const };
  const nowhere: Http = {
    request: async ({ url }) => {
      throw new Error(`${url} was called`);
    },
  };
  const settings = { baseUrl: 'https://evil.example' };
  await assert.rejects(
    refreshTokens(nowhere, hubspot as OAuthConnector, settings, client, 'r'),
    (error) => error instanceof Failure && error.kind === 'forbidden',
  );
});

/** A simulated HubSpot with a granted account, and how often its token endpoint was asked since. */
async function connected() {
  const rig = await testRig();
  const app = await rig.simulator('hubspot', { records: 1 });
  const { oauth } = app;
  assert.ok(oauth);
  const { clientId, clientSecret, server } = oauth;
  const back = server.authorize(new URLSearchParams({ client_id: clientId, redirect_uri: 'http://x/back' }));
  const code = new URL(String(back)).searchParams.get('code') ?? '';
  const form = { grant_type: 'authorization_code', code, redirect_uri: 'http://x/back' };
  const grant = server.token(new URLSearchParams({ ...form, client_id: clientId, client_secret: clientSecret }));
  assert.ok('accessToken' in grant);
  const secrets = { accessToken: grant.accessToken, refreshToken: grant.refreshToken };
  const { baseUrl = '' } = app.account.settings ?? {};
  const applied = await rig.apply({ accounts: { crm: { app: 'hubspot', settings: { baseUrl }, secrets } } });
  const account = applied.accounts.crm as string;
  const { clients } = rig.installation;
  await clients.save(rig.workspaces.own, 'hubspot', clientId, clientSecret);
  let count = 0;
  const token = server.token.bind(server);
  server.token = (...given) => {
    count += 1;
    return token(...given);
  };
  return { rig, account, clients, server, connector: hubspot as OAuthConnector, asked: () => count };
}

/** Access tokens are no longer known; refresh tokens are. */
function expire(server: { check(token: string): unknown }): void {
  const check = server.check.bind(server);
  const old = new Set<string>();
  let isOld = true;
  server.check = (token) => {
    if (isOld) old.add(token);
    isOld = false;
    return old.has(token) ? { state: 'unknown' } : check(token);
  };
}

function ownAccounts({ db, installation }: TestRig) {
  const { key, outside, random } = installation;
  const clients = appClients({ db, key, random }, {});
  return storedAccounts({ ...installation, outside }, db, key, undefined, clients);
}

async function secretsOf({ db, installation }: TestRig, account: string): Promise<Record<string, string>> {
  const [row] = await db.rows<{ secrets: Buffer }>('select secrets from account where id = $1', [account]);
  return installation.accounts.unseal(row?.secrets as Buffer, 'crm');
}

async function lossOf({ db }: TestRig, account: string) {
  const [row] = await db.rows(
    'select grant_refusals as refusals, lost_at is not null as lost from account where id = $1',
    [account],
  );
  return row;
}

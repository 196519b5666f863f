import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pinoLog } from '../lib/log.ts';
import type { Db } from '../store/db.ts';
import { setupCode } from './routes/setup.ts';
import { type BrowserAnswer, firstAdmin, PASSWORD, type TestBrowser, testBrowser } from './test-browser.ts';
import { type TestRig, testRig } from './testing.ts';

/** A secret that somebody planted, and the answers that may show it, once. */
interface Planted {
  what: string;
  secret: string;
  shownOnceIn?: BrowserAnswer;
}

test('no secret is found in a dump of the database, an answer or a line of the log', async () => {
  const lines: string[] = [];
  const log = pinoLog({ level: 'debug', form: 'json', secrets: new Set(), write: (line) => lines.push(line) });
  const rig = await testRig({ log });
  const answers: BrowserAnswer[] = [];
  const admin = watched(await firstAdmin(rig.installation), answers);
  const planted = [
    { what: 'the password', secret: PASSWORD },
    { what: 'the setup code', secret: setupCode(rig.installation) },
    ...(await ofPeople(admin)),
    ...(await ofApps(rig, admin)),
  ];
  await lookEverywhere(rig, admin);

  const dump = await dumped(rig.db);
  assert.ok(dump.includes('ann@example.com') && dump.includes('s1.'), 'the dump is one');
  for (const { what, secret, shownOnceIn } of planted as Planted[]) {
    assert.ok(secret.length >= 8, `${what} was planted`);
    assert.ok(!dump.includes(secret), `${what} is in the database`);
    assert.ok(!lines.join('').includes(secret), `${what} is in the log`);
    for (const answer of answers)
      if (answer !== shownOnceIn) assert.ok(!told(answer).includes(secret), `${what} is in an answer: ${answer.text}`);
  }
});

function told({ text, headers }: BrowserAnswer): string {
  return text + JSON.stringify([...headers]);
}

/** Secrets by which people and programs come in. */
async function ofPeople(admin: TestBrowser): Promise<Planted[]> {
  const key = await admin.call('POST', '/api/v1/keys', { name: 'a key', role: 'super-admin' });
  const invited = await admin.call('POST', '/api/v1/invitations', { email: 'bo@example.com', role: 'view-health' });
  const factor = await admin.call('POST', '/api/auth/two-factor/enable', { password: PASSWORD });
  const totp = new URL(factor.body.totpURI).searchParams.get('secret') ?? '';
  return [
    { what: 'the API key', secret: key.body.key, shownOnceIn: key },
    { what: 'the token of an invitation', secret: new URL(invited.body.link).hash.slice(1), shownOnceIn: invited },
    { what: 'the secret of a second factor', secret: totp, shownOnceIn: factor },
    { what: 'a backup code', secret: factor.body.backupCodes[0], shownOnceIn: factor },
  ];
}

/** Secrets by which Syncline comes into apps: typed in, refused, and given by OAuth. */
async function ofApps(rig: TestRig, admin: TestBrowser): Promise<Planted[]> {
  const app = await rig.simulator('hubspot', { records: 2 });
  const { settings = {}, secrets = {} } = app.account;
  await admin.call('POST', '/api/v1/accounts', { key: 'typed', app: 'hubspot', settings, secrets });
  const wrong = 'pat-na1-a-token-that-is-wrong';
  await admin.call('POST', '/api/v1/accounts', { key: 'wrong', app: 'hubspot', settings, secrets: { token: wrong } });
  const database = 'postgres://joe:planted-password@127.0.0.1:1/nothing';
  await admin.call('POST', '/api/v1/accounts', { key: 'shop', app: 'postgres', secrets: { url: database } });
  const { clientId, clientSecret = '' } = app.oauth ?? {};
  await admin.call('PUT', '/api/v1/apps/hubspot/client', { clientId, clientSecret });
  const own = { baseUrl: settings.baseUrl, appUrl: settings.baseUrl };
  const begun = await admin.call('POST', '/api/v1/accounts/connect', { app: 'hubspot', account: 'crm', settings: own });
  const sent = await fetch(begun.body.url, { redirect: 'manual' });
  const back = new URL(sent.headers.get('location') ?? '');
  await admin.call('GET', back.pathname + back.search);
  const [row] = await rig.db.rows<{ secrets: Buffer }>(`select secrets from account where key = 'crm'`);
  const tokens = rig.installation.accounts.unseal(row?.secrets as Buffer, 'crm');
  return [
    { what: 'a token that was typed in', secret: secrets.token ?? '' },
    { what: 'a token that is wrong', secret: wrong },
    { what: 'the password of a database', secret: 'planted-password' },
    { what: 'a client secret', secret: clientSecret },
    { what: 'the state of a round trip', secret: back.searchParams.get('state') ?? '', shownOnceIn: begun },
    { what: 'a code', secret: back.searchParams.get('code') ?? '' },
    { what: 'an access token', secret: tokens.accessToken ?? '' },
    { what: 'a refresh token', secret: tokens.refreshToken ?? '' },
  ];
}

/** Everything that can be read without a parameter, and all of the accounts. */
async function lookEverywhere({ installation }: TestRig, admin: TestBrowser): Promise<void> {
  const document = await admin.call('GET', '/api/v1/openapi.json');
  const paths = Object.entries(document.body.paths as Record<string, object>)
    .filter(([path, methods]) => 'get' in methods && (!path.includes('{') || path.includes('{account}')))
    .map(([path]) => path.replace('{account}', 'crm'))
    .filter((path) => !path.includes('{') && !path.endsWith('/events'));
  assert.ok(paths.length > 10);
  for (const path of paths) await admin.call('GET', path);
  for (const path of ['/get-session', '/list-sessions', '/list-accounts', '/passkey/list-user-passkeys'])
    await admin.call('GET', `/api/auth${path}`);
  await testBrowser(installation).call('POST', '/api/auth/sign-in/email', { email: 'ann@example.com', password: 'x' });
}

function watched(browser: TestBrowser, answers: BrowserAnswer[]): TestBrowser {
  const call: TestBrowser['call'] = async (...given) => {
    const answer = await browser.call(...given);
    answers.push(answer);
    return answer;
  };
  return { ...browser, call };
}

/** All rows of all tables as text; what is bytes, also as the text that it may be. */
async function dumped(db: Db): Promise<string> {
  const tables = await db.rows<{ name: string }>(
    `select quote_ident(table_name) as name from information_schema.tables where table_schema = 'syncline'`,
  );
  const rows = await Promise.all(
    tables.map(({ name }) => db.rows<{ row: string }>(`select t::text as row from ${name} t`)),
  );
  const text = rows
    .flat()
    .map(({ row }) => row)
    .join('\n');
  const bytes = [...text.matchAll(/\\x([0-9a-f]+)/g)].map(([, hex]) => Buffer.from(hex as string, 'hex').toString());
  return text + bytes.join('\n');
}

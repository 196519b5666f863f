import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startSimulator } from '../connectors/hubspot/simulator.ts';
import { connectors } from '../connectors/registry.ts';
import { systemClock } from '../lib/clock.ts';
import { hmacSha256 } from '../lib/crypto.ts';
import { systemHttp } from '../lib/http.ts';
import { silentLog } from '../lib/log.ts';
import { systemRandom } from '../lib/random.ts';
import type { ServedSimulator } from '../simulator/simulator.ts';
import type { Db } from '../store/db.ts';
import { testDatabase } from '../store/testing.ts';
import { tendNotices } from './notices.ts';
import { startServer } from './start.ts';
import { testRig, until } from './testing.ts';

/** The app's number in HubSpot's simulator. */
const APP_ID = '3900417';
const stops: (() => Promise<unknown>)[] = [];
after(async () => {
  for (const stop of stops) await stop();
});

test('a change arrives by its notice long before the next poll, and nobody else can ring', async () => {
  const { app, other, database, secret, server } = await twoPortals();
  await until(async () => (await contactsOf(other)).length === 5);
  await until(async () => (await hooks(database.db)).some(({ state }) => state === 'on'));
  const [first] = await contactsOf(app);
  await edit(app, [{ id: first?.id, values: { city: 'Uppsala' } }]);
  await until(async () => (await contactsOf(other)).some(({ values }) => values.city === 'Uppsala'));

  const [hook] = await database.db.rows<{ address: string; account: number }>(
    `select h.address, h.account from hook h join account a on a.id = h.account where a.key = 'one'`,
  );
  const { url } = (await targetOf(app)) ?? { url: '' };
  assert.match(url, new RegExp(`^${hook?.address}/hooks/${hook?.account}/`));
  const body = JSON.stringify([{ subscriptionType: 'contact.propertyChange', objectId: Number(first?.id) }]);
  const ring = (stamp: number, by = secret, to = url) =>
    fetch(to, {
      method: 'POST',
      body,
      headers: {
        'x-hubspot-signature-v3': hmacSha256(by, `POST${to}${body}${stamp}`, 'base64'),
        'x-hubspot-request-timestamp': String(stamp),
      },
    });
  const now = Date.now();
  assert.equal((await ring(now)).status, 200);
  assert.equal((await ring(now)).status, 409, 'a replayed notice is refused');
  assert.equal((await ring(now, 'guessed')).status, 401, 'a forged notice is refused');
  assert.equal((await ring(now - 3600_000)).status, 401, 'a stale notice is refused');
  assert.equal((await ring(now, secret, url.slice(0, -1))).status, 404, 'an address that is not known');
  assert.equal((await ring(now, secret, `http://127.0.0.1:${server.port}/hooks/999999999/x`)).status, 404);
  assert.equal((await fetch(url, { method: 'POST', body: 'x'.repeat(1_000_001) })).status, 413);
});

test('notices end with the last sync that needs them', async () => {
  const rig = await testRig();
  const [app, other] = [await rig.simulator('hubspot'), await rig.simulator('hubspot', { seed: 2 })];
  await rig.apply({ accounts: { one: developersOf(app), two: other.account }, syncs: { contacts: contacts } });
  const reachable = { publicUrl: () => 'http://127.0.0.1:9' };
  await tendNotices(rig.installation, reachable);
  assert.deepEqual(await hooks(rig.db), [{ state: 'on' }, { state: 'failed' }], 'the second app has no developer key');
  assert.ok((await subscriptionsOf(app)).length > 0);
  await rig.db.rows('update sync set enabled = false');
  await tendNotices(rig.installation, reachable);
  assert.deepEqual(await hooks(rig.db), []);
  assert.equal((await subscriptionsOf(app)).length, 0);
});

type Portal = ServedSimulator;

/** Two HubSpot accounts kept the same by a server that polls every ten minutes. */
async function twoPortals() {
  const simulator = (records: number, seed: number) =>
    startSimulator({ port: 0, records, seed, clock: systemClock, http: systemHttp });
  const [app, other] = [await simulator(5, 1), await simulator(0, 2)];
  const secret = app.oauth?.clientSecret ?? '';
  const text = JSON.stringify({ accounts: { one: developersOf(app), two: other.account }, syncs: { contacts } });
  const database = await testDatabase();
  const dataDirectory = await mkdtemp(join(tmpdir(), 'syncline-notices-'));
  const server = await startServer(
    { connectors, http: systemHttp, clock: systemClock, random: systemRandom, log: silentLog },
    {
      dataDirectory,
      port: 0,
      openDatabase: async () => ({ db: database.db, connection: database.connection, close: async () => {} }),
      alone: 'yes',
      key: undefined,
      file: { text, environment: {}, consent: 'yes' },
    },
  );
  stops.push(
    () => server.stop(),
    () => app.stop(),
    () => other.stop(),
    () => rm(dataDirectory, { recursive: true }),
  );
  return { app, other, database, secret, server };
}

const contacts = {
  a: { account: 'one', object: 'contacts' },
  b: { account: 'two', object: 'contacts' },
  require: [],
  every: '10m',
};

/** An account that may subscribe to notices. */
function developersOf(app: Portal) {
  const secrets = { ...app.account.secrets, webhookSecret: app.oauth?.clientSecret ?? '', developerKey: 'a-key' };
  return { ...app.account, settings: { ...app.account.settings, appId: APP_ID }, secrets };
}

interface Contact {
  id: string;
  values: Record<string, string>;
}

async function contactsOf(app: Portal): Promise<Contact[]> {
  const answer = await fetch(`${app.account.settings.baseUrl}/__sim/records/contacts`);
  return ((await answer.json()) as { records: Contact[] }).records;
}

async function edit(app: Portal, update: { id: string | undefined; values: Record<string, string> }[]): Promise<void> {
  const body = JSON.stringify({ update });
  await fetch(`${app.account.settings.baseUrl}/__sim/records/contacts`, { method: 'POST', body });
}

async function targetOf(app: Portal): Promise<{ url: string }> {
  const answer = await fetch(`${app.account.settings.baseUrl}/webhooks/v3/${APP_ID}/settings`, {
    headers: bearer(app),
  });
  return { url: ((await answer.json()) as { targetUrl: string }).targetUrl };
}

async function subscriptionsOf(app: Portal): Promise<unknown[]> {
  const url = `${app.account.settings.baseUrl}/webhooks/v3/${APP_ID}/subscriptions`;
  return ((await (await fetch(url, { headers: bearer(app) })).json()) as { results: unknown[] }).results;
}

function bearer(app: Portal): Record<string, string> {
  return { authorization: `Bearer ${app.account.secrets.token}` };
}

function hooks(db: Db): Promise<{ state: string }[]> {
  return db.rows<{ state: string }>('select state from hook order by account');
}

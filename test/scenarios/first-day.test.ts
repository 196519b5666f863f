import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { simulators } from '../../src/connectors/registry.ts';
import { must } from '../../src/lib/assert.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { systemHttp } from '../../src/lib/http.ts';
import { silentLog } from '../../src/lib/log.ts';
import { openDatabase } from '../../src/store/open.ts';
import { makeDesk } from './command.ts';
import { type StartedServer, startServer, until } from './started-server.ts';

const PASSWORD = 'a long password of ann';
const RECORDS = 12;
/** How the simulated app's access and refresh tokens look. */
const TOKEN = /\bhs[ar]-[\w-]{10,}/;

const stops: (() => unknown)[] = [];
after(async () => {
  for (const stop of stops.reverse()) await stop();
});

test('the first day by API alone: set up, connect, look, start, change; the same settings on a second server; no secret anywhere', async () => {
  const [first, second] = [await install(), await install()];
  const [hub, pipe] = [await simulator('hubspot', RECORDS), await simulator('pipedrive', 0)];

  await setUp(first.service);
  const secrets = [
    PASSWORD,
    ...(await connectByRoundTrip(first.service, hub)),
    ...(await connectByKey(first.service, pipe)),
  ];
  await startByPlan(first.service);
  await until('the first sync', async () => (await recordsOf(pipe, 'persons')).length === RECORDS);
  await rename(hub, 'contacts', { firstname: 'Somebody', lastname: 'Else' });
  await until('the change', async () => JSON.stringify(await recordsOf(pipe, 'persons')).includes('Somebody Else'));

  const { text: file } = await first.service.call('GET', '/api/v1/file');
  await setUp(second.service);
  const environment = { SYNCLINE_PIPE_TOKEN: pipe.account.secrets.token };
  const applied = await second.service.call('POST', '/api/v1/file/apply', { file, environment });
  assert.equal(applied.status, 200, applied.text);
  assert.equal((await second.service.call('GET', '/api/v1/file')).text, file);
  const { body: accounts } = await second.service.call('GET', '/api/v1/accounts');
  assert.deepEqual(
    accounts.items.map(({ key, state }: { key: string; state: string }) => `${key}: ${state}`),
    ['hub: reconnect-needed', 'pipe: connected'],
  );

  for (const { service, data } of [first, second]) {
    await service.stop();
    const { out, err } = await service.running.ended;
    findNone(secrets, 'printed', out + err);
    for (const { text, headers } of service.answers) findNone(secrets, 'answered', text + JSON.stringify([...headers]));
    findNone(secrets, 'stored', await dump(data));
  }
});

interface Installed {
  service: StartedServer;
  data: string;
}

type Simulator = Awaited<ReturnType<Awaited<ReturnType<(typeof simulators)[string]>>>>;

async function install(): Promise<Installed> {
  const desk = makeDesk();
  stops.push(desk.clear);
  const service = await startServer(desk.data);
  stops.push(service.stop);
  return { service, data: desk.data };
}

async function simulator(app: string, records: number): Promise<Simulator> {
  const start = await must(simulators[app], `a simulator of ${app}`)();
  const started = await start({ port: 0, records, seed: 1, clock: systemClock, http: systemHttp });
  stops.push(() => started.stop());
  return started;
}

/** The first super admin, by the code of the terminal. */
async function setUp({ setupLink, call }: StartedServer): Promise<void> {
  const code = new URL(setupLink).hash.slice(1);
  const made = await call('POST', '/api/v1/setup', { code, name: 'Ann', email: 'ann@example.com', password: PASSWORD });
  assert.equal(made.status, 201, made.text);
}

/** OAuth as a browser goes through it: to the app, which sends it back to us, which sends it to the app's page. */
async function connectByRoundTrip({ call }: StartedServer, app: Simulator): Promise<string[]> {
  const { clientId, clientSecret = '' } = app.oauth ?? {};
  const { baseUrl = '' } = app.account.settings;
  await call('PUT', '/api/v1/apps/hubspot/client', { clientId, clientSecret });
  const settings = { baseUrl, appUrl: baseUrl };
  const begun = await call('POST', '/api/v1/accounts/connect', { app: 'hubspot', account: 'hub', settings });
  const sent = await fetch(begun.body.url, { redirect: 'manual' });
  const back = must(sent.headers.get('location') ?? undefined, 'a way back');
  const landed = await call('GET', back);
  assert.equal(landed.headers.get('location'), '/apps/hubspot?connected=hub&again=no');
  return [clientSecret, new URL(back).searchParams.get('code') ?? ''];
}

async function connectByKey({ call }: StartedServer, app: Simulator): Promise<string[]> {
  const { settings, secrets } = app.account;
  const made = await call('POST', '/api/v1/accounts', { key: 'pipe', app: 'pipedrive', settings, secrets });
  assert.equal(made.status, 201, made.text);
  return Object.values(secrets);
}

/** A draft, its preview, a look at what it would do, and the start of just that. */
async function startByPlan({ call }: StartedServer): Promise<void> {
  const settings = {
    a: { account: 'hub', object: 'contacts' },
    b: { account: 'pipe', object: 'persons' },
    every: '2s',
    enabled: false,
  };
  assert.equal((await call('POST', '/api/v1/syncs', { key: 'people', settings })).status, 201);
  const { body: made } = await call('POST', '/api/v1/syncs/people/plans');
  const plan = () => call('GET', `/api/v1/syncs/people/plans/${made.number}`);
  await until('the plan', async () => (await plan()).body.state !== 'making');
  const { body: ready } = await plan();
  assert.deepEqual([ready.state, ready.totals.b.create], ['ready', RECORDS], JSON.stringify(ready));
  const started = await call('POST', `/api/v1/syncs/people/plans/${made.number}/start`);
  assert.equal(started.status, 202, started.text);
}

/** What people see in the app. */
async function recordsOf(app: Simulator, object: string): Promise<{ id: string; values: Record<string, unknown> }[]> {
  const answer = await fetch(`${app.account.settings.baseUrl}/__sim/records/${object}`);
  const { records } = (await answer.json()) as { records: { id: string; values: Record<string, unknown> }[] };
  return records;
}

async function rename(app: Simulator, object: string, values: Record<string, string>): Promise<void> {
  const [first] = await recordsOf(app, object);
  const body = JSON.stringify({ update: [{ id: first?.id, values }] });
  await fetch(`${app.account.settings.baseUrl}/__sim/records/${object}`, { method: 'POST', body });
}

/** All rows of all tables as text; what is bytes also as the text that it may be. */
async function dump(data: string): Promise<string> {
  const database = await openDatabase({ dataDir: data }, { clock: systemClock, log: silentLog });
  try {
    const tables = await database.db.rows<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname like 'syncline%'`,
    );
    const texts: string[] = [];
    for (const { name } of tables) {
      const rows = await database.db.rows<{ row: string }>(`select t::text as row from ${name} t`);
      texts.push(...rows.map(({ row }) => row));
    }
    const text = texts.join('\n');
    const bytes = [...text.matchAll(/\\x([0-9a-f]+)/g)].map(([, hex]) => Buffer.from(hex ?? '', 'hex').toString());
    return text + bytes.join('\n');
  } finally {
    await database.close();
  }
}

function findNone(secrets: string[], where: string, text: string): void {
  assert.ok(text.length > 0, `nothing was ${where}`);
  for (const secret of secrets) assert.ok(!text.includes(secret), `${secret.slice(0, 4)}… was ${where}`);
  assert.doesNotMatch(text, TOKEN, `a token of the app was ${where}`);
}

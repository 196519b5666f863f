import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startSimulator } from '../connectors/hubspot/simulator.ts';
import { connectors } from '../connectors/registry.ts';
import { systemClock } from '../lib/clock.ts';
import { systemHttp } from '../lib/http.ts';
import { silentLog } from '../lib/log.ts';
import { systemRandom } from '../lib/random.ts';
import { testDatabase } from '../store/testing.ts';
import { ConsentMissing, type StartOptions, startServer } from './start.ts';

/** How long a change may take from one app to the other before the test gives up, in milliseconds. */
const PATIENCE_MILLISECONDS = 60_000;

test('a server applies a file, keeps its syncs going and gives its leases back when it stops', async () => {
  const [one, two] = [await simulator(3, 1), await simulator(0, 2)];
  const { options, database, folder } = await place(file(one, two), 'yes');
  const server = await startServer(parts, options);
  try {
    const health = await fetch(`http://127.0.0.1:${server.port}/health`);
    assert.equal(health.status, 200);
    await until(async () => (await people(two)).length === 3);
    const [first] = await people(one);
    await act(one, { update: [{ id: first?.id, values: { city: 'Uppsala' } }] });
    await until(async () => (await people(two)).some((person) => person.values.city === 'Uppsala'));
    const nothing = await fetch(`http://127.0.0.1:${server.port}/nowhere`);
    assert.equal(nothing.headers.get('content-type'), 'application/problem+json');
  } finally {
    await server.stop();
  }
  const held = await database.db.rows(
    'select from sync where held_until is not null union all select from feed where held_until is not null',
  );
  assert.equal(held.length, 0);
  assert.equal((await stat(join(folder, 'key'))).mode & 0o777, 0o600);
  const [account] = await database.db.rows<{ secrets: Uint8Array }>('select secrets from account limit 1');
  assert.doesNotMatch(Buffer.from(account?.secrets ?? []).toString(), /pat-sim/);
  await clear(folder, one, two);
});

test('a server that is stopped in a long first sync ends the batch it is at, and the next one goes on from there', async () => {
  const [one, two] = [await simulator(600, 1), await simulator(0, 2)];
  const slow = JSON.stringify({ kind: 'slow', match: { method: 'POST' }, seconds: 0.3, times: 1_000 });
  await fetch(`${two.account.settings?.baseUrl}/__sim/faults`, { method: 'POST', body: slow });
  const { options, database, folder } = await place(file(one, two), 'yes');
  const first = await startServer(parts, options);
  await until(async () => (await people(two)).length > 0);
  await first.stop();
  const written = (await people(two)).length;
  assert.ok(written < 600, 'it did not wait for the whole of it');
  assert.equal((await database.db.rows('select from batch')).length, 0, 'nothing is left open');
  assert.equal((await database.db.rows(`select from run where ending = 'failed'`)).length, 0);
  await fetch(`${two.account.settings?.baseUrl}/__sim/faults`, { method: 'DELETE' });
  const second = await startServer(parts, options);
  await until(async () => (await people(two)).length === 600);
  await second.stop();
  await clear(folder, one, two);
});

test('a server that waits for the limit of an app is stopped at once, and the next one writes what was not sent', async () => {
  const [one, two] = [await simulator(3, 1), await simulator(0, 2)];
  const faults = `${two.account.settings?.baseUrl}/__sim/faults`;
  const limit = JSON.stringify({
    kind: '429',
    match: { method: 'POST', path: '/*create' },
    seconds: 100,
    times: 1_000,
  });
  await fetch(faults, { method: 'POST', body: limit });
  const { options, database, folder } = await place(file(one, two), 'yes');
  let refused = 0;
  const request: typeof systemHttp.request = async (asked) => {
    const reply = await systemHttp.request(asked);
    if (reply.status === 429) refused++;
    return reply;
  };
  const first = await startServer({ ...parts, http: { request } }, options);
  await until(async () => refused > 0);
  const from = performance.now();
  await first.stop();
  const seconds = (performance.now() - from) / 1000;
  assert.ok(seconds < 20, `it took ${seconds} s`);
  assert.equal((await database.db.rows('select from batch')).length, 0, 'what was not sent is not left open');
  await fetch(faults, { method: 'DELETE' });
  const second = await startServer(parts, options);
  await until(async () => (await people(two)).length === 3);
  await second.stop();
  await clear(folder, one, two);
});

test('a call that never ends holds up no stop', async () => {
  const { options, folder } = await place('accounts: {}', 'yes');
  const server = await startServer(parts, options);
  const socket = connect(server.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(
    'POST /api/v1/setup HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{',
  );
  const closed = once(socket, 'close');
  await server.stop();
  await closed;
  await clear(folder);
});

test('a server whose port is taken says so and leaves nothing behind', async () => {
  const { options, folder } = await place('accounts: {}', 'yes');
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  await assert.rejects(startServer(parts, { ...options, port }), /EADDRINUSE.*give another with --port/);
  taken.close();
  await (await startServer(parts, { ...options, port })).stop();
  await clear(folder);
});

test('a server starts though an app does not answer: its account says so, and the other syncs run', async () => {
  const [one, two, gone] = [await simulator(3, 1), await simulator(0, 2), await simulator(3, 3)];
  await gone.stop();
  const content = JSON.parse(file(one, two));
  const { contacts } = content.syncs;
  content.accounts.gone = gone.account;
  content.syncs.others = {
    ...contacts,
    a: { account: 'gone', object: 'contacts' },
    b: { account: 'one', object: 'contacts' },
  };
  const { options, database, folder } = await place(JSON.stringify(content), 'yes');
  const server = await startServer(parts, options);
  await until(async () => (await people(two)).length === 3);
  const troubled = () =>
    database.db.rows(
      `select a.key, f.trouble ->> 'kind' as kind from feed f join account a on a.id = f.account where f.trouble is not null`,
    );
  await until(async () => (await troubled()).length > 0);
  assert.deepEqual(await troubled(), [{ key: 'gone', kind: 'unavailable' }]);
  await server.stop();
  await clear(folder, one, two);
});

test('a server does not start the first syncs of a file that nobody agreed to, and keeps nothing of it', async () => {
  const [one, two] = [await simulator(3, 1), await simulator(0, 2)];
  const { options, database, folder } = await place(file(one, two), 'ask');
  await assert.rejects(startServer(parts, options), ConsentMissing);
  assert.equal((await database.db.rows('select from account')).length, 0);
  await clear(folder, one, two);
});

const parts = { connectors, http: systemHttp, clock: systemClock, random: systemRandom, log: silentLog };

type Simulator = Awaited<ReturnType<typeof startSimulator>>;

function simulator(records: number, seed: number): Promise<Simulator> {
  return startSimulator({ port: 0, records, seed, clock: systemClock, http: systemHttp });
}

function file(one: Simulator, two: Simulator): string {
  const contacts = {
    a: { account: 'one', object: 'contacts' },
    b: { account: 'two', object: 'contacts' },
    require: [],
    every: '1s',
  };
  return JSON.stringify({ accounts: { one: one.account, two: two.account }, syncs: { contacts } });
}

async function place(text: string, consent: 'ask' | 'yes') {
  const database = await testDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'syncline-start-'));
  const options: StartOptions = {
    dataDirectory: folder,
    port: 0,
    openDatabase: async () => ({ db: database.db, connection: database.connection, close: async () => {} }),
    alone: 'yes',
    key: undefined,
    file: { text, environment: {}, consent },
  };
  return { options, database, folder };
}

interface Person {
  id: string;
  values: Record<string, string>;
}

async function people(app: Simulator): Promise<Person[]> {
  const answer = await fetch(`${app.account.settings?.baseUrl}/__sim/records/contacts`);
  const found = (await answer.json()) as { records: Person[] };
  return found.records;
}

async function act(app: Simulator, action: unknown): Promise<void> {
  const body = JSON.stringify(action);
  const answer = await fetch(`${app.account.settings?.baseUrl}/__sim/records/contacts`, { method: 'POST', body });
  assert.equal(answer.status < 300, true, await answer.text());
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const from = performance.now();
  while (!(await holds())) {
    assert.ok(performance.now() - from < PATIENCE_MILLISECONDS, 'it did not happen in time');
    await new Promise(setImmediate);
  }
}

async function clear(folder: string, ...simulators: Simulator[]): Promise<void> {
  for (const each of simulators) await each.stop();
  await rm(folder, { recursive: true });
}

import assert from 'node:assert/strict';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startSimulator } from '../../src/connectors/hubspot/simulator.ts';
import { must } from '../../src/lib/assert.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { silentLog } from '../../src/lib/log.ts';
import { startEmbedded } from '../../src/store/embedded.ts';
import { testPostgres } from '../partners/postgres.ts';
import { makeDesk, runCommand, startCommand } from './command.ts';
import { textOf } from './installation.ts';
import { type StartedServer, startServer, until } from './started-server.ts';

const stops: (() => unknown)[] = [];
after(async () => {
  for (const stop of stops.reverse()) await stop();
});

test('a database server that goes away is told by /ready and once in the log, and all goes on once it is there again', async () => {
  const [desk, state] = [newDesk(), newDesk()];
  const postgres = () => startEmbedded(state.data, { clock: systemClock, log: silentLog });
  let database = await postgres();
  stops.push(() => database.stop());
  const { host, port, user, database: name } = database.connection;
  const environment = { DATABASE_URL: `postgres://${user}@${encodeURIComponent(String(host))}:${port}/${name}` };
  const server = await start(desk.data, environment, 'nobody');
  const worker = startCommand(['worker', '--data', desk.data], environment);
  stops.push(() => worker.process.kill());
  await worker.line(/at work/);
  const [one, two] = [await simulator(30, 1), await simulator(0, 2)];
  await begin(server, one, two);
  await until('the first sync', async () => people(two).length === 30);

  await database.stop();
  for (const { line } of [server.running, worker]) await line(/database cannot be used/, 'err');
  await until('the change', async () => (await server.call('GET', '/ready')).status === 503);
  assert.equal((await server.call('GET', '/health')).status, 200);
  for (const path of ['/api/v1/syncs', '/api/v1/status', '/api/v1/me']) {
    const { status, body } = await server.call('GET', path);
    assert.deepEqual([status, /database does not answer/.test(body.detail)], [503, true], path);
  }
  edit(one, 0, { city: 'Uppsala' });
  edit(two, 1, { city: 'Kiruna' });
  database = await postgres();

  const arrived = () => [people(two), people(one)].map((all) => all.map(({ values }) => values.city));
  await until('what changed meanwhile', async () => {
    const [inTwo = [], inOne = []] = arrived();
    return inTwo.includes('Uppsala') && inOne.includes('Kiruna');
  });
  assert.equal((await server.call('GET', '/ready')).status, 200);
  assert.equal(people(two).length, 30, 'nobody was made twice');
  for (const { said } of [server.running, worker])
    assert.equal(said.err.match(/database cannot be used/g)?.length, 1, said.err);
});

test('a backup is restored on another database, where syncs go on and nothing is written twice; then the key is changed', async () => {
  const [desk, other] = [newDesk(), newDesk()];
  const [one, two] = [await simulator(500, 1), await simulator(0, 2)];
  const first = await start(desk.data, {}, 'nobody');
  await begin(first, one, two);
  await until('the first sync', async () => people(two).length === 500);
  const { key } = (await first.call('POST', '/api/v1/keys', { name: 'script', role: 'manage-apps' })).body;
  edit(one, 0, { city: 'Uppsala' });
  await until('a change', async () => cityOf(two, 0, one) === 'Uppsala');
  const file = join(desk.folder, 'backup.gz');
  const made = await runCommand(['backup', file, '--data', desk.data]);
  assert.equal(made.code, 0, made.err);
  one.admin.edit('contacts', { create: [{ email: 'after@example.com', lastname: 'After' }] });
  await until('what came after the backup', async () => people(two).length === 501);
  await first.stop();

  const environment = { DATABASE_URL: (await testPostgres()).url };
  const restored = await runCommand(['restore', file, '--data', other.data], environment);
  assert.equal(restored.code, 0, restored.err);
  await mkdir(other.data);
  await copyFile(join(desk.data, 'key'), join(other.data, 'key'));
  const before = versions(two);
  const second = await start(other.data, environment, 'somebody');
  const bearer = { authorization: `Bearer ${key}` };
  const ask = (path: string) => second.call('GET', path, undefined, bearer);
  edit(one, 1, { city: 'Kiruna' });
  await until('a change after the restore', async () => cityOf(two, 1, one) === 'Kiruna');
  await until('rest', async () => (await ask('/api/v1/syncs/people')).body.counts.inSync === 501);
  const changed = versions(two).filter((version) => !before.includes(version));
  assert.equal(changed.length, 1, 'the one that was changed is written, and no other');
  assert.equal(people(two).length, 501);
  const { body: runs } = await ask('/api/v1/runs');
  assert.ok(runs.items.length > 1, 'history came along');
  await second.stop();

  const rotated = await runCommand(['rotate-key', '--data', other.data], environment);
  assert.match(rotated.out, /^Sealed \d+ secrets/, rotated.err);
  const third = await start(other.data, environment, 'somebody');
  const tried = await third.call('POST', '/api/v1/accounts/one/test', {}, bearer);
  assert.equal(tried.body.works, true, tried.text);
  edit(one, 2, { city: 'Lund' });
  await until('a change under the new key', async () => cityOf(two, 2, one) === 'Lund');
});

type Simulator = Awaited<ReturnType<typeof startSimulator>>;

function newDesk() {
  const desk = makeDesk();
  stops.push(desk.clear);
  return desk;
}

async function simulator(records: number, seed: number): Promise<Simulator> {
  const started = await startSimulator({ port: 0, records, seed, clock: systemClock, settings: { limits: 'off' } });
  stops.push(() => started.stop());
  return started;
}

async function start(data: string, environment: Record<string, string>, known: 'nobody' | 'somebody') {
  const server = await startServer(data, environment, known);
  stops.push(server.stop);
  return server;
}

/** The first super admin, and the sync of two portals by a file. */
async function begin({ setupLink, call }: StartedServer, one: Simulator, two: Simulator): Promise<void> {
  const code = new URL(setupLink).hash.slice(1);
  const ann = { name: 'Ann', email: 'ann@example.com', password: 'a long password of ann' };
  assert.equal((await call('POST', '/api/v1/setup', { code, ...ann })).status, 201);
  const settings = {
    a: { account: 'one', object: 'contacts' },
    b: { account: 'two', object: 'contacts' },
    require: [],
    every: '1s',
  };
  const file = textOf({ accounts: { one: one.account, two: two.account }, syncs: { people: settings } });
  const applied = await call('POST', '/api/v1/file/apply', { file });
  assert.equal(applied.status, 200, applied.text);
}

function people(app: Simulator) {
  return app.admin.records('contacts');
}

function edit(app: Simulator, place: number, values: Record<string, string>): void {
  app.admin.edit('contacts', { update: [{ id: must(people(app)[place]).id, values }] });
}

/** The city of the partner that stands for this record of another portal. */
function cityOf(app: Simulator, place: number, other: Simulator): unknown {
  const { email } = must(people(other)[place]).values;
  return people(app).find(({ values }) => values.email === email)?.values.city;
}

/** Each record with when it was changed last. */
function versions(app: Simulator): string[] {
  return people(app).map(({ id, updatedAt }) => `${id} ${updatedAt}`);
}

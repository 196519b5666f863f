import assert from 'node:assert/strict';
import { after } from 'node:test';
import { connectors, simulators } from '../connectors/registry.ts';
import type { Engine } from '../engine/engine.ts';
import { makeRulebook } from '../engine/rulebook.ts';
import { type QuietReport, syncUntilQuiet } from '../engine/schedule.ts';
import { must } from '../lib/assert.ts';
import { systemClock } from '../lib/clock.ts';
import { sealKeyBytes } from '../lib/crypto.ts';
import { systemHttp } from '../lib/http.ts';
import { type Log, silentLog } from '../lib/log.ts';
import type { Mail } from '../lib/mail.ts';
import { outsideNetwork } from '../lib/outside-http.ts';
import { systemRandom } from '../lib/random.ts';
import { readSettingsFile } from '../model/file/settings-file.ts';
import type { Db } from '../store/db.ts';
import { applySettings, workspaceId } from '../store/installation.ts';
import { postgresStore } from '../store/postgres-store.ts';
import { startTestServer } from '../store/test-server.ts';
import { storedAccounts } from './accounts.ts';
import { makeApp } from './app.ts';
import { appClients } from './app-clients.ts';
import { asShown } from './as-shown.ts';
import { planOfBrake } from './brake-plan.ts';
import type { Identify, Role } from './caller.ts';
import type { Installation } from './installation.ts';
import { WORKSPACE } from './local.ts';
import { planJobs } from './plan-jobs.ts';
import { makeSignIn, type SignInSettings } from './sign-in.ts';
import { startWorker } from './worker.ts';

/** What an app's simulator is started with, and what it is then: of the registry's own types. */
type StartSimulator = Awaited<ReturnType<(typeof simulators)[string]>>;
type StartOptions = Parameters<StartSimulator>[0];
type ServedSimulator = Awaited<ReturnType<StartSimulator>>;

/** How long a thing may take to come about before a test gives up, in milliseconds. */
const PATIENCE_MILLISECONDS = 60_000;

/** The workspaces of a rig: the one under test, and a second one that must see nothing of it. */
export type TestWorkspace = 'own' | 'other';

/** A whole server without a socket: an empty database, the API, and callers of each role in two workspaces. */
export interface TestRig {
  db: Db;
  installation: Installation;
  /** The workspaces' ids. */
  workspaces: Record<TestWorkspace, string>;
  /** The API as somebody sees it; paths are below /api/v1. */
  as(role: Role | 'nobody', workspace?: TestWorkspace): TestCaller;
  /** An app's simulator on loopback, stopped with the rig. */
  simulator(app: string, options?: Partial<StartOptions>): Promise<ServedSimulator>;
  /** Puts accounts and syncs (the file format, as a value) into the database, past the API. Answers ids by key. */
  apply(
    file: unknown,
    workspace?: TestWorkspace,
    inside?: 'yes' | 'no',
  ): Promise<{ accounts: Record<string, string>; syncs: Record<string, string> }>;
  /** Reads and syncs (ids) until nothing is due, in this process and without a worker. */
  syncUntilQuiet(...syncs: string[]): Promise<Map<string, QuietReport>>;
  /** Starts a worker, stopped with the rig. Tests that can do without, do without. */
  work(): void;
  stop(): Promise<void>;
}

/** A caller: each method answers what came back. A body that is text goes out as it is, anything else as JSON. */
export interface TestCaller {
  get(path: string, headers?: Record<string, string>): Promise<TestAnswer>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<TestAnswer>;
  put(path: string, body: unknown, headers?: Record<string, string>): Promise<TestAnswer>;
  patch(path: string, body: unknown, headers?: Record<string, string>): Promise<TestAnswer>;
  delete(path: string, headers?: Record<string, string>): Promise<TestAnswer>;
}

/** An answer of the API. */
export interface TestAnswer {
  status: number;
  headers: Headers;
  text: string;
  /** The JSON, or null where it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of a body by asserting on it
  body: any;
}

let server: ReturnType<typeof startTestServer> | undefined;
const rigs = new Set<TestRig>();

// Said while the file is loaded, it holds for the whole file; rigs stop before the database under them does.
after(async () => {
  await Promise.all([...rigs].map((rig) => rig.stop()));
  await (await server)?.stop();
});

/** How a rig's server is set up; internal addresses are allowed where nothing is said, for simulators. */
export interface RigSettings extends Partial<SignInSettings> {
  internal?: 'allowed' | 'refused';
  /** Silent where nothing is said. */
  log?: Log;
  mail?: Mail;
}

/** A rig on a database of its own. It is stopped after the file's last test, or when the test says so. */
export async function testRig(settings: RigSettings = {}): Promise<TestRig> {
  server ??= startTestServer();
  const database = await (await server).database();
  const { db } = database;
  const workspaces = { own: await workspaceId(db, WORKSPACE), other: await workspaceId(db, 'other') };
  const stops: (() => Promise<unknown>)[] = [];
  let wake = () => {};
  const installation = assemble(db, { url: null, signOn: null, ...settings }, () => wake());
  const { engine, accounts, random } = installation;
  const app = makeApp(installation, identifyBy(workspaces));
  const rig: TestRig = {
    db,
    installation,
    workspaces,
    as: (role, workspace = 'own') => callerOf((path, init) => app.request(path, init), role, workspace),
    simulator: async (name, options = {}) => {
      const start = await must(simulators[name], `a simulator of ${name}`)();
      const started = await start({ port: 0, records: 0, seed: 1, clock: systemClock, http: systemHttp, ...options });
      stops.push(() => started.stop());
      return started;
    },
    apply: (file, workspace = 'own', inside = 'no') => {
      const { settings } = readSettingsFile(JSON.stringify(file), {});
      return applySettings(db, workspaces[workspace], settings, { random, seal: accounts.seal, inside });
    },
    syncUntilQuiet: (...syncs) =>
      syncUntilQuiet(engine, { syncs, reach: 'changes and removals', patienceSeconds: 30, watch: () => {} }),
    work: () => {
      const worker = startWorker({ ...installation, onPause: (sync) => planOfBrake(installation, sync) });
      wake = worker.wake;
      stops.unshift(worker.stop);
    },
    stop: async () => {
      if (!rigs.delete(rig)) return;
      for (const stop of stops) await stop();
      await installation.plans.stop();
      await accounts.close();
      await database.close();
    },
  };
  rigs.add(rig);
  return rig;
}

/** Waits for something that another part of the process brings about. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  const from = systemClock.monotonic();
  while (!(await holds())) {
    assert.ok(systemClock.monotonic() - from < PATIENCE_MILLISECONDS, 'it did not happen in time');
    await new Promise(setImmediate);
  }
}

function assemble(db: Db, settings: SignInSettings & RigSettings, wake: () => void): Installation {
  const parts = {
    connectors,
    http: systemHttp,
    clock: systemClock,
    random: systemRandom,
    log: settings.log ?? silentLog,
  };
  const key = Buffer.from(systemRandom.secret(sealKeyBytes), 'base64url');
  const clients = appClients({ db, key, random: systemRandom }, {});
  const outside = settings.internal === 'refused' ? outsideNetwork : { http: systemHttp };
  const accounts = storedAccounts({ ...parts, outside }, db, key, undefined, clients);
  const store = postgresStore(db);
  const { clock, random, log } = parts;
  const rulebook = makeRulebook(store, accounts.open, clock.now);
  const engine: Engine = {
    store,
    clock,
    random,
    log,
    worker: random.uuid(),
    open: accounts.open,
    rulebook,
    look: asShown(db),
  };
  const relearn = () => {
    rulebook.forget();
    accounts.relearn();
  };
  const mail = settings.mail ? { mail: settings.mail } : {};
  const signIn = makeSignIn({ db, key, clock, random, log, ...mail }, settings);
  const plans = planJobs({ ...parts, db, accounts, engine });
  const own = { relearn, wake, askForNotices: () => {} };
  return { ...parts, db, key, accounts, engine, plans, clients, outside, signIn, url: settings.url, ...own };
}

/** Who calls stands in a header: what signs people in has tests of its own. */
const CALLER = 'x-test-caller';

function identifyBy(workspaces: TestRig['workspaces']): Identify {
  return async (request) => {
    const [role, workspace] = (request.headers.get(CALLER) ?? '').split(' ');
    if (!role || !workspace) return null;
    const name = `${role} of ${workspace}`;
    return {
      kind: 'person',
      id: name,
      name,
      role: role as Role,
      workspace: workspaces[workspace as TestWorkspace],
    };
  };
}

function callerOf(
  request: (path: string, init: RequestInit) => Response | Promise<Response>,
  role: Role | 'nobody',
  workspace: TestWorkspace,
): TestCaller {
  const who: Record<string, string> = role === 'nobody' ? {} : { [CALLER]: `${role} ${workspace}` };
  const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const content = typeof body === 'string' ? 'text/plain' : 'application/json';
    const sent = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
    const typed: Record<string, string> = body === undefined ? {} : { 'content-type': content };
    const answer = await request(`/api/v1${path}`, { method, ...sent, headers: { ...typed, ...who, ...headers } });
    const text = await answer.text();
    const isJson = /json/.test(answer.headers.get('content-type') ?? '');
    return {
      status: answer.status,
      headers: answer.headers,
      text,
      body: isJson && text !== '' ? JSON.parse(text) : null,
    };
  };
  return {
    get: (path, headers) => call('GET', path, undefined, headers),
    post: (path, body, headers) => call('POST', path, body, headers),
    put: (path, body, headers) => call('PUT', path, body, headers),
    patch: (path, body, headers) => call('PATCH', path, body, headers),
    delete: (path, headers) => call('DELETE', path, undefined, headers),
  };
}

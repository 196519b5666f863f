import type { Session } from '../connector/session.ts';
import { silentLog } from '../lib/log.ts';
import { seededRandom } from '../lib/random.ts';
import { normaliseSync } from '../model/file/normalise.ts';
import type { SyncInput } from '../model/file/schema.ts';
import { applySettings, workspaceId } from '../store/installation.ts';
import { postgresStore } from '../store/postgres-store.ts';
import type { Store } from '../store/store.ts';
import { type TestDatabase, testDatabase } from '../store/testing.ts';
import type { Access, Engine } from './engine.ts';
import type { FakeApp } from './fake-app.ts';
import { pretend } from './pretend.ts';
import { makeRulebook } from './rulebook.ts';
import { runFeed } from './run.ts';
import { type QuietReport, syncUntilQuiet } from './schedule.ts';

/** An engine over a real database and fake apps, for tests. */
export interface FakeWorld {
  engine: Engine;
  store: Store;
  /** Ids of syncs by key. */
  syncs: Record<string, string>;
  /** Reads the feeds and runs the syncs until nothing is due. */
  quiet(): Promise<Record<string, QuietReport>>;
  /** The same without writing anything, as a preview does. */
  rehearse(): Promise<Record<string, QuietReport>>;
  /** Reads the feeds only. */
  read(): Promise<void>;
  /** Saves other settings of a sync. */
  change(key: string, settings: SyncInput): Promise<void>;
  advance(seconds: number): void;
  /** Nothing to do: the file's database ends with its server. */
  close(): Promise<void>;
}

/** The worlds of a file stand in one database, each in a workspace of its own, under one clock. It ends with its server. */
let shared: Promise<TestDatabase> | undefined;
let worlds = 0;
let time = Date.UTC(2026, 0, 15);

/** The clock of all worlds: nobody waits on it, it is moved. */
const clock = {
  now: () => time,
  monotonic: () => time,
  sleep: async (delayMilliseconds: number) => {
    time += delayMilliseconds;
  },
};

/** A world of these apps (an account each) and these syncs. */
export async function fakeWorld(apps: Record<string, FakeApp>, syncs: Record<string, SyncInput>): Promise<FakeWorld> {
  shared ??= testDatabase(() => time);
  const database = await shared;
  const store = postgresStore(database.db);
  const random = seededRandom(7);
  const workspace = await workspaceId(database.db, `world ${++worlds}`);
  const accounts = Object.fromEntries(Object.keys(apps).map((key) => [key, { app: key, settings: {}, secrets: {} }]));
  let settings = Object.fromEntries(Object.entries(syncs).map(([key, sync]) => [key, normaliseSync(sync)]));
  const applied = await applySettings(database.db, workspace, { accounts, syncs: settings }, { random });
  const keys = Object.fromEntries(Object.entries(applied.accounts).map(([key, id]) => [id, key]));
  const accessOf = (account: string): Access => ({
    connector: (apps[keys[account] as string] as FakeApp).connector,
    session: {} as Session,
  });
  const engineOn = (on: Store, open: (account: string) => Access): Engine => ({
    store: on,
    clock,
    random,
    log: silentLog,
    worker: 'test',
    open: async (account) => open(account),
    rulebook: makeRulebook(on, async (account) => open(account), clock.now),
  });
  const engine = engineOn(store, accessOf);
  const play = async (on: Engine) => {
    const reports = await syncUntilQuiet(on, {
      syncs: Object.values(applied.syncs),
      reach: 'changes',
      patienceSeconds: 30,
      watch: () => {},
    });
    return Object.fromEntries(Object.entries(applied.syncs).map(([key, id]) => [key, reports.get(id) as QuietReport]));
  };
  return {
    engine,
    store,
    syncs: applied.syncs,
    quiet: () => play(engine),
    rehearse: () => {
      const pretended = new Map(Object.keys(keys).map((account) => [account, pretend(accessOf(account))]));
      return store.scratch((scratch) => play(engineOn(scratch, (account) => pretended.get(account) as Access)));
    },
    read: async () => {
      for (const feed of Object.values(applied.feeds)) await runFeed(engine, feed);
    },
    change: async (key, sync) => {
      settings = { ...settings, [key]: normaliseSync(sync) };
      await applySettings(database.db, workspace, { accounts, syncs: settings }, { random });
    },
    advance: (seconds) => {
      time += seconds * 1000;
    },
    close: async () => {},
  };
}

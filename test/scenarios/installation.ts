import assert from 'node:assert/strict';
import { stringify } from 'yaml';
import { connectors } from '../../src/connectors/registry.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { type Http, systemHttp } from '../../src/lib/http.ts';
import { silentLog } from '../../src/lib/log.ts';
import { seededRandom } from '../../src/lib/random.ts';
import { readSettingsFile } from '../../src/model/file/settings-file.ts';
import type { ProgressEvent, SyncRequest, SyncResult, SyncSummary } from '../../src/server/api.ts';
import { makeEngine, openAccounts } from '../../src/server/local.ts';
import { syncFile } from '../../src/server/sync-file.ts';
import type { Db } from '../../src/store/db.ts';
import { applySettings, workspaceId } from '../../src/store/installation.ts';
import { postgresStore } from '../../src/store/postgres-store.ts';
import { type TestDatabase, testDatabase } from '../../src/store/testing.ts';

/** A file of accounts and syncs: as it is written, or as the map that it stands for. */
export type FileContent = string | { accounts?: Record<string, unknown>; syncs?: Record<string, unknown> };

/** An installation of its own, on an empty database, and its command `sync` in this process. */
export interface Installation extends TestDatabase {
  /** `sync FILE --yes`, with further switches. Throws where the file is refused. */
  sync(file: FileContent, switches?: Switches): Promise<Ran>;
  /** What `sync` answers to a file that it must refuse. */
  refusal(file: FileContent, switches?: Switches): Promise<{ message: string; line?: number; column?: number }>;
  /** All that is stored, row by row. */
  state(): Promise<Record<string, string[]>>;
  /** What people do to records of a file's syncs: undo, re-create, unlink … `ids`: the syncs' ids by key. */
  act<T>(file: FileContent, work: (engine: Engine, ids: Record<string, string>) => Promise<T>): Promise<T>;
}

/** Switches of the command, and what lies between it and the world. */
export interface Switches extends Partial<Omit<SyncRequest, 'text' | 'tell'>> {
  /** The network. */
  http?: Http;
  /** Looks into the state of a dry run or preview before it is rolled back. */
  lookInto?(db: Db): Promise<void>;
  environment?: Record<string, string>;
}

/** How a `sync` went. */
export interface Ran {
  exit: 0 | 1 | 3;
  notes: string[];
  syncs: Record<string, SyncSummary>;
  calls: Record<string, number>;
  seconds: number;
  events: ProgressEvent[];
  /** The one sync of a file that has one. */
  only: SyncSummary;
}

/** An installation on an empty database of the test process's server. */
export async function install(): Promise<Installation> {
  const database = await testDatabase();
  const run = async (file: FileContent, switches: Switches, events: ProgressEvent[]): Promise<SyncResult> => {
    const { http = systemHttp, environment = {}, lookInto, ...request } = switches;
    const db = lookInto ? lookedInto(database.db, lookInto) : database.db;
    const openDatabase = async () => ({ db, close: async () => {} });
    const parts = { ...partsOf(http), environment, alone: 'no' as const, openDatabase };
    const usual = { dataDirectory: '', dryRun: 'no', consent: 'yes', approve: 'no' } as const;
    return syncFile(parts, { ...usual, ...request, text: textOf(file), tell: (event) => events.push(event) });
  };
  return {
    ...database,
    async sync(file, switches = {}) {
      const events: ProgressEvent[] = [];
      const result = await run(file, switches, events);
      if (result.exit === 2) throw new Error(`the file was refused: ${JSON.stringify(result.error)}`);
      const { exit, notes, summary } = result;
      return { exit, notes, ...summary, events, only: Object.values(summary.syncs)[0] as SyncSummary };
    },
    async refusal(file, switches = {}) {
      const result = await run(file, switches, []);
      assert.equal(result.exit, 2, `the file was taken: ${JSON.stringify(result)}`);
      return (result as Extract<SyncResult, { exit: 2 }>).error;
    },
    state: () => stateOf(database),
    async act(file, work) {
      const { settings } = readSettingsFile(textOf(file), {});
      const accounts = openAccounts(partsOf(systemHttp), settings.accounts);
      try {
        const { db } = database;
        const applied = await applySettings(db, await workspaceId(db, 'default'), settings, {
          random: seededRandom(1),
        });
        const keys = Object.fromEntries(Object.entries(applied.accounts).map(([key, id]) => [id, key]));
        return await work(makeEngine(partsOf(systemHttp), postgresStore(db), accounts, keys, 'real'), applied.syncs);
      } finally {
        await accounts.close();
      }
    },
  };
}

/** The text of a file. */
export function textOf(file: FileContent): string {
  return typeof file === 'string' ? file : stringify(file);
}

let made = 0;

function partsOf(http: Http) {
  return { connectors, http, clock: systemClock, random: seededRandom(++made), log: silentLog };
}

/** A database whose scratch transactions are looked into at their end. */
function lookedInto(db: Db, look: (db: Db) => Promise<void>): Db {
  const scratch: Db['scratch'] = (work) =>
    db.scratch(async (inner) => {
      const result = await work(inner);
      await look(inner);
      return result;
    });
  return { ...db, scratch };
}

async function stateOf({ db }: TestDatabase): Promise<Record<string, string[]>> {
  const tables = await db.rows<{ name: string }>(
    `select table_name as name from information_schema.tables
      where table_schema = 'syncline' and table_type = 'BASE TABLE' order by 1`,
  );
  const state: Record<string, string[]> = {};
  for (const { name } of tables) {
    const rows = await db.rows<{ row: string }>(`select t::text as row from syncline.${name} t order by 1`);
    state[name] = rows.map(({ row }) => row);
  }
  return state;
}

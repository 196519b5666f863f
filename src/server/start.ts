import { serve } from '@hono/node-server';
import type { Engine } from '../engine/engine.ts';
import { makeRulebook } from '../engine/rulebook.ts';
import { freeLeases } from '../store/leases.ts';
import type { Database } from '../store/open.ts';
import { postgresStore } from '../store/postgres-store.ts';
import { storedAccounts } from './accounts.ts';
import { makeApp } from './app.ts';
import { installationKey } from './key.ts';
import type { Parts } from './local.ts';
import { startWorker } from './worker.ts';

/** What a server is started with. */
export interface StartOptions {
  dataDirectory: string;
  /** 0: any free port. */
  port: number;
  openDatabase(dataDirectory: string): Promise<Database>;
  /** Whether nobody else can be at work on that database. */
  alone: 'no' | 'yes';
  /** The installation's key as text, where it does not live in the data directory. */
  key: string | undefined;
}

/** A server that serves. */
export interface Server {
  port: number;
  /** Ends the batches under way, gives the leases back, closes the database. */
  stop(): Promise<void>;
}

/** The address every part listens on: a proxy stands before it where others are to reach it. */
const HOST = '127.0.0.1';

/** One process: database, worker and HTTP. */
export async function startServer(parts: Parts, options: StartOptions): Promise<Server> {
  const database = await options.openDatabase(options.dataDirectory);
  const { db } = database;
  try {
    const key = await installationKey(options.dataDirectory, options.key, parts.random);
    if (options.alone === 'yes') await freeLeases(db);
    const accounts = storedAccounts(parts, db, key);
    const store = postgresStore(db);
    const { clock, random, log } = parts;
    const rulebook = makeRulebook(store, accounts.open, clock.now);
    const engine: Engine = { store, clock, random, log, worker: random.uuid(), open: accounts.open, rulebook };
    const app = makeApp({ ready: () => answers(db) });
    const http = await listen(app.fetch, options.port);
    const worker = startWorker({ engine, db, clock, log });
    return {
      port: http.port,
      stop: async () => {
        await http.close();
        await worker.stop();
        await accounts.close();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function answers(db: Database['db']): Promise<boolean> {
  try {
    await db.rows('select 1');
    return true;
  } catch {
    return false;
  }
}

function listen(
  fetch: Parameters<typeof serve>[0]['fetch'],
  port: number,
): Promise<{ port: number; close(): Promise<void> }> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, port, hostname: HOST }, (address) => {
      const close = () => new Promise<void>((done) => server.close(() => done()));
      resolve({ port: address.port, close });
    });
    server.once('error', reject);
  });
}

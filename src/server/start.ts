import { serve } from '@hono/node-server';
import type { Clock } from '../lib/clock.ts';
import { readSettingsFile, type SettingsFile } from '../model/file/settings-file.ts';
import type { Db } from '../store/db.ts';
import { tryAccountAnew } from '../store/feed-trouble.ts';
import { type Applied, applySettings, workspaceId } from '../store/installation.ts';
import { isEmpty } from '../store/people.ts';
import { postgresStore } from '../store/postgres-store.ts';
import type { StoredAccounts } from './accounts.ts';
import { makeApp } from './app.ts';
import { type CrewOptions, openCrew } from './crew.ts';
import { checkAccounts, checkRules } from './door.ts';
import { hookDoor } from './hook-door.ts';
import { identifyBy } from './identify.ts';
import { makeEngine, openAccounts, type Parts, WORKSPACE } from './local.ts';
import { setupCode } from './routes/setup.ts';
import type { SampleApps } from './sample-apps.ts';

/** What a server is started with. */
export interface StartOptions extends Omit<CrewOptions, 'publicUrl'> {
  /** 0: any free port. */
  port: number;
  /** The address to listen on; loopback where it is left out. In a container others must reach it. */
  host?: string | undefined;
  /** Sample apps, where this process can have some. */
  samples?: SampleApps;
  /** A file of accounts and syncs to be applied before the worker begins. */
  file: { text: string; environment: Record<string, string | undefined>; consent: 'ask' | 'yes' } | null;
}

/** The file has syncs that never ran: their first plan is to be looked at, or agreed to, before. */
export class ConsentMissing extends Error {
  override name = 'ConsentMissing';
}

/** Nothing can listen at that address or port. */
class PortUnusable extends Error {
  override name = 'PortUnusable';
}

/** A server that serves. */
export interface Server {
  port: number;
  /** Where the first super admin is made, with the code for it; null once somebody is there. */
  setupLink: string | null;
  /** Ends the batches under way, gives the leases back, closes the database. */
  stop(): Promise<void>;
}

/** The address it listens on, unless told another: a proxy stands before it where others are to reach it. */
const HOST = '127.0.0.1';

/** Calls that are under way when the server stops get this long to end, in milliseconds. */
const CLOSE_MILLISECONDS = 5_000;

/** One process: database, worker and HTTP. */
export async function startServer(parts: Parts, options: StartOptions): Promise<Server> {
  let port = options.port;
  const publicUrl = () => options.signIn?.url ?? `http://${HOST}:${port}`;
  const crew = await openCrew(parts, { ...options, publicUrl });
  const installation = { ...crew.installation, samples: options.samples };
  let http: Listening | null = null;
  const stop = async () => {
    crew.hangUp();
    await http?.close();
    await crew.stop();
    await options.samples?.stop();
  };
  try {
    if (options.file) await applyFile(parts, installation.db, installation.accounts, options.file);
    const app = makeApp(installation, identifyBy(installation));
    app.route('/hooks', hookDoor(installation, { publicUrl }));
    http = await listen(app.fetch, options.port, options.host ?? HOST, parts.clock);
    port = http.port;
    await options.samples?.resume();
    await crew.work();
    const setupLink = (await isEmpty(installation.db)) ? `${publicUrl()}/setup#${setupCode(installation)}` : null;
    return { port, setupLink, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Applies a file at the start: secrets are sealed into the database, and the door is the same as that of `sync`. */
async function applyFile(
  parts: Parts,
  db: Db,
  accounts: StoredAccounts,
  { text, environment, consent }: NonNullable<StartOptions['file']>,
): Promise<void> {
  const file = readSettingsFile(text, environment);
  checkAccounts(parts.connectors, file);
  const given = openAccounts(parts, file.settings.accounts);
  try {
    await db.scratch(async (scratch) => {
      const applied = await apply(parts, scratch, file, accounts);
      const keys = Object.fromEntries(Object.entries(applied.accounts).map(([key, id]) => [id, key]));
      const engine = makeEngine(parts, postgresStore(scratch), given, keys, 'real');
      await checkRules(file, engine, applied);
      if (applied.made.length > 0 && consent === 'ask') {
        const keysMade = applied.made.join(', ');
        const message = `${keysMade}: a first sync. Look at it with 'syncline sync FILE --dry-run', then start with --yes`;
        throw new ConsentMissing(message);
      }
    });
  } finally {
    await given.close();
  }
  const applied = await apply(parts, db, file, accounts);
  for (const account of Object.values(applied.accounts)) await tryAccountAnew(db, account);
}

async function apply(parts: Parts, db: Db, file: SettingsFile, accounts: StoredAccounts): Promise<Applied> {
  const workspace = await workspaceId(db, WORKSPACE);
  return applySettings(db, workspace, file.settings, { random: parts.random, seal: accounts.seal, inside: 'yes' });
}

interface Listening {
  port: number;
  close(): Promise<void>;
}

function listen(
  fetch: Parameters<typeof serve>[0]['fetch'],
  port: number,
  hostname: string,
  clock: Clock,
): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, port, hostname }, (address) => {
      resolve({ port: address.port, close: () => close(server, clock) });
    });
    server.once('error', ({ message }) => {
      reject(new PortUnusable(`${message}: stop what else listens there, or give another with --port`));
    });
  });
}

/** Calls under way may end; who takes too long for it, or sends nothing, holds up no stop. */
async function close(server: ReturnType<typeof serve>, clock: Clock): Promise<void> {
  const closed = new AbortController();
  const done = new Promise<void>((resolve) => server.close(() => resolve())).then(() => closed.abort());
  clock.sleep(CLOSE_MILLISECONDS, closed.signal).then(
    () => 'closeAllConnections' in server && server.closeAllConnections(),
    () => {},
  );
  await done;
}

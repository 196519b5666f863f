import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';
import { openDesk, type TrytonDesk } from './tryton-desk.ts';

/** A real Tryton for one test, with a company that can sell and invoice, and no business partners yet. */
export interface TrytonServer {
  /** Of the server, without a closing slash. */
  origin: string;
  /** What the connector is given. */
  settings: { baseUrl: string; database: string; productCategory: string };
  secrets: { username: string; password: string };
  /** Somebody at Tryton's own client. */
  desk: TrytonDesk;
  stop(): Promise<void>;
}

/** Why there can be no Tryton on this machine, for a test's `skip`; false where there is one. Installs it where it can. */
export function missingTryton(): string | false {
  const result = spawnSync(script, ['install'], { encoding: 'utf8' });
  if (result.status === cannotInstall) return result.stderr.trim();
  if (result.status !== 0) throw new Error(`Tryton could not be installed: ${result.stderr.trim()}`);
  return false;
}

/** Starts Tryton on a free port, on a copy of a database that is made once (half a minute) and kept. */
export async function startTryton(): Promise<TrytonServer> {
  const node = { env: { ...process.env, NODE: process.execPath } };
  await promisify(execFile)(script, ['init', cache(), String(await freePort())], node);
  const folder = mkdtempSync(join(existsSync(inMemory) ? inMemory : tmpdir(), 'syncline-tryton-'));
  for (let attempt = 1; ; attempt++) {
    cpSync(cache(), folder, { recursive: true });
    const port = await freePort();
    try {
      await promisify(execFile)(script, ['start', folder, String(port)]);
    } catch (error) {
      if (attempt < mostAttempts) continue;
      throw error;
    }
    return served(folder, `http://127.0.0.1:${port}`);
  }
}

const script = fileURLToPath(new URL('tryton.sh', import.meta.url));
const cannotInstall = 3;
/** SQLite waits for the disk with every write, which proves nothing about state that is thrown away. */
const inMemory = '/dev/shm';
/** Another program may take the port in the moment between. */
const mostAttempts = 3;

async function served(folder: string, origin: string): Promise<TrytonServer> {
  const atExit = () => execFileSync(script, ['stop', folder]);
  process.once('exit', atExit);
  return {
    origin,
    settings: { baseUrl: origin, database: 'hub', productCategory: 'Goods' },
    secrets: { username: 'admin', password: 'adminpw' },
    desk: await openDesk(origin),
    async stop() {
      process.off('exit', atExit);
      // Its state is thrown away, so it need not take the seconds that a clean stop does.
      process.kill(Number(readFileSync(join(folder, 'pid'), 'utf8')), 'SIGKILL');
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** The kept database, made anew when the way it is made has changed. */
function cache(): string {
  const made = ['tryton.sh', 'tryton-company.ts'].map((name) => readFileSync(new URL(name, import.meta.url)));
  const hash = createHash('sha256').update(Buffer.concat(made)).digest('hex').slice(0, 12);
  return join(tmpdir(), `syncline-tryton-${hash}`);
}

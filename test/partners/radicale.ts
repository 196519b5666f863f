import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';

/** A real CardDAV server for one test, with one empty address book. */
export interface DavServer {
  /** Of the server, without a closing slash. */
  origin: string;
  /** Of the address book, with a closing slash. */
  book: string;
  username: string;
  password: string;
  /** Whether an empty address book can be filled by one PUT. */
  takesWholeBooks: boolean;
  /** Where its state is. */
  folder: string;
  stop(): Promise<void>;
}

/** A further empty address book on a Radicale, as a server of its own whose `stop` leaves it running. */
export async function furtherBook(server: DavServer, name: string): Promise<DavServer> {
  const book = `${server.origin}/hub/${name}/`;
  const authorization = `Basic ${Buffer.from(`${server.username}:${server.password}`).toString('base64')}`;
  const body = `<mkcol xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"><set><prop><resourcetype><collection/>
    <C:addressbook/></resourcetype><displayname>${name}</displayname></prop></set></mkcol>`;
  const headers = { authorization, 'content-type': 'application/xml' };
  const reply = await fetch(book, { method: 'MKCOL', headers, body });
  if (reply.status !== 201) throw new Error(`the address book ${name} was not made: ${reply.status}`);
  return { ...server, book, stop: async () => {} };
}

/** Why there can be no CardDAV server on this machine, for a test's `skip`; false where there is one. Installs it where it can. */
export function missingServers(): string | false {
  const result = spawnSync(script, ['install'], { encoding: 'utf8' });
  if (result.status === cannotInstall) return result.stderr.trim();
  if (result.status !== 0) throw new Error(`the CardDAV servers could not be installed: ${result.stderr.trim()}`);
  return false;
}

/** Starts Radicale on a free port. It rewrites cards: lines sorted and folded anew. */
export function startRadicale(): Promise<DavServer> {
  return start('start', (origin) => `${origin}/hub/contacts/`);
}

/** Starts Xandikos on a free port. It stores cards byte for byte, broken ones too, and takes any password. */
export function startXandikos(): Promise<DavServer> {
  return start('xandikos', (origin) => `${origin}/hub/contacts/addressbook/`);
}

const script = fileURLToPath(new URL('carddav.sh', import.meta.url));
const cannotInstall = 3;
/** Radicale waits for the disk with every card, which proves nothing about state that is thrown away. */
const inMemory = '/dev/shm';
/** Another program may take the port in the moment between. */
const mostAttempts = 3;

async function start(command: string, bookOf: (origin: string) => string): Promise<DavServer> {
  const folder = mkdtempSync(join(existsSync(inMemory) ? inMemory : tmpdir(), 'syncline-carddav-'));
  const clean = () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    try {
      await promisify(execFile)(script, [command, folder, String(port)]);
    } catch (error) {
      if (attempt < mostAttempts) continue;
      clean();
      throw error;
    }
    const atExit = () => execFileSync(script, ['stop', folder]);
    process.once('exit', atExit);
    const origin = `http://127.0.0.1:${port}`;
    return {
      origin,
      book: bookOf(origin),
      username: 'hub',
      password: 'hub',
      takesWholeBooks: command === 'start',
      folder: join(folder, String(port)),
      async stop() {
        process.off('exit', atExit);
        // Its state is thrown away, so it need not take the seconds that a clean stop does.
        process.kill(Number(readFileSync(join(folder, String(port), 'pid'), 'utf8')), 'SIGKILL');
        clean();
      },
    };
  }
}

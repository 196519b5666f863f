import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { buildPage, needsBuild } from '../../tools/build-page.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Where Debian's Chromium is. */
const CHROMIUM = '/usr/bin/chromium';

/** Why the browser's tests cannot run here; false where they can. */
export const noBrowser = existsSync(CHROMIUM)
  ? false
  : 'there is no /usr/bin/chromium: tools/bring-servers.sh installs it';

/** A real server with an empty data directory, as `syncline start` brings it up, and the page built. */
export interface RealServer {
  /** http://localhost:… */
  address: string;
  /** What stands after /setup in the link that it prints. */
  setupHash: string;
  /** The port that a sample app listens on. */
  samplePort(app: string): number;
  stop(): Promise<void>;
}

/** Starts the command and waits for what it prints. */
export async function startRealServer(): Promise<RealServer> {
  if (needsBuild()) await buildPage();
  const data = mkdtempSync(join(tmpdir(), 'syncline-browser-'));
  const child = spawn(join(root, 'bin/syncline'), ['start', '--data', data, '--port', '0', '--no-open'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { port, hash } = await told(child);
  return {
    address: `http://localhost:${port}`,
    setupHash: hash,
    samplePort: (app) => JSON.parse(readFileSync(join(data, 'samples/ports.json'), 'utf8'))[app],
    stop: async () => {
      child.kill('SIGTERM');
      await new Promise((resolve) => child.once('exit', resolve));
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/** The port and the setup link's hash, from what the command prints. */
async function told(child: ChildProcess): Promise<{ port: string; hash: string }> {
  if (!child.stdout) throw new Error('the command has no output');
  let port = '';
  for await (const line of createInterface({ input: child.stdout })) {
    port = /serves at http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1] ?? port;
    const hash = /\/setup(#\S+)/.exec(line)?.[1];
    if (hash) return { port, hash };
  }
  throw new Error('the command ended before it served');
}

/** Debian's Chromium, without a sandbox (tests run as root) and without calls of its own. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
}

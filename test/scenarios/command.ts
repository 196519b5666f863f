import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CommandSummary } from '../../src/server/api.ts';
import { type FileContent, textOf } from './installation.ts';

/** How a process of the command line ended. */
export interface Ended {
  /** The exit code; null where a signal ended it. */
  code: number | null;
  out: string;
  err: string;
}

/** A process of the command line under way. */
export interface Running {
  process: ChildProcess;
  ended: Promise<Ended>;
  /** What it has printed so far. */
  said: { out: string; err: string };
  /** Resolves with the first of its lines that this finds, on standard output or error, or throws when it ends before. */
  line(pattern: RegExp, stream?: 'out' | 'err'): Promise<RegExpMatchArray>;
}

/** Starts `bin/syncline` as people do, with these words. What is not in `environment` is as here, less our own settings. */
export function startCommand(words: string[], environment: Record<string, string> = {}): Running {
  const { DATABASE_URL: _, SYNCLINE_DATA: __, ...rest } = process.env;
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...rest, ...environment } });
  const texts = { out: '', err: '' };
  const watchers = new Set<() => void>();
  for (const [name, stream] of [['out', child.stdout] as const, ['err', child.stderr] as const]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
      for (const watch of watchers) watch();
    });
  }
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...texts }));
  });
  const line = (pattern: RegExp, stream: 'out' | 'err' = 'out') =>
    new Promise<RegExpMatchArray>((resolve, reject) => {
      const look = () => {
        const found = texts[stream].match(pattern);
        if (found) resolve(found);
      };
      watchers.add(look);
      look();
      ended.then(({ code, err }) => reject(new Error(`ended with ${code} before ${pattern}: ${err}`)), reject);
    });
  return { process: child, ended, said: texts, line };
}

/** Runs `bin/syncline` to its end. */
export function runCommand(words: string[], environment: Record<string, string> = {}): Promise<Ended> {
  return startCommand(words, environment).ended;
}

/** What `--json` printed: one object and nothing else. */
export function summaryIn({ code, out, err }: Ended): CommandSummary {
  const printed: Partial<CommandSummary> = out.startsWith('{') ? JSON.parse(out) : {};
  if (printed.syncs) return printed as CommandSummary;
  throw new Error(`exit ${code}; on standard output: ${out || 'nothing'}; on standard error: ${err}`);
}

/** A folder for a process's file and data, away when the test is over. */
export interface Desk {
  folder: string;
  data: string;
  /** Writes a file of settings and answers its path. */
  file(content: FileContent): string;
  clear(): void;
}

/** An empty desk. As root the embedded server runs as another user, who must be able to pass through. */
export function makeDesk(): Desk {
  const folder = mkdtempSync(join(tmpdir(), 'syncline-desk-'));
  chmodSync(folder, 0o755);
  return {
    folder,
    data: join(folder, 'data'),
    file(content) {
      const path = join(folder, 'sync.yaml');
      writeFileSync(path, textOf(content));
      return path;
    },
    clear: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

const program = fileURLToPath(new URL('../../bin/syncline', import.meta.url));

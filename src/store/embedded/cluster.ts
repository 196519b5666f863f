import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { sha256 } from '../../lib/crypto.ts';
import type { Binaries } from './binaries.ts';
import type { RunAs } from './processes.ts';

/** A PostgreSQL data directory that is ready to be served. */
export interface Cluster {
  /** The folder with PG_VERSION in it. */
  directory: string;
  /** Where the server puts its socket. */
  socketFolder: string;
}

/** The environment of PostgreSQL's programs: nothing of ours, so no PGDATA or locale gets in. */
export const serverEnv = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
};

/** The cluster of a data directory, made if there is none. */
export function findCluster(
  dataDir: string,
  binaries: Binaries,
  as: RunAs,
  library: string,
  initOptions: string[] = [],
): Cluster {
  const home = reachableHome(resolve(dataDir), as, library);
  const directory = join(home, `pg${binaries.major}`);
  if (!existsSync(join(directory, 'PG_VERSION'))) {
    refuseOtherVersion(home, binaries);
    makeCluster(directory, binaries, as, initOptions);
  }
  return { directory, socketFolder: socketFolderOf(directory, as) };
}

/**
 * The data directory itself, or a place in `library` where the server's user cannot reach it (a folder under /root).
 */
function reachableHome(dataDir: string, as: RunAs, library: string): string {
  mkdirSync(dataDir, { recursive: true, mode: 0o755 });
  if (as.uid === undefined || reaches(dataDir, as)) return dataDir;
  const home = join(library, `data-${sha256(dataDir).slice(0, 12)}`);
  mkdirSync(home, { recursive: true, mode: 0o755 });
  writeFileSync(
    join(dataDir, 'DATABASE-IS-ELSEWHERE.txt'),
    `PostgreSQL does not run as root, and its user cannot reach this folder.\nThe database of this data directory is in ${home}\n`,
  );
  return home;
}

function reaches(folder: string, as: RunAs): boolean {
  return spawnSync('/bin/sh', ['-c', 'cd "$0"', folder], { ...as, cwd: '/', stdio: 'ignore' }).status === 0;
}

function refuseOtherVersion(home: string, binaries: Binaries): void {
  const other = readdirSync(home).find((name) => /^pg\d+$/.test(name) && existsSync(join(home, name, 'PG_VERSION')));
  if (!other) return;
  throw new Error(
    `${home} holds a database of PostgreSQL ${other.slice(2)}, and the programs are version ${binaries.major}: use programs of that version (PG_BIN), or back up with them and restore`,
  );
}

/** Made beside its place and then renamed: a half-made cluster is never taken for a good one. */
function makeCluster(directory: string, binaries: Binaries, as: RunAs, initOptions: string[]): void {
  const half = `${directory}.new-${process.pid}`;
  for (const left of halves(directory)) rmSync(left, { recursive: true, force: true });
  mkdirSync(half, { mode: 0o700 });
  if (as.uid !== undefined && as.gid !== undefined) chownSync(half, as.uid, as.gid);
  const options = [
    '-U',
    'postgres',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale=C',
    '--data-checksums',
    '--no-instructions',
  ];
  const run = spawnSync(join(binaries.folder, 'initdb'), ['-D', half, ...options, ...initOptions], {
    ...as,
    cwd: '/',
    env: serverEnv,
    encoding: 'utf8',
  });
  if (run.status !== 0) {
    rmSync(half, { recursive: true, force: true });
    throw new Error(`the database could not be made in ${directory}: ${(run.error?.message ?? run.stderr).trim()}`);
  }
  try {
    renameSync(half, directory);
  } catch (error) {
    // Another process has made it at the same moment; theirs is as good.
    rmSync(half, { recursive: true, force: true });
    if (!existsSync(join(directory, 'PG_VERSION'))) throw error;
  }
}

/** What processes that died in the middle left behind. */
function halves(directory: string): string[] {
  const home = dirname(directory);
  return readdirSync(home)
    .map((name) => join(home, name))
    .filter((path) => path.startsWith(`${directory}.new-`) && !isBeingMade(path));
}

function isBeingMade(path: string): boolean {
  const pid = Number(path.slice(path.lastIndexOf('-') + 1));
  return pid !== process.pid && existsSync(`/proc/${pid}`);
}

/** Beyond this length of its folder, a socket's path no longer fits the 107 bytes the system has for it. */
const LONGEST_SOCKET_FOLDER = 85;

function socketFolderOf(directory: string, as: RunAs): string {
  if (Buffer.byteLength(directory) <= LONGEST_SOCKET_FOLDER) return directory;
  const folder = join(tmpdir(), `syncline-${sha256(directory).slice(0, 12)}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // The temporary folder is everybody's: a folder that somebody else put there would let them read the database.
  const owner = lstatSync(folder).uid;
  if (![process.getuid?.(), as.uid].includes(owner)) throw new Error(`${folder} belongs to another user: remove it`);
  if (as.uid !== undefined && as.gid !== undefined) chownSync(folder, as.uid, as.gid);
  return folder;
}

import { readFileSync, readlinkSync } from 'node:fs';

/** The user that a server runs as; empty: as we do. */
export interface RunAs {
  uid?: number;
  gid?: number;
}

/** Whether a process lives. A zombie does not: it is dead, only not yet fetched by its parent. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // No permission to signal it: it is there, as another user's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const stat = readOrNull(`/proc/${pid}/stat`);
  // The state stands after the name, which may itself hold brackets and spaces.
  return stat === null || stat.slice(stat.lastIndexOf(')') + 2)[0] !== 'Z';
}

/**
 * Whether a live process is a PostgreSQL server of this data directory. A number in a stale file may be given to
 * another process after a restart. Where /proc does not tell, the answer is yes.
 */
export function servesDirectory(pid: number, dataDir: string): boolean {
  const name = readOrNull(`/proc/${pid}/comm`);
  if (name === null) return true;
  if (name.trim() !== 'postgres') return false;
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === dataDir;
  } catch {
    return true;
  }
}

/**
 * PostgreSQL refuses to run as root: then as `preferred`, `postgres` or `nobody`, whichever the system has. initdb
 * wants a line in /etc/passwd, so a bare number does not do.
 */
export function unprivileged(preferred?: string): RunAs {
  if (process.getuid?.() !== 0) return {};
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const name of [preferred, 'postgres', 'nobody']) {
    const user = users.find((fields) => name !== undefined && fields[0] === name);
    if (user) return { uid: Number(user[2]), gid: Number(user[3]) };
  }
  throw new Error(
    'PostgreSQL does not run as root, and this system has no user `postgres` or `nobody`: start Syncline as an ordinary user, or set DATABASE_URL',
  );
}

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

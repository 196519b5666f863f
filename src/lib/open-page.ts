import { spawn } from 'node:child_process';

/** Opens an address in the person's browser, where there is one; else nothing happens. */
export function openPage(url: string): void {
  const program = process.platform === 'darwin' ? 'open' : 'xdg-open';
  const child = spawn(program, [url], { stdio: 'ignore', detached: true });
  // No such program: the address is printed anyway.
  child.on('error', () => {});
  child.unref();
}

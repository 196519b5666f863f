/**
 * The address people reach the server at: `SYNCLINE_URL` without its path. Null where none is given: then the server is
 * this machine's own, and only loopback names are believed.
 */
export function ownAddress(given: string | undefined): string | null {
  if (given === undefined || given === '') return null;
  const url = URL.parse(given);
  if (url && /^https?:$/.test(url.protocol) && url.pathname === '/') return url.origin;
  throw new AddressUnusable(
    `SYNCLINE_URL must be an address like https://sync.example.com, without a path: ${given} is none`,
  );
}

/** The address that was given is none. */
class AddressUnusable extends Error {
  override name = 'AddressUnusable';
}

/**
 * Whether a page of this origin is our own. Without an address of our own that is whoever asked us by a loopback name
 * under that same name: a stranger's name that leads to this machine (DNS rebinding) is not.
 */
export function isOwnOrigin(own: string | null, origin: string, host: string | null): boolean {
  if (own !== null) return origin === own;
  const url = URL.parse(origin);
  return url !== null && url.host === host && isLoopback(url.hostname);
}

/** The origin to send people back to: our own address, or the loopback name they asked by. */
export function originFor(own: string | null, request: Request): string {
  if (own !== null) return own;
  const url = URL.parse(request.url);
  return url !== null && isLoopback(url.hostname) ? url.origin : 'http://127.0.0.1';
}

function isLoopback(name: string): boolean {
  return name === 'localhost' || name === '[::1]' || /^127(\.\d+){3}$/.test(name);
}

import { lookup as systemLookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { HttpFailure } from './http.ts';

/** Addresses that lead into a machine or a network, or nowhere: IANA's special-purpose registries for IPv4 and IPv6. */
const inner = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  inner.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of [
  ['::', 96],
  // Addresses that carry an IPv4 address inside, by which a translator may reach it.
  ['::ffff:0:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2001::', 23],
  ['2002::', 16],
  ['100::', 64],
  ['2001:db8::', 32],
  ['3fff::', 20],
  ['5f00::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const)
  inner.addSubnet(net, bits, 'ipv6');

/** Whether an IP address is internal, special or none at all. */
export function isInner(address: string): boolean {
  const family = isIP(address);
  if (family === 0) return true;
  return inner.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/** Finds the addresses of a host's name. */
export type Resolve = (host: string) => Promise<{ address: string; family: number }[]>;

/**
 * The one address to connect to for a host that a person named. Throws HttpFailure where any of its addresses is an
 * internal one: a name that leads to several is a try to be checked by one and called by another.
 */
export async function outsideAddress(
  host: string,
  resolve: Resolve = (name) => systemLookup(name, { all: true }),
): Promise<{ address: string; family: number }> {
  const bare = host.replace(/^\[|\]$/g, '');
  const family = isIP(bare);
  const found = family ? [{ address: bare, family }] : await resolve(bare);
  const [first] = found;
  if (first && !found.some(({ address }) => isInner(address))) return first;
  throw new HttpFailure(
    'no',
    'internal-address',
    `${host} is an internal address, which accounts may not be at on this server; whoever runs it may allow that (SYNCLINE_ALLOW_INTERNAL=1)`,
  );
}

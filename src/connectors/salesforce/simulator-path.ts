import type { SimRequest } from '../../simulator/sim-request.ts';

/** The oldest and the latest version of the API that the org speaks. */
export const versions = { first: 31, latest: 68 };

/** `/services/data/v62.0/query` → `/query`; other addresses stay, those of unknown versions lead nowhere. */
export function plainPath(path: string): string {
  const found = /^\/services\/data\/v(\d+)\.0(\/.*)?$/.exec(path);
  if (!found) return path;
  const number = Number(found[1]);
  const isKnown = number >= versions.first && number <= versions.latest;
  const rest = (found[2] ?? '').replace(/\/$/, '');
  return isKnown ? rest || '/' : '/unknown-version';
}

/** `v62.0`, as the call names it. */
export function versionOf(request: SimRequest): string {
  return /^\/services\/data\/(v\d+\.0)/.exec(request.path)?.[1] ?? `v${versions.latest}.0`;
}

/** Where the caller found the org: what it calls its own address. */
export function addressOf(request: SimRequest): string {
  return `http://${request.headers.host ?? 'salesforce.simulated'}`;
}

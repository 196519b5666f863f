/** Versions of the API that are named by a date; all are served alike. */
const dateVersions = ['2025-09', '2026-03', '2026-09'];

/**
 * The path that a route is looked for by: date versions become the v3 and v4 paths they grew out of
 * (`/crm/objects/2026-09/contacts` → `/crm/v3/objects/contacts`). An unknown date stays and finds no route.
 */
export function legacyPath(path: string): string {
  const match = /^\/(crm-object-schemas|account-info|webhooks|oauth|crm\/[a-z_]+)\/(\d{4}-\d\d)(\/.*|)$/.exec(path);
  if (!match) return path.replace(/^\/crm\/associations\/v4\//, '/crm/v4/associations/').replace(/(.)\/$/, '$1');
  const [, area = '', version = '', rest = ''] = match;
  if (!dateVersions.includes(version)) return path;
  if (area === 'crm/objects')
    return `/crm/${/^\/[^/]+\/[^/]+\/associations\//.test(rest) ? 'v4' : 'v3'}/objects${rest}`;
  if (area === 'crm/associations') return `/crm/v4/associations${rest}`;
  if (area.startsWith('crm/')) return `/crm/v3/${area.slice(4)}${rest}`;
  return area === 'oauth' ? `/oauth/v1${rest}` : `/${area}/v3${rest}`;
}

import type { AppKnobs } from './knobs.ts';

/** What holds of an app whatever world it is in; sizes of pages and batches, clocks and fields are drawn. */
export type Traits = Pick<
  AppKnobs,
  | 'ids'
  | 'stampMilliseconds'
  | 'commitLagSeconds'
  | 'indexLagSeconds'
  | 'freshOnList'
  | 'versions'
  | 'changes'
  | 'deletions'
  | 'cursorSeconds'
  | 'bad'
  | 'image'
  | 'conditional'
  | 'safety'
  | 'mergedId'
  | 'tellsDuplicate'
>;

/** One call for one item, a full answer, nothing late: what the apps below differ from. */
const plain: Traits = {
  ids: 'random',
  stampMilliseconds: 1000,
  commitLagSeconds: 0,
  indexLagSeconds: 0,
  freshOnList: true,
  versions: 'stamp',
  changes: 'since',
  deletions: 'told',
  cursorSeconds: null,
  bad: 'per-item',
  image: 'full',
  conditional: false,
  safety: 'window',
  mergedId: 'survivor',
  tellsDuplicate: false,
};

/**
 * The apps there are, as simulated histories know them. What a connector declares is as it declares it for the object
 * named in `profiledObjects` (a test compares them); lags stand for minutes and days in a world of four hundred seconds.
 */
export const profiles: Record<string, Traits> = {
  carddav: { ...plain, versions: 'opaque', image: 'none', conditional: true, safety: 'own-id', tellsDuplicate: true },
  'google-contacts': {
    ...plain,
    indexLagSeconds: 60,
    freshOnList: false,
    versions: 'opaque',
    cursorSeconds: 60,
    bad: 'all-or-none',
    conditional: true,
    safety: 'marker',
  },
  hubspot: {
    ...plain,
    ids: 'sequential',
    stampMilliseconds: 1,
    indexLagSeconds: 30,
    freshOnList: false,
    image: 'written',
    safety: 'unique-field',
    mergedId: 'new',
    tellsDuplicate: true,
  },
  pipedrive: { ...plain, ids: 'sequential', deletions: 'compared' },
  postgres: {
    ...plain,
    versions: 'opaque',
    deletions: 'compared',
    bad: 'all-or-none',
    conditional: true,
    safety: 'own-id',
    tellsDuplicate: true,
  },
  'postgres with keys that it makes itself': {
    ...plain,
    ids: 'sequential',
    versions: 'opaque',
    deletions: 'compared',
    bad: 'all-or-none',
    conditional: true,
  },
  salesforce: { ...plain, commitLagSeconds: 20, image: 'none' },
  'salesforce with a field for our own ids': {
    ...plain,
    commitLagSeconds: 20,
    image: 'none',
    safety: 'own-id',
    tellsDuplicate: true,
  },
  stripe: { ...plain, versions: 'none', safety: 'idempotency-key' },
  tryton: {
    ...plain,
    ids: 'sequential',
    versions: 'opaque',
    deletions: 'compared',
    bad: 'all-or-none',
    conditional: true,
  },
  xero: { ...plain, stampMilliseconds: 1, safety: 'unique-field', tellsDuplicate: true },
};

/** The object type of each connector that its profile is taken from. */
export const profiledObjects: Record<string, string> = {
  carddav: 'contacts',
  'google-contacts': 'contacts',
  hubspot: 'contacts',
  pipedrive: 'persons',
  postgres: 'public.customers',
  salesforce: 'Contact',
  stripe: 'customers',
  tryton: 'contacts',
  xero: 'contacts',
};

/** The traits of an app and of those beside it: the others of a world are the profiles that follow, by turns. */
export function traitsBeside(name: string, nth: number): Traits[] {
  const names = Object.keys(profiles);
  const at = names.indexOf(name);
  return [name, ...[1, 2].map((step) => names[(at + nth + step) % names.length] ?? name)].map(
    (one) => profiles[one] ?? plain,
  );
}

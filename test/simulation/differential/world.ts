import type { RigSync } from '../../../src/store/suite.ts';

/** The syncs that walks go through: two share a feed, two join further objects of the same accounts. */
export const syncsOfWalk: Record<string, RigSync> = {
  people: { a: { account: 'crm', object: 'contacts' }, b: { account: 'shop', object: 'customers' } },
  firms: { a: { account: 'shop', object: 'firms' }, b: { account: 'crm', object: 'companies' } },
  mail: { a: { account: 'crm', object: 'contacts' }, b: { account: 'post', object: 'cards' } },
};

/** Keys of the syncs. */
export const syncKeys = Object.keys(syncsOfWalk);

/** The feed of a sync's side. */
export function feedOf(sync: string, side: 'a' | 'b'): string {
  const { account, object } = (syncsOfWalk[sync] as RigSync)[side];
  return `#feed:${account}/${object}`;
}

/** All feeds, each once. */
export const feedNames = [...new Set(syncKeys.flatMap((key) => [feedOf(key, 'a'), feedOf(key, 'b')]))];

/** Record ids of every feed: some that sort otherwise where order is not that of their bytes. */
export const recordIds = ['1', '10', '2', 'A', 'a', 'b', 'é', 'ö x', 'Z'];

/** Specs of match keys, and the texts of keys: few, so that they meet. */
export const specs = ['email', 'name'];
export const keyTexts = ['x', 'y', 'z', ''];

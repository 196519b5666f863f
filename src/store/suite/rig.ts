import type { Intent } from '../../model/decision.ts';
import type { Link } from '../../model/link.ts';
import type { SyncSettings } from '../../model/settings.ts';
import type { Values } from '../../model/value.ts';
import type { Batch, Lease, Observed, Store, SyncProgress } from '../store.ts';

/**
 * A store under test, with the little around it that the interface does not have: making syncs, and moving its clock.
 */
export interface StoreRig {
  store: Store;
  /**
   * Makes a workspace of its own with these syncs by key, and the accounts and feeds they need. All start in phase
   * 'new'.
   */
  setUp(syncs: Record<string, RigSync>): Promise<RigWorld>;
  /** Moves the store's clock on. The clock of a rig stands still otherwise. */
  advance(seconds: number): Promise<void>;
  close(): Promise<void>;
}

/** Tests of a store by name; each makes a workspace of its own. */
export type StoreTests = Record<string, (rig: StoreRig) => Promise<void>>;

/** A sync to make: where it reads and writes, and what of its settings is not the default. */
export interface RigSync {
  a: { account: string; object: string };
  b: { account: string; object: string };
  settings?: Partial<SyncSettings>;
}

/** The ids of what was made: accounts and syncs by key, feeds by 'account/object'. */
export interface RigWorld {
  workspace: string;
  accounts: Record<string, string>;
  feeds: Record<string, string>;
  syncs: Record<string, string>;
}

/** The settings that `RigSync.settings` is laid over. */
export function rigSettings(sync: RigSync): SyncSettings {
  return {
    a: sync.a,
    b: sync.b,
    direction: 'both',
    default: 'a',
    match: 'default',
    require: 'default',
    filter: {},
    leaving: 'keep',
    deletions: { a: 'ignore', b: 'ignore' },
    route: null,
    mappings: 'default',
    associations: 'default',
    users: {},
    brakes: { create: { share: 0.1 }, update: { share: 0.5 }, empty: { share: 0.05 }, archive: { share: 0.01 } },
    everySeconds: 60,
    enabled: true,
    ...sync.settings,
  };
}

/** One sync 'contacts' between crm/contacts (a) and shop/customers (b), in the given phase, with its lease held. */
export interface ContactsWorld extends RigWorld {
  store: Store;
  sync: string;
  feeds: RigWorld['feeds'] & { a: string; b: string };
  lease: Lease;
}

/** How long the suite's leases last. */
export const rigLeaseSeconds = 60;

/** Makes the world of most tests. */
export async function contactsWorld(rig: StoreRig, phase: SyncProgress['phase'] = 'live'): Promise<ContactsWorld> {
  const world = await rig.setUp({
    contacts: { a: { account: 'crm', object: 'contacts' }, b: { account: 'shop', object: 'customers' } },
  });
  const sync = world.syncs.contacts as string;
  const lease = await enterPhase(rig.store, sync, phase);
  const feeds = {
    ...world.feeds,
    a: world.feeds['crm/contacts'] as string,
    b: world.feeds['shop/customers'] as string,
  };
  return { ...world, store: rig.store, sync, feeds, lease };
}

/** Claims a sync and brings it to a phase; the lease stays held. */
export async function enterPhase(store: Store, sync: string, phase: SyncProgress['phase']): Promise<Lease> {
  const lease = await store.claim('sync', sync, 'suite', rigLeaseSeconds);
  if (!lease) throw new Error(`sync ${sync} is already claimed`);
  await store.saveSync(lease, { phase, version: 1 });
  return lease;
}

/** What a call showed, with everything that a test does not care about left at the plainest. */
export function observed(asked: number, partial: Partial<Observed>): Observed {
  return { asked, how: 'direct', ordered: true, records: [], gone: [], fields: ['email', 'name'], ...partial };
}

/** A record to observe: its values, its version, and its match keys by spec ('email' unless told otherwise). */
export function shown(id: string, values: Values, more: { version?: string; keys?: Record<string, string> } = {}) {
  return { id, values, keys: {}, ...more };
}

/** A link of two records that are in sync, but for what is given. */
export function linkBetween(id: string, a: string | null, b: string | null, more: Partial<Link> = {}): Link {
  return {
    id,
    ids: { a, b },
    generation: 0,
    stage: 'active',
    status: 'in-sync',
    problem: null,
    base: { a: [11], b: [12] },
    edges: { a: {}, b: {} },
    pending: { a: null, b: null },
    flips: {},
    held: null,
    ...more,
  };
}

/** Inserts links in one commit; gives them back with their ids. */
export async function insertLinks(store: Store, lease: Lease, links: Omit<Link, 'id'>[]): Promise<Link[]> {
  const ids = await store.linkIds(links.length);
  const insert = links.map((link, index) => ({ ...link, id: ids[index] as string }));
  await store.commit(lease, { insert });
  return insert;
}

/** A batch of intents, plain but for what is given. */
export function batchOf(id: string, items: Intent[], more: Partial<Batch> = {}): Batch {
  return { id, run: 'run 1', side: 'b', op: 'create', asked: 1, sentAt: null, items, ...more };
}

/** An intent to create side a's record of a link on side b. */
export function intentOf(link: Link, claims: string[], more: Partial<Intent> = {}): Intent {
  return {
    link,
    target: null,
    source: link.ids.a,
    values: { email: 'ann@example.com' },
    edges: {},
    before: {},
    slots: {},
    edgeSlots: {},
    rule: { email: 'created' },
    claims,
    work: [],
    attempts: 0,
    ...more,
  };
}

/** Shows records to a feed by a direct read; returns the number it was asked with. */
export async function show(store: Store, feed: string, ...records: Observed['records']): Promise<number> {
  const asked = await store.ask();
  await store.observe(feed, observed(asked, { records }));
  return asked;
}

/** Tells a feed that records are gone. */
export async function tellGone(store: Store, feed: string, ...ids: string[]): Promise<void> {
  const gone = ids.map((id) => ({ id, how: 'missing' as const }));
  await store.observe(feed, observed(await store.ask(), { gone }));
}

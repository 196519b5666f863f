import type { RigSync, RigWorld, StoreRig } from '../../../src/store/suite.ts';
import { rigSettings } from '../../../src/store/suite.ts';
import { emptyStore, type MemoryStore } from '../memory-store.ts';
import { leaseKey, type State } from './state.ts';

/** The memory store with a clock that the test moves. */
export interface MemoryRig extends StoreRig {
  store: MemoryStore;
}

/** A fresh memory store for the store suite and for histories. */
export function memoryRig(now = 1_767_225_600_000): MemoryRig {
  const store = emptyStore(now);
  let workspaces = 0;
  return {
    store,
    setUp: async (syncs) => setUp(store.state, String(++workspaces), syncs),
    advance: async (seconds) => {
      store.state.now += seconds * 1000;
    },
    close: async () => {},
  };
}

function setUp(state: State, workspace: string, syncs: Record<string, RigSync>): RigWorld {
  const world: RigWorld = { workspace, accounts: {}, feeds: {}, syncs: {} };
  for (const [key, sync] of Object.entries(syncs)) {
    const a = addFeed(state, world, sync.a);
    const b = addFeed(state, world, sync.b);
    const id = String(state.syncs.size + 1);
    world.syncs[key] = id;
    state.leases.set(leaseKey('sync', id), { worker: null, epoch: 0, heldUntil: null, dueAt: null });
    state.syncs.set(id, {
      sync: {
        id,
        workspace,
        key,
        feeds: { a, b },
        accounts: { a: world.accounts[sync.a.account] as string, b: world.accounts[sync.b.account] as string },
        settings: rigSettings(sync),
        version: 1,
        progress: { phase: 'new', version: 0 },
        slots: {},
        salt: Number(id) * 7919,
        shared: false,
        neighbours: [],
      },
      links: new Map(),
      linkOf: { a: new Map(), b: new Map() },
      work: new Map(),
      waits: new Map(),
      history: [],
      tallies: new Map(),
    });
  }
  return world;
}

function addFeed(state: State, world: RigWorld, end: RigSync['a']): string {
  const name = `${end.account}/${end.object}`;
  const there = world.feeds[name];
  if (there !== undefined) return there;
  const account =
    world.accounts[end.account] ?? String(100 * Number(world.workspace) + Object.keys(world.accounts).length + 1);
  world.accounts[end.account] = account;
  const id = String(state.feeds.size + 1);
  world.feeds[name] = id;
  state.leases.set(leaseKey('feed', id), { worker: null, epoch: 0, heldUntil: null, dueAt: null });
  state.feeds.set(id, {
    id,
    account,
    object: end.object,
    progress: {},
    mirror: new Map(),
    keyed: new Map(),
    dirty: new Map(),
    staged: new Set(),
  });
  return id;
}

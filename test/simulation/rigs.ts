import { memoryRig } from './memory/rig.ts';
import { copy, type SyncRow } from './memory/state.ts';
import type { WorldRig } from './world.ts';

/** A fresh memory store for a history. */
export function memoryWorldRig(): WorldRig {
  const rig = memoryRig();
  const { store } = rig;
  return {
    ...rig,
    setNow: (now) => {
      store.state.now = now;
    },
    saveSettings: async (id, settings) => {
      const row = store.state.syncs.get(id) as SyncRow;
      row.sync.settings = copy(settings);
      row.sync.version += 1;
    },
    isPaired: (id, side, record) => {
      const row = store.state.syncs.get(id) as SyncRow;
      const link = row.links.get(row.linkOf[side].get(record) ?? '');
      return link !== undefined && (link.stage !== 'gone' || link.held !== null);
    },
  };
}

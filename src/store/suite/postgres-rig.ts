import { seededRandom } from '../../lib/random.ts';
import type { AccountSettings, Settings } from '../../model/settings.ts';
import { applySettings, workspaceId } from '../installation.ts';
import { postgresStore } from '../postgres-store.ts';
import type { TestDatabase } from '../test-server.ts';
import { type RigSync, rigSettings, type StoreRig } from './rig.ts';

/** A clock that stands still until it is moved. */
export interface StillClock {
  now: number;
}

/** Where the clocks of rigs begin: 2026-01-15T12:00:00Z. */
export const RIG_BEGIN = Date.UTC(2026, 0, 15, 12);

/** The rig over a PostgreSQL database whose store reads `clock`. */
export function postgresRig(database: TestDatabase, clock: StillClock): StoreRig {
  const random = seededRandom(1);
  let worlds = 0;
  return {
    store: postgresStore(database.db),
    async setUp(syncs) {
      const workspace = await workspaceId(database.db, `world ${++worlds}`);
      const applied = await applySettings(database.db, workspace, settingsOf(syncs), { random });
      return { workspace, accounts: applied.accounts, feeds: applied.feeds, syncs: applied.syncs };
    },
    async advance(seconds) {
      clock.now += seconds * 1000;
    },
    close: () => database.close(),
  };
}

function settingsOf(syncs: Record<string, RigSync>): Settings {
  const keys = Object.values(syncs).flatMap((sync) => [sync.a.account, sync.b.account]);
  const account: AccountSettings = { app: 'toy', settings: {}, secrets: {} };
  return {
    accounts: Object.fromEntries(keys.map((key) => [key, account])),
    syncs: Object.fromEntries(Object.entries(syncs).map(([key, sync]) => [key, rigSettings(sync)])),
  };
}

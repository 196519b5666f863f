import { postgresRig, RIG_BEGIN } from '../../src/store/suite/postgres-rig.ts';
import type { TestServer } from '../../src/store/test-server.ts';
import { toJson } from '../../src/store/text.ts';
import type { WorldRig } from './world.ts';

/** A fresh database for a history: the real store, under the virtual clock. */
export async function postgresWorldRig(server: TestServer): Promise<WorldRig> {
  const clock = { now: RIG_BEGIN };
  const database = await server.database(() => clock.now);
  const rig = postgresRig(database, clock);
  return {
    ...rig,
    setNow: (now) => {
      clock.now = now;
    },
    saveSettings: async (id, settings) => {
      await database.db.rows('update sync set settings = $2, version = version + 1 where id = $1', [
        id,
        toJson(settings),
      ]);
    },
  };
}

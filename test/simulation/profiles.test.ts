import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ObjectType } from '../../src/connector/contract.ts';
import { openSession } from '../../src/connector/open-session.ts';
import { connectors, simulators } from '../../src/connectors/registry.ts';
import { must } from '../../src/lib/assert.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { systemHttp } from '../../src/lib/http.ts';
import { silentLog } from '../../src/lib/log.ts';
import { seededRandom } from '../../src/lib/random.ts';
import { testPostgres } from '../partners/postgres.ts';
import { playProfiles } from './play-profiles.ts';
import { profiledObjects, profiles } from './profiles.ts';

/** A quick look; hundreds are played by `tools/node test/simulation/play-profiles.ts --histories 100`. */
const HISTORIES = 2;

test('every app has a profile, which is as its connector declares', async () => {
  for (const { app } of connectors) {
    const { reads, writes = {} } = await declared(app.name);
    const traits = must(profiles[app.name]);
    assert.deepEqual(
      {
        app: app.name,
        changes: reads.changes,
        deletions: reads.deletions,
        freshOnList: reads.freshOnList,
        ordered: reads.orderedVersions,
        conditional: writes.update?.conditional,
        safety: writes.create?.safety[0]?.by,
      },
      {
        app: app.name,
        changes: traits.changes,
        deletions: traits.deletions,
        freshOnList: traits.freshOnList,
        ordered: traits.versions === 'stamp' || traits.versions === 'counter',
        conditional: traits.conditional,
        safety: traits.safety,
      },
    );
  }
});

test('I1–I24 hold in histories of every app’s traits', async () => {
  const { broken, histories } = await playProfiles(HISTORIES, 700_000, () => {});
  assert.deepEqual(broken, []);
  assert.equal(histories, HISTORIES * Object.keys(profiles).length);
});

/** The profiled object as its connector declares it, in an account of its simulator where it asks the account. */
async function declared(name: string): Promise<ObjectType> {
  const connector = must(connectors.find(({ app }) => app.name === name));
  const { objects } = connector;
  const find = (all: ObjectType[]) => must(all.find((one) => one.name === profiledObjects[name]));
  if (typeof objects !== 'function') return find(objects);
  const { settings, secrets, stop } = await accountOf(name);
  const parts = { account: name, settings, secrets, http: systemHttp, clock: systemClock, random: seededRandom(1) };
  const session = openSession(connector, { ...parts, log: silentLog });
  try {
    return find(await objects(session));
  } finally {
    await session.close();
    await stop();
  }
}

async function accountOf(name: string) {
  const start = simulators[name];
  if (start) {
    const simulator = await (await start())({ port: 0, clock: systemClock, records: 0, seed: 1, http: systemHttp });
    return { ...simulator.account, stop: () => simulator.stop() };
  }
  const database = await testPostgres();
  await database.query('create table customers (id bigint generated always as identity primary key, email text)');
  return { settings: {}, secrets: { url: database.url }, stop: () => database.close() };
}

import { postgresRig, RIG_BEGIN } from './suite/postgres-rig.ts';
import { storeSuite } from './suite.ts';
import { postgres15, startTestServer } from './test-server.ts';
import { testDatabase } from './testing.ts';

storeSuite('the store on the embedded PostgreSQL', async () => {
  const clock = { now: RIG_BEGIN };
  return postgresRig(await testDatabase(() => clock.now), clock);
});

storeSuite('the store on PostgreSQL 15', async () => {
  const server = await startTestServer(postgres15());
  const clock = { now: RIG_BEGIN };
  return { ...postgresRig(await server.database(() => clock.now), clock), close: () => server.stop() };
});

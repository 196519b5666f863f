import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { postgresRig, RIG_BEGIN } from './suite/postgres-rig.ts';
import { storeSuite } from './suite.ts';
import { postgres15, startTestServer } from './test-server.ts';
import { testDatabase } from './testing.ts';

storeSuite('the store on the embedded PostgreSQL', async () => {
  const clock = { now: RIG_BEGIN };
  return postgresRig(await testDatabase(() => clock.now), clock);
});

if (existsSync(postgres15)) {
  storeSuite('the store on PostgreSQL 15', async () => {
    const server = await startTestServer(postgres15);
    const clock = { now: RIG_BEGIN };
    return { ...postgresRig(await server.database(() => clock.now), clock), close: () => server.stop() };
  });
} else {
  test('the store on PostgreSQL 15', (t) => {
    const message = `not proved: ${postgres15} is not there (apt-get install postgresql-15)`;
    if (process.env.CI) throw new Error(message);
    t.diagnostic(message);
  });
}

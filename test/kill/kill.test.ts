import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { postgres15 } from '../../src/store/test-server.ts';
import { type KillPlan, runKills } from './kill-runs.ts';
import { withTappedServer } from './tapped-server.ts';

/** A quick look; thirty on each database are killed by `npm run kill-runs`. */
const KILLS = { embedded: 6, server: 4 };

test('X1 I5 the process is killed 6 times and one more run makes all equal, on the embedded database', (t) =>
  kill(t, { kills: KILLS.embedded, seed: 1, database: null }));

test('X1 I5 the process is killed 4 times and one more run makes all equal, on PostgreSQL 15', async (t) => {
  if (existsSync(postgres15))
    return withTappedServer(0, (database) => kill(t, { kills: KILLS.server, seed: 3, database }));
  const message = `not proved: ${postgres15} is not there (apt-get install postgresql-15)`;
  if (process.env.CI) throw new Error(message);
  t.diagnostic(message);
});

async function kill(t: TestContext, plan: Omit<KillPlan, 'tell'>): Promise<void> {
  const report = await runKills({ ...plan, tell: (line) => t.diagnostic(line) });
  assert.equal(report.kills, plan.kills);
  t.diagnostic(JSON.stringify(report));
}

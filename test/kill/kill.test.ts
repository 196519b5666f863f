import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runKills } from './kill-runs.ts';

test('X1 I5 the process is killed 6 times and one more run makes all equal, on the embedded database', async (t) => {
  const report = await runKills({ kills: 6, seed: 1, database: null, tell: (line) => t.diagnostic(line) });
  assert.equal(report.kills, 6);
  t.diagnostic(JSON.stringify(report));
});

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { describeSchema } from './catalog.ts';
import { postgres15, startTestServer } from './test-server.ts';
import { testDatabase } from './testing.ts';

const golden = readFileSync(new URL('./schema.sql', import.meta.url), 'utf8');

test('the migrations make the schema that schema.sql shows (npm run schema writes it anew)', async () => {
  const { db } = await testDatabase();
  assert.equal(await describeSchema(db), golden);
});

test('the migrations make the same schema on PostgreSQL 15', async (t) => {
  if (!existsSync(postgres15) && !process.env.CI) return t.diagnostic(`not proved: ${postgres15} is not there`);
  const server = await startTestServer(postgres15);
  t.after(() => server.stop());
  assert.equal(await describeSchema((await server.database()).db), golden);
});

import { writeFileSync } from 'node:fs';
import { describeSchema } from '../src/store/catalog.ts';
import { startTestServer } from '../src/store/test-server.ts';

/** Writes src/store/schema.sql: what a database looks like after the migrations. */
const server = await startTestServer();
try {
  const { db } = await server.database();
  writeFileSync(new URL('../src/store/schema.sql', import.meta.url), await describeSchema(db));
} finally {
  await server.stop();
}

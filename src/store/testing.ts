import { after } from 'node:test';
import { startTestServer, type TestDatabase, type TestServer } from './test-server.ts';

export type { TestDatabase, TestServer } from './test-server.ts';

let server: Promise<TestServer> | undefined;

// Said while the file is loaded, it holds for the whole file, wherever the first database is asked for.
after(async () => (await server)?.stop());

/**
 * An empty, migrated database for a test: the test process's one server is started with the first and stopped after the
 * last test. `now`: a clock in milliseconds for the store; without it the database's.
 */
export async function testDatabase(now?: () => number): Promise<TestDatabase> {
  server ??= startTestServer();
  return (await server).database(now);
}

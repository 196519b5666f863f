import { testDatabase } from '../../src/store/testing.ts';
import { type Connection, postgresOn, type TestPostgres } from './postgres-database.ts';

export { type Connection, type Relay, sessionOn, type TestPostgres } from './postgres-database.ts';

/**
 * Makes an empty database on this server, or on the test process's own, which is stopped after the last test.
 */
export async function testPostgres(connection?: Connection): Promise<TestPostgres> {
  if (connection) return postgresOn(connection);
  // A store's database names the server; it is not used.
  own ??= testDatabase();
  return postgresOn((await own).connection);
}

let own: ReturnType<typeof testDatabase> | undefined;

import { postgres15, startTestServer } from '../../src/store/test-server.ts';
import type { KillPlan } from './kill-runs.ts';
import { startTap } from './tap.ts';

/** A PostgreSQL 15 of Debian's for the state, reached through a tap. */
export async function withTappedServer<T>(
  work: (database: NonNullable<KillPlan['database']>) => Promise<T>,
): Promise<T> {
  const server = await startTestServer(postgres15);
  const { connection } = await server.database();
  const tap = await startTap(`${connection.host}/.s.PGSQL.${connection.port}`);
  try {
    return await work({ url: `postgres://postgres@127.0.0.1:${tap.port}/${connection.database}`, tap });
  } finally {
    await tap.stop();
    await server.stop();
  }
}

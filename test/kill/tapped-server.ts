import { freeLeases } from '../../src/store/leases.ts';
import { postgres15, startTestServer } from '../../src/store/test-server.ts';
import type { KillDatabase } from './kill-runs.ts';
import { startTap } from './tap.ts';

/** A PostgreSQL 15 of Debian's for the state, reached through a tap. */
export async function withTappedServer<T>(
  waitsEvery: number,
  work: (database: KillDatabase) => Promise<T>,
): Promise<T> {
  const server = await startTestServer(postgres15);
  const { db, connection } = await server.database();
  const tap = await startTap(`${connection.host}/.s.PGSQL.${connection.port}`);
  try {
    const url = `postgres://postgres@127.0.0.1:${tap.port}/${connection.database}`;
    return await work({ url, tap, freeLeases: () => freeLeases(db), waitsEvery });
  } finally {
    await tap.stop();
    await server.stop();
  }
}

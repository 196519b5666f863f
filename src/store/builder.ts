import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely';
import type { Tables } from './tables.ts';

/** Runs one statement and gives its rows. */
export type RunStatement = (
  text: string,
  values: readonly unknown[],
) => Promise<{ rows: unknown[]; rowCount?: number | null }>;

/** Kysely as a builder of queries that run wherever `run` runs them: pool, transaction or scratch. */
export function builderOver(run: RunStatement): Kysely<Tables> {
  const connection = connectionOver(run);
  return new Kysely<Tables>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => driverOver(connection),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
}

function connectionOver(run: RunStatement): DatabaseConnection {
  return {
    async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
      const { rows, rowCount } = await run(query.sql, query.parameters);
      return { rows: rows as Row[], numAffectedRows: BigInt(rowCount ?? 0) };
    },
    streamQuery: () => {
      throw new Error('queries of the store are not streamed');
    },
  };
}

/** Transactions are the store's own matter (Db.transaction), so Kysely never begins one. */
function driverOver(connection: DatabaseConnection): Driver {
  const refuse = async () => {
    throw new Error('transactions of the store begin with Db.transaction');
  };
  return {
    init: async () => {},
    acquireConnection: async () => connection,
    beginTransaction: refuse,
    commitTransaction: refuse,
    rollbackTransaction: refuse,
    releaseConnection: async () => {},
    destroy: async () => {},
  };
}

import { CamelCasePlugin, type Kysely } from 'kysely';
import type { Sql } from './db.ts';

/**
 * The tables of migration 0002 as better-auth's Kysely adapter wants them: camel case there, snake case here. Transactions
 * are the store's own matter, so the adapter is told to begin none.
 */
export function signInDatabase(sql: Sql): { db: Kysely<never>; type: 'postgres'; transaction: false } {
  const plugin = new CamelCasePlugin({ maintainNestedObjectKeys: true });
  return { db: sql.build.withPlugin(plugin) as unknown as Kysely<never>, type: 'postgres', transaction: false };
}

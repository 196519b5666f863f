import type { Db, Tx } from './db.ts';

/** A sealed text and what it belongs to: its column, and the row's own names. */
export interface SealedPlace {
  column:
    | 'account.secrets'
    | 'alert_setting.secret'
    | 'app_client.secret'
    | 'own_secret.sealed'
    | 'hook.token'
    | 'hook.secret';
  names: string[];
}

/** Columns with sealed texts, what names their row, and how a place's context is made from it. */
const places: { column: SealedPlace['column']; table: string; field: string; row: string[]; names: string }[] = [
  { column: 'account.secrets', table: 'account', field: 'secrets', row: ['id'], names: 'array[key]' },
  {
    column: 'app_client.secret',
    table: 'app_client',
    field: 'secret',
    row: ['workspace', 'app'],
    names: 'array[workspace::text, app]',
  },
  { column: 'own_secret.sealed', table: 'own_secret', field: 'sealed', row: ['name'], names: 'array[name]' },
  {
    column: 'alert_setting.secret',
    table: 'alert_setting',
    field: 'secret',
    row: ['workspace'],
    names: 'array[workspace::text]',
  },
  { column: 'hook.token', table: 'hook', field: 'token', row: ['account'], names: 'array[account::text]' },
  { column: 'hook.secret', table: 'hook', field: 'secret', row: ['account'], names: 'array[account::text]' },
];

/** Columns with sealed texts that are worth nothing for long: they are emptied instead. */
const passing = ['connecting.verifier'];

/** Every column that holds sealed texts. */
export function sealedColumns(): string[] {
  return [...places.map(({ column }) => column), ...passing].sort();
}

/**
 * Seals every secret of the installation anew, all of them or none. Answers how many. Nobody else may be at work on the
 * database meanwhile: what they seal would not open.
 */
export async function resealAll(db: Db, reseal: (sealed: string, place: SealedPlace) => string): Promise<number> {
  return db.transaction(async (tx) => {
    await refuseWorkers(tx);
    let count = 0;
    for (const { column, table, field, row, names } of places) {
      const keys = row.map((name, n) => `${name}::text as k${n}`).join(', ');
      const rows = await tx.rows<Record<string, string> & { sealed: Buffer; names: string[] }>(
        `select ${keys}, ${field} as sealed, ${names} as names from ${table} where ${field} is not null for update`,
      );
      const same = row.map((name, n) => `${name}::text = $${n + 2}`).join(' and ');
      for (const each of rows) {
        const sealed = reseal(each.sealed.toString('utf8'), { column, names: each.names });
        await tx.rows(`update ${table} set ${field} = $1 where ${same}`, [
          Buffer.from(sealed),
          ...row.map((_name, n) => each[`k${n}`]),
        ]);
      }
      count += rows.length;
    }
    await tx.rows('delete from connecting');
    return count;
  });
}

/** A server or a worker is at work on the database. */
class OthersAtWork extends Error {
  override name = 'OthersAtWork';
}

async function refuseWorkers(tx: Tx): Promise<void> {
  const [row] = await tx.rows<{ workers: number }>(
    `select count(*) as workers from pg_stat_activity where datname = current_database() and application_name = 'syncline worker'`,
  );
  if (!row || row.workers === 0) return;
  throw new OthersAtWork(
    `${row.workers} processes of Syncline are at work on this database: stop the servers and workers first`,
  );
}

import type { Db } from './db.ts';
import { toJson } from './text.ts';

/**
 * Changes the meters of an account that all workers share, one worker at a time, by the database's clock. `change` gets
 * what is stored (null: nothing yet) and the time in milliseconds, and answers what is to be stored with its own result.
 */
export async function changeMeters<Meters, Result>(
  db: Db,
  account: string,
  change: (meters: Meters | null, now: number) => { meters: Meters; result: Result },
): Promise<Result> {
  return db.transaction(async (tx) => {
    await tx.rows(`insert into gauge (account, meters) values ($1, 'null') on conflict do nothing`, [account]);
    const [row] = await tx.rows<{ meters: Meters | null; now: number }>(
      'select meters, moment($2) as now from gauge where account = $1 for update',
      [account, tx.time()],
    );
    const { meters, result } = change(row?.meters ?? null, row?.now ?? 0);
    await tx.rows('update gauge set meters = $2 where account = $1', [account, toJson(meters)]);
    return result;
  });
}

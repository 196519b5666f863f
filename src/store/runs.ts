import type { Sql, Tx } from './db.ts';
import type { Tally } from './store.ts';

/** Adds events to the tally of the sync's current run (`progress.run`); without one they belong to no run. */
export async function addTally(tx: Tx, sync: string, tally: Tally): Promise<void> {
  await tx.rows(
    `insert into run as r (sync, id, started_at, seen_at, tally)
     select s.id, s.progress ->> 'run', now.at, now.at, $2
     from sync s, (select moment($3) as at) now where s.id = $1 and s.progress ->> 'run' is not null
     on conflict (sync, id) do update set seen_at = excluded.seen_at, tally = add_tally(r.tally, excluded.tally)`,
    [sync, JSON.stringify(tally), tx.time()],
  );
}

/** What a run has done so far; null: nothing. */
export async function readTally(sql: Sql, sync: string, run: string): Promise<Tally | null> {
  const [row] = await sql.rows<{ tally: Partial<Tally> }>('select tally from run where sync = $1 and id = $2', [
    sync,
    run,
  ]);
  if (!row) return null;
  const none = { created: 0, updated: 0, archived: 0, deleted: 0 };
  return { a: none, b: none, linked: 0, conflicts: 0, ...row.tally };
}

import type { Db, Tx } from './db.ts';
import type { RunEnd, Tally } from './store.ts';

/**
 * Adds events, and records that began to fail, to the sync's current run (`progress.run`); without one they belong to no
 * run.
 */
export async function addTally(tx: Tx, sync: string, tally: Tally, failed = 0): Promise<void> {
  await tx.rows(
    `insert into run as r (sync, id, started_at, seen_at, tally, failed)
     select s.id, s.progress ->> 'run', now.at, now.at, $2, $4
     from sync s, (select moment($3) as at) now where s.id = $1 and s.progress ->> 'run' is not null
     on conflict (sync, id) do update set seen_at = excluded.seen_at, tally = add_tally(r.tally, excluded.tally),
       failed = r.failed + excluded.failed`,
    [sync, JSON.stringify(tally), tx.time(), failed],
  );
}

/**
 * Keeps how a run ended. One that came to nothing leaves no row, unless it failed or was paused, or the one before did: of
 * several in a row that failed or paused alike only the first has one, which tells when it was so last.
 */
export async function endRun(db: Db, sync: string, run: string, end: RunEnd): Promise<void> {
  const facts = [sync, run, db.time(), end.ending, end.reason, end.looked, JSON.stringify(end.calls)];
  await db.rows(
    `with now as materialized (select moment($3) as at), own as (
       update run set ended_at = now.at, ending = $4, reason = $5, looked = $6, calls = $7
       from now where sync = $1 and id = $2 returning 1
     ), last as (
       select number, ending, reason, tally from run where sync = $1 order by started_at desc, number desc limit 1
     ), again as (
       update run r set ended_at = now.at, looked = r.looked + $6 from now, last l
       where r.number = l.number and l.ending = $4 and l.reason is not distinct from $5 and l.tally = '{}'
         and $4 in ('failed', 'refused', 'paused') and not exists (select from own)
       returning 1
     )
     insert into run (sync, id, started_at, seen_at, ended_at, tally, ending, reason, looked, calls)
     select $1, $2, now.at, now.at, now.at, '{}', $4, $5, $6, $7 from now
     where not exists (select from own) and not exists (select from again)
       and ($4 in ('failed', 'refused', 'paused') or exists (select from last where ending in ('failed', 'refused', 'paused')))`,
    facts,
  );
}

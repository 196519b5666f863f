import pg from 'pg';
import type { Clock } from '../lib/clock.ts';
import type { Db } from './db.ts';

/** Leases of workers that announce themselves carry this before the worker's name: only those are freed when it dies. */
export const PRESENT = 'present:';

/** How soon a connection that was lost is made again, in milliseconds. Shorter than what makes a worker count as dead. */
const AGAIN_MILLISECONDS = 500;

/** A worker that is there: as long as its process lives, the database knows. */
export interface Presence {
  close(): Promise<void>;
}

/**
 * Announces a worker for as long as this process lives: a lock that belongs to a connection of its own, which the
 * database gives back by itself when the process dies. On the same connection it hears when something became due.
 */
export function announce(
  connection: pg.ClientConfig,
  parts: { worker: string; clock: Clock; onWake(): void },
): Presence {
  const { worker, clock, onWake } = parts;
  let client: pg.Client | null = null;
  let closed: 'no' | 'yes' = 'no';
  const keep = async () => {
    while (closed === 'no') {
      const mine = new pg.Client({ ...connection, application_name: 'syncline worker', keepAlive: true });
      const lost = new Promise<void>((resolve) => {
        mine.on('error', () => resolve());
        mine.on('end', () => resolve());
      });
      mine.on('notification', onWake);
      client = mine;
      const connected = await mine
        .connect()
        .then(() => mine.query(`select pg_advisory_lock(hashtext('syncline worker'), hashtext($1))`, [worker]))
        .then(() => mine.query('listen syncline_wake'))
        .then(() => 'yes' as const)
        .catch(() => 'no' as const);
      if (connected === 'yes') await lost;
      await mine.end().catch(() => {});
      if (closed === 'no') await clock.sleep(AGAIN_MILLISECONDS);
    }
  };
  const ended = keep();
  return {
    close: async () => {
      closed = 'yes';
      await client?.end().catch(() => {});
      await ended;
    },
  };
}

/** The announced workers, other than this one, that hold leases although no process of theirs is there. */
export async function absentWorkers(db: Db, self: string): Promise<string[]> {
  const rows = await db.rows<{ worker: string; absent: boolean }>(
    `select worker, not exists (
       select from pg_locks l
       where l.locktype = 'advisory' and l.granted and l.database = (select oid from pg_database where datname = current_database())
         and l.classid::bigint = hashtext('syncline worker')::bigint & 4294967295
         and l.objid::bigint = hashtext(worker)::bigint & 4294967295
     ) as absent
     from (
       select worker from feed where held_until > moment($2)
       union select worker from sync where held_until > moment($2)
     ) held
     where worker like '${PRESENT}%' and worker <> $1`,
    [self, db.time()],
  );
  return rows.flatMap(({ worker, absent }) => (absent ? [worker] : []));
}

/** Frees what a dead worker held: what it had open is found by whoever goes on. Answers how many leases. */
export async function freeWorker(db: Db, worker: string): Promise<number> {
  const feeds = await db.rows(
    'update feed set worker = null, held_until = null, due_at = null where worker = $1 returning id',
    [worker],
  );
  const syncs = await db.rows(
    'update sync set worker = null, held_until = null, due_at = null where worker = $1 returning id',
    [worker],
  );
  return feeds.length + syncs.length;
}

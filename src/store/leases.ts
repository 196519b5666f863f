import type { Db, Sql, Tx } from './db.ts';
import { Fenced, type Lease } from './store.ts';

/** S1: takes a lease that is free or has run out by the store's clock. A row that is locked just now counts as held. */
export async function claim(
  db: Db,
  kind: Lease['kind'],
  id: string,
  worker: string,
  ttlSeconds: number,
): Promise<Lease | null> {
  const text = kind === 'feed' ? claimFeed : claimSync;
  const [row] = await db.rows<{ epoch: number }>(text, [id, worker, ttlSeconds, db.time()]);
  return row ? { kind, id, epoch: row.epoch, ttlSeconds } : null;
}

const claimOf = (table: string) => `
  update ${table} set epoch = epoch + 1, worker = $2, held_until = moment($4) + $3::float8 * 1000
  where id = (
    select id from ${table} where id = $1 and (held_until is null or held_until <= moment($4)) for update skip locked
  )
  returning epoch`;
const claimFeed = claimOf('feed');
const claimSync = claimOf('sync');

/** Lengthens a lease from now on. Throws Fenced. */
export async function renew(db: Db, lease: Lease, ttlSeconds: number): Promise<Lease> {
  const text = lease.kind === 'feed' ? renewFeed : renewSync;
  const rows = await db.rows(text, [lease.id, lease.epoch, ttlSeconds, db.time()]);
  if (rows.length === 0) throw new Fenced(lease);
  return { ...lease, ttlSeconds };
}

const renewOf = (table: string) => `
  update ${table} set held_until = moment($4) + $3::float8 * 1000 where id = $1 and epoch = $2 returning id`;
const renewFeed = renewOf('feed');
const renewSync = renewOf('sync');

/** Gives a lease back and says when the row is next due. */
export async function release(db: Db, lease: Lease, nextSeconds: number): Promise<void> {
  const text = lease.kind === 'feed' ? releaseFeed : releaseSync;
  await db.rows(text, [lease.id, lease.epoch, nextSeconds, db.time()]);
}

const releaseOf = (table: string) => `
  update ${table} set worker = null, held_until = null, due_at = moment($4) + $3::float8 * 1000 where id = $1 and epoch = $2`;
const releaseFeed = releaseOf('feed');
const releaseSync = releaseOf('sync');

/**
 * Frees every lease: only for a process that is alone on its database, where whoever held them is dead. What they had
 * open is found by the next run.
 */
export async function freeLeases(db: Db): Promise<void> {
  await db.rows('update feed set worker = null, held_until = null where held_until is not null');
  await db.rows('update sync set worker = null, held_until = null where held_until is not null');
}

/** Frees what this worker holds and no longer works on, since it could not give it back: the database was away. */
export async function freeLost(db: Db, { kind, id }: Pick<Lease, 'kind' | 'id'>, worker: string): Promise<void> {
  await db.rows(kind === 'feed' ? freeFeed : freeSync, [id, worker]);
}

const freeOf = (table: string) => `
  update ${table} set worker = null, held_until = null, due_at = null where id = $1 and worker = $2`;
const freeFeed = freeOf('feed');
const freeSync = freeOf('sync');

/**
 * The fence: holds the row for the rest of the transaction, so nobody takes the lease before it ends, and lengthens a
 * lease that has used up half its time. Throws Fenced where another has taken it.
 */
export async function fence(tx: Tx, lease: Lease): Promise<void> {
  const text = lease.kind === 'feed' ? fenceFeed : fenceSync;
  const rows = await tx.rows<{ late: boolean }>(text, [lease.id, lease.epoch, lease.ttlSeconds, tx.time()]);
  if (!rows[0]) throw new Fenced(lease);
  if (rows[0].late) await lengthen(tx, lease);
}

const fenceOf = (table: string) => `
  select coalesce(held_until < moment($4) + $3::float8 * 500, true) as late from ${table} where id = $1 and epoch = $2 for no key update`;
const fenceFeed = fenceOf('feed');
const fenceSync = fenceOf('sync');

async function lengthen(sql: Sql, lease: Lease): Promise<void> {
  await sql.rows(lease.kind === 'feed' ? renewFeed : renewSync, [lease.id, lease.epoch, lease.ttlSeconds, sql.time()]);
}

import type { Db, Tx } from './db.ts';
import { MOST_ID_BYTES } from './store.ts';
import { toTexts } from './text.ts';

/** How long notices are remembered, in milliseconds: longer than any vendor sends one again. */
const REMEMBERED_MILLISECONDS = 3 * 86_400_000;

/** What a notice is about: records of one object; without ids, any of them. */
export interface Told {
  object: string;
  ids: string[];
}

/**
 * Takes a notice in, in one transaction: its records are marked to be read directly, an object without ids is read at
 * once. 'known': the same notice came before, and nothing was done. Objects that no sync reads are passed over.
 */
export async function takeNotice(db: Db, account: string, id: string, told: Told[]): Promise<'taken' | 'known'> {
  return db.transaction(async (tx) => {
    const fresh = await tx.rows(
      'insert into notice (account, id, at) values ($1, $2, moment($3)) on conflict do nothing returning id',
      [account, id, tx.time()],
    );
    if (fresh.length === 0) return 'known';
    await markAll(tx, account, told);
    return 'taken';
  });
}

/** The same for what an account's connection told: it tells of each change once, so only the time is remembered. */
export async function takeHeard(db: Db, account: string, told: Told[]): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.rows(
      `insert into notice (account, id, at) select id, 'heard', moment($2) from account where id = $1
       on conflict (account, id) do update set at = excluded.at`,
      [account, tx.time()],
    );
    await markAll(tx, account, told);
  });
}

async function markAll(tx: Tx, account: string, told: Told[]): Promise<void> {
  for (const { object, ids } of told) await mark(tx, account, object, ids);
  await tx.rows(`select pg_notify('syncline_wake', '')`);
}

async function mark(tx: Tx, account: string, object: string, ids: string[]): Promise<void> {
  const storable = ids.filter((id) => Buffer.byteLength(id) <= MOST_ID_BYTES);
  if (storable.length < ids.length || ids.length === 0) {
    await tx.rows('update feed set due_at = 0 where account = $1 and object = $2', [account, object]);
  }
  if (storable.length === 0) return;
  await tx.rows(
    `insert into dirty as d (feed, id, first_marked, marked)
     select f.id, given.id, number.marked, number.marked
     from feed f, (select distinct id from unnest($3::text[]) id) given,
       (select case when is_called then last_value else 0 end as marked from asking) number
     where f.account = $1 and f.object = $2
     order by given.id
     on conflict (feed, id) do update set marked = greatest(d.marked, excluded.marked)`,
    [account, object, toTexts(storable)],
  );
}

/** Forgets notices that nobody sends again. */
export async function forgetNotices(db: Db): Promise<void> {
  await db.rows('delete from notice where at < moment($1) - $2::bigint', [db.time(), REMEMBERED_MILLISECONDS]);
}

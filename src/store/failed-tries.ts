import type { Sql } from './db.ts';

/** How tries are slowed: so many are free, then each waits twice as long as the one before it. */
export interface TryLimit {
  free: number;
  /** The longest wait, in milliseconds. */
  mostWait: number;
  /** After so many quiet milliseconds all is forgotten. */
  forget: number;
}

/**
 * Counts a try before it is known to have failed, so that many at once are all counted. Answers 0, or how many
 * milliseconds it is too early: then it is not counted and must not be made.
 */
export async function countTry(sql: Sql, who: string, { free, mostWait, forget }: TryLimit): Promise<number> {
  const counted = await sql.rows(
    `insert into failed_try as t (who, failures, last_at) values ($1, 1, moment($2))
     on conflict (who) do update set last_at = excluded.last_at,
       failures = case when t.last_at > excluded.last_at - $5::bigint then t.failures + 1 else 1 end
     where t.failures < $3 or t.last_at + ${wait} <= excluded.last_at or t.last_at <= excluded.last_at - $5::bigint
     returning 1`,
    [who, sql.time(), free, mostWait, forget],
  );
  if (counted.length > 0) return 0;
  const [row] = await sql.rows<{ early: number }>(
    `select t.last_at + ${wait} - moment($2) as early from failed_try t where who = $1`,
    [who, sql.time(), free, mostWait],
  );
  return Math.max(1, row?.early ?? 1);
}

/** A second after the free ones, then doubled; $3: how many are free, $4: the longest. */
const wait = `least($4::bigint, (1000 * power(2, least(30, t.failures - $3::integer)))::bigint)`;

/** Takes a try back that came to something. */
export async function uncountTry(sql: Sql, who: string): Promise<void> {
  await sql.rows('update failed_try set failures = failures - 1 where who = $1 and failures > 0', [who]);
}

/** Forgets the tries of somebody who has proved who they are. */
export async function forgetTries(sql: Sql, who: string): Promise<void> {
  await sql.rows('delete from failed_try where who = $1', [who]);
}

/** Drops what is too old to count. */
export async function dropOldTries(sql: Sql, forgetMilliseconds: number): Promise<void> {
  await sql.rows('delete from failed_try where last_at < moment($1) - $2::bigint', [sql.time(), forgetMilliseconds]);
}

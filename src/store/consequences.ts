import type { Sql } from './db.ts';

/** The syncs that stand on an account, and how many pairs of records each keeps the same. */
export async function standingOn(
  sql: Sql,
  account: string,
): Promise<{ key: string; enabled: boolean; linked: number }[]> {
  return sql.rows(
    `select s.key, s.enabled, coalesce((select sum(linked)::bigint from link_count c where c.sync = s.id), 0) as linked
     from sync s where exists (select from feed f where f.id in (s.a_feed, s.b_feed) and f.account = $1) order by s.key`,
    [account],
  );
}

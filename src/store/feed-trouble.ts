import type { Db, Sql } from './db.ts';

/** Why a feed could not be read the last time. */
export interface FeedTrouble {
  /** The failure's kind: 'unauthorized', 'unavailable' … */
  kind: string;
  message: string;
  /** Milliseconds. */
  since: number;
}

/** How often in a row an account's credentials must be refused before a person is asked for others. */
const REFUSALS = 2;
/** Refusals that follow sooner are one: many calls meet it at once. */
const APART_MILLISECONDS = 30_000;
/** An account that a person must connect again is tried so rarely by itself (milliseconds). */
const LOST_AGAIN_MILLISECONDS = 3_600_000;

/**
 * Writes down that a feed could not be read. Credentials that were refused once more make its account one that a person
 * must connect again; until then its syncs rest.
 */
export async function noteTrouble(db: Db, feed: string, kind: string, message: string): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.rows(
      `update feed set trouble = jsonb_build_object('kind', $2::text, 'message', $3::text, 'since',
         case when trouble ->> 'kind' = $2 then trouble -> 'since' else to_jsonb(moment($4)) end) where id = $1`,
      [feed, kind, message, tx.time()],
    );
    if (kind !== 'unauthorized') return;
    await tx.rows(
      `update account set grant_refusals = grant_refusals + 1, grant_refused_at = moment($2),
         lost_at = case when grant_refusals + 1 >= $3 then moment($2) end
       where id = (select account from feed where id = $1) and lost_at is null
         and (grant_refused_at is null or moment($2) - grant_refused_at >= $4)`,
      [feed, tx.time(), REFUSALS, APART_MILLISECONDS],
    );
    await tx.rows(
      `update feed f set due_at = moment($2) + $3 from account a
       where a.id = f.account and a.lost_at is not null and a.id = (select account from feed where id = $1)`,
      [feed, tx.time(), LOST_AGAIN_MILLISECONDS],
    );
  });
}

/** A feed could be read: its account's credentials are good. */
export async function forgetTrouble(sql: Sql, feed: string): Promise<void> {
  await sql.rows(
    `with well as (update feed set trouble = null where id = $1 returning account)
     update account set grant_refusals = 0, grant_refused_at = null, lost_at = null where id = (select account from well)`,
    [feed],
  );
}

/** An account was given other credentials or settings: what is known of its troubles is past, and its feeds are due at once. */
export async function tryAccountAnew(sql: Sql, account: string): Promise<void> {
  await sql.rows('update account set grant_refusals = 0, grant_refused_at = null, lost_at = null where id = $1', [
    account,
  ]);
  await sql.rows('update feed set due_at = null, trouble = null where account = $1', [account]);
  await sql.rows(
    'update sync set due_at = null where a_feed in (select id from feed where account = $1) or b_feed in (select id from feed where account = $1)',
    [account],
  );
}

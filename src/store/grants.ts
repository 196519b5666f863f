import type { Db, Tx } from './db.ts';

/** An account's grant, as it stands under its row's lock. */
export interface LockedGrant {
  workspace: string;
  key: string;
  settings: Record<string, string>;
  /** Sealed. */
  secrets: Uint8Array | null;
  /** How often in a row the app refused to renew it, and how many milliseconds ago it last did. */
  refusals: number;
  refusedAgo: number | null;
  /** Whether a person must connect the account again. */
  lost: 'no' | 'yes';
}

/** What became of it. Tokens that were renewed, or one more refusal; `lost`: a person is asked to connect it again. */
export type GrantChange =
  | { renewed: Uint8Array; settings: Record<string, string> }
  | { refused: 'once more' | 'lost' }
  | { same: true };

/**
 * Holds an account's row while its grant is renewed, so that of all who ask at once, in whatever process, one asks the
 * app; and stores what came of it with the same transaction. Null: the account is gone.
 */
export async function withGrant<Result>(
  db: Db,
  account: string,
  work: (grant: LockedGrant) => Promise<{ change: GrantChange; result: Result }>,
): Promise<Result | null> {
  return db.transaction(async (tx) => {
    const [row] = await tx.rows<StoredGrant>(
      `select workspace, key, settings, secrets, grant_refusals as refusals,
         moment($2) - grant_refused_at as "refusedAgo", lost_at is not null as lost
       from account where id = $1 for update`,
      [account, tx.time()],
    );
    if (!row) return null;
    const grant: LockedGrant = { ...row, workspace: String(row.workspace), lost: row.lost ? 'yes' : 'no' };
    const { change, result } = await work(grant);
    await store(tx, account, change);
    return result;
  });
}

type StoredGrant = Omit<LockedGrant, 'workspace' | 'lost'> & { workspace: number; lost: boolean };

async function store(tx: Tx, account: string, change: GrantChange): Promise<void> {
  if ('same' in change) return;
  if ('renewed' in change) {
    await tx.rows(
      `update account set secrets = $2, settings = $3, grant_refusals = 0, grant_refused_at = null, lost_at = null where id = $1`,
      [account, Buffer.from(change.renewed), JSON.stringify(change.settings)],
    );
    return;
  }
  await tx.rows(
    `update account set grant_refusals = grant_refusals + 1, grant_refused_at = moment($2),
       lost_at = case when $3 then coalesce(lost_at, moment($2)) else lost_at end where id = $1`,
    [account, tx.time(), change.refused === 'lost'],
  );
}

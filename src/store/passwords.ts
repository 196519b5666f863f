import type { Db } from './db.ts';

/**
 * Gives a person another password (its hash), ends their sessions and takes their second factor off: for somebody who has
 * lost what they come in by. False: nobody has that address.
 */
export async function resetPassword(db: Db, email: string, password: string): Promise<boolean> {
  return db.transaction(async (tx) => {
    const [person] = await tx.rows<{ id: string }>(
      'update person set two_factor_enabled = false where email = lower($1) returning id',
      [email],
    );
    if (!person) return false;
    await tx.rows('delete from sign_in where user_id = $1', [person.id]);
    await tx.rows('delete from second_factor where user_id = $1', [person.id]);
    await tx.rows(`delete from credential where user_id = $1 and provider_id = 'credential'`, [person.id]);
    await tx.rows(
      `insert into credential (id, account_id, provider_id, user_id, password) values ($1, $2, 'credential', $2, $3)`,
      [`${person.id}-password`, person.id, password],
    );
    return true;
  });
}

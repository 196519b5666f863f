import { hashPassword } from 'better-auth/crypto';
import type { Random } from '../lib/random.ts';
import type { Db } from '../store/db.ts';
import { resetPassword } from '../store/passwords.ts';

const PASSWORD_BYTES = 15;

/** Gives somebody a password made by chance and answers it; null: nobody has that address. */
export async function givePassword(db: Db, random: Random, email: string): Promise<string | null> {
  const password = random.secret(PASSWORD_BYTES);
  return (await resetPassword(db, email.trim(), await hashPassword(password))) ? password : null;
}

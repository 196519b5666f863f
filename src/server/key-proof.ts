import { open, seal } from '../lib/crypto.ts';
import type { Random } from '../lib/random.ts';
import type { Db } from '../store/db.ts';
import { ownSecret } from '../store/own-secrets.ts';
import { type InstallationKey, KeyUnusable } from './key.ts';
import { ownContext } from './sign-in.ts';

const NAME = 'key-proof';

/** Proves that the key is the one this database was used with. Throws KeyUnusable. */
export async function proveKey(parts: { db: Db; key: InstallationKey; random: Random }): Promise<void> {
  const { db, key, random } = parts;
  const context = ownContext(NAME);
  const sealed = await ownSecret(db, NAME, () => Buffer.from(seal('the key', key, context, random)));
  try {
    open(Buffer.from(sealed).toString(), key, context);
  } catch {
    throw new KeyUnusable(
      'this is not the key that the database was used with: put that one back, or, if `syncline rotate-key` broke off, run it again',
    );
  }
}

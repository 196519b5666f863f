import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { open, seal, sealKeyBytes } from '../lib/crypto.ts';
import type { Random } from '../lib/random.ts';
import type { Db } from '../store/db.ts';
import { resealAll, type SealedPlace } from '../store/sealed.ts';
import { accountContext } from './accounts.ts';
import { alertContext } from './alerts.ts';
import { clientContext } from './app-clients.ts';
import { hookContext } from './hook-door.ts';
import { type InstallationKey, installationKey, KEY_FILE, keyOf, OWNER_ONLY } from './key.ts';
import { ownContext } from './sign-in.ts';

/** What rotating the key stands on. */
export interface RotateParts {
  db: Db;
  random: Random;
  dataDirectory: string;
  /** The keys as text where they do not live in the data directory: SYNCLINE_SECRET and SYNCLINE_NEW_SECRET. */
  given: { key: string | undefined; next: string | undefined };
}

/**
 * Gives the installation another key: every stored secret is sealed anew, then the key file is replaced. The new key is on
 * the disk before anything is sealed with it, so a rotation that broke off is ended by asking again. Answers how many
 * secrets there were. Nothing else may run on the installation meanwhile.
 */
export async function rotateKey({ db, random, dataDirectory, given }: RotateParts): Promise<number> {
  if (given.key) {
    if (!given.next)
      throw new NoNewKey(`SYNCLINE_SECRET is set: give the new key as SYNCLINE_NEW_SECRET (32 bytes, base64url)`);
    return reseal(db, random, keyOf(given.key, 'SYNCLINE_SECRET'), keyOf(given.next, 'SYNCLINE_NEW_SECRET'));
  }
  const path = join(dataDirectory, KEY_FILE);
  const from = await installationKey(dataDirectory, undefined, random);
  const to = await nextKey(`${path}.next`, random);
  const count = await reseal(db, random, from, to);
  await rename(`${path}.next`, path);
  return count;
}

/** The key comes from the environment, and no new one was given. */
class NoNewKey extends Error {
  override name = 'NoNewKey';
}

/** The key that a rotation before this one began with, or a new one. */
async function nextKey(path: string, random: Random): Promise<InstallationKey> {
  await writeFile(path, random.secret(sealKeyBytes), { mode: OWNER_ONLY, flag: 'wx', flush: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    },
  );
  await chmod(path, OWNER_ONLY);
  return keyOf(await readFile(path, 'utf8'), path);
}

/** What was sealed with the new key already (by a rotation that broke off) stays as it is. */
async function reseal(db: Db, random: Random, from: InstallationKey, to: InstallationKey): Promise<number> {
  return resealAll(db, (sealed, place) => {
    const context = contextOf(place);
    try {
      return seal(open(sealed, from, context), to, context, random);
    } catch (error) {
      return opens(sealed, to, context) ? sealed : raise(error);
    }
  });
}

function opens(sealed: string, key: InstallationKey, context: string): boolean {
  try {
    open(sealed, key, context);
    return true;
  } catch {
    return false;
  }
}

function raise(error: unknown): never {
  throw error;
}

function contextOf({ column, names: [first = '', second = ''] }: SealedPlace): string {
  switch (column) {
    case 'account.secrets':
      return accountContext(first);
    case 'alert_setting.secret':
      return alertContext(first);
    case 'app_client.secret':
      return clientContext(first, second);
    case 'own_secret.sealed':
      return ownContext(first);
    default:
      return hookContext(first);
  }
}

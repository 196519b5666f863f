import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sealKeyBytes } from '../lib/crypto.ts';
import type { Random } from '../lib/random.ts';

/** The key that closes secrets: whoever has the database but not the key has no secrets. */
export type InstallationKey = Uint8Array;

/** The key is missing or no key: Syncline must not start with another one, or no stored secret could be opened. */
export class KeyUnusable extends Error {
  override name = 'KeyUnusable';
}

/** Its file in the data directory. */
export const KEY_FILE = 'key';
/** Only the owner may read it. */
export const OWNER_ONLY = 0o600;

/**
 * The installation's key: from the environment's text (base64url, 32 bytes) where there is one, else from the data
 * directory's file, which is made at the first start.
 */
export async function installationKey(
  dataDirectory: string,
  given: string | undefined,
  random: Random,
): Promise<InstallationKey> {
  if (given) return keyOf(given, 'SYNCLINE_SECRET');
  const path = join(dataDirectory, KEY_FILE);
  try {
    return keyOf(await readFile(path, 'utf8'), path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  await mkdir(dataDirectory, { recursive: true });
  const made = random.secret(sealKeyBytes);
  // Never over another process's key: the first one to write it wins, everybody reads that one.
  await writeFile(path, made, { mode: OWNER_ONLY, flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await chmod(path, OWNER_ONLY);
  return keyOf(await readFile(path, 'utf8'), path);
}

/** A key from its text. Throws KeyUnusable where it is none. */
export function keyOf(text: string, where: string): InstallationKey {
  const key = Buffer.from(text.trim(), 'base64url');
  if (key.length === sealKeyBytes) return key;
  throw new KeyUnusable(
    `${where} holds no key of ${sealKeyBytes} bytes; put the key back with which this installation was made`,
  );
}

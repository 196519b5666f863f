import { hmacSha256 } from '../lib/crypto.ts';
import { countTry, dropOldTries, forgetTries, type TryLimit, uncountTry } from '../store/failed-tries.ts';
import type { Installation } from './installation.ts';
import { Refused } from './problem.ts';

const MINUTE_MILLISECONDS = 60_000;

/** Tries from one address: an office shares one, so more are free. */
const byAddress: TryLimit = { free: 30, mostWait: 15 * MINUTE_MILLISECONDS, forget: 30 * MINUTE_MILLISECONDS };
/** Tries at one person or secret, from wherever: the wait stays short, or a stranger could lock people out. */
const byTarget: TryLimit = { free: 8, mostWait: MINUTE_MILLISECONDS, forget: 30 * MINUTE_MILLISECONDS };

/** Who tries what: from which address and, where it is known, at whom. */
export interface Attempt {
  address: string;
  /** 'person ann@example.com', 'setup'; null: only the address counts. */
  target: string | null;
}

/**
 * Lets somebody try a secret (a password, a code, a token, a key), ever more slowly for the same address or the same
 * target. `attempt` answers whether it was right; wrong ones count. Throws Refused 429.
 */
export async function slowly<Result>(
  { db, key }: Pick<Installation, 'db' | 'key'>,
  { address, target }: Attempt,
  attempt: () => Promise<{ right: 'yes' | 'no'; result: Result }>,
): Promise<Result> {
  const from = named(key, `address ${address}`);
  const at = target === null ? null : named(key, `target ${target}`);
  refuseEarly(await countTry(db, from, byAddress));
  if (at !== null) refuseEarly(await countTry(db, at, byTarget));
  const { right, result } = await attempt();
  if (right === 'yes') {
    await uncountTry(db, from);
    if (at !== null) await forgetTries(db, at);
    await dropOldTries(db, byAddress.forget);
  }
  return result;
}

/** Counts something wrong that came from an address. Throws Refused 429 where there was too much of it. */
export async function failedFrom({ db, key }: Pick<Installation, 'db' | 'key'>, address: string): Promise<void> {
  refuseEarly(await countTry(db, named(key, `address ${address}`), byAddress));
}

/** Only hashes are stored: what people type as their address may be their password. */
function named(key: Uint8Array, text: string): string {
  return hmacSha256(key, text.toLowerCase()).slice(0, 32);
}

function refuseEarly(earlyMilliseconds: number): void {
  if (earlyMilliseconds === 0) return;
  const seconds = Math.ceil(earlyMilliseconds / 1000);
  const detail = `too many tries that came to nothing: wait ${seconds} s and try again`;
  throw new Refused(429, detail, undefined, { 'retry-after': String(seconds) });
}

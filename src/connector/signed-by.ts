import { type DigestForm, equalSecrets, hmacSha256 } from '../lib/crypto.ts';
import type { Notice, Webhooks } from './contract.ts';

/** How an app signs its notices with HMAC-SHA-256. */
export interface Signing {
  /** The signature and, where the app sends one, the time stamp (milliseconds) of a notice; undefined where they are missing. */
  of(notice: Notice): { signature: string; stamp?: number } | undefined;
  /** What is signed. */
  content(notice: Notice, stamp: number | undefined): string;
  form: DigestForm;
  /** Older notices are stale; only with a stamp. */
  withinSeconds?: number;
}

/** Checks signatures in a time that says nothing about the secret, and stamps against replays. */
export function signedBy(signing: Signing): Webhooks['verify'] {
  return (notice, secret, now) => {
    const given = signing.of(notice);
    if (!given || secret === '') return 'forged';
    const expected = hmacSha256(secret, signing.content(notice, given.stamp), signing.form);
    if (!equalSecrets(expected, given.signature)) return 'forged';
    if (signing.withinSeconds === undefined) return 'genuine';
    const ageSeconds = (now - (given.stamp ?? 0)) / 1000;
    return Math.abs(ageSeconds) <= signing.withinSeconds ? 'genuine' : 'stale';
  };
}

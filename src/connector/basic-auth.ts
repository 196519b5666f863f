import { equalSecrets } from '../lib/crypto.ts';
import type { Webhooks } from './contract.ts';

/**
 * Checks notices of apps that sign nothing and call with a user name and a password of our choosing (`secret`). It proves
 * who calls, not what is said: a notice is a doorbell, so nobody needs to trust its body.
 */
export function basicAuth(userName: string): Webhooks['verify'] {
  return ({ headers }, secret) => {
    const expected = `Basic ${Buffer.from(`${userName}:${secret}`).toString('base64')}`;
    return secret !== '' && equalSecrets(headers.authorization ?? '', expected) ? 'genuine' : 'forged';
  };
}

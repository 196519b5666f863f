import { type Connector, type ErrorKind, Failure } from '../connector/contract.ts';
import { openSession } from '../connector/open-session.ts';
import type { Installation } from './installation.ts';

/** What a connection test found. */
export type Proof =
  | { works: true; id: string; label: string; is?: 'place' }
  | { works: false; kind: ErrorKind; message: string; remedy: string };

/** Asks the app who a stored account is. */
export async function probe({ engine }: Installation, account: string): Promise<Proof> {
  return proof(async () => {
    const { connector, session } = await engine.open(account);
    return connector.whoami(session);
  });
}

/** Asks the app who would be connected with these settings and secrets; nothing is stored. */
export async function probeNew(
  { outside, clock, random, log }: Installation,
  connector: Connector,
  account: { key: string; settings: Record<string, string>; secrets: Record<string, string> },
): Promise<Proof> {
  const { key, settings, secrets } = account;
  const session = openSession(connector, { account: key, settings, secrets, ...outside, clock, random, log });
  try {
    return await proof(() => connector.whoami(session));
  } finally {
    await session.close();
  }
}

async function proof(ask: () => ReturnType<Connector['whoami']>): Promise<Proof> {
  try {
    return { works: true, ...(await ask()) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { kind, message } = error;
    return { works: false, kind, message, remedy: remedies[kind] };
  }
}

/** What to do about each kind of failure, in a sentence. */
const remedies: Record<ErrorKind, string> = {
  throttled: 'The app asks for a pause: try again in a few minutes.',
  unavailable: 'The app could not be reached: check its address and that it is running, then try again.',
  unauthorized: 'The app does not accept these credentials: connect the account again, with new ones.',
  forbidden: 'The credentials are right, but may not do this: give them the permissions that the app page lists.',
  invalid: 'The app did not understand the request: check the settings of the account, its address above all.',
  duplicate: 'The app did not understand the request: check the settings of the account, its address above all.',
  missing: 'There is nothing at this address: check the settings of the account.',
  stale: 'Try again in a moment.',
  broken: 'What answered is not what this app answers: check the address of the account.',
};

/**
 * What went wrong with a call, named by what the engine does next.
 * throttled: waits. unavailable: comes back later. unauthorized: asks for a reconnect. forbidden, invalid, duplicate,
 * missing, stale: about the records. broken: the app answered nonsense; a problem to show.
 */
export type ErrorKind =
  | 'throttled'
  | 'unavailable'
  | 'unauthorized'
  | 'forbidden'
  | 'invalid'
  | 'duplicate'
  | 'missing'
  | 'stale'
  | 'broken';

/** Wait so long before the next call to this account. */
export interface Throttled {
  throttledSeconds: number;
}

/** A call that failed. `sent` tells whether the app may have acted on it: 'no' certainly not, 'unknown' it may have. */
export class Failure extends Error {
  readonly kind: ErrorKind;
  readonly sent: 'no' | 'unknown';
  readonly retrySeconds: number | undefined;
  /** The id of the account whose app it was, once the engine has told. */
  account?: string;
  constructor(
    kind: ErrorKind,
    message: string,
    facts: { sent?: 'no' | 'unknown'; retrySeconds?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: facts.cause });
    this.name = 'Failure';
    this.kind = kind;
    this.sent = facts.sent ?? 'no';
    this.retrySeconds = facts.retrySeconds;
  }
}

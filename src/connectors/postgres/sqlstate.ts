import { Failure } from '../../connector/contract.ts';

/** PostgreSQL refused a statement: whatever its transaction did is undone. */
export class Rejected extends Error {
  override name = 'Rejected';
  /** The SQLSTATE: five characters that mean the same in every language. */
  readonly code: string;
  readonly column: string | undefined;
  readonly constraint: string | undefined;
  constructor(error: { message: string; code?: string; column?: string; constraint?: string }) {
    super(error.message);
    this.code = error.code ?? 'XX000';
    this.column = error.column;
    this.constraint = error.constraint;
  }
}

/** The connection broke off, or the server ended it. */
export class Broken extends Error {
  override name = 'Broken';
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause));
  }
}

/** What a failed call means for the account. Never quotes what may hold a record's values. */
export function troubleOf(error: Rejected | Broken, sent: 'no' | 'unknown'): Failure {
  if (error instanceof Broken) {
    return new Failure('unavailable', `the connection to PostgreSQL broke off: ${error.message}`, { sent });
  }
  const { code } = error;
  if (code === '42501') return new Failure('forbidden', `PostgreSQL refused it: ${error.message}; grant the right`);
  if (isChanged(code)) {
    return new Failure('broken', `the table is not as it was: ${error.message}; read its fields again`);
  }
  if (isPassing(code)) {
    return new Failure(
      'unavailable',
      `PostgreSQL is busy (${code}: ${passing[code] ?? 'no resources'}); tried again later`,
    );
  }
  if (code.startsWith('22')) return new Failure('invalid', `PostgreSQL takes no such value (${code})`);
  return new Failure('broken', `PostgreSQL refused a read (${code}); the log of the server says more`);
}

/** Why no connection could be had. */
export function unreachable(error: unknown, place: string): Failure {
  const { code = '', message } = error as { code?: string; message: string };
  if (error instanceof Failure) return error;
  if (/^28/.test(code)) {
    return new Failure(
      'unauthorized',
      `${place} refused the user name or password, or this host (${code}); check the address`,
    );
  }
  if (code === '3D000') return new Failure('unauthorized', `there is no such database: ${place}; check the address`);
  if (code === '42501') return new Failure('unauthorized', `the user may not connect to ${place}`);
  if (code === '53300') return new Failure('throttled', `${place} has no connection left`, { retrySeconds: 10 });
  // The driver's own word where the server asks for a password and the address holds none.
  if (code === '' && /password must be/.test(message)) {
    return new Failure('unauthorized', `${place} asks for a password; add it to the address`);
  }
  const why = isServerCode.test(code) ? code : code || message;
  return new Failure(
    'unavailable',
    `${place} could not be reached (${why}); check the address and that the server runs`,
  );
}

/** A statement that may work as it is when it is sent again: deadlock, serialization failure. */
export function isClash(code: string): boolean {
  return code === '40001' || code === '40P01';
}

/** Nothing is wrong with the records: locks, time-outs, no memory or disk, a server that may not write for now. */
export function isPassing(code: string): boolean {
  return code in passing || /^53/.test(code) || isClash(code);
}

/** A table, a column or a type is no longer there, or is of another kind. */
export function isChanged(code: string): boolean {
  return /^(42P01|42703|42704|42804|3F000|42883|0A000)$/.test(code);
}

const passing: Record<string, string> = {
  '55P03': 'somebody else holds a lock',
  '57014': 'it took too long',
  '25006': 'the server takes no writes now',
  '40001': 'others wrote at the same time',
  '40P01': 'others wrote at the same time',
  '55006': 'the object is in use',
};

const isServerCode = /^[0-9A-Z]{5}$/;

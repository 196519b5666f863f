import type { Refusal } from '../../connector/contract.ts';
import { type ErrorKind, Failure, type Throttled } from '../../connector/failure.ts';
import { withoutValues } from '../../connector/sending.ts';
import type { Reply } from '../../connector/session.ts';

/** What Tryton says went wrong, in an answer whose status is 200. */
interface Words {
  /** The exception's class where it is Tryton's own, else 'crash'. */
  kind: 'UserError' | 'UserWarning' | 'ConcurrencyException' | 'LoginException' | 'crash';
  message: string;
}

/** The database was busy with another's write. The call was rolled back: it may be sent again. */
const busySeconds = 1;

/** A refusal of Tryton's, with what it means for the record. */
export class Refused extends Failure {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.kind === 'throttled' ? 'unavailable' : refusal.kind, refusal.message);
    this.refusal = refusal;
  }
}

/** Errors come with status 200 (trytond/protocols/jsonrpc.py). Each call is one transaction, rolled back by any of them. */
export function classify(reply: Reply): ErrorKind | Throttled | undefined {
  const words = wordsOf(reply);
  if (!words) return undefined;
  if (words.kind === 'LoginException') return 'unauthorized';
  if (words.kind === 'crash' && /database is locked|could not serialize|deadlock/i.test(words.message))
    return { throttledSeconds: busySeconds };
  return refusalOf(words, []).kind as ErrorKind;
}

/** Tryton's words, less what stands between quotation marks: that may be a record's. */
export function explain(reply: Reply): string | undefined {
  const words = wordsOf(reply);
  return words && plain(words.message);
}

/** The error in an answer; undefined where there is none. */
export function wordsOf(reply: Reply): Words | undefined {
  if (reply.status !== 200 || !reply.text.includes('"error"')) return undefined;
  let error: unknown;
  try {
    ({ error } = reply.json<{ error?: unknown }>());
  } catch {
    return undefined;
  }
  if (!Array.isArray(error)) return undefined;
  const [kind, said] = error as [string, unknown];
  if (kind === 'ConcurrencyException') return { kind, message: String(said) };
  // A warning begins with its name, an error with its message.
  if (kind === 'UserWarning' && Array.isArray(said)) return { kind, message: String(said[1]) };
  if (kind === 'UserError' && Array.isArray(said))
    return { kind, message: [said[0], said[1]].filter(Boolean).join(' ') };
  if (kind === 'LoginException') return { kind, message: 'it asks for another proof of who you are' };
  return { kind: 'crash', message: String(kind) };
}

/** The error in an answer, to throw. `values`: what was sent, which must not show. */
export function refused(reply: Reply, values: unknown[] = []): Failure {
  const words = wordsOf(reply) ?? { kind: 'crash', message: 'nothing' };
  return new Refused(refusalOf(words, values));
}

/** By Tryton's English texts where they tell more; a user with another language gets the general answer. */
const meanings: { said: RegExp; kind: Refusal['kind']; category?: Refusal['category']; remedy: string }[] = [
  { said: /don't exist anymore/, kind: 'missing', remedy: 'it was deleted in Tryton' },
  {
    said: /not allowed to (access|modify|create|delete|read|write)/i,
    kind: 'forbidden',
    remedy: 'give the account’s user the access right it lacks',
  },
  { said: /value is required for field/, kind: 'invalid', category: 'required-missing', remedy: 'fill the field in' },
  { said: /not one of the allowed options/, kind: 'invalid', category: 'unknown-option', remedy: 'map the option' },
  {
    said: /contains some invalid chars/,
    kind: 'invalid',
    category: 'invalid-value',
    remedy: 'the field takes one line of text: take out line breaks and tabs',
  },
  {
    said: /must be unique/,
    kind: 'duplicate',
    category: 'duplicate-in-target',
    remedy: 'give it another value, or link the two',
  },
  {
    said: /exceeds (its size|the maximum|the limit)|is too long/,
    kind: 'invalid',
    category: 'too-long',
    remedy: 'shorten the value',
  },
  {
    said: /posted, paid or cancelled/,
    kind: 'invalid',
    category: 'rejected-by-app',
    remedy: 'take the change back in the other app, or credit the invoice in Tryton and make a new one',
  },
];

function refusalOf({ kind, message }: Words, values: unknown[]): Refusal {
  if (kind === 'ConcurrencyException') return { kind: 'stale', message: 'the record moved meanwhile' };
  const found = meanings.find(({ said }) => said.test(message));
  const said = withoutValues(plain(message), values).replace(/\.$/, '');
  if (kind === 'UserError' && found) {
    const { kind: next, category, remedy } = found;
    return { kind: next, ...(category ? { category } : {}), message: `Tryton: ${said}; ${remedy}` };
  }
  const remedy =
    kind === 'UserWarning' ? 'make this change in Tryton, which asks first' : 'correct it, or change it in Tryton';
  return { kind: 'invalid', category: 'rejected-by-app', message: `Tryton: ${said}; ${remedy}` };
}

/** Quoted names of fields and models stay, quoted values go. */
function plain(message: string): string {
  return message.replace(/((?:field|in|of) )?"[^"]*"/g, (all, before?: string) => (before ? all : '…'));
}

import type { ErrorKind, Refusal, Throttled } from '../../connector/contract.ts';
import { withoutValues } from '../../connector/sending.ts';
import type { Reply } from '../../connector/session.ts';
import type { ProblemCategory } from '../../model/problem.ts';

/** An error of a call (`errorCode`) or of one record of a collection (`statusCode`). All parts may be missing. */
export interface SfError {
  errorCode?: string;
  statusCode?: string;
  message?: string;
  fields?: string[];
}

/** A day's calls are used up: Salesforce does not say when there are some again (they come back over 24 hours). */
const usedUpSeconds = 3600;

/** Too many long calls at once. */
const crowdedSeconds = 10;

/** What to do about a reply, where the status alone does not tell. */
export function classifyReply(reply: Reply): ErrorKind | Throttled | undefined {
  if (reply.status < 400) return undefined;
  const { errorCode = '', message = '' } = errorOf(reply);
  if (errorCode === 'REQUEST_LIMIT_EXCEEDED')
    return { throttledSeconds: /concurrent/i.test(message) ? crowdedSeconds : usedUpSeconds };
  return kinds[errorCode];
}

const kinds: Record<string, ErrorKind | undefined> = {
  INVALID_SESSION_ID: 'unauthorized',
  INVALID_AUTH_HEADER: 'unauthorized',
  SERVER_UNAVAILABLE: 'unavailable',
  QUERY_TIMEOUT: 'unavailable',
  API_CURRENTLY_DISABLED: 'unavailable',
  // Asked for by a sign-in address that is no organization's, or after the org was moved or locked.
  URL_NO_LONGER_EXISTS: 'forbidden',
  API_DISABLED_FOR_ORG: 'forbidden',
  INSUFFICIENT_ACCESS: 'forbidden',
};

/** Salesforce's code and the fields it names: its messages quote values, so they stay out of logs. */
export function explainReply(reply: Reply): string | undefined {
  if (reply.status < 400) return undefined;
  const { errorCode, fields = [] } = errorOf(reply);
  return [errorCode, ...fields].filter(Boolean).join(' ') || undefined;
}

/** The first error in a reply's body, JSON or a SOAP fault; empty where there is none. */
export function errorOf(reply: Reply): SfError {
  const fault = /<faultcode>(?:\w+:)?(\w+)<\/faultcode>/.exec(reply.text)?.[1];
  if (fault) return { errorCode: fault };
  try {
    const [first] = [JSON.parse(reply.text)].flat();
    return typeof first === 'object' && first !== null ? first : {};
  } catch {
    return {};
  }
}

/** What was refused: a new record, a change of one, or its removal. */
export type Refused = 'create' | 'update' | 'archive';

/** Why a record was refused. `sent`: what it held, which stays out of the message. */
export function refusalOf(error: SfError, what: Refused, sent: Iterable<unknown>): Refusal {
  const code = error.statusCode ?? error.errorCode ?? '';
  const field = error.fields?.[0];
  const words = withoutValues(error.message ?? code, sent);
  const about = (refusal: Omit<Refusal, 'message'>, message: string): Refusal => ({
    ...refusal,
    ...(field ? { field } : {}),
    message,
  });
  if (code === 'DUPLICATE_VALUE' || code === 'DUPLICATES_DETECTED') return duplicate(code, error, words);
  if (isGone(code, what, field)) return { kind: 'missing', message: 'Salesforce no longer has this record' };
  if (code === 'UNABLE_TO_LOCK_ROW')
    return { kind: 'unavailable', message: 'somebody else is changing the record just now; sent again later' };
  const far = farCodes.includes(code);
  if (far)
    return about(
      { kind: 'invalid', category: 'association-waiting' },
      `Salesforce does not have a record that this one is to be associated with (${words})`,
    );
  const known = categories[code];
  if (known === 'permission-missing')
    return about(
      { kind: 'forbidden', category: known },
      `Salesforce does not let the account do this (${words}); give its user the right it lacks`,
    );
  if (known === 'required-missing')
    return about(
      { kind: 'invalid', category: known },
      `Salesforce needs a value for ${error.fields?.join(', ') || 'a required field'}; map a field to it or give it a default`,
    );
  return about({ kind: 'invalid', category: known ?? 'rejected-by-app' }, `Salesforce refused the record: ${words}`);
}

/** An id of fifteen characters in the eighteen that every answer has. */
function longId(id: string): string {
  if (id.length !== 15) return id;
  const check = [0, 5, 10].map((start) => {
    const five = [...id.slice(start, start + 5)];
    return checkDigits[five.reduce((sum, letter, place) => sum + (/[A-Z]/.test(letter) ? 1 << place : 0), 0)];
  });
  return id + check.join('');
}

const checkDigits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

function duplicate(code: string, { message = '' }: SfError, words: string): Refusal {
  const id = /with id: ([0-9A-Za-z]{15,18})/.exec(message)?.[1];
  const remedy =
    code === 'DUPLICATES_DETECTED' ? '; a duplicate rule of the org says so: merge the two or change the rule' : '';
  return {
    kind: 'duplicate',
    category: 'duplicate-in-target',
    message: `Salesforce already has such a record: ${words}${remedy}`,
    ...(id ? { existingId: longId(id) } : {}),
  };
}

/** Without a field these are about the record itself, unless it is only to be made. */
function isGone(code: string, what: Refused, field: string | undefined): boolean {
  if (what === 'create' || field !== undefined) return false;
  return ['ENTITY_IS_DELETED', 'INVALID_CROSS_REFERENCE_KEY', 'NOT_FOUND'].includes(code);
}

const farCodes = [
  'ENTITY_IS_DELETED',
  'INVALID_CROSS_REFERENCE_KEY',
  'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY',
  'CROSS_REFERENCE_ENTITY_DELETED',
];

/** Codes of the vendor's list of 370 that tell more than that a record was refused. */
const categories: Record<string, ProblemCategory | undefined> = {
  REQUIRED_FIELD_MISSING: 'required-missing',
  STRING_TOO_LONG: 'too-long',
  INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST: 'unknown-option',
  INACTIVE_OWNER_OR_USER: 'unknown-option',
  INVALID_EMAIL_ADDRESS: 'invalid-value',
  INVALID_TYPE_ON_FIELD_IN_RECORD: 'invalid-value',
  NUMBER_OUTSIDE_VALID_RANGE: 'invalid-value',
  JSON_PARSER_ERROR: 'invalid-value',
  MALFORMED_ID: 'invalid-value',
  INVALID_FIELD_FOR_INSERT_UPDATE: 'read-only',
  CANNOT_UPDATE_CONVERTED_LEAD: 'read-only',
  INSUFFICIENT_ACCESS_OR_READONLY: 'permission-missing',
  INSUFFICIENT_ACCESS: 'permission-missing',
  INVALID_FIELD: 'schema-changed',
  INVALID_TYPE: 'schema-changed',
};

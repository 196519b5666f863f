import type { ErrorKind, Refusal, Throttled } from '../../connector/contract.ts';
import { withoutValues } from '../../connector/sending.ts';
import type { Reply } from '../../connector/session.ts';
import type { ProblemCategory } from '../../model/problem.ts';

/** An error of HubSpot, of a call or of one item of a batch (`ModelError`, `StandardError` of its client). All parts may be missing. */
export interface CrmError {
  status?: string;
  category?: string;
  subCategory?: string;
  message?: string;
  policyName?: string;
  context?: Record<string, string[] | undefined>;
  errors?: { message?: string; code?: string; in?: string; context?: Record<string, string[] | undefined> }[];
}

/** 423: HubSpot locks itself for two seconds when much is written at once (developers.hubspot.com, error handling). */
const lockedSeconds = 2;

/** When a daily limit is used up HubSpot does not say when the day ends. */
const emptyDaySeconds = 3600;

/** What to do about a reply, where the status alone does not tell. */
export function classifyReply(reply: Reply): ErrorKind | Throttled | undefined {
  if (reply.status === 423) return { throttledSeconds: lockedSeconds };
  // 477: the account is moving between data centres; Retry-After says for how long.
  if (reply.status === 477) return 'throttled';
  if (reply.status !== 429 || reply.headers['retry-after'] !== undefined) return undefined;
  const { policyName } = errorOf(reply);
  if (policyName === 'DAILY') return { throttledSeconds: emptyDaySeconds };
  return { throttledSeconds: policyName === 'SECONDLY' ? 1 : 10 };
}

/** HubSpot's category and code: its messages quote values, so they stay out of logs. */
export function explainReply(reply: Reply): string | undefined {
  if (reply.status < 400) return undefined;
  const { category, subCategory, policyName, errors } = errorOf(reply);
  const code = errors?.find((one) => one.code)?.code;
  return [category, subCategory, policyName, code].filter(Boolean).join(' ') || undefined;
}

/** The error in a reply's body; empty where it is none. */
export function errorOf(reply: Reply): CrmError {
  try {
    const body: unknown = JSON.parse(reply.text);
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? body : {};
  } catch {
    return {};
  }
}

/** Why an item was refused. `sent`: the texts it held, which stay out of the message. */
export function refusalOf(error: CrmError, status: number, sent: Iterable<unknown>): Refusal {
  const words = (text: string | undefined) => withoutValues(text ?? error.category ?? 'no reason given', sent);
  const existingId = existingIdOf(error);
  if (existingId !== undefined || error.category === 'CONFLICT' || status === 409) {
    const message = `HubSpot already has such a record${existingId ? ` (${existingId})` : ''}: ${words(error.message)}`;
    return { kind: 'duplicate', category: 'duplicate-in-target', message, existingId, field: uniqueFieldOf(error) };
  }
  if (error.category === 'OBJECT_NOT_FOUND' || status === 404) {
    return { kind: 'missing', message: 'HubSpot no longer has this record' };
  }
  if (error.category === 'MISSING_SCOPES' || status === 403) {
    const message = `HubSpot does not let the account do this (${words(error.message)}); give its app the scope it lacks`;
    return { kind: 'forbidden', category: 'permission-missing', message };
  }
  if (error.category === 'RATE_LIMITS')
    return { kind: 'throttled', message: 'HubSpot was called too fast; sent again later' };
  if (/LIMIT_(EXCEEDED|REACHED)/.test(error.subCategory ?? '')) {
    return {
      kind: 'invalid',
      category: 'association-limit',
      message: `HubSpot's limit of associations is reached: ${words(error.message)}`,
    };
  }
  const required = requiredOf(error);
  if (required !== undefined) {
    const message = `HubSpot needs a value for ${required}; map a field to it or give it a default`;
    return { kind: 'invalid', category: 'required-missing', field: required, message };
  }
  return valueRefusal(error, words);
}

/** The same refusal of an association: the record that is missing is the one at its far end. */
export function aboutFar(refusal: Refusal): Refusal {
  if (refusal.kind !== 'missing') return refusal;
  const message = 'HubSpot no longer has a record that this one is to be associated with';
  return { kind: 'invalid', category: 'association-waiting', message };
}

/** One wrong value, as HubSpot lists them. */
interface WrongValue {
  code?: string;
  field?: string;
  message?: string;
}

function valueRefusal(error: CrmError, words: (text: string | undefined) => string): Refusal {
  const [wrong] = wrongValues(error);
  if (!wrong)
    return {
      kind: 'invalid',
      category: 'rejected-by-app',
      message: `HubSpot refused the record: ${words(error.message)}`,
    };
  const category = categories[wrong.code ?? ''] ?? (wrong.code ? 'invalid-value' : 'rejected-by-app');
  const about = wrong.field ? ` for ${wrong.field}` : '';
  return {
    kind: 'invalid',
    category,
    field: wrong.field,
    message: `HubSpot refused the value${about}: ${words(wrong.message)}`,
  };
}

/** Codes of wrong values, as seen in replies; every other code is an invalid value. */
const categories: Record<string, ProblemCategory> = {
  INVALID_OPTION: 'unknown-option',
  INVALID_OWNER_ID: 'unknown-option',
  READ_ONLY_VALUE: 'read-only',
  VALUE_TOO_LONG: 'too-long',
  PROPERTY_DOESNT_EXIST: 'schema-changed',
  MISSING_REQUIRED_PROPERTY: 'required-missing',
};

/** From the list of errors, else from the JSON that HubSpot writes into the message. */
function wrongValues({ errors = [], message = '' }: CrmError): WrongValue[] {
  const listed = errors.map((one) => ({ code: one.code, field: one.context?.propertyName?.[0], message: one.message }));
  if (listed.length > 0) return listed;
  const json = /Property values were not valid: (\[.*\])/s.exec(message)?.[1];
  try {
    const parsed = JSON.parse(json ?? '[]') as { error?: string; name?: string; message?: string }[];
    return parsed.map((one) => ({ code: one.error, field: one.name, message: one.message }));
  } catch {
    return [];
  }
}

function requiredOf({ message = '', context }: CrmError): string | undefined {
  if (!/required propert/i.test(message)) return undefined;
  return context?.properties?.join(', ') ?? 'a required property';
}

/** A contact's e-mail is told by one sentence, any other unique property by another. */
function existingIdOf({ message = '' }: CrmError): string | undefined {
  return /Existing ID: (\d+)/i.exec(message)?.[1] ?? /(\d+) already has that value/.exec(message)?.[1];
}

function uniqueFieldOf({ message = '' }: CrmError): string | undefined {
  return /propertyName=(\w+)/.exec(message)?.[1] ?? (/^Contact already exists/.test(message) ? 'email' : undefined);
}

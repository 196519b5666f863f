import type { ErrorKind, Refusal, Throttled } from '../../connector/contract.ts';
import { withoutValues } from '../../connector/sending.ts';
import type { Reply } from '../../connector/session.ts';

/** Statuses by which Pipedrive refuses a record. */
export const refusals = [400, 403, 404, 409, 410, 422];

/** How long to leave an account alone whose tokens for the day are used up: Pipedrive does not say when its day begins. */
const dayIsOverSeconds = 900;

/** Pipedrive's error, of API v2 and v1. */
interface Complaint {
  success?: boolean;
  error?: string;
  error_info?: string;
  code?: string;
}

/**
 * 429 says by a header when the two seconds are over; with calls left in them it is the day's tokens that are used up.
 * 403 with a page of HTML is the guard in front of Pipedrive, against callers who did not heed 429.
 */
export function classify(reply: Reply): ErrorKind | Throttled | undefined {
  const { status, headers } = reply;
  if (status === 403 && !isJson(reply)) return { throttledSeconds: dayIsOverSeconds };
  if (status !== 429 || headers['retry-after'] !== undefined) return undefined;
  const left = Number(headers['x-ratelimit-remaining'] ?? 0);
  const reset = Number(headers['x-ratelimit-reset'] ?? 2);
  return { throttledSeconds: left > 0 ? dayIsOverSeconds : reset > 0 ? reset : 2 };
}

/** Pipedrive's code of what went wrong; its sentences may repeat what was sent. */
export function explain(reply: Reply): string | undefined {
  return reply.status < 400 ? undefined : complaintOf(reply).code;
}

/** Why a record was refused. `sent`: the values, which are kept out of what people read. */
export function refusalOf(reply: Reply, sent: unknown[]): Refusal {
  const { error = '', error_info: info = '', code } = complaintOf(reply);
  if (reply.status === 404 || reply.status === 410) {
    return { kind: 'missing', message: 'the record is not in Pipedrive any more' };
  }
  const texts = sent.flatMap((value) => (Array.isArray(value) ? value.map(textOf) : [value]));
  const words = withoutValues([error, info].filter(Boolean).join(' '), texts);
  const message = `Pipedrive refused the record: ${words || code || reply.status}`;
  if (reply.status === 403) return { kind: 'forbidden', message };
  // 'Validation failed: owner_id: must be a number; …'
  const field = /^Validation failed: ([\w.]+):/.exec(error)?.[1];
  return { kind: 'invalid', category: categoryOf(error), message, ...(field ? { field } : {}) };
}

function categoryOf(error: string): Refusal['category'] {
  if (/archived/i.test(error)) return 'rejected-by-app';
  if (/required|must be provided|cannot be empty|can not be empty/i.test(error)) return 'required-missing';
  if (/too long|at most \d+ characters|longer than/i.test(error)) return 'too-long';
  if (/option|enum/i.test(error)) return 'unknown-option';
  return 'invalid-value';
}

function textOf(entry: unknown): unknown {
  return typeof entry === 'object' && entry !== null ? (entry as { value?: unknown }).value : entry;
}

function complaintOf(reply: Reply): Complaint {
  try {
    return reply.json<Complaint | null>() ?? {};
  } catch {
    return {};
  }
}

function isJson({ text }: Reply): boolean {
  return text.trimStart().startsWith('{');
}

import type { Refusal } from '../../connector/contract.ts';
import type { ErrorKind } from '../../connector/failure.ts';
import type { Reply } from '../../connector/session.ts';

/** Google's error: google.rpc.Status as JSON. */
interface GoogleError {
  code?: number;
  status?: string;
  message?: string;
  errors?: { reason?: string }[];
  details?: { reason?: string }[];
}

/** FAILED_PRECONDITION is an etag that is not the contact's any more; quotas may come as 403. */
export function classify(reply: Reply): ErrorKind | undefined {
  if (reply.status < 400) return undefined;
  const error = errorOf(reply);
  if (error?.status === 'RESOURCE_EXHAUSTED' || /rateLimitExceeded|quotaExceeded/i.test(reasonsOf(error)))
    return 'throttled';
  if (reply.status === 400 && error?.status === 'FAILED_PRECONDITION') return 'stale';
  return undefined;
}

/** Google's word for what went wrong. Its messages may repeat what was sent. */
export function explain(reply: Reply): string | undefined {
  const error = errorOf(reply);
  return [error?.status, reasonsOf(error)].filter(Boolean).join(' ') || undefined;
}

/** Is the sync token too old? */
export function isExpiredToken(reply: Reply): boolean {
  return reply.status === 400 && reasonsOf(errorOf(reply)).includes('EXPIRED_SYNC_TOKEN');
}

/** Why a contact was refused. */
export function refusalOf(reply: Reply): Refusal {
  const kind = classify(reply) ?? (reply.status === 404 ? 'missing' : 'invalid');
  if (kind === 'stale') return { kind, message: 'the contact moved meanwhile' };
  if (kind === 'missing') return { kind, message: 'the contact is not there any more' };
  const message = `Google refused the contact (${explain(reply) ?? reply.status}): correct it`;
  return { kind: 'invalid', category: 'invalid-value', message };
}

function reasonsOf(error: GoogleError | undefined): string {
  return [...(error?.errors ?? []), ...(error?.details ?? [])]
    .map((one) => one?.reason ?? '')
    .join(' ')
    .trim();
}

function errorOf(reply: Reply): GoogleError | undefined {
  try {
    return reply.json<{ error?: GoogleError } | null>()?.error;
  } catch {
    return undefined;
  }
}

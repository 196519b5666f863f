import type { ErrorKind, Refusal } from '../../connector/contract.ts';
import { withoutValues } from '../../connector/sending.ts';
import type { Reply } from '../../connector/session.ts';
import { pathOf } from './form.ts';

/** What Stripe says went wrong. Source: the client's `StripeError`. */
export interface Complaint {
  type?: string;
  code?: string;
  message?: string;
  /** The parameter: address[line1]. */
  param?: string;
}

/** The complaint in an answer; empty where there is none. */
export function complaintOf(reply: Reply): Complaint {
  try {
    return (JSON.parse(reply.text) as { error?: Complaint } | null)?.error ?? {};
  } catch {
    return {};
  }
}

/** Replies whose status alone does not say what to do. */
export function classifyReply(reply: Reply): ErrorKind | undefined {
  if (reply.status < 400) return undefined;
  const { type, code } = complaintOf(reply);
  if (reply.status === 409 && code === 'idempotency_key_in_use') return 'throttled';
  if (reply.status === 429) return 'throttled';
  if (type === 'idempotency_error') return 'broken';
  if (reply.status === 402) return 'invalid';
  return reply.status === 424 ? 'unavailable' : undefined;
}

const categories: Record<string, Refusal['category']> = {
  parameter_missing: 'required-missing',
  parameter_invalid_empty: 'required-missing',
  invoice_not_editable: 'rejected-by-app',
};

/** A refusal of what was sent, without the values themselves. */
export function refusalOf(reply: Reply, sent: Iterable<unknown>): Refusal {
  const { code = '', message = '', param } = complaintOf(reply);
  const isLong = /must be at most \d+ characters/.test(message);
  const isOption = /must be one of/i.test(message) || /^invalid currency/i.test(message);
  const category = isLong ? 'too-long' : isOption ? 'unknown-option' : (categories[code] ?? 'invalid-value');
  const words = withoutValues(message, sent) || 'no reason was given';
  const remedy = code === 'invoice_not_editable' ? `; ${notEditable}` : '';
  const field = param === undefined ? undefined : pathOf(param);
  return { kind: 'invalid', category, field, message: `Stripe refused it: ${words}${remedy}` };
}

const notEditable =
  'only drafts can be changed: void the invoice in Stripe and make a new one, or undo the change across';

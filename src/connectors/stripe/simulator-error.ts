import { jsonReply, Refused, type SimReply } from '../../simulator/sim-reply.ts';

/** What Stripe says of an error, by its client's `StripeError`. */
export interface StripeProblem {
  type?: 'invalid_request_error' | 'api_error' | 'idempotency_error' | 'card_error';
  code?: string;
  message: string;
  param?: string;
}

/** An error as Stripe answers it. */
export function errorReply(status: number, problem: StripeProblem, headers: Record<string, string> = {}): SimReply {
  return jsonReply(status, { error: { type: 'invalid_request_error', ...problem } }, headers);
}

/** Throws a 400. */
export function invalid(message: string, param?: string, code?: string): Refused {
  return new Refused(errorReply(400, { message, param, code }));
}

/** Throws for an id that leads nowhere: 404 in a path, 400 in a parameter. */
export function noSuch(kind: string, id: string, param: string, place: 'path' | 'parameter'): Refused {
  const message = `No such ${kind}: '${id}'`;
  return new Refused(errorReply(place === 'path' ? 404 : 400, { message, param, code: 'resource_missing' }));
}

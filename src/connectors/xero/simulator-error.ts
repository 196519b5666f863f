import type { Verdict } from '../../simulator/limits.ts';
import { jsonReply, Refused, type SimReply } from '../../simulator/sim-reply.ts';

/** An element that Xero does not take: its complaints. */
export class Invalid extends Error {
  override name = 'Invalid';
  readonly messages: string[];

  constructor(...messages: string[]) {
    super(messages.join(' '));
    this.messages = messages;
  }
}

/** Refuses a whole call for what is no Xero JSON. */
export function badData(message: string): Refused {
  const Message = `JSON for post data was invalid,${message}`;
  return new Refused(jsonReply(400, { ErrorNumber: 14, Type: 'PostDataInvalidException', Message }));
}

/** 404, as plain text. */
export function notFound(): SimReply {
  return {
    status: 404,
    headers: { 'content-type': 'text/plain' },
    body: 'The resource you are looking for cannot be found',
  };
}

/** A call with no valid token, or for an organisation that was not opened. */
export function problem(status: 401 | 403, Title: string, Detail: string): SimReply {
  return jsonReply(status, { Type: null, Title, Status: status, Detail, Instance: null, Extensions: {} });
}

/** 429: which limit, and when to come again. */
export function throttled({ refusedBy, retryAfterSeconds }: Verdict): SimReply {
  const names: Record<string, string> = { concurrency: 'concurrent', day: 'day' };
  return {
    status: 429,
    headers: {
      'retry-after': String(retryAfterSeconds),
      'x-rate-limit-problem': names[refusedBy ?? ''] ?? 'minute',
    },
    body: '',
  };
}

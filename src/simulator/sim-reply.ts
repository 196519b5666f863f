/** What a simulator answers. */
export interface SimReply {
  status: number;
  headers: Record<string, string>;
  body: string;
  /** How long the answer is held back; what the request did is done at once. */
  delayMilliseconds?: number;
  /** dropped: the connection closes without an answer. cut: it closes in the middle of the body. */
  broken?: 'dropped' | 'cut';
}

/** Thrown by a handler to answer at once with this reply. */
export class Refused extends Error {
  override name = 'Refused';
  readonly reply: SimReply;

  constructor(reply: SimReply) {
    super(`refused with ${reply.status}`);
    this.reply = reply;
  }
}

/** A JSON answer. */
export function jsonReply(status: number, content: unknown, headers: Record<string, string> = {}): SimReply {
  return {
    status,
    headers: { 'content-type': 'application/json;charset=utf-8', ...headers },
    body: JSON.stringify(content),
  };
}

/** A plain text answer. */
export function textReply(status: number, body: string): SimReply {
  return { status, headers: { 'content-type': 'text/plain;charset=utf-8' }, body };
}

/** 204: done, nothing to show. */
export function emptyReply(): SimReply {
  return { status: 204, headers: {}, body: '' };
}

/** 302: the browser goes on to this address. */
export function redirectReply(address: string): SimReply {
  return { status: 302, headers: { location: address }, body: '' };
}

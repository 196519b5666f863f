import { jsonReply, Refused } from '../../simulator/sim-reply.ts';

/** A google.rpc.Status, thrown to answer with it. */
export function googleError(code: number, status: string, message: string, reason?: string): Refused {
  const domain = 'googleapis.com';
  const details = reason ? [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain }] : undefined;
  return new Refused(jsonReply(code, { error: { code, message, status, ...(details ? { details } : {}) } }));
}

/** 400: something in the request is not as it should be. */
export function invalid(message: string): Refused {
  return googleError(400, 'INVALID_ARGUMENT', message);
}

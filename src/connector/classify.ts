import type { Connector } from './contract.ts';
import type { ErrorKind } from './failure.ts';
import type { Reply } from './session.ts';

/** What a reply means for what happens next: fine, throttled for so long (undefined: the app does not say), or a kind of error. */
export type Verdict = 'fine' | { throttledSeconds: number | undefined } | Exclude<ErrorKind, 'throttled'>;

/** The connector is asked first, then the status code decides. Total: whatever it does not know is 'broken', or 'invalid'. */
export function classify(connector: Connector, reply: Reply, now: number): Verdict {
  const said = connector.classify?.(reply);
  if (said === 'throttled') return { throttledSeconds: retryAfterSeconds(reply, now) };
  if (said !== undefined) return said;
  return classifyStatus(reply, now);
}

/** What HTTP itself says. */
function classifyStatus(reply: Reply, now: number): Verdict {
  const { status } = reply;
  if (status === 429) return { throttledSeconds: retryAfterSeconds(reply, now) };
  if (status >= 200 && status < 400) return 'fine';
  if (status >= 500 || status === 408 || status === 425) return 'unavailable';
  return byStatus[status] ?? (status >= 400 ? 'invalid' : 'broken');
}

const byStatus: Record<number, Exclude<ErrorKind, 'throttled'>> = {
  401: 'unauthorized',
  402: 'forbidden',
  403: 'forbidden',
  404: 'missing',
  407: 'unavailable',
  409: 'duplicate',
  410: 'missing',
  412: 'stale',
  423: 'unavailable',
};

/** The Retry-After header in seconds, which may be a number or a date by the app's own clock. */
function retryAfterSeconds(reply: Reply, now: number): number | undefined {
  const header = reply.headers['retry-after'];
  if (header === undefined) return undefined;
  if (/^\d+(\.\d+)?$/.test(header.trim())) return Number(header);
  const at = Date.parse(header);
  if (Number.isNaN(at)) return undefined;
  const appNow = Date.parse(reply.headers.date ?? '');
  return Math.max(0, (at - (Number.isNaN(appNow) ? now : appNow)) / 1000);
}

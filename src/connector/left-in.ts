import type { Observed } from './contract.ts';
import type { Reply } from './session.ts';

/** What a header tells of a gauge, where it is a plain count of the calls that are left (`RateLimit.observe`). */
export function leftIn(reply: Reply, header: string): Observed | undefined {
  const text = reply.headers[header];
  return text !== undefined && /^\d+$/.test(text) ? { left: Number(text) } : undefined;
}

import type { Connector } from '../connector/contract.ts';
import { Refused } from './problem.ts';

/**
 * Secrets that were given for one server are not sent to another that somebody names: they would have them then. `kept`:
 * the names of secrets that nobody gave again. Throws Refused.
 */
export function refuseStrangeHost(
  { app, settings: fields = [] }: Connector,
  before: Record<string, string>,
  after: Record<string, string>,
  kept: string[],
): void {
  const hosts = (settings: Record<string, string>) =>
    fields.flatMap(({ name, default: usual = '' }) => URL.parse(settings[name] || usual)?.host ?? []);
  const strange = hosts(after).find((host) => !hosts(before).includes(host));
  if (strange === undefined || kept.length === 0) return;
  throw new Refused(
    422,
    `the secrets of this account were not given for ${strange}: give ${kept.join(', ')} again, or connect ${app.label} again`,
  );
}

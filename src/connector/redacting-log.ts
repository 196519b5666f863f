import type { Log, LogFacts } from '../lib/log.ts';
import { redact, type Secrets } from '../lib/redact.ts';

/** The same log, with these secrets left out of every message and fact. The set may grow while the log is in use. */
export function redactingLog(log: Log, secrets: Secrets): Log {
  const clean = (facts: LogFacts | undefined): LogFacts | undefined =>
    facts &&
    Object.fromEntries(
      Object.entries(facts).map(([name, fact]) => [name, typeof fact === 'string' ? redact(fact, secrets) : fact]),
    );
  return {
    debug: (message, facts) => log.debug(redact(message, secrets), clean(facts)),
    info: (message, facts) => log.info(redact(message, secrets), clean(facts)),
    warn: (message, facts) => log.warn(redact(message, secrets), clean(facts)),
    error: (message, facts) => log.error(redact(message, secrets), clean(facts)),
    with: (facts) => redactingLog(log.with(clean(facts) ?? {}), secrets),
  };
}

import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Random } from '../lib/random.ts';

/**
 * A connector's way to its app: everything it may touch. `openSession` (connector/open-session.ts) makes one; it signs,
 * limits, waits, retries by kind, redacts and counts, so that authors write none of that.
 */
export interface Session {
  settings: Record<string, string>;
  secrets: Record<string, string>;
  clock: Clock;
  random: Random;
  log: Log;
  /**
   * Sends a request to the app. Throttling is waited out and reads are repeated when the app was unavailable; a reply
   * below 400 comes back, and so do those whose status is in `accept`. Throws `Failure` otherwise; for a write whose
   * outcome is not known with `sent: 'unknown'`.
   */
  request(request: HttpRequest): Promise<Reply>;
  /** A thing that lives as long as the session (a database pool), opened once. */
  resource<T>(name: string, open: () => Promise<{ value: T; close(): Promise<void> }>): Promise<T>;
  /**
   * The address to connect to for a host that stands in the account's settings, for what is no HTTP. Absent: wherever its
   * name leads. Throws where the host may not be connected to (an internal one, named by a person).
   */
  address?: ((host: string) => Promise<string>) | undefined;
  /** Counts calls that are not HTTP requests (SQL statements). */
  count(calls: number): void;
  /** Something costly to learn (an object's fields), remembered for the session. */
  remember<T>(name: string, learn: () => Promise<T>): Promise<T>;
}

/** A request, with the path relative to the account's `baseUrl` setting or a whole address. */
export interface HttpRequest {
  method: string;
  url: string;
  query?: Record<string, string | number | undefined>;
  headers?: Record<string, string>;
  /** Sent as JSON unless it is text. */
  body?: unknown;
  /** Statuses from 400 on that the connector wants to see itself. */
  accept?: number[];
  /** A write is never repeated by the session after its outcome became unknown. Default: GET, HEAD, PROPFIND, REPORT are reads. */
  effect?: 'read' | 'write';
  /** From sending to the answer's last byte; the session's own limit where it is left out. */
  timeoutSeconds?: number;
}

/** An app's answer. `json()` throws `Failure` 'broken' where the body is not JSON; it is read once, however often asked. */
export interface Reply {
  status: number;
  /** Lower-case names. */
  headers: Record<string, string>;
  text: string;
  json<T = unknown>(): T;
}

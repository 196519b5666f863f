import { isUtf8 } from 'node:buffer';
import { messageOf } from './error.ts';

/** One HTTP call. Redirects are never followed: the caller sees them, so credentials do not travel to another host. */
export interface HttpRequest {
  /** Upper case; any method, also those of WebDAV. */
  method: string;
  url: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** From the call to the last byte of the answer; `defaultTimeoutMilliseconds` when left out. */
  timeoutMilliseconds?: number;
  /** Gives the call up; its reason is then thrown as it is. */
  signal?: AbortSignal;
}

/** An answer, whatever its status. */
export interface HttpReply {
  status: number;
  /** Names in lower case; a header sent several times is joined with a comma and a space. */
  headers: Record<string, string>;
  /** As decoded from its content encoding. */
  body: Uint8Array;
}

/** The network as an argument: production hands in `systemHttp`, the simulation its own. */
export interface Http {
  /** Answers with any status; throws `HttpFailure` when there is no complete answer, or the signal's reason. */
  request(request: HttpRequest): Promise<HttpReply>;
}

/** What became of a call that has no complete answer: it surely never left (`no`), or the app may have acted on it (`unknown`). */
export type Sent = 'no' | 'unknown';

/** There is no complete answer. `sent` decides what comes next: `no` may be sent again, `unknown` must first be resolved. */
export class HttpFailure extends Error {
  override name = 'HttpFailure';
  readonly sent: Sent;
  /** The system's word for it (`ECONNREFUSED`, `ENOTFOUND`, …), or `timeout`, `too-large`, `unknown`. */
  readonly code: string;

  constructor(sent: Sent, code: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.sent = sent;
    this.code = code;
  }
}

/** How long a call may take when the caller does not say. */
export const defaultTimeoutMilliseconds = 30_000;

/** The largest answer that is read; a longer one is a failure, not a full memory. */
export const maxReplyBytes = 64 * 1024 * 1024;

/** The machine's network: Node's own client, connections kept alive. */
export const systemHttp: Http = { request };

/** An answer made by hand, for simulators and tests: a string, bytes, or anything else as JSON. */
export function httpReply(status: number, content: unknown = '', headers: Record<string, string> = {}): HttpReply {
  if (content instanceof Uint8Array) return { status, headers, body: content };
  if (typeof content === 'string') return { status, headers, body: Buffer.from(content) };
  const body = Buffer.from(JSON.stringify(content));
  return { status, headers: { 'content-type': 'application/json', ...headers }, body };
}

/** The answer's body as UTF-8 text. Bytes that are none become lone surrogates, which no field takes: nothing is guessed. */
export function textOf({ body }: HttpReply): string {
  const text = new TextDecoder().decode(body);
  return isUtf8(body) ? text : text.replaceAll('\ufffd', '\udcff');
}

async function request(request: HttpRequest): Promise<HttpReply> {
  const { method, url, headers, body, signal } = request;
  const timeout = AbortSignal.timeout(request.timeoutMilliseconds ?? defaultTimeoutMilliseconds);
  const either = signal ? AbortSignal.any([signal, timeout]) : timeout;
  try {
    const init = { method, headers, body: body as BodyInit | undefined, redirect: 'manual', signal: either } as const;
    const response = await fetch(url, init);
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: await bytesOf(response, url),
    };
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw timeout.aborted ? timeoutFailure(request, error) : failureOf(error, url);
  }
}

async function bytesOf(response: Response, url: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > maxReplyBytes) {
      throw new HttpFailure('unknown', 'too-large', `${hostOf(url)} answered with more than ${maxReplyBytes} bytes`);
    }
    parts.push(part);
  }
  return Buffer.concat(parts, length);
}

/** What a call that took too long comes to. */
export function timeoutFailure({ url, timeoutMilliseconds }: HttpRequest, cause: unknown): HttpFailure {
  const limit = timeoutMilliseconds ?? defaultTimeoutMilliseconds;
  return new HttpFailure('unknown', 'timeout', `${hostOf(url)} did not answer within ${limit / 1000} s`, cause);
}

/** Codes of failures before the first byte of the request went out: name look-up, connecting, TLS. */
const neverSent = [
  /^ENOTFOUND$/,
  /^EAI_/,
  /^ECONNREFUSED$/,
  /^EHOSTUNREACH$/,
  /^ENETUNREACH$/,
  /^EADDRNOTAVAIL$/,
  /^ENOENT$/,
  /^EPROTO$/,
  /^UND_ERR_CONNECT_TIMEOUT$/,
  /^UND_ERR_INVALID_ARG$/,
  /^ERR_INVALID_URL$/,
  /^ERR_SSL_/,
  /^ERR_TLS_/,
  /^CERT_/,
  /^DEPTH_ZERO_SELF_SIGNED_CERT$/,
  /^SELF_SIGNED_CERT_IN_CHAIN$/,
  /^UNABLE_TO_/,
];

/** What an error of the network comes to. */
export function failureOf(error: unknown, url: string): HttpFailure {
  if (error instanceof HttpFailure) return error;
  const code = codeOf(error);
  const sent: Sent = neverSent.some((pattern) => pattern.test(code)) ? 'no' : 'unknown';
  const what = sent === 'no' ? 'could not be reached' : 'broke off before a complete answer';
  return new HttpFailure(sent, code, `${hostOf(url)} ${what} (${code === 'unknown' ? messageOf(error) : code})`, error);
}

/** Node wraps the system's error as a cause, and both addresses of a host that has two in an AggregateError. */
function codeOf(error: unknown): string {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return at.code;
    if (at instanceof AggregateError) return codeOf(at.errors[0]);
  }
  return 'unknown';
}

/** Only the host: paths and queries may carry keys and record values. */
function hostOf(url: string): string {
  return URL.parse(url)?.host || 'the address given';
}

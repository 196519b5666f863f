import { Agent, type IncomingMessage, request as plainRequest } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import {
  defaultTimeoutMilliseconds,
  failureOf,
  type Http,
  HttpFailure,
  type HttpReply,
  type HttpRequest,
  maxReplyBytes,
  timeoutFailure,
} from './http.ts';
import { outsideAddress, type Resolve } from './outside.ts';

/** A way to hosts: by HTTP, and for other protocols the address to connect to (absent: wherever the name leads). */
export interface Network {
  http: Http;
  /** Throws HttpFailure where the host may not be connected to. */
  address?(host: string): Promise<string>;
}

/**
 * The machine's network for hosts that people name (SSRF): a name is resolved, its addresses are checked, and the
 * connection goes to what was checked. Node's `fetch` would resolve again, so this is `node:http`.
 */
export const outsideNetwork: Network = {
  http: makeOutsideHttp(),
  address: async (host) => (await outsideAddress(host)).address,
};

/** The same with another way to find addresses, for tests. */
export function makeOutsideHttp(resolve?: Resolve): Http {
  const lookup = checkedLookup(resolve);
  const agents = {
    plain: new Agent({ keepAlive: true, lookup }),
    secure: new SecureAgent({ keepAlive: true, lookup }),
  };
  return {
    request: async (request) => {
      const timeout = AbortSignal.timeout(request.timeoutMilliseconds ?? defaultTimeoutMilliseconds);
      const signal = request.signal ? AbortSignal.any([request.signal, timeout]) : timeout;
      try {
        // An address in figures is never looked up, so it is checked here.
        const url = new URL(request.url);
        if (/^[\d.]+$|^\[/.test(url.hostname)) await outsideAddress(url.hostname);
        return await exchanged(request, url, agents, signal);
      } catch (error) {
        if (request.signal?.aborted) throw request.signal.reason;
        throw timeout.aborted ? timeoutFailure(request, error) : failureOf(error, request.url);
      }
    },
  };
}

function checkedLookup(resolve: Resolve | undefined): LookupFunction {
  return (host, options, callback) => {
    outsideAddress(host, resolve).then(
      (found) => (options.all ? callback(null, [found]) : callback(null, found.address, found.family)),
      (error: NodeJS.ErrnoException) => callback(error, '', 4),
    );
  };
}

function exchanged(
  { method, headers = {}, body }: HttpRequest,
  url: URL,
  agents: { plain: Agent; secure: SecureAgent },
  signal: AbortSignal,
): Promise<HttpReply> {
  const secure = url.protocol === 'https:';
  if (!secure && url.protocol !== 'http:')
    throw new HttpFailure('no', 'ERR_INVALID_URL', `${url.protocol} addresses are not called`);
  return new Promise((resolve, reject) => {
    const options = {
      method,
      headers: { 'accept-encoding': 'gzip, deflate, br', 'user-agent': 'syncline', ...headers },
      agent: secure ? agents.secure : agents.plain,
      signal,
    };
    const call = (secure ? secureRequest : plainRequest)(url, options, (answer) => {
      read(answer, url).then(
        (bytes) => resolve({ status: answer.statusCode ?? 0, headers: headersOf(answer), body: bytes }),
        reject,
      );
    });
    call.once('error', reject);
    call.end(body);
  });
}

function headersOf(answer: IncomingMessage): Record<string, string> {
  const flat = Object.entries(answer.headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(', ') : (value ?? ''),
  ]);
  return Object.fromEntries(flat);
}

async function read(answer: IncomingMessage, url: URL): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of decoded(answer) as AsyncIterable<Uint8Array>) {
    length += part.length;
    if (length > maxReplyBytes) {
      answer.destroy();
      throw new HttpFailure('unknown', 'too-large', `${url.host} answered with more than ${maxReplyBytes} bytes`);
    }
    parts.push(part);
  }
  return Buffer.concat(parts, length);
}

function decoded(answer: IncomingMessage): Readable {
  const decoders: Record<string, () => NodeJS.ReadWriteStream> = {
    gzip: createGunzip,
    'x-gzip': createGunzip,
    deflate: createInflate,
    br: createBrotliDecompress,
  };
  const decoder = decoders[answer.headers['content-encoding']?.toLowerCase() ?? '']?.();
  // What breaks off shows where it is read.
  return decoder ? (pipeline(answer, decoder, () => {}) as unknown as Readable) : answer;
}

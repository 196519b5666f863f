import { messageOf } from '../lib/error.ts';
import { HttpFailure, type HttpReply, textOf } from '../lib/http.ts';
import { parseJson } from '../lib/json.ts';
import { redact } from '../lib/redact.ts';
import { classify, type Verdict } from './classify.ts';
import type { Connector } from './contract.ts';
import { Failure } from './failure.ts';
import type { SessionParts } from './open-session.ts';
import type { HttpRequest, Reply } from './session.ts';

/** What one call came to. `repeatable`: it may be sent again as it is, after a pause. */
export type Exchanged =
  | { reply: Reply; failure?: undefined }
  | { reply?: Reply; failure: Failure; repeatable: boolean };

/** What a call needs. */
export interface Call {
  connector: Connector;
  parts: SessionParts;
  settings: Record<string, string>;
  secrets: Record<string, string>;
  /** Every secret the session ever had, for redaction. */
  known: Set<string>;
}

/** Methods that change nothing, unless the request says otherwise. */
const readMethods = ['GET', 'HEAD', 'OPTIONS', 'PROPFIND', 'REPORT'];

/** How long a call may take where nobody says. */
export const defaultTimeoutSeconds = 30;

/** The longest message that is made of an app's words. */
const mostMessageLength = 500;

/** Sends a request once: signed, timed, classified. */
export async function exchange(call: Call, request: HttpRequest): Promise<Exchanged> {
  const { parts, known } = call;
  const effect = request.effect ?? (readMethods.includes(request.method) ? 'read' : 'write');
  const began = parts.clock.monotonic();
  const say = (status: string | number) =>
    parts.log.debug(redact(`${request.method} ${pathOf(request)} ${status}`, known), {
      account: parts.account,
      milliseconds: Math.round(parts.clock.monotonic() - began),
    });
  try {
    const answered = await parts.http.request(wireRequest(call, request));
    say(answered.status);
    return judge(call, request, replyOf(answered, call, effect), effect);
  } catch (error) {
    if (error instanceof Failure) return { failure: error, repeatable: false };
    if (!(error instanceof HttpFailure)) throw new Error(redact(messageOf(error), known));
    say(error.code);
    // Asking again would not help: a person must give another address.
    if (error.code === 'internal-address')
      return { failure: new Failure('forbidden', `${nameOf(call)}: ${error.message}`), repeatable: false };
    const sent = effect === 'read' ? 'no' : error.sent;
    const message = `${nameOf(call)}: ${error.message}; ${sent === 'no' ? 'it is asked again later' : 'whether it acted is found out'}`;
    return { failure: new Failure('unavailable', redact(message, known), { sent }), repeatable: sent === 'no' };
  }
}

function judge(call: Call, request: HttpRequest, reply: Reply, effect: 'read' | 'write'): Exchanged {
  const verdict = classify(call.connector, reply, call.parts.clock.now());
  if (verdict === 'fine') return isCutOff(reply, effect) ? cutOff(call, request, reply) : { reply };
  const mustAct = typeof verdict === 'object' || (verdict === 'unauthorized' && call.parts.renewSecrets !== undefined);
  if (request.accept?.includes(reply.status) && !mustAct) return { reply };
  // A server that broke down may have acted before it did (F2); any other refusal means it did not.
  const sent = effect === 'write' && (verdict === 'unavailable' || verdict === 'broken') ? 'unknown' : 'no';
  const kind = typeof verdict === 'object' ? 'throttled' : verdict;
  const retrySeconds = typeof verdict === 'object' ? verdict.throttledSeconds : undefined;
  const failure = new Failure(kind, complaint(call, request, reply, verdict), { sent, retrySeconds });
  return { reply, failure, repeatable: kind === 'unavailable' && sent === 'no' };
}

/** JSON that broke off in transfer: a read is asked again, a write finds out when it reads its answer. */
function isCutOff(reply: Reply, effect: 'read' | 'write'): boolean {
  if (effect === 'write' || reply.text === '' || !/\bjson\b/.test(reply.headers['content-type'] ?? '')) return false;
  try {
    reply.json();
    return false;
  } catch {
    return true;
  }
}

function cutOff(call: Call, request: HttpRequest, reply: Reply): Exchanged {
  const message = `${nameOf(call)} answered ${request.method} ${pathOf(request)} with JSON that breaks off; it is asked again later`;
  return { reply, failure: new Failure('broken', redact(message, call.known)), repeatable: true };
}

function wireRequest({ connector, parts, settings, secrets }: Call, request: HttpRequest) {
  const full = { ...request, url: addressOf(request, settings) };
  const signed = connector.auth.kind === 'own' ? full : connector.auth.apply(full, secrets);
  const { method, body, headers, timeoutSeconds } = signed;
  const isJson = body !== undefined && typeof body !== 'string';
  return {
    method,
    url: signed.url,
    headers: { accept: 'application/json', ...(isJson ? { 'content-type': 'application/json' } : {}), ...headers },
    body: isJson ? JSON.stringify(body) : (body as string | undefined),
    timeoutMilliseconds: (timeoutSeconds ?? parts.timeoutSeconds ?? defaultTimeoutSeconds) * 1000,
  };
}

/** The whole address. With a `baseUrl` setting, nothing that an app answers can lead the account's secrets elsewhere. */
function addressOf(request: HttpRequest, settings: Record<string, string>): string {
  const base = settings.baseUrl;
  const url = URL.parse(
    /^https?:\/\//i.test(request.url) ? request.url : `${(base ?? '').replace(/\/+$/, '')}${request.url}`,
  );
  if (!url) throw new Failure('broken', `the account's address is not one that can be called: check its settings`);
  if (base && url.origin !== URL.parse(base)?.origin) {
    throw new Failure('broken', `an address of ${url.host} is not the account's own; nothing was sent to it`);
  }
  for (const [name, value] of Object.entries(request.query ?? {})) {
    if (value !== undefined) url.searchParams.append(name, String(value));
  }
  return url.href;
}

function replyOf(answered: HttpReply, call: Call, effect: 'read' | 'write'): Reply {
  const text = textOf(answered);
  let value: { json: unknown } | null = null;
  return {
    status: answered.status,
    headers: answered.headers,
    text,
    json<T>() {
      try {
        value ??= { json: parseJson(text, `the answer of ${nameOf(call)}`) };
      } catch (error) {
        throw new Failure('broken', messageOf(error), { sent: effect === 'write' ? 'unknown' : 'no' });
      }
      return value.json as T;
    },
  };
}

const advice: Record<string, string> = {
  throttled: 'it is called again later',
  unavailable: 'it is asked again later',
  unauthorized: 'reconnect the account',
  forbidden: "give the account's user the permission it lacks",
};

function complaint(call: Call, request: HttpRequest, reply: Reply, verdict: Verdict): string {
  const kind = typeof verdict === 'object' ? 'throttled' : verdict;
  const words = call.connector.explain?.(reply);
  const what = `${nameOf(call)} answered ${reply.status} to ${request.method} ${pathOf(request)}`;
  const message = [what, words && `: ${words}`, advice[kind] && `; ${advice[kind]}`].filter(Boolean).join('');
  return redact(message.slice(0, mostMessageLength), call.known);
}

function nameOf(call: Call): string {
  return `${call.connector.app.label} (${call.parts.account})`;
}

/** The path alone: queries hold values, and so do addresses in a path. */
function pathOf(request: HttpRequest): string {
  const path = URL.parse(request.url, 'http://app')?.pathname ?? '';
  return path.replace(/[^/]*(@|%40)[^/]*/gi, '…');
}

import { parseJson } from '../lib/json.ts';
import { Refused, textReply } from './sim-reply.ts';

/** One HTTP request as a simulator sees it, whether it came over a socket or from a caller in the same process. */
export interface SimRequest {
  /** Upper case. */
  method: string;
  /** Decoded later, segment by segment; without the query. */
  path: string;
  query: URLSearchParams;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: string;
  /** Requests the app is answering at this moment, this one included. */
  open: number;
}

/** A request made by hand. `target` is a path with an optional query, or a whole address. */
export function simRequest(
  method: string,
  target: string,
  parts: { headers?: Record<string, string>; body?: unknown; open?: number } = {},
): SimRequest {
  const path = target.replace(/^[a-z]+:\/\/[^/?]*/i, '') || '/';
  const mark = path.indexOf('?');
  const headers = Object.entries(parts.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
  const { body = '' } = parts;
  return {
    method: method.toUpperCase(),
    path: mark < 0 ? path : path.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : path.slice(mark + 1)),
    headers: Object.fromEntries(headers),
    body: typeof body === 'string' ? body : JSON.stringify(body),
    open: parts.open ?? 1,
  };
}

/** The request's JSON body; an empty one is `{}`. Refuses with 400 what is no JSON object. */
export function jsonOf(request: SimRequest): Record<string, unknown> {
  if (request.body === '') return {};
  let content: unknown;
  try {
    content = parseJson(request.body, 'the body');
  } catch {
    throw new Refused(textReply(400, 'Invalid input JSON'));
  }
  if (typeof content !== 'object' || content === null) throw new Refused(textReply(400, 'Invalid input JSON'));
  return content as Record<string, unknown>;
}

/** The fields of a form body, joined with those of the query. */
export function formOf(request: SimRequest): URLSearchParams {
  return new URLSearchParams([...request.query, ...new URLSearchParams(request.body)]);
}

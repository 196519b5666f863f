import { type ClientResponse, hc } from 'hono/client';
import type { Api } from '../../server/api.ts';

/** The server's routes, with their types. Every call goes through `ask`. */
export const api = hc<Api>('/api/v1', { headers: { 'x-syncline': 'page' }, init: { credentials: 'same-origin' } });

/** An answer that is no success: problem details (RFC 9457) as the server told them. */
export class ApiError extends Error {
  readonly status: number;
  readonly title: string;
  readonly errors: { path: string; message: string }[];

  constructor(status: number, title: string, detail: string, errors: { path: string; message: string }[] = []) {
    super(detail);
    this.name = 'ApiError';
    this.status = status;
    this.title = title;
    this.errors = errors;
  }
}

/** The body of a call's success, as the API's type has it. */
export type Answer<Response> =
  Response extends ClientResponse<infer Body, infer Status, infer _Format>
    ? Status extends 200 | 201 | 202 | 204
      ? Body
      : never
    : never;

/** Waits for a call and hands on its body; throws `ApiError` for anything else, status 0 where no server answers. */
export async function ask<Response extends ClientResponse<unknown, number, string>>(
  call: Promise<Response>,
): Promise<Answer<Response>> {
  const response = await answered(call);
  return (response.status === 204 ? undefined : await response.json()) as Answer<Response>;
}

/** As `ask`, with the version that an edit must send as If-Match. */
export async function askWithVersion<Response extends ClientResponse<unknown, number, string>>(
  call: Promise<Response>,
): Promise<{ body: Answer<Response>; version: string }> {
  const response = await answered(call);
  return { body: (await response.json()) as Answer<Response>, version: response.headers.get('etag') ?? '' };
}

async function answered<Response extends ClientResponse<unknown, number, string>>(
  call: Promise<Response>,
): Promise<Response> {
  const response = await call.catch((error: Error) => {
    throw new ApiError(0, 'unreachable', error.message);
  });
  if (!response.ok) throw await failure(response as unknown as globalThis.Response);
  return response;
}

/** What a failed answer says, whatever its form. */
export async function failure(response: globalThis.Response): Promise<ApiError> {
  const told = (await response.json().catch(() => ({}))) as {
    title?: string;
    code?: string;
    detail?: string;
    message?: string;
    errors?: { path: string; message: string }[];
  };
  return new ApiError(response.status, told.title ?? told.code ?? '', told.detail ?? told.message ?? '', told.errors);
}

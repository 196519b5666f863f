import type { Context } from 'hono';

const titles = {
  400: 'Not valid',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Not allowed here',
  409: 'Conflict',
  412: 'Changed meanwhile',
  413: 'Too large',
  415: 'Not JSON',
  422: 'Cannot be done',
  424: 'The app did not answer well',
  428: 'Precondition missing',
  429: 'Too many requests',
  500: 'A fault of Syncline',
  503: 'Not available',
};

/** The status codes that errors are answered with. */
export type ProblemStatus = keyof typeof titles;

/** One thing that is wrong: where in the body or query, and in a file also at which line and column (from 1). */
export interface WrongPart {
  path: string;
  message: string;
  line?: number;
  column?: number;
}

/** Problem details (RFC 9457): what happened and what to do, in `detail`; `errors` by the path in the body or query. */
export function problem(
  c: Context,
  status: ProblemStatus,
  detail: string,
  errors?: WrongPart[],
  headers: Record<string, string> = {},
): Response {
  const body = { type: 'about:blank', title: titles[status], status, detail, ...(errors ? { errors } : {}) };
  return c.body(JSON.stringify(body), status, { ...headers, 'content-type': 'application/problem+json' }) as Response;
}

/** Thrown by what routes call, and answered as problem details. */
export class Refused extends Error {
  readonly status: ProblemStatus;
  readonly errors: WrongPart[] | undefined;
  /** Further headers of the answer: `retry-after`. */
  readonly headers: Record<string, string>;

  constructor(status: ProblemStatus, detail: string, errors?: WrongPart[], headers: Record<string, string> = {}) {
    super(detail);
    this.name = 'Refused';
    this.status = status;
    this.errors = errors;
    this.headers = headers;
  }
}

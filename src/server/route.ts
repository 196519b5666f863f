import { createRoute, OpenAPIHono, type RouteConfig, z } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import { type Caller, mayDo, type Need } from './caller.ts';
import { problem } from './problem.ts';

/** What every handler finds in its context. */
export interface Env {
  Variables: {
    caller: Caller;
    /** The network address the call came from, for slowing down who tries too much. */
    address: string;
  };
}

/** An error's body (RFC 9457); `errors` names the parts of a body or query that do not fit. */
const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number(),
    detail: z.string(),
    errors: z
      .array(
        z.object({
          path: z.string(),
          message: z.string(),
          line: z.number().optional().openapi({ description: 'Where in a file, from 1; with `column`' }),
          column: z.number().optional(),
        }),
      )
      .optional(),
  })
  .openapi('Problem');

const problemAnswer = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: problemSchema } },
});

/**
 * A route with what it needs of its caller. `x-needs` is in the OpenAPI document, and a test tries every route with every
 * role by it.
 */
export function route<const Config extends RouteConfig>(need: Need, config: Config) {
  const refusals =
    need === 'anyone' ? {} : { 401: problemAnswer('Not signed in'), 403: problemAnswer('Not allowed in this role') };
  return createRoute({
    ...config,
    middleware: [permit(need)] as MiddlewareHandler<Env>[],
    responses: { ...refusals, 400: problemAnswer('Not valid'), ...config.responses } as Config['responses'],
    'x-needs': need,
  } as Config & { middleware: MiddlewareHandler<Env>[] });
}

/** An empty set of routes: what does not fit a route's schema is answered with what is wrong, and where. */
export function routes(): OpenAPIHono<Env> {
  return new OpenAPIHono<Env>({
    defaultHook: (result, c) => {
      if (result.success) return undefined;
      const errors = result.error.issues.map((issue) => ({ path: issue.path.join('.'), message: wordsOf(issue) }));
      const [first] = errors;
      const detail = first ? `${first.path || 'the body'}: ${first.message}` : 'the request does not fit';
      return problem(c, 400, detail, errors);
    },
  });
}

/** What is wrong, in plain words where the schema's own are a programmer's. */
function wordsOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.join(', ')}`;
  if (issue.code === 'invalid_format' && issue.format === 'datetime')
    return 'must be a time such as 2026-11-23T10:00:00Z';
  return issue.message;
}

/** The answer of a list: one page, and where the next one begins. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), next: z.string().nullable().openapi({ description: 'Give it as `after`' }) });
}

/** A JSON answer of a route. */
export function json<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { description, content: { 'application/json': { schema } } };
}

/** A JSON body of a route. */
export function body<Schema extends z.ZodType>(schema: Schema) {
  return { required: true, content: { 'application/json': { schema } } };
}

function permit(need: Need): MiddlewareHandler<Env> {
  return async (c: Context<Env>, next) => {
    if (need === 'anyone') return next();
    const caller = c.get('caller') as Caller | undefined;
    if (!caller) return problem(c, 401, 'nobody is signed in: sign in, or send an API key as Authorization: Bearer');
    if (!mayDo(caller.role, need))
      return problem(c, 403, `your role (${caller.role}) may not do this: ask a super admin of the workspace`);
    return next();
  };
}

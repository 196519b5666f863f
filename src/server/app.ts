import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';

/** What the health of a process rests on. */
export interface Health {
  /** Whether the database answers. */
  ready(): Promise<boolean>;
}

/** The HTTP application: health, and the API under /api/v1. Errors are problem details (RFC 9457). */
export function makeApp(health: Health): OpenAPIHono {
  const app = new OpenAPIHono();
  app.get('/health', (c) => c.json({ status: 'ok' }));
  app.get('/ready', async (c) =>
    (await health.ready()) ? c.json({ status: 'ready' }) : problem(c, 503, 'the database does not answer'),
  );
  app.notFound((c) => problem(c, 404, `there is nothing at ${c.req.path}`));
  return app;
}

/** Problem details: what happened and what to do, in `detail`. */
export function problem(
  c: Context,
  status: 400 | 401 | 403 | 404 | 409 | 412 | 422 | 429 | 503,
  detail: string,
): Response {
  const titles = {
    400: 'Bad request',
    401: 'Not signed in',
    403: 'Not allowed',
    404: 'Not found',
    409: 'Conflict',
    412: 'Changed meanwhile',
    422: 'Not valid',
    429: 'Too many requests',
    503: 'Not available',
  };
  return c.body(JSON.stringify({ type: 'about:blank', title: titles[status], status, detail }), status, {
    'content-type': 'application/problem+json',
  });
}

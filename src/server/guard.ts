import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { secureHeaders } from 'hono/secure-headers';
import type { Installation } from './installation.ts';
import { isOwnOrigin } from './own-address.ts';
import { problem } from './problem.ts';
import type { Env } from './route.ts';

/** The largest body of a call, in bytes; of one that carries a file of settings. */
const MOST_BYTES = 1_000_000;
const MOST_FILE_BYTES = 5_000_000;

const isFilePath = (path: string) => /^\/api\/v1\/file(\/|$)/.test(path);

/** Headers of every answer. Nothing may frame it, nothing may guess its type; a page sets its own policy. */
export function headersOf({ url }: Pick<Installation, 'url'>): MiddlewareHandler {
  const secure = url?.startsWith('https:') === true;
  return async (c, next) => {
    await next();
    const own = c.res.headers.get('content-security-policy');
    const policy = own ?? "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
    await secureHeaders({
      referrerPolicy: 'same-origin',
      xFrameOptions: 'DENY',
      strictTransportSecurity: secure ? 'max-age=31536000; includeSubDomains' : false,
    })(c, async () => {});
    c.res.headers.set('content-security-policy', policy);
    if (isApi(c) && !c.res.headers.has('cache-control')) c.res.headers.set('cache-control', 'no-store');
  };
}

/** Says from which address of the network each call came, for whoever slows down those who try too much. */
export function addressed({ url }: Pick<Installation, 'url'>): MiddlewareHandler<Env> {
  return (c, next) => {
    c.set('address', addressOf(c, url));
    return next();
  };
}

function isApi(c: Context): boolean {
  return c.req.path.startsWith('/api/');
}

/**
 * What stands before everything under /api: bodies of a bounded size, JSON only, and no change by a foreign page. A
 * browser sends its cookies along whoever made the call, and says in `Origin` who did; a key it never sends by itself.
 */
export function guard({ url }: Pick<Installation, 'url'>): MiddlewareHandler<Env>[] {
  const limit = (most: number) =>
    bodyLimit({ maxSize: most, onError: (c) => problem(c, 413, `a body may hold ${most} bytes here`) });
  const small = limit(MOST_BYTES);
  const large = limit(MOST_FILE_BYTES);
  return [
    (c, next) => (isFilePath(c.req.path) ? large : small)(c, next),
    async (c, next) => {
      const bad = isText(c.req.url) ? null : problem(c, 400, 'an address holds no NUL and no half of a character');
      if (bad || ['GET', 'HEAD', 'OPTIONS'].includes(c.req.method)) return bad ?? next();
      return foreign(c, url) ?? notJson(c) ?? (await notText(c)) ?? next();
    },
  ];
}

/** NUL and lone surrogates are no text to a database; nothing that a person writes holds them. */
async function notText(c: Context<Env>): Promise<Response | null> {
  const body = await c.req.text();
  if (!/\\u(0000|d[89a-f])|\0/i.test(body) || isText(body)) return null;
  return problem(c, 400, 'a body holds no NUL and no half of a character');
}

/** Whether a text, its escapes read, is one that can be stored. */
function isText(text: string): boolean {
  if (/%00|\0|\\u0000/i.test(text)) return false;
  if (!/\\ud[89a-f]/i.test(text)) return true;
  try {
    return JSON.stringify(JSON.parse(text)).search(/\\ud[89a-f]/i) < 0;
  } catch {
    // No JSON: whoever reads the body says so.
    return true;
  }
}

function foreign(c: Context<Env>, url: string | null): Response | null {
  if (!c.req.header('cookie') || c.req.header('authorization')) return null;
  const origin = c.req.header('origin');
  const isOwn =
    origin === undefined
      ? c.req.header('sec-fetch-site') === 'same-origin'
      : isOwnOrigin(url, origin, c.req.header('host') ?? null);
  if (isOwn) return null;
  const from = origin === undefined ? 'without an Origin' : `from ${origin}`;
  const expected = url ?? 'the loopback address it serves at';
  return problem(
    c,
    403,
    `a change by cookie that comes ${from} is refused: open the page at ${expected} (SYNCLINE_URL), or use an API key`,
  );
}

const json = /^application\/([\w.-]+\+)?json\s*(;|$)/i;
const yaml = /^(application\/(x-)?yaml|text\/(x-)?yaml|text\/plain)\s*(;|$)/i;

function notJson(c: Context<Env>): Response | null {
  const type = c.req.header('content-type');
  const hasBody = (c.req.header('content-length') ?? '0') !== '0' || c.req.header('transfer-encoding') !== undefined;
  if (type === undefined && !hasBody) return null;
  if (type !== undefined && (json.test(type) || (isFilePath(c.req.path) && yaml.test(type)))) return null;
  return problem(c, 415, 'bodies are JSON here: send content-type: application/json');
}

/**
 * The network address a call came from. Where the server has an address of its own, a proxy stands before it and has
 * written whom it speaks for at the end of `X-Forwarded-For`; else that header is anybody's word.
 */
function addressOf(c: Context, url: string | null): string {
  const forwarded = url === null ? undefined : c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim();
  if (forwarded) return forwarded;
  // Calls without a socket (tests) have no address.
  return c.env?.incoming ? (getConnInfo(c).remote.address ?? 'unknown') : 'unknown';
}

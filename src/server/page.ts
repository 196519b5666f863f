import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Context } from 'hono';

/** Where `npm run page` builds the page, and where the apps' marks lie. */
const built = fileURLToPath(new URL('../../dist/web', import.meta.url));
const apps = fileURLToPath(new URL('../connectors', import.meta.url));

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
};

/**
 * The page may load from here only. Styles may stand in attributes: Mantine sets sizes and its variables that way; scripts
 * may not, so that nothing a record holds can ever run.
 */
const policy = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** Built files carry their content's hash in their name, so they never change; the rest is asked for each time. */
const FOR_GOOD = 'public, max-age=31536000, immutable';
const ASK_AGAIN = 'no-cache';
const A_DAY = 'public, max-age=86400';

/** Paths that belong to programs: what is missing there is no screen of the page. */
const notScreens = /^\/(api|hooks|assets|icons|health|ready|metrics)(\/|$)/;

/** The page's file for a request that no route answered: a built file, an app's mark, or the page for any screen's path. */
export async function pageFor(c: Context): Promise<Response | null> {
  if (c.req.method !== 'GET' && c.req.method !== 'HEAD') return null;
  const path = normalize(decoded(c.req.path));
  const mark = /^\/icons\/([a-z0-9-]+)\.svg$/.exec(path)?.[1];
  if (mark) return fileAt(c, join(apps, mark, 'icon.svg'), A_DAY);
  if (/^\/[\w./-]+\.\w+$/.test(path) && !path.includes('..'))
    return fileAt(c, join(built, path), path.startsWith('/assets/') ? FOR_GOOD : ASK_AGAIN);
  const wantsPage = (c.req.header('accept') ?? '').includes('text/html');
  if (!wantsPage || notScreens.test(path)) return null;
  return (await fileAt(c, join(built, 'index.html'), ASK_AGAIN)) ?? unbuilt(c);
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** A file in the smallest form that the browser reads and the build left beside it. */
async function fileAt(c: Context, path: string, cache: string): Promise<Response | null> {
  const type = types[extname(path)];
  if (!type) return null;
  const accepted = c.req.header('accept-encoding') ?? '';
  const forms = [
    ...(accepted.includes('br') ? [['br', '.br'] as const] : []),
    ...(accepted.includes('gzip') ? [['gzip', '.gz'] as const] : []),
    ['', ''] as const,
  ];
  for (const [encoding, ending] of forms) {
    const bytes = await readFile(path + ending).catch(() => null);
    if (!bytes) continue;
    return c.body(new Uint8Array(bytes), 200, {
      'content-type': type,
      'cache-control': cache,
      vary: 'accept-encoding',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'content-security-policy': policy,
      ...(encoding ? { 'content-encoding': encoding } : {}),
    });
  }
  return null;
}

function unbuilt(c: Context): Response {
  return c.text('The page is not built yet: run `npm run page` (`npm start` does so by itself).', 503);
}

import { Hono } from 'hono';
import type { Installation } from '../installation.ts';
import { problem } from '../problem.ts';
import type { Env } from '../route.ts';
import { slowly } from '../throttle.ts';

/** Where a secret is tried, and so slowed. */
const tries = [
  '/sign-in/email',
  '/change-password',
  '/verify-password',
  '/request-password-reset',
  '/reset-password',
  '/passkey/verify-authentication',
  '/two-factor/enable',
  '/two-factor/disable',
  '/two-factor/generate-backup-codes',
  '/two-factor/get-totp-uri',
  '/two-factor/verify-totp',
  '/two-factor/verify-backup-code',
];

/** Signing in and out, by better-auth: its own paths, bodies and answers, so that its client fits. */
export function authRoutes(installation: Installation): Hono<Env> {
  const { signIn } = installation;
  return new Hono<Env>().all('/*', async (c) => {
    if (c.req.method !== 'GET' && c.req.method !== 'POST') return problem(c, 405, 'GET and POST only');
    if (c.req.method === 'GET') return signIn.handle(c.req.raw);
    // What stands before may have read the body, which a request gives only once.
    const text = await c.req.text();
    const request = new Request(c.req.url, { method: 'POST', headers: c.req.raw.headers, body: text });
    if (!tries.includes(c.req.path.replace(/^\/api\/auth/, ''))) return signIn.handle(request);
    return slowly(installation, { address: c.get('address'), target: targetOf(text) }, async () => {
      const result = await signIn.handle(request);
      // Whoever asks for mails has proven nothing: each counts.
      const isProven = result.ok && !c.req.path.endsWith('/request-password-reset');
      return { right: isProven ? 'yes' : 'no', result };
    });
  });
}

/** At whom it is aimed, where the body says so. */
function targetOf(text: string): string | null {
  try {
    const { email } = JSON.parse(text) as { email?: unknown };
    return typeof email === 'string' ? `person ${email.trim()}` : null;
  } catch {
    return null;
  }
}

import { makeApp } from './app.ts';
import { identifyBy } from './identify.ts';
import type { Installation } from './installation.ts';
import { setupCode } from './routes/setup.ts';

/** A browser of a test: keeps its cookies, says its origin, and signs in as people do. */
export interface TestBrowser {
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<BrowserAnswer>;
  cookies: Map<string, string>;
}

/** What came back. */
export interface BrowserAnswer {
  status: number;
  headers: Headers;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of a body by asserting on it
  body: any;
}

/** Where a test's server seems to be. */
export const ORIGIN = 'http://localhost:4400';

/** A password that is long enough. */
export const PASSWORD = 'correct horse battery';

/** A browser without cookies. Paths are whole: `/api/v1/me`. */
export function testBrowser(installation: Installation, origin = ORIGIN): TestBrowser {
  const app = makeApp(installation, identifyBy(installation));
  const cookies = new Map<string, string>();
  return {
    cookies,
    call: async (method, path, body, headers = {}) => {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const answer = await app.request(`${origin}${path}`, {
        method,
        headers: {
          host: new URL(origin).host,
          ...(method === 'GET' ? {} : { origin }),
          ...(cookie === '' ? {} : { cookie }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      for (const set of answer.headers.getSetCookie()) {
        const [pair = ''] = set.split(';');
        const at = pair.indexOf('=');
        if (/max-age=0/i.test(set)) cookies.delete(pair.slice(0, at));
        else cookies.set(pair.slice(0, at), pair.slice(at + 1));
      }
      // A stream of events has no end to wait for.
      const endless = answer.headers.get('content-type')?.startsWith('text/event-stream');
      if (endless) await answer.body?.cancel();
      const text = endless ? '' : await answer.text();
      const isJson = /json/.test(answer.headers.get('content-type') ?? '') && text !== '';
      return { status: answer.status, headers: answer.headers, text, body: isJson ? JSON.parse(text) : null };
    },
  };
}

/** The browser of the first super admin, made by the code of the terminal. */
export async function firstAdmin(installation: Installation, email = 'ann@example.com'): Promise<TestBrowser> {
  const browser = testBrowser(installation);
  const first = { code: setupCode(installation), name: 'Ann', email, password: PASSWORD };
  const made = await browser.call('POST', '/api/v1/setup', first);
  if (made.status !== 201) throw new Error(`the first super admin was not made: ${made.text}`);
  return browser;
}

import { systemClock } from '../../src/lib/clock.ts';
import { type Running, startCommand } from './command.ts';

/** What came back from a server. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of a body by asserting on it
  body: any;
}

/** The real command `start` on a data directory, and a browser before it that keeps its cookies and all it was answered. */
export interface StartedServer {
  url: string;
  setupLink: string;
  running: Running;
  answers: Answer[];
  /** `path` may be a whole address: a redirect is followed by whoever asked, or not. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** SIGTERM, and the end. */
  stop(): Promise<void>;
}

/** Starts `syncline start` as people do, on any free port. `known`: whether its database has people. */
export async function startServer(
  data: string,
  environment: Record<string, string> = {},
  known: 'nobody' | 'somebody' = 'nobody',
): Promise<StartedServer> {
  const running = startCommand(['start', '--data', data, '--port', '0', '--no-open'], environment);
  const [, url = ''] = await running.line(/serves at (http:\S+)/);
  const [, setupLink = ''] = known === 'nobody' ? await running.line(/can\): (\S+)/) : [];
  const cookies = new Map<string, string>();
  const answers: Answer[] = [];
  return {
    url,
    setupLink,
    running,
    answers,
    call: async (method, path, body, headers = {}) => {
      const sent = await fetch(new URL(path, url), {
        method,
        redirect: 'manual',
        headers: {
          ...(method === 'GET' ? {} : { origin: url }),
          cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      for (const cookie of sent.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
        cookies.set(name, value);
      }
      const text = await sent.text();
      const isJson = /json/.test(sent.headers.get('content-type') ?? '') && text !== '';
      const answer = { status: sent.status, headers: sent.headers, text, body: isJson ? JSON.parse(text) : null };
      answers.push(answer);
      return answer;
    },
    stop: async () => {
      running.process.kill('SIGTERM');
      await running.ended;
    },
  };
}

/** How long a thing may take on a busy machine. */
const PATIENCE_MILLISECONDS = 120_000;
const ASK_MILLISECONDS = 100;

/** Looks until something holds. */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const from = performance.now();
  while (!(await holds())) {
    if (performance.now() - from > PATIENCE_MILLISECONDS) throw new Error(`${what}: it did not happen in time`);
    await systemClock.sleep(ASK_MILLISECONDS);
  }
}

import { hc } from 'hono/client';
import type { Api } from '../server/api.ts';
import { Unreadable } from './read-file.ts';

/** The switches of every command against a server. */
export interface ServerSwitches {
  server?: string;
  key?: string;
  json?: true;
}

/** What commands against a server need of the world around them. */
export interface ServerWorld {
  environment: Record<string, string | undefined>;
  fetch: typeof globalThis.fetch;
  /** A file's text. */
  readFile(path: string): Promise<string>;
  out: NodeJS.WritableStream;
  err: NodeJS.WritableStream;
  /** Asks yes or no; absent: nobody can be asked. */
  ask?(question: string): Promise<'no' | 'yes'>;
  /** Waits so many milliseconds. */
  sleep(delayMilliseconds: number): Promise<void>;
}

/** The exit codes of commands against a server. */
export const EXIT = { fine: 0, failing: 1, refused: 2, notConfirmed: 3 } as const;

const LOCAL = 'http://127.0.0.1:4400';

/** The server does not answer, or refuses: the message says what to do. */
export class ServerRefused extends Error {
  override name = 'ServerRefused';
  /** The same for a script: of a file with the place as numbers instead of words. */
  readonly told: { message: string; line?: number; column?: number };

  constructor(message: string, told: ServerRefused['told'] = { message }) {
    super(message);
    this.told = told;
  }
}

/** The API of the server that the switches (or SYNCLINE_SERVER and SYNCLINE_KEY) name. Throws {@link ServerRefused}. */
export function serverApi(switches: ServerSwitches, { environment, fetch }: ServerWorld): ReturnType<typeof hc<Api>> {
  const server = switches.server ?? environment.SYNCLINE_SERVER ?? LOCAL;
  const key = switches.key ?? environment.SYNCLINE_KEY;
  if (!URL.canParse(server) || !/^https?:/.test(server))
    throw new ServerRefused(`${server} is no address of a server: give one as --server http://host:port`);
  if (!key)
    throw new ServerRefused('an API key is needed: make one under Settings, and give it as SYNCLINE_KEY or --key');
  const reach: typeof globalThis.fetch = async (input, init) => {
    try {
      return await fetch(input, init);
    } catch {
      throw new ServerRefused(`no server answers at ${server}: start one, or give its address as --server`);
    }
  };
  return hc<Api>(`${server.replace(/\/+$/, '')}/api/v1`, { headers: { authorization: `Bearer ${key}` }, fetch: reach });
}

/** An answer that is as it should be. Throws {@link ServerRefused} with what the server says. */
export async function accepted<Answer extends { ok: boolean; status: number; text(): Promise<string> }>(
  asked: Promise<Answer>,
): Promise<Answer> {
  const answer = await asked;
  if (answer.ok) return answer;
  throw refusalIn(await answer.text(), answer.status);
}

/** Runs a command against a server; what is refused is told on standard error, or as JSON. Answers the exit code. */
export async function againstServer(
  switches: ServerSwitches,
  world: ServerWorld,
  work: (api: ReturnType<typeof serverApi>) => Promise<number>,
): Promise<number> {
  try {
    return await work(serverApi(switches, world));
  } catch (error) {
    if (!(error instanceof ServerRefused || error instanceof Unreadable)) throw error;
    const told = error instanceof ServerRefused ? error.told : { message: error.message };
    if (switches.json) world.out.write(`${JSON.stringify({ error: told })}\n`);
    else world.err.write(`${error.message}\n`);
    return EXIT.refused;
  }
}

function refusalIn(text: string, status: number): ServerRefused {
  try {
    const { detail, errors } = JSON.parse(text) as { detail?: unknown; errors?: ServerRefused['told'][] };
    if (typeof detail === 'string') {
      const [{ message, line, column } = { message: detail }] = errors ?? [];
      return new ServerRefused(detail, line === undefined ? { message: detail } : { message, line, column });
    }
  } catch {
    // A proxy before the server may answer with a page of its own.
  }
  return new ServerRefused(`the server answered ${status}`);
}

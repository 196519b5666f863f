import { textOfFile } from './read-file.ts';

/** The switches of `start`. */
export interface StartSwitches {
  data: string;
  port: string;
  yes?: true;
  open?: boolean;
}

/** What the server is asked for. */
export interface StartRequest {
  dataDirectory: string;
  port: number;
  /** The text of a file to be applied first. */
  text: string | null;
  consent: 'ask' | 'yes';
}

/** A server that serves, until it is stopped. */
export interface StartedServer {
  port: number;
  /** Where the first super admin is made; null once there is one. */
  setupLink: string | null;
  stop(): Promise<void>;
}

/** Why it does not start: 2: bad file or settings; 3: a first sync that nobody agreed to. */
export interface StartRefused {
  error: { message: string; line?: number; column?: number };
  exit: 2 | 3;
}

/** What the command needs of the world around it. */
export interface StartParts {
  start(options: StartRequest): Promise<StartedServer | StartRefused>;
  readFile(path: string): Promise<string>;
  /** Opens an address in the person's browser; absent where nobody sits before the terminal. */
  openPage?: ((url: string) => void) | undefined;
  out: NodeJS.WritableStream;
  err: NodeJS.WritableStream;
  /** Resolves when the process is asked to end. */
  stopped(): Promise<void>;
}

/** `syncline start [FILE]`: server and worker in one process, until it is stopped; a file is applied first. */
export async function startCommand(
  path: string | undefined,
  switches: StartSwitches,
  parts: StartParts,
): Promise<number> {
  const port = Number(switches.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    parts.err.write('--port takes a number from 0 to 65535\n');
    return 2;
  }
  let text: string | null = null;
  try {
    if (path !== undefined) text = await textOfFile(path, parts.readFile);
  } catch (error) {
    parts.err.write(`${(error as Error).message}\n`);
    return 2;
  }
  const server = await parts.start({ dataDirectory: switches.data, port, text, consent: switches.yes ? 'yes' : 'ask' });
  if ('error' in server) {
    const { message, line, column } = server.error;
    parts.err.write(`${line === undefined ? '' : `line ${line}, column ${column}: `}${message}\n`);
    return server.exit;
  }
  parts.out.write(`Syncline serves at http://127.0.0.1:${server.port}\n`);
  if (server.setupLink)
    parts.out.write(`Make its first super admin (whoever has this link can): ${server.setupLink}\n`);
  if (switches.open !== false) parts.openPage?.(server.setupLink ?? `http://127.0.0.1:${server.port}`);
  await parts.stopped();
  parts.out.write('Stopping: what is under way is finished first.\n');
  await server.stop();
  return 0;
}

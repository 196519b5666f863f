/** The switches of `start`. */
export interface StartSwitches {
  data: string;
  port: string;
  open?: boolean;
}

/** What the command needs of the world around it. */
export interface StartParts {
  start(options: { dataDirectory: string; port: number }): Promise<{ port: number; stop(): Promise<void> }>;
  out: NodeJS.WritableStream;
  err: NodeJS.WritableStream;
  /** Resolves when the process is asked to end. */
  stopped(): Promise<void>;
}

/** `syncline start`: server and worker in one process, until it is stopped. */
export async function startCommand(switches: StartSwitches, parts: StartParts): Promise<number> {
  const port = Number(switches.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    parts.err.write('--port takes a number from 0 to 65535\n');
    return 2;
  }
  const server = await parts.start({ dataDirectory: switches.data, port });
  parts.out.write(`Syncline serves at http://127.0.0.1:${server.port}\n`);
  await parts.stopped();
  parts.out.write('Stopping: what is under way is finished first.\n');
  await server.stop();
  return 0;
}

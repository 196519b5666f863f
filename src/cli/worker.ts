import type { Command } from 'commander';

/** What the command needs of the world around it. */
export interface WorkerParts {
  /** Starts a worker on the shared database; answers its name (logs and leases carry it) and how to stop it, or why it cannot start. */
  work(dataDirectory: string): Promise<{ name: string; stop(): Promise<void> } | { error: { message: string } }>;
  /** Where the shared database is named; undefined: it is not. */
  databaseUrl: string | undefined;
  dataDirectory: string;
  out: NodeJS.WritableStream;
  err: NodeJS.WritableStream;
  /** Resolves when the process is asked to end. */
  stopped(): Promise<void>;
}

/** `syncline worker`: one more worker on a shared database, until it is stopped. Answers the exit code. */
export function addWorker(program: Command, parts: WorkerParts, ends: (code: number) => void): void {
  program
    .command('worker')
    .description('one more worker on the database of DATABASE_URL, until it is stopped')
    .option(
      '--data <directory>',
      "where the installation's key is, unless SYNCLINE_SECRET holds it",
      parts.dataDirectory,
    )
    .action(async ({ data }: { data: string }) => ends(await runWorker(data, parts)));
}

async function runWorker(
  dataDirectory: string,
  { work, databaseUrl, out, err, stopped }: WorkerParts,
): Promise<number> {
  if (!databaseUrl) {
    err.write('set DATABASE_URL to the database that the workers share: the one in a data directory has one process\n');
    return 2;
  }
  const worker = await work(dataDirectory);
  if ('error' in worker) {
    err.write(`${worker.error.message}\n`);
    return 2;
  }
  out.write(`The worker is at work: ${worker.name}\n`);
  await stopped();
  out.write('Stopping: what is under way is finished first.\n');
  await worker.stop();
  return 0;
}

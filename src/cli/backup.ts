import type { Command } from 'commander';

/** What the commands need of the world around them. */
export interface BackupParts {
  /** Writes a backup of the installation's database to a file; answers what is in it, or why it could not be. */
  backUp(path: string, dataDirectory: string): Promise<BackupResult>;
  /** Reads a backup into an installation that is empty. */
  restore(path: string, dataDirectory: string): Promise<BackupResult>;
  dataDirectory: string;
  out: NodeJS.WritableStream;
  err: NodeJS.WritableStream;
}

/** Rows and tables, or what is wrong. */
export type BackupResult = { tables: number; rows: number } | { error: { message: string } };

/** `syncline backup FILE` and `syncline restore FILE`. The exit code is 0, or 2 where it could not be done. */
export function addBackup(program: Command, parts: BackupParts, ends: (code: number) => void): void {
  const where = ['--data <directory>', 'where Syncline keeps its state', parts.dataDirectory] as const;
  const told = (result: BackupResult, done: string) => {
    if ('error' in result) {
      parts.err.write(`${result.error.message}\n`);
      return ends(2);
    }
    parts.out.write(`${done}: ${result.rows} rows of ${result.tables} tables\n`);
    return ends(0);
  };
  program
    .command('backup')
    .description('write everything Syncline keeps to a file; the server may go on meanwhile')
    .argument('<file>', 'the file to be written')
    .option(...where)
    .action(async (file: string, { data }: { data: string }) => {
      const result = await parts.backUp(file, data);
      told(result, `Backed up to ${file}`);
      if ('error' in result) return;
      parts.err.write(
        'Secrets are in it closed: keep the key file of the data directory (or SYNCLINE_SECRET) apart from it.\n',
      );
    });
  program
    .command('restore')
    .description('read a backup into an empty data directory, or an empty database (DATABASE_URL)')
    .argument('<file>', 'the file that `backup` wrote')
    .option(...where)
    .action(async (file: string, { data }: { data: string }) =>
      told(await parts.restore(file, data), `Restored ${file}`),
    );
}

import type { Command } from 'commander';

/** What the command needs of the world around it. */
export interface RotateKeyParts {
  /** Seals every secret with a new key; answers how many there were, or why it could not be done. */
  rotate(dataDirectory: string): Promise<{ secrets: number } | { error: { message: string } }>;
  dataDirectory: string;
  out: NodeJS.WritableStream;
  err: NodeJS.WritableStream;
}

/** `syncline rotate-key`: another key for the installation. The exit code is 0, or 2 where it could not be done. */
export function addRotateKey(program: Command, parts: RotateKeyParts, ends: (code: number) => void): void {
  program
    .command('rotate-key')
    .description('give the installation another key; stop Syncline before')
    .option('--data <directory>', 'where Syncline keeps its state', parts.dataDirectory)
    .action(async ({ data }: { data: string }) => {
      const result = await parts.rotate(data);
      if ('error' in result) {
        parts.err.write(`${result.error.message}\n`);
        return ends(2);
      }
      parts.out.write(`Sealed ${result.secrets} secrets with a new key. Backups made before still need the old one.\n`);
      return ends(0);
    });
}

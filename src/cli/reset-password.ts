import type { Command } from 'commander';

/** What the command needs of the world around it. */
export interface ResetPasswordParts {
  /** Gives the person of that address a new password and answers it; null: nobody has the address. */
  reset(email: string, dataDirectory: string): Promise<{ password: string | null } | { error: { message: string } }>;
  dataDirectory: string;
  out: NodeJS.WritableStream;
  err: NodeJS.WritableStream;
}

/** `syncline reset-password EMAIL`: for somebody who cannot sign in any more. The exit code is 0, or 2. */
export function addResetPassword(program: Command, parts: ResetPasswordParts, ends: (code: number) => void): void {
  program
    .command('reset-password')
    .description('give a person a new password, end their sessions and take their second factor off')
    .argument('<email>', 'their e-mail address')
    .option('--data <directory>', 'where Syncline keeps its state', parts.dataDirectory)
    .action(async (email: string, { data }: { data: string }) => {
      const result = await parts.reset(email, data);
      if ('password' in result && result.password !== null) {
        parts.out.write(`The new password of ${email} is ${result.password}\nChange it after signing in.\n`);
        return ends(0);
      }
      parts.err.write(`${'error' in result ? result.error.message : `nobody has the address ${email}`}\n`);
      return ends(2);
    });
}

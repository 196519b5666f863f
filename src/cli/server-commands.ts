import { type Command, InvalidArgumentError } from 'commander';
import { applyCommand, exportCommand, planCommand } from './file.ts';
import { approveCommand, recreateCommand, retryCommand, unlinkCommand } from './record-acts.ts';
import { recordsCommand } from './records.ts';
import type { ServerWorld } from './server-client.ts';
import { statusCommand } from './status.ts';
import { undoCommand } from './undo.ts';

/** The commands that speak to a running server: plan, apply, export, status, records, retry, recreate, unlink, undo, approve. */
export function addServerCommands(program: Command, world: ServerWorld, ends: (code: number) => void): void {
  const add = (name: string, description: string) => onServer(program.command(name).description(description));
  add('plan', 'what a file would change of a server, and what its syncs would do then')
    .argument('<file>', 'accounts and syncs (YAML)')
    .option('--prune', 'as if what the file does not name were deleted')
    .action(async (file, switches) => ends(await planCommand(file, switches, world)));
  add('apply', 'apply a file to a server, all of it or nothing')
    .argument('<file>', 'accounts and syncs (YAML)')
    .option('--prune', 'delete what the file does not name')
    .option('--yes', 'without a question')
    .action(async (file, switches) => ends(await applyCommand(file, switches, world)));
  add('export', 'all accounts and syncs of a server as a file; secrets by the names of variables').action(
    async (switches) => ends(await exportCommand(switches, world)),
  );
  add('status', 'how all syncs of a server stand').action(async (switches) =>
    ends(await statusCommand(switches, world)),
  );
  add('records', 'records of a server, filtered')
    .option('--sync <key>', 'of this sync')
    .option('--account <key>', 'with this account on either side')
    .option('--object <name>', 'with this object on either side')
    .option('--status <status>', 'in-sync, failing, excluded or waiting')
    .option('--category <category>', 'with this problem')
    .option('--text <text>', 'with this in a name, an address or an id')
    .option('--from <time>', 'written at or after this time (2026-11-23T10:00:00Z)')
    .option('--to <time>', 'written before this time')
    .option('--limit <count>', 'how many at most', count, 50)
    .option('--csv', 'print CSV, all of them')
    .action(async (switches) => ends(await recordsCommand(switches, world)));
  add('retry', 'plan failing records again: these, of a category, or all of the sync')
    .argument('<sync>')
    .argument('[records...]', 'ids as `records` tells them')
    .option('--category <category>', 'all that have this problem')
    .action(async (sync, records, switches) => ends(await retryCommand(sync, records, switches, world)));
  add('recreate', 'make deleted records again: these, or all of the sync')
    .argument('<sync>')
    .argument('[records...]', 'ids as `records` tells them')
    .option('--side <side>', 'only where this side lost them: a or b', 'either')
    .option('--all', 'all that were deleted')
    .action(async (sync, records, switches) => ends(await recreateCommand(sync, records, switches, world)));
  add('unlink', 'unlink pairs for good; both records stay as they are')
    .argument('<sync>')
    .argument('<records...>', 'ids as `records` tells them')
    .action(async (sync, records, switches) => ends(await unlinkCommand(sync, records, switches, world)));
  add('undo', 'undo what a run wrote; what was changed later stays')
    .argument('<run>', 'its number')
    .option('--yes', 'without a question')
    .action(async (run, switches) => ends(await undoCommand(run, switches, world)));
  add('approve', 'let a sync that is paused by a brake pass it once')
    .argument('<sync>')
    .action(async (sync, switches) => ends(await approveCommand(sync, switches, world)));
}

/** Adds what every command against a server takes. */
function onServer(command: Command): Command {
  return command
    .option('--server <url>', 'where it is (SYNCLINE_SERVER; else http://127.0.0.1:4400)')
    .option('--key <key>', 'an API key of it (SYNCLINE_KEY)')
    .option('--json', 'print one JSON object and nothing else');
}

function count(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('give a whole number above 0');
  return number;
}

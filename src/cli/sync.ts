import { createInterface } from 'node:readline/promises';
import type { CommandSummary, SyncRequest, SyncResult, SyncSummary } from '../server/api.ts';
import { progressLines } from './progress.ts';
import { textOfFile } from './read-file.ts';

/** What the command needs of the world around it. */
export interface SyncParts {
  sync(request: SyncRequest): Promise<SyncResult>;
  readFile(path: string): Promise<string>;
  out: NodeJS.WriteStream;
  err: NodeJS.WriteStream;
  input: NodeJS.ReadStream;
  /** Aborted when the process is asked to end (Ctrl-C). */
  stop: AbortSignal;
}

/** The exit code of a command that was stopped before its end, as shells count them: 128 and the signal's number. */
const STOPPED = 130;

/** The switches of `sync`. */
export interface SyncSwitches {
  data: string;
  dryRun?: true;
  json?: true;
  yes?: true;
  approve?: true;
}

/** `syncline sync FILE`: applies the file, runs its syncs until quiet, prints a summary; answers the exit code. */
export async function syncCommand(path: string, switches: SyncSwitches, parts: SyncParts): Promise<number> {
  const json = switches.json === true;
  const progress = progressLines(parts.err, json ? 'silent' : 'shown');
  let text: string;
  try {
    text = await textOfFile(path, parts.readFile);
  } catch (error) {
    return refuse({ message: (error as Error).message }, json, parts);
  }
  const canAsk = !json && parts.input.isTTY && parts.out.isTTY;
  const request: SyncRequest = {
    text,
    dataDirectory: switches.data,
    dryRun: switches.dryRun ? 'yes' : 'no',
    consent: switches.yes ? 'yes' : 'ask',
    approve: switches.approve ? 'yes' : 'no',
    ...(canAsk ? { confirm: (preview) => ask(preview, progress.pause, parts) } : {}),
    stop: parts.stop,
    tell: progress.tell,
  };
  const result = await parts.sync(request).catch((error: Error): SyncResult => {
    // A fault of ours: a script gets its one object all the same, a person the whole story.
    parts.err.write(`${error.stack}\n`);
    return { exit: 2, error: { message: `Syncline itself failed: ${error.message}` } };
  });
  progress.end();
  if (result.exit === 2) return refuse(result.error, json, parts);
  const would = switches.dryRun || result.exit === 3 ? 'would be ' : '';
  parts.out.write(`${json ? JSON.stringify(result.summary) : summaryText(result.summary, would)}\n`);
  for (const note of result.notes) parts.err.write(`${note}\n`);
  if (!parts.stop.aborted) return result.exit;
  parts.err.write('Stopped. What was under way was finished; the next run goes on from here.\n');
  return STOPPED;
}

function refuse(error: { message: string; line?: number; column?: number }, json: boolean, parts: SyncParts): number {
  if (json) parts.out.write(`${JSON.stringify({ error })}\n`);
  else {
    const place = error.line === undefined ? '' : `line ${error.line}, column ${error.column}: `;
    parts.err.write(`${place}${error.message}\n`);
  }
  return parts.stop.aborted ? STOPPED : 2;
}

async function ask(preview: CommandSummary, pause: () => void, parts: SyncParts): Promise<boolean> {
  pause();
  parts.out.write(
    `This is the first sync of these records. Nothing has been written yet.\n${summaryText(preview, 'would be ')}\n`,
  );
  const line = createInterface({ input: parts.input, output: parts.out });
  const leaving = new AbortController();
  // Ctrl-C and the end of input at the question are a no.
  line.once('SIGINT', () => leaving.abort());
  line.once('close', () => leaving.abort());
  try {
    const answer = await line.question('Start? [y/N] ', { signal: leaving.signal }).catch(() => 'no');
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    line.close();
  }
}

/** A summary in words: what was (or would be) written, and how the records stand. */
export function summaryText(summary: CommandSummary, would: string): string {
  const lines = Object.entries(summary.syncs).flatMap(([key, sync]) => [
    `${key}: ${standing(sync, would)}`,
    ...writes(sync, would),
  ]);
  const calls = Object.entries(summary.calls).map(([account, count]) => `${count} to ${account}`);
  return [...lines, `${calls.join(', ') || 'no'} calls, ${summary.seconds.toFixed(1)} s`].join('\n');
}

function standing(sync: SyncSummary, would: string): string {
  const parts = [`${sync.inSync} ${would}in sync`];
  if (sync.failing > 0) parts.push(`${sync.failing} failing`);
  if (sync.excluded > 0) parts.push(`${sync.excluded} excluded`);
  if (sync.waiting > 0) parts.push(`${sync.waiting} waiting`);
  return parts.join(', ');
}

function writes(sync: SyncSummary, would: string): string[] {
  const lines: string[] = [];
  for (const side of ['a', 'b'] as const) {
    const done = Object.entries(sync[side]).filter(([, count]) => count > 0);
    if (done.length > 0) lines.push(`  ${side}: ${done.map(([what, count]) => `${count} ${would}${what}`).join(', ')}`);
  }
  if (sync.linked > 0) lines.push(`  ${sync.linked} ${would}linked`);
  if (sync.conflicts > 0) lines.push(`  ${sync.conflicts} ${sync.conflicts === 1 ? 'conflict' : 'conflicts'}`);
  for (const [category, count] of Object.entries(sync.problems)) lines.push(`  ${count} failing: ${category}`);
  if (sync.paused) {
    const share = `${(sync.paused.share * 100).toFixed(1)} %`;
    lines.push(
      `  paused: the ${sync.paused.brake} brake (${share} of linked records, limit ${sync.paused.limit} records); look with --dry-run, then pass it once with --approve`,
    );
  }
  return lines;
}

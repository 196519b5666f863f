/** Types that the command line, the web page and the server share. Formats of docs/guides/run-a-sync.md: a contract. */

/** What `sync --json` prints. */
export interface CommandSummary {
  syncs: Record<string, SyncSummary>;
  /** HTTP requests per account, or SQL statements for postgres. */
  calls: Record<string, number>;
  seconds: number;
}

/** One sync: what this command did (or would do), and how its records stand now. */
export interface SyncSummary {
  a: WriteCounts;
  b: WriteCounts;
  linked: number;
  conflicts: number;
  inSync: number;
  failing: number;
  excluded: number;
  waiting: number;
  /** `failing` by category. */
  problems: Record<string, number>;
  paused: { brake: string; share: number; limit: number } | null;
}

/** Records written on one side. */
export interface WriteCounts {
  created: number;
  updated: number;
  archived: number;
  deleted: number;
}

/** What `sync` is asked to do. */
export interface SyncRequest {
  /** The file's text. */
  text: string;
  dataDirectory: string;
  dryRun: 'no' | 'yes';
  /** `yes`: a first sync starts without a question. */
  consent: 'ask' | 'yes';
  approve: 'no' | 'yes';
  /** Asked before a first sync, with what it would do; true starts it. Absent: nobody can be asked. */
  confirm?(preview: CommandSummary): Promise<boolean>;
  /** Once it is aborted, what is under way is finished and nothing else begun: the next command goes on from there. */
  stop?: AbortSignal;
  /** Told what happens, a line at a time. */
  tell(event: ProgressEvent): void;
}

/** One moment of a command's progress. */
export interface ProgressEvent {
  kind: 'reading' | 'read' | 'syncing' | 'synced' | 'waiting';
  /** The account and object, or the sync's key. */
  name: string;
  /** Records read, decided on or written so far; of 'waiting' the seconds until it goes on. */
  count: number;
}

/** How `sync` ended. 0: all in sync, excluded or waiting. 1: failing or paused. 2: bad file or settings. 3: not confirmed. */
export type SyncResult =
  | { exit: 0 | 1 | 3; summary: CommandSummary; notes: string[] }
  | { exit: 2; error: { message: string; line?: number; column?: number } };

/** One app of the connector table (`apps --json`). */
export interface AppRow {
  name: string;
  label: string;
  objects: string[];
}

export type { Api } from './app.ts';

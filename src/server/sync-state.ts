import type { Pause } from '../store/store.ts';
import { type ScanFacts, type SyncFacts, scanFacts } from '../store/sync-home.ts';
import type { WorkspaceEnd, WorkspaceSync } from '../store/workspace-syncs.ts';
import type { Installation } from './installation.ts';

/**
 * How a sync stands, in one word. draft: never started. first-sync: at its first pass. on, off. paused: a brake asks.
 * account: an account must be connected again, or cannot be reached. refused: its settings no longer fit the apps, or an app
 * does not let it go on.
 */
export type SyncState = 'draft' | 'first-sync' | 'on' | 'off' | 'paused' | 'account' | 'refused';

/** How far a pass over all records is. */
export interface SyncProgressShown {
  phase: 'reading' | 'matching' | 'writing';
  records: { a: number; b: number };
  /** Whether both objects have been read whole. */
  read: { a: boolean; b: boolean };
  /** Of the records, those that were planned and written. */
  done: number;
  /** 0 to 1. */
  share: number;
}

/** The state of a sync. `troubled`: keys of accounts that cannot be used now. */
export function stateOf(sync: WorkspaceSync, facts: SyncFacts | undefined, troubled: Set<string>): SyncState {
  const { phase, first, paused } = sync.progress;
  if (!sync.enabled) return phase === 'new' ? 'draft' : 'off';
  if (troubled.has(sync.ends.a.account) || troubled.has(sync.ends.b.account)) return 'account';
  if (paused) return 'paused';
  if (reasonOf(sync, facts) !== null) return 'refused';
  return phase === 'new' || (phase !== 'live' && first === 'yes') ? 'first-sync' : 'on';
}

/** Why a sync cannot go on: an object of it cannot be read, or its last run failed. Null: it can. */
export function reasonOf({ ends: { a, b } }: WorkspaceSync, facts: SyncFacts | undefined): string | null {
  const failed = facts?.ending === 'failed' || facts?.ending === 'refused';
  return a.trouble?.message ?? b.trouble?.message ?? (failed ? (facts.reason ?? 'the log says why') : null);
}

/** How far a first sync or a re-plan is; null while there is none, and while a brake holds it. */
export async function progressOf(
  { db }: Pick<Installation, 'db'>,
  sync: WorkspaceSync,
): Promise<SyncProgressShown | null> {
  const { phase, version, paused } = sync.progress;
  if (!sync.enabled || paused || (phase === 'live' && version === sync.version)) return null;
  const facts = await scanFacts(db, sync.id);
  const read = { a: isListed(sync.ends.a), b: isListed(sync.ends.b) };
  return { ...shown(sync, facts), records: facts.records, read };
}

function shown(
  sync: WorkspaceSync,
  { records, scanned }: ScanFacts,
): Pick<SyncProgressShown, 'phase' | 'done' | 'share'> {
  const total = records.a + records.b;
  const read = isListed(sync.ends.a) && isListed(sync.ends.b);
  if (!read) return { phase: 'reading', done: 0, share: 0 };
  if (sync.progress.phase !== 'scanning') return { phase: 'matching', done: 0, share: 0 };
  return { phase: 'writing', done: scanned, share: total === 0 ? 1 : scanned / total };
}

function isListed({ progress }: WorkspaceEnd): boolean {
  return progress.listed !== undefined;
}

/** Why a sync is paused, as the API shows it. */
export function shownPause(pause: Pause | null | undefined): Pause | null {
  return pause ? { brake: pause.brake, share: pause.share, limit: pause.limit, count: pause.count } : null;
}

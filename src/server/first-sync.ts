import { z } from '@hono/zod-openapi';
import { linkTotals, runTotals } from '../store/first-sync.ts';
import type { WorkspaceEnd, WorkspaceSync } from '../store/workspace-syncs.ts';
import type { Installation } from './installation.ts';

/** So many records must have been settled before the time that is left is told. */
const LEAST_SETTLED = 20;

const perSide = z.object({ a: z.number(), b: z.number() });

/** How far a first sync is. */
export const firstSyncSchema = z
  .object({
    phase: z.enum(['reading', 'matching', 'writing']),
    indexed: perSide.openapi({ description: 'Records read so far' }),
    read: z.object({ a: z.boolean(), b: z.boolean() }).openapi({ description: 'Whether that is all of them' }),
    matched: z.number(),
    created: perSide,
    updated: perSide,
    failing: z.number(),
    done: z.number().openapi({ description: 'Records and pairs that are settled' }),
    of: z.number().openapi({ description: 'Records and pairs that there are; 0: not known yet' }),
    secondsLeft: z.number().nullable(),
  })
  .openapi('FirstSync');

/**
 * How far it is: what was read is told by the feeds, what is settled by the counters of links, what was written by the runs.
 * No large table is counted, so that it can be asked every second. Null: no first sync is under way.
 */
export async function firstSyncOf(
  { db, clock }: Pick<Installation, 'db' | 'clock'>,
  sync: WorkspaceSync,
): Promise<z.infer<typeof firstSyncSchema> | null> {
  const { phase, first } = sync.progress;
  if (!sync.enabled || phase === 'live' || (phase !== 'new' && first !== 'yes')) return null;
  const read = { a: isRead(sync.ends.a), b: isRead(sync.ends.b) };
  const indexed = { a: sizeOf(sync.ends.a), b: sizeOf(sync.ends.b) };
  const { settled, failing, linked } = await linkTotals(db, sync.id);
  const { tally, since } = await runTotals(db, sync.id);
  // Whoever is linked was matched, or made.
  const matched = Math.max(0, linked - tally.a.created - tally.b.created);
  const isWriting = read.a && read.b && phase === 'scanning';
  // A pair is one of what is to be settled, though it was read as two.
  const of = isWriting ? Math.max(settled, indexed.a + indexed.b - matched) : 0;
  const rate = since === null ? 0 : settled / Math.max(1, clock.now() - since);
  return {
    phase: !(read.a && read.b) ? 'reading' : isWriting ? 'writing' : 'matching',
    indexed,
    read,
    matched,
    created: { a: tally.a.created, b: tally.b.created },
    updated: { a: tally.a.updated, b: tally.b.updated },
    failing,
    done: settled,
    of,
    secondsLeft: isWriting && settled >= LEAST_SETTLED && rate > 0 ? Math.round((of - settled) / rate / 1000) : null,
  };
}

function isRead({ progress }: WorkspaceEnd): boolean {
  return progress.listed !== undefined;
}

function sizeOf({ progress }: WorkspaceEnd): number {
  return Math.max(progress.size ?? 0, progress.pass?.kind === 'list' ? (progress.pass.shown ?? 0) : 0);
}

import { z } from '@hono/zod-openapi';
import { Failure } from '../connector/contract.ts';
import { Busy } from '../engine/acts.ts';
import { RulesRefused } from '../engine/rulebook.ts';
import { type UndoReport, type UndoScope, undo } from '../engine/undo.ts';
import { messageOf } from '../lib/error.ts';
import { beginUndo, type NewUndo, type StoredUndo, tellUndo } from '../store/undos.ts';
import { patiently } from './acting.ts';
import type { Installation } from './installation.ts';
import { Refused } from './problem.ts';

/** How often the lease of a sync at work is asked for again, each time with the patience of an act. */
const MOST_TRIES = 60;

/** An undo that somebody asked for. */
export const undoSchema = z
  .object({
    id: z.number(),
    sync: z.string(),
    run: z.number().nullable().openapi({ description: 'The run that is undone' }),
    record: z.string().nullable(),
    field: z.string().nullable(),
    state: z.enum(['running', 'done', 'failed', 'interrupted']),
    total: z.number().openapi({ description: 'Writes that it is about' }),
    undone: z.number(),
    kept: z.number().openapi({ description: 'Writes that stay, since the record was changed later' }),
    ownRun: z.number().nullable().openapi({ description: 'The run it is itself: it can be undone too' }),
    message: z.string().nullable(),
    askedBy: z.string(),
    askedAt: z.string(),
  })
  .openapi('Undo');

/** An undo as the API shows it. */
export function shownUndo({ syncKey, link, askedAt, seenAt: _, ...rest }: StoredUndo): z.infer<typeof undoSchema> {
  return { ...rest, sync: syncKey, record: link, askedAt: new Date(askedAt).toISOString() };
}

/** Begins an undo in the background; answers its id. Throws Refused 409 where another of this sync is under way. */
export async function startUndo(installation: Installation, asked: NewUndo, scope: UndoScope): Promise<number> {
  const id = await beginUndo(installation.db, asked);
  if (id === null) throw new Refused(409, 'another undo of this sync is under way; wait until it has ended');
  installation.plans.follow(carryOut(installation, id, asked.sync, scope));
  return id;
}

async function carryOut(installation: Installation, id: number, sync: string, scope: UndoScope): Promise<void> {
  const { db, engine, clock, log, wake } = installation;
  let last: UndoReport = { run: '', undone: 0, kept: 0 };
  const tell = (state: 'running' | 'done' | 'failed', message: string | null) =>
    tellUndo(db, id, { state, undone: last.undone, kept: last.kept, ownRun: last.run || null, message });
  try {
    await persistently(
      () =>
        patiently(clock, () =>
          undo(engine, sync, scope, async (report) => {
            last = report;
            await tell('running', null);
          }),
        ),
      () => tell('running', 'the sync is at work; the undo begins as soon as it rests'),
    );
    await tell('done', null);
    wake();
  } catch (error) {
    const isKnown = error instanceof Failure || error instanceof RulesRefused || error instanceof Busy;
    if (!isKnown) log.error('an undo failed', { undo: id, reason: messageOf(error) });
    const message = isKnown ? messageOf(error) : 'Syncline could not carry this out; its log says why';
    // The database may be what failed: then it is found interrupted.
    await tell('failed', message).catch(() => {});
  }
}

async function persistently(act: () => Promise<unknown>, onWait: () => Promise<void>): Promise<void> {
  for (let tries = 1; tries < MOST_TRIES; tries++) {
    try {
      await act();
      return;
    } catch (error) {
      if (!(error instanceof Busy)) throw error;
      await onWait();
    }
  }
  await act();
}

import { z } from '@hono/zod-openapi';
import { problemCategories } from '../model/problem.ts';
import type { Side, Two } from '../model/value.ts';
import type { ListedRecord } from '../store/record-list.ts';
import { type WorkspaceSync, workspaceSyncs } from '../store/workspace-syncs.ts';
import type { Installation } from './installation.ts';
import { Refused } from './problem.ts';
import { problemText } from './problem-texts.ts';

/** How a record stands. */
export const statusSchema = z.enum(['in-sync', 'failing', 'excluded', 'waiting']).openapi('RecordStatus');

/** A category of problem. */
export const categorySchema = z.enum(problemCategories).openapi('ProblemCategory');

/** One of the two sides. */
export const sideSchema = z.enum(['a', 'b']).openapi('Side');

/** Where a side's records live. */
export const endSchema = z
  .object({ account: z.string(), app: z.string(), object: z.string() })
  .openapi('SyncEnd', { description: 'An object of an account' });

/** A problem with what it means and how it is mended. */
const recordProblemSchema = z
  .object({
    category: categorySchema,
    side: sideSchema,
    field: z.string().nullable(),
    message: z.string(),
    title: z.string(),
    means: z.string(),
    steps: z.array(z.string()),
    remedy: z.enum(['retry', 'recreate', 'pair', 'reconnect', 'settings', 'none']),
  })
  .openapi('RecordProblem');

/** A record on one side. */
const recordSideSchema = z
  .object({
    id: z.string(),
    name: z.string().nullable(),
    gone: z.string().nullable().openapi({ description: 'archived, missing or moved; null: it is there' }),
  })
  .openapi('RecordSide');

/** A record of a sync, as it is listed. */
export const recordSchema = z
  .object({
    id: z.string(),
    sync: z.string(),
    ends: z.object({ a: endSchema, b: endSchema }),
    a: recordSideSchema.nullable(),
    b: recordSideSchema.nullable(),
    status: statusSchema,
    held: z.enum(['unlinked', 'left', 'new', 'changed']).nullable().openapi({
      description:
        'What a person said of it: unlinked, left alone, or to be made new; changed: it waits for a second look',
    }),
    problem: recordProblemSchema.nullable(),
    changedAt: z.string().nullable().openapi({ description: 'When something was last written for it' }),
  })
  .openapi('ListedRecord');

/** A record as the API shows it. */
export type ShownRecord = z.infer<typeof recordSchema>;

/** A sync's ends. */
export function endsOf({ ends }: WorkspaceSync): Two<z.infer<typeof endSchema>> {
  const end = ({ account, app, object }: WorkspaceSync['ends']['a']) => ({ account, app, object });
  return { a: end(ends.a), b: end(ends.b) };
}

/** A record as it is listed. */
export function shownRecord(record: ListedRecord, sync: WorkspaceSync): ShownRecord {
  return {
    id: record.id,
    sync: sync.key,
    ends: endsOf(sync),
    a: record.sides.a,
    b: record.sides.b,
    status: record.status,
    held: record.held,
    problem: record.status === 'failing' || record.held === 'changed' ? shownProblem(record.problem) : null,
    changedAt: isoOrNull(record.changedAt),
  };
}

/** A problem with its explanation. */
function shownProblem(problem: ListedRecord['problem']): z.infer<typeof recordProblemSchema> | null {
  if (!problem) return null;
  const { category, side, field, message } = problem;
  return { category, side, field: field ?? null, message, ...problemText(category) };
}

/** A moment as the API writes it. */
export function isoOrNull(at: number | null | undefined): string | null {
  return at === null || at === undefined ? null : new Date(at).toISOString();
}

/** A sync of the caller's workspace by its key. Throws Refused 404. */
export async function findSync(
  { db }: Pick<Installation, 'db'>,
  workspace: string,
  key: string,
): Promise<WorkspaceSync> {
  const [sync] = await workspaceSyncs(db, workspace, key);
  if (!sync) throw new Refused(404, `there is no sync ${key}`);
  return sync;
}

/** Digits of a link's id; bigint holds no more. */
export const recordIdSchema = z
  .string()
  .regex(/^[0-9]{1,18}$/)
  .openapi({ description: "A record of a sync, by its link's id", example: '1204' });

/** Both sides, in order. */
export const SIDES: Side[] = ['a', 'b'];

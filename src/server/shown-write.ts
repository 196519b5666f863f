import { z } from '@hono/zod-openapi';
import type { UndoPreview, UndoStep } from '../engine/preview-undo.ts';
import type { Values } from '../model/value.ts';
import type { HistoryRow } from '../store/store.ts';
import type { WorkspaceSync } from '../store/workspace-syncs.ts';
import type { ListedWrite } from '../store/write-list.ts';
import { recordIdSchema, sideSchema } from './shown-record.ts';

/** A field's value, in its app's own representation. */
export const valueSchema = z
  .union([
    z.null(),
    z.string(),
    z.boolean(),
    z.array(z.union([z.string(), z.object({ value: z.string(), label: z.string().optional() })])),
  ])
  .openapi('Value', { description: "A field's value, in its app's own representation" });

/** One write of one record. */
export const writeSchema = z
  .object({
    id: z.string(),
    at: z.string(),
    run: z.number().openapi({ description: 'The number of the run' }),
    record: recordIdSchema,
    side: sideSchema,
    account: z.string().openapi({ description: 'The account that was written to' }),
    target: z.object({ id: z.string(), name: z.string().nullable() }),
    op: z.enum(['create', 'update', 'archive', 'delete', 'link', 'unlink']),
    seconds: z.number().nullable().openapi({ description: 'From noticed to written; null: it was not waited for' }),
    fields: z.array(
      z.object({
        name: z.string(),
        before: valueSchema,
        after: valueSchema,
        rule: z.string().openapi({ description: 'Which rule decided: changed in a, default app, filled, undo …' }),
        why: z.string(),
      }),
    ),
    associations: z.array(z.object({ name: z.string(), add: z.array(z.string()), remove: z.array(z.string()) })),
  })
  .openapi('Write');

/** A write as the API shows it. */
export function shownWrite(write: ListedWrite, sync: WorkspaceSync): z.infer<typeof writeSchema> {
  const { id, at, runNumber, link, side, record, name, op, lag } = write;
  return {
    id,
    at: new Date(at).toISOString(),
    run: runNumber,
    record: link,
    side,
    account: sync.ends[side].account,
    target: { id: record, name },
    op,
    seconds: lag === null ? null : lag / 1000,
    fields: fieldsOf(write, sync),
    associations: Object.entries(write.edges).map(([name, { add, remove }]) => ({ name, add, remove })),
  };
}

function fieldsOf(row: HistoryRow, sync: WorkspaceSync): z.infer<typeof writeSchema>['fields'] {
  const names = [...new Set([...Object.keys(row.after), ...(row.op === 'update' ? Object.keys(row.before) : [])])];
  return names.map((name) => {
    const rule = row.rule[name] ?? (row.op === 'create' ? 'new record' : 'unknown');
    return { name, before: row.before[name] ?? null, after: row.after[name] ?? null, rule, why: whyOf(rule, sync) };
  });
}

/** Who spoke for a field, in a sentence. The page translates by the rule. */
export function whyOf(rule: string, { ends }: WorkspaceSync): string {
  if (rule === 'changed in a') return `changed in ${ends.a.account} since both last agreed`;
  if (rule === 'changed in b') return `changed in ${ends.b.account} since both last agreed`;
  const sentences: Record<string, string> = {
    'default app': 'both sides differed, and the default app wins',
    'field rule': "both sides differed, and the mapping's own rule says who wins",
    'latest change': 'both sides changed, and the later change wins',
    filled: 'the other side was empty, so it was filled',
    undo: 'somebody undid an earlier write',
    'new record': 'the record was made here from the one across',
  };
  return sentences[rule] ?? rule;
}

/** What an undo would do with one write. */
const undoStepSchema = z
  .object({
    write: z.string(),
    record: recordIdSchema,
    side: sideSchema,
    target: z.string(),
    does: z.enum(['restore', 'remove', 'make-again', 'keep']),
    fields: z.array(
      z.object({
        name: z.string(),
        written: valueSchema,
        back: valueSchema,
        stays: z.boolean().openapi({ description: 'Somebody changed it since: it stays as it is' }),
      }),
    ),
  })
  .openapi('UndoStep');

/** What an undo would do. */
export const undoPreviewSchema = z
  .object({
    restore: z.number().openapi({ description: 'Records whose values go back' }),
    remove: z.number().openapi({ description: 'Records that were made and go' }),
    makeAgain: z.number().openapi({ description: 'Records that were removed and come back' }),
    keep: z.number().openapi({ description: 'Writes that stay, since the record was changed later' }),
    complete: z.boolean().openapi({ description: 'Whether all writes were looked at; else the newest 20,000' }),
    steps: z.array(undoStepSchema).openapi({ description: 'The newest 500' }),
  })
  .openapi('UndoPreview');

/** A preview as the API shows it. */
export function shownPreview({ counts, steps, complete }: UndoPreview): z.infer<typeof undoPreviewSchema> {
  return {
    restore: counts.restore,
    remove: counts.remove,
    makeAgain: counts['make-again'],
    keep: counts.keep,
    complete: complete === 'yes',
    steps: steps.map(shownStep),
  };
}

function shownStep({ row, does, back }: UndoStep): z.infer<typeof undoStepSchema> {
  const fields = Object.keys(row.op === 'update' ? row.after : back).map((name) => ({
    name,
    written: row.after[name] ?? null,
    back: back[name] ?? (row.before as Values)[name] ?? null,
    stays: !(name in back),
  }));
  return { write: row.id, record: row.link, side: row.side, target: row.record, does, fields };
}

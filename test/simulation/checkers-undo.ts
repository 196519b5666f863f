import type { UpdateItem } from '../../src/connector/contract.ts';
import type { Value } from '../../src/model/value.ts';
import { readSeq } from './checkers-sent.ts';
import type { Mutation } from './fake-connector.ts';
import type { FieldWrite, Ghost } from './ghost.ts';
import { Violation } from './violation.ts';
import type { Worker } from './workers.ts';

/** U1: an undo gives back what stood there once, and overwrites nothing that somebody edited since. */
export function mustGiveBack(ghost: Ghost, worker: Worker, mutation: Mutation, item: UpdateItem): void {
  const { app, object } = mutation;
  for (const [field, value] of Object.entries(item.values)) {
    const past = ghost.pastOf(app.knobs.name, object.knobs.name, item.id, field);
    const last = past.at(-1);
    if (!last) continue;
    const told = `${field} of ${item.id} in ${app.knobs.name}`;
    if (!past.some(({ before, after }) => isSame(before, value) || isSame(after, value)))
      throw new Violation('I22', `U1 ${told} is given ${JSON.stringify(value)}, which never stood there`);
    // What is typed as Syncline wrote it, apart from blanks and capitals, cannot be told from it; nor can what a merge took over.
    const merged = (ghost.survivors.get(item.id) ?? []).flatMap((id) =>
      ghost.pastOf(app.knobs.name, object.knobs.name, id, field),
    );
    const isOurs = [...past, ...merged].some(({ by, after }) => by.who === 'engine' && isAlike(after, last.after));
    const isEdited = last.by.who === 'user' && !isOurs && last.seq <= readSeq(worker, mutation, item);
    if (isEdited && !isAsSent(ghost, mutation, item.id, last))
      throw new Violation('I3', `U1 ${told} was edited after what is undone, and is overwritten`);
    ghost.meet(isEdited ? 'edit undone that looked like a write whose answer was lost' : 'field undone');
  }
}

/** Did somebody type what a write carried that nobody heard of again? Then nobody can tell that it had not arrived. */
function isAsSent(ghost: Ghost, { app, object }: Mutation, id: string, { field, asked, after }: FieldWrite): boolean {
  const isIt = (item: UpdateItem) =>
    item.id === id &&
    field in item.values &&
    [asked, after].some((typed) => isAlike(item.values[field] as Value, typed));
  return [...ghost.unanswered.values()].some(
    (sent) =>
      sent.op === 'update' && sent.app === app && sent.object === object && (sent.items as UpdateItem[]).some(isIt),
  );
}

function isSame(one: Value, other: Value): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function isAlike(one: Value, other: Value): boolean {
  const fold = (value: Value) => JSON.stringify(value).toLowerCase().replace(/\s+/g, '');
  return fold(one) === fold(other);
}

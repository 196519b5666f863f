import type { UpdateItem } from '../../src/connector/contract.ts';
import type { SyncSettings } from '../../src/model/settings.ts';
import type { Side } from '../../src/model/value.ts';
import { mustBeMapped } from './checkers-scope.ts';
import type { Mutation } from './fake-connector.ts';
import { sameContent } from './memory/state.ts';
import { Violation } from './violation.ts';
import type { Worker } from './workers.ts';

/** I12 M6: only mapped fields, and only those that differ from what the engine saw there. */
export function mustBeLean(mutation: Mutation, versions: SyncSettings[], side: Side, item: UpdateItem): void {
  mustBeMapped(mutation, versions, side, item);
  for (const [name, value] of Object.entries(item.values)) {
    if (name in item.before && sameContent(item.before[name], value)) {
      throw new Violation(
        'I12',
        `M6 ${name} of ${item.id} in ${mutation.app.knobs.name} was written though it stood there already`,
      );
    }
  }
}

/** W7: a write that the app will not refuse for being late rests on a direct read of this run. */
export function mustBeFresh(worker: Worker, mutation: Mutation, item: UpdateItem): void {
  const { app, op } = mutation;
  if (app.knobs.conditional && item.version !== undefined) return;
  if (readSeq(worker, mutation, item) >= worker.runSeq) return;
  throw new Violation('W7', `${op} of ${item.id} in ${app.knobs.name}: neither conditional nor read in this run`);
}

/** The ghost's seq when this worker last read the record; 0: never. */
export function readSeq(worker: Worker, { app, object }: Mutation, { id }: { id: string }): number {
  return worker.direct.get(`${app.knobs.name}/${object.knobs.name}/${id}`) ?? 0;
}

import type { CreateItem } from '../../src/connector/contract.ts';
import type { FakeApp } from './fake-app.ts';
import type { Mutation } from './fake-connector.ts';
import type { FakeObject, FakeRecord } from './fake-record.ts';
import type { Ghost } from './ghost.ts';
import { isBlank } from './kinds.ts';
import { Violation } from './violation.ts';

/** I5 X1: at most one live record per link, generation and side, ever. */
export function mustBeOnce(ghost: Ghost, { app, object }: Mutation, item: CreateItem): void {
  const { tokens } = ghost;
  const fact = tokens.get(item.token);
  if (!fact) return;
  const twins = [...object.records.values()].filter((record) => {
    const other = record.state === 'live' && tokens.get(record.born.token ?? '');
    return other && other.sync === fact.sync && other.link === fact.link && other.generation === fact.generation;
  });
  if (twins.length < 2) return;
  const known = twins.filter((record) => !isBeyondRecognition(ghost, app, object, record));
  if (known.length < 2) return ghost.meet('unresolved record was edited beyond recognition');
  const ids = twins.map((record) => record.id).join(' and ');
  throw new Violation(
    'I5',
    `X1 two live records (${ids}) in ${app.knobs.name} for link ${fact.link} of sync ${fact.sync}`,
  );
}

/**
 * W2: an app without idempotency keys knows a record by its unique value or its looks. Where a person changed those (a unique
 * field, or all that was written) before the outcome was known, nothing is left to know it by; this is the known rest of
 * correctness, and it is counted.
 */
export function isBeyondRecognition(ghost: Ghost, app: FakeApp, object: FakeObject, record: FakeRecord): boolean {
  const past = (field: string) => ghost.pastOf(app.knobs.name, object.knobs.name, record.id, field);
  const edited = (field: string) => past(field).some((write) => write.by.who === 'user');
  const unique = object.knobs.fields.filter((field) => field.unique).map((field) => field.name);
  const written = object.knobs.fields.filter((field) => !isBlank(past(field.name)[0]?.asked));
  return unique.some(edited) || written.every((field) => edited(field.name));
}

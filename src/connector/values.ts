import type { Value } from '../model/value.ts';

/** Values in the engine's own form (model/value.ts), for connectors whose apps write them otherwise. */
export { dateOf, datetimeOf } from '../model/types/date.ts';
export { decimal } from '../model/types/decimal.ts';

/** The far ids of an association, of its value on a record. */
export function farIdsOf(value: Value | undefined): string[] {
  return Array.isArray(value) ? value.filter((id): id is string => typeof id === 'string') : [];
}

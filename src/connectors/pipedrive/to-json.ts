import { Failure } from '../../connector/failure.ts';
import { decimal } from '../../connector/values.ts';
import type { Field } from '../../model/field.ts';
import type { Labelled, Value } from '../../model/value.ts';

/** What is sent. */
export type Body = Record<string, unknown>;

/** A value as Pipedrive takes it: numbers and ids as numbers, never as text. Throws `Failure` 'invalid' for what is none. */
export function toJson(field: Field & { ids?: 'numbers' }, value: Value): unknown {
  if (value === null) return field.type === 'list' ? [] : null;
  switch (field.type) {
    case 'list':
      return (value as (Labelled | string)[]).map((one, at) => {
        const entry = typeof one === 'string' ? { value: one } : one;
        return { ...entry, primary: at === 0 };
      });
    case 'multi-select':
      // An empty list is refused: null clears.
      return (value as string[]).length > 0 ? (value as string[]).map((id) => numberOf(field, id)) : null;
    case 'user':
      return numberOf(field, value);
    case 'select':
      return field.ids ? numberOf(field, value) : value;
    case 'number':
    case 'integer':
    case 'money':
      return numberOf(field, value);
    default:
      return value;
  }
}

/** Pipedrive's numbers are JSON's: what does not fit exactly is refused here, before it is rounded there. */
export function numberOf({ label }: Pick<Field, 'label'>, value: Value): number {
  const exact = decimal(value);
  if (exact !== null && decimal(Number(exact)) === exact) return Number(exact);
  throw new Failure('invalid', `${label} takes a number of at most 15 digits; correct it`);
}

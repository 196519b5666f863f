import type { Association, Field, Schema } from './field.ts';
import { type Condition, type Filter, type Operator, operators } from './filter.ts';
import { choiceProblem, type SettingsProblem, unknownOption } from './settings-problem.ts';
import { datetimeOf } from './types/date.ts';
import { decimal } from './types/decimal.ts';
import { booleanOf, types } from './types/types.ts';

/** How deep groups may nest. */
export const DEEPEST_FILTER = 10;

type Path = (string | number)[];

/** What is wrong with a filter of these fields: unknown fields, operators that do not fit the type, wrong values. */
export function checkFilter(filter: Filter, schema: Schema, path: Path): SettingsProblem[] {
  return checkNested(filter, filterFields(schema), path, 1);
}

/** What a filter can look at: the fields, and the associations as sets of ids. */
export function filterFields(schema: Schema): Map<string, Field> {
  const fields = new Map<string, Field>();
  for (const association of schema.associations) fields.set(association.name, associationField(association));
  for (const field of schema.fields) fields.set(field.name, field);
  return fields;
}

/** The operators that a field of this type takes. */
function operatorsOf(field: Field): Operator[] {
  return [...byKind[kindOf(field)], 'known', 'unknown'];
}

/** How a field is compared in filters. */
export type FilterKind = 'text' | 'number' | 'date' | 'boolean' | 'choice' | 'set' | 'list';

/** How a field of this type is compared. */
export function kindOf({ type }: Field): FilterKind {
  switch (type) {
    case 'number':
    case 'integer':
    case 'money':
      return 'number';
    case 'date':
    case 'datetime':
      return 'date';
    case 'select':
    case 'user':
    case 'reference':
    case 'country':
      return 'choice';
    case 'multi-select':
      return 'set';
    case 'boolean':
    case 'list':
      return type;
    default:
      return 'text';
  }
}

/** '30d' in milliseconds (m minutes, h hours, d days, w weeks), or null. */
export function spanMilliseconds(text: unknown): number | null {
  const parts = typeof text === 'string' ? /^(\d{1,5})\s*([mhdw])$/.exec(text.trim()) : null;
  return parts ? Number(parts[1]) * (spans[parts[2] ?? ''] ?? 0) : null;
}

const spans: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

const equality: Operator[] = ['equals', 'not-equals', 'in', 'not-in'];
const texts: Operator[] = [...equality, 'contains', 'not-contains', 'starts-with', 'ends-with'];
const orders: Operator[] = ['greater', 'greater-or-equal', 'less', 'less-or-equal', 'between'];

const byKind: Record<FilterKind, Operator[]> = {
  text: texts,
  list: texts,
  number: [...equality, ...orders],
  date: [...equality, 'before', 'after', 'within-last', ...orders],
  boolean: ['equals', 'not-equals'],
  choice: equality,
  set: [...equality, 'contains', 'not-contains'],
};

function associationField({ name, label }: Association): Field {
  return { name, label, type: 'multi-select', writable: 'never' };
}

function checkNested(filter: Filter, fields: Map<string, Field>, path: Path, depth: number): SettingsProblem[] {
  if (depth > DEEPEST_FILTER) return [{ path, message: `groups nest deeper than ${DEEPEST_FILTER}` }];
  if ('all' in filter)
    return filter.all.flatMap((one, index) => checkNested(one, fields, [...path, 'all', index], depth + 1));
  if ('any' in filter)
    return filter.any.flatMap((one, index) => checkNested(one, fields, [...path, 'any', index], depth + 1));
  return checkCondition(filter, fields, path);
}

function checkCondition(condition: Condition, fields: Map<string, Field>, path: Path): SettingsProblem[] {
  const { field: name, op } = condition;
  const field = fields.get(name);
  if (!field) return [choiceProblem([...path, 'field'], `there is no field ${name}`, [...fields.keys()], name)];
  const allowed = operatorsOf(field);
  if (!operators.includes(op)) return [choiceProblem([...path, 'op'], `there is no operator ${op}`, allowed, op)];
  if (!allowed.includes(op)) {
    const message = `${op} does not go with ${field.name}, which is of type ${types[field.type].label}`;
    return [choiceProblem([...path, 'op'], message, allowed, op)];
  }
  const at = condition.value === undefined ? path : [...path, 'value'];
  const message = wrongValue(condition, field);
  return message === null ? wrongOptions(condition, field, at) : [{ path: at, message }];
}

function wrongValue({ op, value }: Condition, field: Field): string | null {
  if (op === 'known' || op === 'unknown') return value === undefined ? null : `${op} takes no value`;
  if (value === undefined) return `${op} needs a value`;
  if (op === 'within-last')
    return spanMilliseconds(value) === null ? 'within-last needs a span like 30d, 12h or 8w' : null;
  const list = op === 'in' || op === 'not-in' || op === 'between';
  if (list !== Array.isArray(value)) return list ? `${op} needs a list of values` : `${op} needs one value, not a list`;
  const values = Array.isArray(value) ? value : [value];
  if (op === 'between' && values.length !== 2) return 'between needs two values: [from, to]';
  if (values.length === 0) return `${op} needs at least one value`;
  return values.map((one) => wrongOne(one, field)).find((wrong) => wrong !== null) ?? null;
}

function wrongOne(value: string | number | boolean, field: Field): string | null {
  switch (kindOf(field)) {
    case 'number':
      return decimal(value) === null ? `${field.name} is compared with a number` : null;
    case 'date':
      return datetimeOf(value) === null ? `${field.name} is compared with a date like 2026-11-23` : null;
    case 'boolean':
      return booleanOf(value) === null ? `${field.name} is true or false` : null;
    default:
      return null;
  }
}

/** Where a field has options, whole values are among them, by value or label. */
function wrongOptions({ op, value }: Condition, field: Field, path: Path): SettingsProblem[] {
  const { options = [], type } = field;
  if (options.length === 0 || value === undefined || (type !== 'select' && type !== 'multi-select')) return [];
  const known = new Set(options.flatMap((option) => [option.value, option.label]));
  const values = Array.isArray(value) ? value : [value];
  return values.flatMap((one, index) => {
    if (known.has(String(one))) return [];
    return [unknownOption(field, String(one), op === 'in' || op === 'not-in' ? [...path, index] : path)];
  });
}

import type { Schema } from './field.ts';
import { checkFilter } from './filter-check.ts';
import type { SyncSettings } from './settings.ts';
import { choiceProblem, type SettingsProblem, unknownField, unknownOption } from './settings-problem.ts';
import { across, reaches, type Side, type Two } from './value.ts';

/** What is wrong with a sync besides its mappings, associations and match rules: sides, direction, filters, route, deletions. */
export function checkSync(settings: SyncSettings, schemas: Two<Schema>, path: (string | number)[]): SettingsProblem[] {
  const { a, b, filter, route } = settings;
  const problems = checkDirection(settings, schemas, path);
  if (a.account === b.account && a.object === b.object) {
    problems.push({ path: [...path, 'b'], message: 'both sides are the same object of the same account' });
  }
  if (filter['a-to-b']) problems.push(...checkFilter(filter['a-to-b'], schemas.a, [...path, 'filter', 'a-to-b']));
  if (filter['b-to-a']) problems.push(...checkFilter(filter['b-to-a'], schemas.b, [...path, 'filter', 'b-to-a']));
  if (route) problems.push(...checkRoute(route, schemas.a, [...path, 'route']));
  problems.push(...checkDeletion('a', settings, schemas.b, path), ...checkDeletion('b', settings, schemas.a, path));
  return problems;
}

/** Can nothing be written there? */
export function isReadOnly({ can }: Schema): boolean {
  return can.create === 'no' && can.update === 'no';
}

function checkDirection(
  { direction }: SyncSettings,
  schemas: Two<Schema>,
  path: (string | number)[],
): SettingsProblem[] {
  const all: Side[] = ['a', 'b'];
  const targets = all.filter((side) => reaches(direction, side));
  if (!targets.every((side) => isReadOnly(schemas[side]))) return [];
  const names = targets.map((side) => `${schemas[side].label} (side ${side})`).join(' and ');
  return [{ path: [...path, 'direction'], message: `${names} cannot be written, so nothing can flow` }];
}

function checkRoute(
  { field: name, values }: { field: string; values: string[] },
  schema: Schema,
  path: (string | number)[],
): SettingsProblem[] {
  const field = schema.fields.find((one) => one.name === name);
  if (!field) return [unknownField(schema, 'a', name, [...path, 'field'])];
  const known = field.options?.map((option) => option.value) ?? [];
  if (known.length === 0) return [];
  return values.flatMap((value, index) =>
    known.includes(value) ? [] : [unknownOption(field, value, [...path, 'a-to-b', index])],
  );
}

/** The policy of a side is carried out on the other one. */
function checkDeletion(
  side: Side,
  { deletions }: SyncSettings,
  target: Schema,
  path: (string | number)[],
): SettingsProblem[] {
  const policy = deletions[side];
  if (policy === 'ignore' || target.can[policy] === 'yes') return [];
  const choices = (['archive', 'delete'] as const).filter((one) => target.can[one] === 'yes');
  const message = `${target.label} (side ${across(side)}) cannot ${policy} records`;
  return [choiceProblem([...path, 'deletions', side], message, ['ignore', ...choices])];
}

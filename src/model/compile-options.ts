import type { Field } from './field.ts';
import { type OptionTable, optionTable } from './options.ts';
import type { MappingSettings } from './settings.ts';
import { type SettingsProblem, unknownOption } from './settings-problem.ts';
import type { Two } from './value.ts';

/**
 * The option table of a mapping: of two selects, or where a person mapped options. Options are named by value or label.
 * Problems are pushed: unknown options, and in a two-way mapping one that stands for two.
 */
export function compileOptions(
  { options }: MappingSettings,
  fields: Two<Field[]>,
  to: Two<boolean>,
  path: (string | number)[],
  problems: SettingsProblem[],
): OptionTable | null {
  const [a, b] = [fields.a[0], fields.b[0]];
  if (!a || !b || !(options || (isChosen(a) && isChosen(b)))) return null;
  const given: Record<string, string> = {};
  const used = new Set<string>();
  const twoWay = to.a && to.b;
  for (const [mine, theirs] of Object.entries(options ?? {})) {
    const at = [...path, 'options', mine];
    const [value, partner] = [optionNamed(mine, a), optionNamed(theirs, b)];
    if (value === null) problems.push(unknownOption(a, mine, at));
    if (partner === null) problems.push(unknownOption(b, theirs, at));
    if (value === null || partner === null) continue;
    const message = `${theirs} stands for two options; in a two-way mapping options pair one to one`;
    if (twoWay && used.has(partner)) problems.push({ path: at, message });
    used.add(partner);
    given[value] = partner;
  }
  return optionTable(a, b, given, twoWay ? 'yes' : 'no');
}

function isChosen({ type }: Field): boolean {
  return type === 'select' || type === 'multi-select';
}

/** An option's value, by value or by label; any text where the field names no options. */
function optionNamed(name: string, { options = [] }: Field): string | null {
  if (options.length === 0) return name;
  const option = options.find((one) => one.value === name) ?? options.find((one) => one.label === name);
  return option?.value ?? null;
}

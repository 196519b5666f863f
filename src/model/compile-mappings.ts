import { isText } from './convert.ts';
import { defaultMappings, readOnlyReason } from './defaults.ts';
import type { Field, Schema } from './field.ts';
import { type MappingFields, mappingValues } from './mapping.ts';
import { type OptionTable, optionTable } from './options.ts';
import { pairing } from './pairing.ts';
import type { Mapping } from './rules.ts';
import type { MappingSettings, SyncSettings } from './settings.ts';
import type { SettingsProblem } from './settings-problem.ts';
import type { Slots } from './slots.ts';
import { compileTransform } from './transform.ts';
import type { UserTable } from './users.ts';
import { across, type Side, type Two } from './value.ts';

/** What mappings are compiled against. */
export interface MappingContext {
  settings: SyncSettings;
  schemas: Two<Schema>;
  slots: Slots;
  users: UserTable;
  region?: string;
  /** ['syncs', key] */
  path: Path;
}

/** A mapping as it stands in the settings, or by default (then without a path). */
export interface MappingEntry {
  settings: MappingSettings;
  path: Path | null;
}

type Path = (string | number)[];

/** The entries of a sync: the person's own in their order, and the default ones where the settings say so. */
export function mappingEntries({ settings, schemas, path }: MappingContext): MappingEntry[] {
  const own =
    settings.mappings === 'default' ? (['default'] as const) : settings.mappings === 'none' ? [] : settings.mappings;
  const taken: Two<Set<string>> = { a: new Set(), b: new Set() };
  for (const entry of own) {
    if (entry === 'default') continue;
    for (const name of entry.a) taken.a.add(name);
    for (const name of entry.b) taken.b.add(name);
  }
  return own.flatMap((entry, index): MappingEntry[] => {
    if (entry !== 'default') return [{ settings: entry, path: [...path, 'mappings', index] }];
    return defaultMappings(schemas, taken).map((one) => ({ settings: one.settings, path: null }));
  });
}

/** Compiles the enabled entries that may write on a side at all. Problems are pushed. */
export function compileMappings(
  entries: MappingEntry[],
  context: MappingContext,
  problems: SettingsProblem[],
): Mapping[] {
  const mapped: Two<Set<string>> = { a: new Set(), b: new Set() };
  return entries.flatMap((entry) => {
    const found = compileMapping(entry, context, mapped);
    if (Array.isArray(found)) problems.push(...found);
    return found && !Array.isArray(found) ? [found] : [];
  });
}

function compileMapping(
  entry: MappingEntry,
  context: MappingContext,
  mapped: Two<Set<string>>,
): Mapping | SettingsProblem[] | null {
  const { settings, path } = entry;
  const fields = fieldsOf(entry, context, mapped);
  if (Array.isArray(fields)) return fields;
  // One that is switched off, or may not write now, keeps its slot.
  const slot = context.slots.ofMapping(settings);
  if (!settings.enabled) return null;
  const flow = flowOf(settings, fields, context);
  if (flow.wrong) return path ? [{ path: [...path, flow.wrong.at], message: flow.wrong.message }] : null;
  if (!(flow.to.a || flow.to.b)) return null;
  const parts = partsOf(settings, fields, flow, context, path ?? []);
  if ('problems' in parts) return parts.problems;
  const { a, b } = fields;
  const side = <T>(of: (one: Side) => T): Two<T> => ({ a: of('a'), b: of('b') });
  const can = (one: Side) => context.schemas[one].can;
  return {
    slot,
    name: nameOf(settings),
    fields: { a: a.map((field) => field.name), b: b.map((field) => field.name) },
    writes: side(
      (one) => flow.to[one] && can(one).update === 'yes' && fields[one].every((field) => field.writable === 'always'),
    ),
    creates: side((one) => flow.to[one] && can(one).create === 'yes'),
    wins: settings.wins === 'default' ? context.settings.default : settings.wins,
    fill: settings.fill,
    empty: settings.empty,
    ...(settings.group === undefined ? {} : { group: settings.group }),
    ...mappingValues(parts),
  };
}

function nameOf({ a, b }: MappingSettings): string {
  const [mine, theirs] = [a.join(' + '), b.join(' + ')];
  return mine === theirs ? mine : `${mine} = ${theirs}`;
}

function fieldsOf(
  { settings, path }: MappingEntry,
  { schemas }: MappingContext,
  mapped: Two<Set<string>>,
): Two<Field[]> | SettingsProblem[] {
  const problems: SettingsProblem[] = [];
  const fields: Two<Field[]> = { a: [], b: [] };
  for (const side of ['a', 'b'] as const) {
    const at = [...(path ?? []), side];
    if (settings[side].length === 0) problems.push({ path: at, message: 'a mapping needs a field on each side' });
    for (const name of settings[side]) {
      const field = schemas[side].fields.find((one) => one.name === name);
      const allowed = schemas[side].fields.map((one) => one.name);
      if (!field)
        problems.push({ path: at, message: `${schemas[side].label} (side ${side}) has no field ${name}`, allowed });
      else if (mapped[side].has(name))
        problems.push({ path: at, message: `${name} is mapped already; a field is mapped once in a sync` });
      else fields[side].push(field);
      // One that is switched off stands in nobody's way.
      if (settings.enabled) mapped[side].add(name);
    }
  }
  return problems.length > 0 ? problems : fields;
}

/** Which sides a mapping may write on, or why there is none. */
interface Flow {
  to: Two<boolean>;
  wrong?: { at: string; message: string };
}

function flowOf(settings: MappingSettings, fields: Two<Field[]>, context: MappingContext): Flow {
  const shape = shapeOf(fields, settings);
  if (shape) return { to: { a: false, b: false }, wrong: shape };
  const allowed = (to: Side) => {
    const way = to === 'b' ? 'a-to-b' : 'b-to-a';
    return [settings.direction, context.settings.direction].every((one) => one === 'both' || one === way);
  };
  const converts = typeFlow(settings, fields);
  const open = (to: Side) => fields[to].every((field) => field.writable !== 'never');
  const to = { a: allowed('a') && converts.to.a && open('a'), b: allowed('b') && converts.to.b && open('b') };
  if (to.a || to.b || !(allowed('a') || allowed('b'))) return { to };
  const closed = (['a', 'b'] as const)
    .filter((side) => allowed(side) && converts.to[side])
    .flatMap((side) => fields[side]);
  return {
    to,
    wrong: { at: 'b', message: readOnlyReason(closed) ?? converts.why ?? 'these fields do not convert this way' },
  };
}

function shapeOf({ a, b }: Two<Field[]>, settings: MappingSettings): Flow['wrong'] {
  if (a.length === 1 && b.length === 1) return undefined;
  if (a.length > 1 && b.length > 1)
    return { at: 'b', message: 'several fields join into one field on the other side, not into several' };
  if (settings.options) return { at: 'options', message: 'options belong to one field on each side' };
  const odd = [...a, ...b].find((field) => !isText(field));
  return odd && !settings.transform
    ? { at: a.length > 1 ? 'a' : 'b', message: `${odd.name} is not text; only text fields join into a full name` }
    : undefined;
}

/** Which ways the types (or transforms, which stand in for them) let values flow. */
function typeFlow(
  { transform, options }: MappingSettings,
  { a, b }: Two<Field[]>,
): { to: Two<boolean>; why: string | null } {
  if (transform)
    return {
      to: { a: transform['b-to-a'] !== undefined, b: transform['a-to-b'] !== undefined },
      why: 'no transform goes this way',
    };
  const [mine, theirs] = [a[0], b[0]];
  if (a.length > 1 || b.length > 1 || !mine || !theirs) return { to: { a: true, b: true }, why: null };
  const { flows, why } = pairing(mine, theirs, options ? 'coded' : 'plain');
  return { to: { a: flows === 'both' || flows === 'b-to-a', b: flows === 'both' || flows === 'a-to-b' }, why };
}

function partsOf(
  settings: MappingSettings,
  fields: Two<Field[]>,
  flow: Flow,
  context: MappingContext,
  path: Path,
): MappingFields | { problems: SettingsProblem[] } {
  const problems: SettingsProblem[] = [];
  const { users, region } = context;
  const transforms: MappingFields['transforms'] = {};
  for (const from of ['a', 'b'] as const) {
    const way = from === 'a' ? 'a-to-b' : 'b-to-a';
    const expression = settings.transform?.[way];
    if (expression === undefined) continue;
    const at = [...path, 'transform', way];
    const [target, second] = fields[across(from)];
    if (!target || second) {
      problems.push({ path: at, message: 'a transform makes one value; map it to one field' });
      continue;
    }
    // `value` by itself changes nothing: the types convert.
    const place = {
      sources: fields[from],
      fields: context.schemas[from].fields,
      target,
      to: across(from),
      users,
      region,
    };
    const made = compileTransform(expression, place);
    if ('message' in made) problems.push({ path: at, message: `the expression ${made.message}` });
    else transforms[from] = made;
  }
  problems.push(...halfTransform(settings, fields, context, path));
  const options = optionsOf(settings, fields, flow, [...path, 'options'], problems);
  if (problems.length > 0) return { problems };
  return {
    a: fields.a,
    b: fields.b,
    options,
    users,
    region,
    transforms,
    flows: { a: typeFlow(settings, fields).to.b, b: typeFlow(settings, fields).to.a },
  };
}

/** A transform of one direction says nothing about the way back. */
function halfTransform(
  settings: MappingSettings,
  fields: Two<Field[]>,
  context: MappingContext,
  path: Path,
): SettingsProblem[] {
  const given = Object.keys(settings.transform ?? {});
  const twoWay = settings.direction === 'both' && context.settings.direction === 'both';
  const open = [...fields.a, ...fields.b].every((field) => field.writable !== 'never');
  if (given.length !== 1 || !twoWay || !open) return [];
  const missing = given[0] === 'a-to-b' ? 'b-to-a' : 'a-to-b';
  const message = `a two-way mapping needs a transform for ${missing} too; or set direction: ${given[0]}`;
  return [{ path: [...path, 'transform'], message }];
}

function optionsOf(
  settings: MappingSettings,
  fields: Two<Field[]>,
  flow: Flow,
  path: Path,
  problems: SettingsProblem[],
): OptionTable | null {
  const [a, b] = [fields.a[0], fields.b[0]];
  if (!a || !b) return null;
  const chosen = [a, b].every((field) => field.type === 'select' || field.type === 'multi-select');
  if (!settings.options && !chosen) return null;
  const given: Record<string, string> = {};
  const used = new Set<string>();
  const twoWay = flow.to.a && flow.to.b;
  for (const [mine, theirs] of Object.entries(settings.options ?? {})) {
    const [value, partner] = [optionNamed(mine, a), optionNamed(theirs, b)];
    if (value === null) problems.push(unknownOption(a, mine, [...path, mine]));
    if (partner === null) problems.push(unknownOption(b, theirs, [...path, mine]));
    if (value === null || partner === null) continue;
    const message = `${theirs} stands for two options; in a two-way mapping options pair one to one`;
    if (twoWay && used.has(partner)) problems.push({ path: [...path, mine], message });
    used.add(partner);
    given[value] = partner;
  }
  return optionTable(a, b, given, twoWay ? 'yes' : 'no');
}

/** An option by value, or by label; any text where the field names no options. */
function optionNamed(name: string, { options = [] }: Field): string | null {
  if (options.length === 0) return name;
  const option = options.find((one) => one.value === name) ?? options.find((one) => one.label === name);
  return option?.value ?? null;
}

function unknownOption({ name, options = [] }: Field, option: string, path: Path): SettingsProblem {
  return { path, message: `${name} has no option ${option}`, allowed: options.map((one) => one.value) };
}

import { compileOptions } from './compile-options.ts';
import { defaultMappings, isWritable } from './defaults.ts';
import type { Field, Schema } from './field.ts';
import { type MappingFields, mappingValues } from './mapping.ts';
import { mappingFlow, typeFlow } from './mapping-flow.ts';
import type { Mapping } from './rules.ts';
import type { MappingSettings, SyncSettings } from './settings.ts';
import { type SettingsProblem, unknownField } from './settings-problem.ts';
import type { Slots } from './slots.ts';
import { compileTransform } from './transform.ts';
import type { UserTable } from './users.ts';
import { across, type Side, type Two, wayFrom } from './value.ts';

/** What mappings are compiled against. */
export interface MappingContext {
  settings: SyncSettings;
  schemas: Two<Schema>;
  /** The same, with the roles that were found. */
  known: Two<Schema>;
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
export function mappingEntries({
  settings,
  schemas,
  path,
}: Pick<MappingContext, 'settings' | 'schemas' | 'path'>): MappingEntry[] {
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

/** The table of owners, where it decides what this mapping carries. */
function usersOf(fields: Two<Field[]>, { users }: SyncSettings): Record<string, string> | undefined {
  const isOwner = [...fields.a, ...fields.b].some((field) => field.type === 'user');
  return isOwner && Object.keys(users).length > 0 ? users : undefined;
}

function compileMapping(
  entry: MappingEntry,
  context: MappingContext,
  mapped: Two<Set<string>>,
): Mapping | SettingsProblem[] | null {
  const { settings, path } = entry;
  const fields = fieldsOf(entry, context.known, mapped);
  if (Array.isArray(fields)) return fields;
  // One that is switched off, or may not write now, keeps its slot.
  const slot = context.slots.ofMapping(settings, usersOf(fields, context.settings));
  if (!settings.enabled) return null;
  const flow = mappingFlow(settings, fields, context.settings.direction);
  if (flow.wrong) return path ? [{ path: [...path, flow.wrong], message: flow.why ?? 'this cannot flow' }] : null;
  if (!(flow.to.a || flow.to.b)) return null;
  const parts = partsOf(settings, fields, flow.to, context, path ?? []);
  if ('problems' in parts) return parts.problems;
  const can = (side: Side) => context.schemas[side].can;
  const changes = (side: Side) =>
    can(side).update === 'yes' && fields[side].every((field) => field.writable === 'always');
  return {
    slot,
    name: nameOf(settings),
    fields: { a: settings.a, b: settings.b },
    writes: { a: flow.to.a && changes('a'), b: flow.to.b && changes('b') },
    creates: { a: flow.to.a && can('a').create === 'yes', b: flow.to.b && can('b').create === 'yes' },
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

/** The fields by name; each is mapped once among the mappings that are switched on. */
function fieldsOf(
  { settings, path }: MappingEntry,
  schemas: Two<Schema>,
  mapped: Two<Set<string>>,
): Two<Field[]> | SettingsProblem[] {
  const problems: SettingsProblem[] = [];
  const fields: Two<Field[]> = { a: [], b: [] };
  for (const side of ['a', 'b'] as const) {
    const at = [...(path ?? []), side];
    if (settings[side].length === 0) problems.push({ path: at, message: 'a mapping needs a field on each side' });
    for (const name of settings[side]) {
      const field = schemas[side].fields.find((one) => one.name === name);
      if (!field) problems.push(unknownField(schemas[side], side, name, at));
      else if (mapped[side].has(name))
        problems.push({ path: at, message: `${name} is mapped already; a field is mapped once in a sync` });
      else fields[side].push(field);
      if (settings.enabled) mapped[side].add(name);
    }
  }
  return problems.length > 0 ? problems : fields;
}

function partsOf(
  settings: MappingSettings,
  fields: Two<Field[]>,
  to: Two<boolean>,
  context: MappingContext,
  path: Path,
): MappingFields | { problems: SettingsProblem[] } {
  const problems = halfTransform(settings, fields, context, path);
  const transforms = compileTransforms(settings, fields, context, path, problems);
  const options = compileOptions(settings, fields, to, path, problems);
  if (problems.length > 0) return { problems };
  const flow = typeFlow(settings, fields).to;
  const { users, region } = context;
  return { ...fields, options, users, region, transforms, flows: { a: flow.b, b: flow.a } };
}

function compileTransforms(
  { transform, ...settings }: MappingSettings,
  fields: Two<Field[]>,
  { schemas, users, region }: MappingContext,
  path: Path,
  problems: SettingsProblem[],
): MappingFields['transforms'] {
  const transforms: MappingFields['transforms'] = {};
  const plain = typeFlow(settings, fields).to;
  for (const from of ['a', 'b'] as const) {
    const way = wayFrom(from);
    const to = across(from);
    const expression = transform?.[way];
    // `value` by itself is the conversion of the types, where they have one.
    if (expression === undefined || (expression.trim() === 'value' && plain[to])) continue;
    const at = [...path, 'transform', way];
    const [target, second] = fields[to];
    if (!target || second) {
      problems.push({ path: at, message: 'a transform makes one value; map it to one field' });
      continue;
    }
    const place = { sources: fields[from], fields: schemas[from].fields, target, to, users, region };
    const made = compileTransform(expression, place);
    if ('message' in made) problems.push({ path: at, message: `the expression ${made.message}` });
    else transforms[from] = made;
  }
  return transforms;
}

/** A transform of one direction says nothing about the way back. */
function halfTransform(
  { transform = {}, direction }: MappingSettings,
  fields: Two<Field[]>,
  context: MappingContext,
  path: Path,
): SettingsProblem[] {
  const [given, ...more] = Object.keys(transform);
  const twoWay = direction === 'both' && context.settings.direction === 'both';
  if (given === undefined || more.length > 0 || !twoWay || ![...fields.a, ...fields.b].every(isWritable)) return [];
  const missing = given === 'a-to-b' ? 'b-to-a' : 'a-to-b';
  const message = `a two-way mapping needs a transform for ${missing} too; or set direction: ${given}`;
  return [{ path: [...path, 'transform'], message }];
}

import { compileAssociations } from './compile-associations.ts';
import { compileMappings, mappingEntries } from './compile-mappings.ts';
import type { Schema, User } from './field.ts';
import type { Condition, Filter } from './filter.ts';
import { checkFilter } from './filter-check.ts';
import { defaultMatch, type MatchPlan, ownMatch } from './match-rules.ts';
import { meaningsOf, rolesOf } from './role-finding.ts';
import type { AssociationMapping, Mapping, Rules } from './rules.ts';
import { compileScope } from './scope.ts';
import type { MappingSettings, SyncSettings } from './settings.ts';
import type { SettingsProblem } from './settings-problem.ts';
import { Slots } from './slots.ts';
import { userTable } from './users.ts';
import type { Side, Two } from './value.ts';

/** What a sync's settings are compiled against. */
export interface CompileInput {
  /** The sync's id. */
  sync: string;
  /** Its key in the file, for the paths of problems; the id where it has none. */
  key?: string;
  version: number;
  settings: SyncSettings;
  schemas: Two<Schema>;
  /** The slots as the last compilation left them. */
  slots: Record<string, number>;
  users: Two<User[]>;
  /** The objects of the other live syncs between the same two accounts, with the pair each joins. */
  neighbours: Two<string>[];
  /** Milliseconds, for `within-last`. */
  now: number;
  /** Whether the app refuses an update of a record that changed since it was seen. Absent: it does not. */
  conditional?: Two<boolean>;
  /** The country (ISO, 'SE') of phone numbers that are written without a country code. */
  region?: string;
}

/** Settings, compiled: the rules, the slots to be given in the next time, and what each feed must read. */
export interface Compiled {
  rules: Rules;
  slots: Record<string, number>;
  fields: Two<string[]>;
}

/** Compiles a sync's settings against both schemas, or says all that is wrong with them. */
export function compileRules(input: CompileInput): Compiled | { problems: SettingsProblem[] } {
  const { settings, schemas, users, region } = input;
  const path = ['syncs', input.key ?? input.sync];
  const slots = new Slots(input.slots);
  const problems = checkSync(input, path);
  const context = { settings, schemas, slots, users: userTable(users, settings.users), region, path };
  const entries = mappingEntries(context);
  const mappings = compileMappings(entries, context, problems);
  const associations = compileAssociations({ settings, schemas, slots, neighbours: input.neighbours, path }, problems);
  const match = compileMatch(
    input,
    entries.map((entry) => entry.settings),
    path,
    problems,
  );
  const required = requiredFields(input, mappings, path, problems);
  if (problems.length > 0) return { problems };
  const rules: Rules = {
    sync: input.sync,
    version: input.version,
    writes: { a: isWritten('a', input), b: isWritten('b', input) },
    default: settings.default,
    mappings,
    associations,
    match: match.rules,
    starts: compileScope({ settings, schemas, users, mappings, required, now: input.now, region }),
    leaving: settings.leaving,
    deletions: settings.deletions,
    required: { a: requiredByApp(schemas.a), b: requiredByApp(schemas.b) },
    brakes: settings.brakes,
    can: { a: canOf(schemas.a), b: canOf(schemas.b) },
    conditional: input.conditional ?? { a: false, b: false },
  };
  return {
    rules,
    slots: slots.kept({ a: namesOf(schemas.a), b: namesOf(schemas.b) }),
    fields: fieldsRead(input, rules, match, required),
  };
}

function checkSync({ settings, schemas }: CompileInput, path: string[]): SettingsProblem[] {
  const problems: SettingsProblem[] = [];
  const { a, b, direction, filter, route } = settings;
  if (a.account === b.account && a.object === b.object) {
    problems.push({ path: [...path, 'b'], message: 'both sides are the same object of the same account' });
  }
  const targets =
    direction === 'both' ? (['a', 'b'] as const) : direction === 'a-to-b' ? (['b'] as const) : (['a'] as const);
  if (targets.every((side) => isReadOnly(schemas[side]))) {
    const names = targets.map((side) => `${schemas[side].label} (side ${side})`).join(' and ');
    problems.push({ path: [...path, 'direction'], message: `${names} cannot be written, so nothing can flow` });
  }
  for (const [way, side] of [
    ['a-to-b', 'a'],
    ['b-to-a', 'b'],
  ] as const) {
    const given = filter[way];
    if (given) problems.push(...checkFilter(given, schemas[side], [...path, 'filter', way]));
  }
  if (route) problems.push(...checkRoute(route, schemas.a, path));
  for (const [side, across] of [
    ['a', 'b'],
    ['b', 'a'],
  ] as const) {
    const policy = settings.deletions[side];
    if (policy === 'ignore' || schemas[across].can[policy] === 'yes') continue;
    const allowed = ['ignore', ...(['archive', 'delete'] as const).filter((one) => schemas[across].can[one] === 'yes')];
    problems.push({
      path: [...path, 'deletions', side],
      message: `${schemas[across].label} (side ${across}) cannot ${policy} records`,
      allowed,
    });
  }
  return problems;
}

function isReadOnly({ can }: Schema): boolean {
  return can.create === 'no' && can.update === 'no';
}

function isWritten(side: Side, { settings, schemas }: CompileInput): boolean {
  const way = side === 'b' ? 'a-to-b' : 'b-to-a';
  return (settings.direction === 'both' || settings.direction === way) && !isReadOnly(schemas[side]);
}

function checkRoute(route: { field: string; values: string[] }, schema: Schema, path: string[]): SettingsProblem[] {
  const field = schema.fields.find((one) => one.name === route.field);
  const allowed = schema.fields.map((one) => one.name);
  if (!field)
    return [
      { path: [...path, 'route', 'field'], message: `${schema.label} (side a) has no field ${route.field}`, allowed },
    ];
  if (!field.options?.length) return [];
  const values = field.options.map((option) => option.value);
  return route.values.flatMap((value, index) =>
    values.includes(value)
      ? []
      : [
          {
            path: [...path, 'route', 'a-to-b', index],
            message: `${field.name} has no option ${value}`,
            allowed: values,
          },
        ],
  );
}

function compileMatch(
  { settings, schemas, users, region }: CompileInput,
  mappings: MappingSettings[],
  path: string[],
  problems: SettingsProblem[],
): MatchPlan {
  const context = { users, region };
  if (settings.match === 'none') return { rules: [], fields: { a: [], b: [] } };
  if (settings.match === 'default') return defaultMatch(schemas, context);
  const own = ownMatch(settings.match, schemas, mappings, context, [...path, 'match']);
  problems.push(...own.problems);
  return own;
}

/**
 * What a record of each side must have to start: by default an e-mail address where both objects mean a person. A
 * person's own list names side a's fields; on side b the fields mapped to them count.
 */
function requiredFields(
  { settings, schemas }: CompileInput,
  mappings: Mapping[],
  path: string[],
  problems: SettingsProblem[],
): Two<string[]> {
  if (settings.require !== 'default') {
    const allowed = schemas.a.fields.map((field) => field.name);
    for (const [index, name] of settings.require.entries()) {
      if (allowed.includes(name)) continue;
      problems.push({
        path: [...path, 'require', index],
        message: `${schemas.a.label} (side a) has no field ${name}`,
        allowed,
      });
    }
    const b = settings.require.flatMap((name) => mappings.find((one) => one.fields.a.includes(name))?.fields.b ?? []);
    return { a: settings.require, b };
  }
  const meanings = meaningsOf(schemas);
  if (!isPerson(meanings.a) || !isPerson(meanings.b)) return { a: [], b: [] };
  const email = (side: Side) => {
    const roles = rolesOf(schemas[side], meanings[side]);
    const field = roles.get('person.email') ?? roles.get('person.emails');
    return field ? [field.name] : [];
  };
  return { a: email('a'), b: email('b') };
}

function isPerson(meaning: string | undefined): boolean {
  return meaning === 'person' || meaning === 'lead';
}

function requiredByApp(schema: Schema): string[] {
  return schema.fields
    .filter((field) => field.required === true && field.writable !== 'never')
    .map((field) => field.name);
}

function canOf({ can }: Schema): Rules['can']['a'] {
  return {
    create: can.create === 'yes',
    update: can.update === 'yes',
    archive: can.archive === 'yes',
    delete: can.delete === 'yes',
  };
}

function namesOf({ fields, associations }: Schema): Set<string> {
  return new Set([...fields, ...associations].map((one) => one.name));
}

/** All that a feed must read for this sync, in stable order. */
function fieldsRead(
  { settings }: CompileInput,
  rules: Rules,
  match: MatchPlan,
  required: Two<string[]>,
): Two<string[]> {
  const of = (side: Side) => {
    const filter = settings.filter[side === 'a' ? 'a-to-b' : 'b-to-a'];
    const names = new Set([
      ...rules.mappings.flatMap((mapping: Mapping) => [...mapping.fields[side], ...(mapping.reads?.[side] ?? [])]),
      ...rules.associations.map((association: AssociationMapping) => association.ends[side].name),
      ...match.fields[side],
      ...required[side],
      ...(filter ? filterNames(filter) : []),
      ...(side === 'a' && settings.route ? [settings.route.field] : []),
    ]);
    return [...names].sort();
  };
  return { a: of('a'), b: of('b') };
}

function filterNames(filter: Filter): string[] {
  if ('all' in filter) return filter.all.flatMap(filterNames);
  if ('any' in filter) return filter.any.flatMap(filterNames);
  return [(filter satisfies Condition).field];
}

import { checkSync, isReadOnly } from './check-sync.ts';
import { compileAssociations } from './compile-associations.ts';
import { compileMappings, mappingEntries } from './compile-mappings.ts';
import type { Schema, User } from './field.ts';
import type { Condition, Filter } from './filter.ts';
import { defaultMatch, type MatchPlan, ownMatch } from './match-rules.ts';
import { meaningsOf, rolesOf, understood } from './role-finding.ts';
import type { AssociationMapping, Mapping, Rules } from './rules.ts';
import { compileScope } from './scope.ts';
import type { MappingSettings, SyncSettings } from './settings.ts';
import { type SettingsProblem, unknownField } from './settings-problem.ts';
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
  const problems = checkSync(input.settings, schemas, path);
  const known = understood(schemas);
  const context = { settings, schemas, known, slots, users: userTable(users, settings.users), region, path };
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

function isWritten(side: Side, { settings, schemas }: CompileInput): boolean {
  const way = side === 'b' ? 'a-to-b' : 'b-to-a';
  return (settings.direction === 'both' || settings.direction === way) && !isReadOnly(schemas[side]);
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
  const own = ownMatch(settings.match, understood(schemas), mappings, context, [...path, 'match']);
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
    for (const [index, name] of settings.require.entries()) {
      if (schemas.a.fields.some((field) => field.name === name)) continue;
      problems.push(unknownField(schemas.a, 'a', name, [...path, 'require', index]));
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

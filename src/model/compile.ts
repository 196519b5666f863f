import { checkSync, isReadOnly } from './check-sync.ts';
import { compileAssociations } from './compile-associations.ts';
import { compileMappings, mappingEntries } from './compile-mappings.ts';
import type { Meaning, Schema, User } from './field.ts';
import type { Filter } from './filter.ts';
import type { KeyContext } from './keys.ts';
import { defaultMatch, type MatchPlan, ownMatch } from './match-rules.ts';
import { understood } from './role-finding.ts';
import type { Mapping, Rules } from './rules.ts';
import { compileScope } from './scope.ts';
import type { MappingSettings, SyncSettings } from './settings.ts';
import { type SettingsProblem, unknownField } from './settings-problem.ts';
import { Slots } from './slots.ts';
import { userTable } from './users.ts';
import { reaches, type Side, type Two, type Values, wayFrom } from './value.ts';

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
}

/** Settings, compiled: the rules, the slots to be given in the next time, and what each feed must read. */
export interface Compiled {
  rules: Rules;
  slots: Record<string, number>;
  fields: Two<string[]>;
  /** Without which of its own fields a record of a side does not start. */
  require: Two<string[]>;
}

/** Compiles a sync's settings against both schemas, or says all that is wrong with them. */
export function compileRules(input: CompileInput): Compiled | { problems: SettingsProblem[] } {
  const { settings, schemas, users } = input;
  const { region } = settings;
  const path = ['syncs', input.key ?? input.sync];
  const slots = new Slots(input.slots);
  const known = understood(schemas);
  const problems = checkSync(settings, schemas, path);
  const context = { settings, schemas, known, slots, users: userTable(users, settings.users), region, path };
  const entries = mappingEntries(context);
  const mappings = compileMappings(entries, context, problems);
  const associations = compileAssociations({ settings, schemas, slots, neighbours: input.neighbours, path }, problems);
  const pairs = entries.map((entry) => entry.settings);
  const match = compileMatch(settings, known, { users, region }, pairs, path, problems);
  const required = requiredFields(settings, known, mappings, path, problems);
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
    given: { a: routeValue(input), b: {} },
    brakes: settings.brakes,
    can: { a: canOf(schemas.a), b: canOf(schemas.b) },
    conditional: input.conditional ?? { a: false, b: false },
  };
  return {
    rules,
    slots: slots.kept({ a: namesOf(schemas.a), b: namesOf(schemas.b) }),
    fields: fieldsRead(input, rules, match, required),
    require: required,
  };
}

function isWritten(side: Side, { settings, schemas }: CompileInput): boolean {
  return reaches(settings.direction, side) && !isReadOnly(schemas[side]);
}

function compileMatch(
  { match }: SyncSettings,
  known: Two<Schema>,
  context: KeyContext,
  pairs: MappingSettings[],
  path: string[],
  problems: SettingsProblem[],
): MatchPlan {
  if (match === 'none') return { rules: [], fields: { a: [], b: [] } };
  if (match === 'default') return defaultMatch(known, context);
  const own = ownMatch(match, known, pairs, context, [...path, 'match']);
  problems.push(...own.problems);
  return own;
}

/**
 * What a record of each side must have to start: by default an e-mail address where both objects mean a person. A
 * person's own list names side a's fields; on side b the fields mapped to them count.
 */
function requiredFields(
  { require }: SyncSettings,
  known: Two<Schema>,
  mappings: Mapping[],
  path: string[],
  problems: SettingsProblem[],
): Two<string[]> {
  if (require === 'default') {
    const people = isPerson(known.a.means) && isPerson(known.b.means);
    return { a: people ? emailOf(known.a) : [], b: people ? emailOf(known.b) : [] };
  }
  for (const [index, name] of require.entries()) {
    if (known.a.fields.some((field) => field.name === name)) continue;
    problems.push(unknownField(known.a, 'a', name, [...path, 'require', index]));
  }
  const b = require.flatMap((name) => mappings.find((one) => one.fields.a.includes(name))?.fields.b ?? []);
  return { a: require, b };
}

function isPerson(meaning: Meaning | undefined): boolean {
  return meaning === 'person' || meaning === 'lead';
}

function emailOf({ fields }: Schema): string[] {
  const byRole = (role: string) => fields.find((field) => field.means === role);
  const email = byRole('person.email') ?? byRole('person.emails');
  return email ? [email.name] : [];
}

function requiredByApp(schema: Schema): string[] {
  return [...schema.fields, ...schema.associations]
    .filter((one) => one.required === true && one.writable !== 'never')
    .map((one) => one.name);
}

/** The route is about side a's field: without a value of its own a record made there would be another sync's. */
function routeValue({ settings: { route }, schemas }: CompileInput): Values {
  const field = route && schemas.a.fields.find((one) => one.name === route.field);
  const [first] = route?.values ?? [];
  return field && field.writable !== 'never' && first !== undefined ? { [field.name]: first } : {};
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
    const filter = settings.filter[wayFrom(side)];
    const names = new Set([
      ...rules.mappings.flatMap((mapping) => [...mapping.fields[side], ...(mapping.reads?.[side] ?? [])]),
      ...rules.associations.map((association) => association.ends[side].name),
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
  return [filter.field];
}

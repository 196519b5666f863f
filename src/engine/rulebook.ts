import { Failure, type ObjectType } from '../connector/contract.ts';
import { compileRules } from '../model/compile.ts';
import type { Field, Schema, User } from '../model/field.ts';
import { keyOfId } from '../model/keys.ts';
import type { KeySpec, Rules } from '../model/rules.ts';
import type { Side, Two, Values } from '../model/value.ts';
import type { Feed, Store, Sync } from '../store/store.ts';
import { type Access, blame } from './engine.ts';

/** What the engine knows of apps' schemas and syncs' rules, learnt once a session and compiled per run. */
export interface Rulebook {
  objectType(account: string, object: string): Promise<ObjectType>;
  schema(account: string, object: string): Promise<Schema>;
  /** A sync's settings, compiled. Throws {@link RulesRefused} where they no longer fit the apps. */
  rules(sync: Sync): Promise<Rules>;
  /** What all syncs on a feed read and match by. */
  needs(feed: Feed): Promise<FeedNeeds>;
  /** Forgets schemas, so that a changed one is seen. */
  forget(): void;
}

/** The fields a feed must read, and the match keys its records are kept with. */
export interface FeedNeeds {
  fields: string[];
  /** The ids of the keys' specs. */
  specs: string[];
  keys(values: Values): Record<string, string>;
}

/** A sync's settings do not fit the apps' schemas (any more): each message says where and what to do. */
export class RulesRefused extends Error {
  readonly problems: { path: (string | number)[]; message: string }[];
  constructor(sync: string, problems: { path: (string | number)[]; message: string }[]) {
    super(`the settings of sync ${sync} do not fit: ${problems.map((each) => each.message).join('; ')}`);
    this.name = 'RulesRefused';
    this.problems = problems;
  }
}

/** A sync whose app did not answer holds up no other on its feeds: it is not asked again for this long. */
const SILENT_MILLISECONDS = 60_000;
/** Fields are read whole where an object has no more than this many: then a new mapping needs no new listing. */
const MOST_FIELDS_READ_WHOLE = 200;

/** Makes a rulebook. `now` is asked for filters that look at the time. */
export function makeRulebook(store: Store, open: (account: string) => Promise<Access>, now: () => number): Rulebook {
  const { learn, users, forget } = lessons(open);
  const silent = new Map<string, number>();
  const known = new Map<string, { stamp: string; compiled: Omit<Compiled, 'sync'> }>();
  const compile = async (sync: Sync): Promise<Omit<Compiled, 'sync'>> => {
    const { id, version, settings, slots, neighbours } = sync;
    const { a, b } = settings;
    const left = await at(sync, 'a', () => learn(sync.accounts.a, a.object));
    const right = await at(sync, 'b', () => learn(sync.accounts.b, b.object));
    const schemas = { a: left.schema, b: right.schema };
    // Brakes may change without a new version: nothing is planned anew for them.
    const stamp = `${version} ${Object.keys(slots).length} ${JSON.stringify([neighbours, settings.brakes])}`;
    const last = known.get(id);
    if (last?.stamp === stamp && !looksAtTheTime(settings)) return last.compiled;
    const conditional = { a: isConditional(left.type), b: isConditional(right.type) };
    const owners = await ownersOf(schemas, sync.accounts, users);
    const compiled = compileRules({
      sync: id,
      key: sync.key,
      version,
      settings,
      schemas,
      slots,
      users: owners,
      neighbours,
      conditional,
      now: now(),
    });
    if ('problems' in compiled) throw new RulesRefused(sync.key, compiled.problems);
    const grown = Object.keys(compiled.slots).length > Object.keys(slots).length;
    if (grown) await store.saveSlots(id, compiled.slots);
    else known.set(id, { stamp, compiled: { ...compiled, schemas } });
    return { ...compiled, schemas };
  };
  return {
    objectType: async (account, object) => (await learn(account, object)).type,
    schema: async (account, object) => (await learn(account, object)).schema,
    rules: async (sync) => (await compile(sync)).rules,
    needs: async (feed) => {
      const ids = await store.syncsOn(feed.id);
      const syncs = await Promise.all(ids.map((id) => compileOrNull(store, id, silent, now, compile)));
      const compiled = syncs.filter((sync) => sync !== null);
      const needs = needsOf(feed, compiled);
      if (compiled.length === syncs.length) return needs;
      const { schema } = await learn(feed.account, feed.object);
      const missing = (feed.progress.keyed ?? []).filter((spec) => !needs.specs.includes(spec));
      const people = missing.some((spec) => spec.includes(':user')) ? await users(feed.account) : [];
      return needsAsBefore(feed, needs, schema, missing, people);
    },
    forget: () => {
      forget();
      known.clear();
      silent.clear();
    },
  };
}

/** What an account was asked, once until it is forgotten: its objects with their fields, and its users. */
function lessons(open: (account: string) => Promise<Access>) {
  const listings = new Map<string, Promise<ObjectType[]>>();
  const types = new Map<string, Promise<{ type: ObjectType; schema: Schema }>>();
  const people = new Map<string, Promise<User[]>>();
  return {
    learn: (account: string, object: string) =>
      once(types, `${account} ${object}`, () =>
        blame(account, async () => {
          const access = await open(account);
          // Telling all of a large account's objects is costly, and they are asked for one by one.
          const known = await once(listings, account, () => objectsOf(access));
          if (known.some(({ name }) => name === object)) return learnType(access, known, object);
          // It may be younger than the list.
          listings.delete(account);
          return learnType(access, await once(listings, account, () => objectsOf(access)), object);
        }),
      ),
    users: (account: string) =>
      once(people, account, () =>
        blame(account, async () => {
          const { connector, session } = await open(account);
          return connector.users ? await connector.users(session) : [];
        }),
      ),
    forget: () => {
      listings.clear();
      types.clear();
      people.clear();
    },
  };
}

/** An object type without its functions, as the page, the settings and the compiler see it. */
export function schemaOf(app: string, type: ObjectType, fields: Field[]): Schema {
  const can = (member: unknown) => (member ? 'yes' : 'no');
  return {
    app,
    object: type.name,
    label: type.label,
    ...(type.means ? { means: type.means } : {}),
    fields,
    associations: type.associations ?? [],
    keys: type.keys,
    can: {
      create: can(type.writes?.create),
      update: can(type.writes?.update),
      archive: can(type.writes?.archive),
      delete: can(type.writes?.delete),
    },
  };
}

/** A filter on the last so many days means other records each time: its rules are compiled anew. */
function looksAtTheTime({ filter }: Sync['settings']): boolean {
  return JSON.stringify(filter).includes('within-last');
}

function isConditional(type: ObjectType): boolean {
  return type.writes?.update?.conditional ?? false;
}

/** A sync whose settings no longer fit, or whose other app does not answer, must not keep the others from being read. */
async function compileOrNull<T>(
  store: Store,
  id: string,
  silent: Map<string, number>,
  now: () => number,
  compile: (sync: Sync) => Promise<T>,
): Promise<(T & { sync: Sync }) | null> {
  if ((silent.get(id) ?? 0) > now()) return null;
  const sync = await store.sync(id);
  try {
    return { sync, ...(await compile(sync)) };
  } catch (error) {
    if (error instanceof Failure) silent.set(id, now() + SILENT_MILLISECONDS);
    else if (!(error instanceof RulesRefused)) throw error;
    return null;
  }
}

interface Compiled {
  sync: Sync;
  rules: Rules;
  fields: Two<string[]>;
  schemas: Two<Schema>;
}

function needsOf(feed: Feed, syncs: Compiled[]): FeedNeeds {
  const fields = new Set<string>();
  const specs = new Map<string, { spec: KeySpec; side: Side }>();
  for (const { sync, rules, fields: wanted, schemas } of syncs) {
    for (const side of ['a', 'b'] as const) {
      if (sync.feeds[side] !== feed.id) continue;
      const whole =
        schemas[side].fields.length <= MOST_FIELDS_READ_WHOLE ? schemas[side].fields.map((field) => field.name) : [];
      for (const name of [...whole, ...wanted[side]]) fields.add(name);
      for (const rule of rules.match) for (const spec of rule.specs) specs.set(spec.id[side], { spec, side });
    }
  }
  const keys = (values: Values) => {
    const found: Record<string, string> = {};
    // A key that a record no longer has is told as empty, or its last one would go on standing for it.
    for (const [id, { spec, side }] of specs) {
      const key = spec.kept(side, values);
      if (key !== undefined) found[id] = key;
    }
    return found;
  };
  return { fields: [...fields].sort(), specs: [...specs.keys()].sort(), keys };
}

/** What was read and kept so far for syncs that cannot be compiled now goes on: they find their fields and keys again. */
function needsAsBefore(feed: Feed, needs: FeedNeeds, schema: Schema, missing: string[], users: User[]): FeedNeeds {
  const names = new Set([...schema.fields, ...schema.associations].map(({ name }) => name));
  const listed = (feed.progress.listed ?? []).filter((name) => names.has(name));
  const kept = missing.flatMap((id) => {
    const key = keyOfId(id, schema.fields, users);
    return key ? [{ id, key }] : [];
  });
  const keys = (values: Values) => {
    const found = needs.keys(values);
    for (const { id, key } of kept) {
      const text = key(values);
      if (text !== undefined) found[id] = text;
    }
    return found;
  };
  return {
    fields: [...new Set([...needs.fields, ...listed])].sort(),
    specs: [...needs.specs, ...kept.map(({ id }) => id)].sort(),
    keys,
  };
}

/** Says of what an object is missing for which side of which sync that is. */
async function at<T>(sync: Sync, side: Side, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RulesRefused)) throw error;
    const problems = error.problems.map(({ message }) => ({ path: ['syncs', sync.key, side, 'object'], message }));
    throw new RulesRefused(sync.key, problems);
  }
}

async function objectsOf({ connector, session }: Access): Promise<ObjectType[]> {
  return typeof connector.objects === 'function' ? connector.objects(session) : connector.objects;
}

async function learnType(
  { connector, session }: Access,
  objects: ObjectType[],
  object: string,
): Promise<{ type: ObjectType; schema: Schema }> {
  const type = objects.find((each) => each.name === object);
  if (!type) {
    const why = await connector.absent?.(session, object);
    const message =
      why ?? `${connector.app.label} has no object ${object}; it has ${objects.map((each) => each.name).join(', ')}`;
    throw new RulesRefused(object, [{ path: ['object'], message }]);
  }
  const fields = typeof type.fields === 'function' ? await type.fields(session) : type.fields;
  return { type, schema: schemaOf(connector.app.name, type, fields) };
}

async function ownersOf(
  schemas: Two<Schema>,
  accounts: Two<string>,
  users: (account: string) => Promise<User[]>,
): Promise<Two<User[]>> {
  const of = async (side: Side) => {
    if (!schemas[side].fields.some((field) => field.type === 'user')) return [];
    try {
      return await users(accounts[side]);
    } catch (error) {
      // Who may not see the users may still sync the rest: an owner that is mapped is then a problem of its record.
      if (error instanceof Failure && error.kind === 'forbidden') return [];
      throw error;
    }
  };
  return { a: await of('a'), b: await of('b') };
}

function once<T>(known: Map<string, Promise<T>>, name: string, learn: () => Promise<T>): Promise<T> {
  if (known.has(name)) return known.get(name) as Promise<T>;
  const learning = learn();
  known.set(name, learning);
  learning.catch(() => {
    known.delete(name);
  });
  return learning;
}

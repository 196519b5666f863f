import type {
  AppRecord,
  Connector,
  ObjectType,
  Page,
  Reads,
  WriteResult,
  Writes,
} from '../../../src/connector/contract.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import type { Mapping, Rules } from '../../../src/model/rules.ts';
import type { Store } from '../../../src/store/store.ts';

/** A thing with these members in the place of its own. */
export function instead<T extends object>(whole: T, members: Partial<T>): T {
  return new Proxy(whole, {
    get: (_, name) => {
      const given = Reflect.get(members, name);
      if (given !== undefined) return given;
      const own: unknown = Reflect.get(whole, name);
      return typeof own === 'function' ? own.bind(whole) : own;
    },
  });
}

/** What the engine is told by its store, spoilt: the checkers still see the truth. */
export function spoilAnswers(methods: (store: Store) => Partial<Store>): (engine: Engine) => Engine {
  return (engine) => ({ ...engine, store: instead(engine.store, methods(engine.store)) });
}

/** What the engine decides by, spoilt. */
export function spoilRules(change: (rules: Rules) => Partial<Rules>): (engine: Engine) => Engine {
  return (engine) => {
    const rules: Engine['rulebook']['rules'] = async (sync) => {
      const given = await engine.rulebook.rules(sync);
      return { ...given, ...change(given) };
    };
    return { ...engine, rulebook: { ...engine.rulebook, rules } };
  };
}

/** Every mapping, spoilt. */
export function spoilMappings(
  change: (mapping: Mapping, rules: Rules) => Partial<Mapping>,
): (engine: Engine) => Engine {
  return spoilRules((rules) => ({ mappings: rules.mappings.map((each) => ({ ...each, ...change(each, rules) })) }));
}

/** How the app's objects are read, spoilt. */
export function spoilReads(
  change: (reads: Reads, type: ObjectType) => Partial<Reads>,
): (whole: Connector) => Connector {
  return (whole) => withObjects(whole, (type) => ({ reads: { ...type.reads, ...change(type.reads, type) } }));
}

/** How the app's objects are written, spoilt. */
export function spoilWrites(change: (writes: Writes, type: ObjectType) => Writes): (whole: Connector) => Connector {
  return (whole) => withObjects(whole, (type) => ({ writes: { ...type.writes, ...change(type.writes ?? {}, type) } }));
}

/** The results of creates and updates, spoilt before the engine sees them; `values`: what each item held. */
export function spoilResults(
  change: (results: WriteResult[], values: AppRecord['values'][], op: 'create' | 'update') => WriteResult[],
): (whole: Connector) => Connector {
  const valuesOf = (items: { values: AppRecord['values'] }[]) => items.map((item) => item.values);
  return spoilWrites(({ create, update }) => ({
    ...(create && {
      create: { ...create, send: async (s, items) => change(await create.send(s, items), valuesOf(items), 'create') },
    }),
    ...(update && {
      update: { ...update, send: async (s, items) => change(await update.send(s, items), valuesOf(items), 'update') },
    }),
  }));
}

/** Each page of a listing, and each answer about single records, spoilt. */
export function spoilPages(
  change: (page: Page, ask: { since?: string; fields: string[] }, type: ObjectType) => Page,
): (whole: Connector) => Connector {
  return spoilReads((reads, type) => ({
    page: async (s, ask) => change(await reads.page(s, ask), ask, type),
    byIds: async (s, ids, fields) => change(await reads.byIds(s, ids, fields), { fields }, type),
  }));
}

function withObjects(whole: Connector, change: (type: ObjectType) => Partial<ObjectType>): Connector {
  const objects = whole.objects as ObjectType[];
  return { ...whole, objects: objects.map((type) => ({ ...type, ...change(type) })) };
}

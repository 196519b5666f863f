import type {
  Connector,
  CreateItem,
  ObjectType,
  Page,
  UpdateItem,
  WriteResult,
  Writes,
} from '../connector/contract.ts';
import type { Association, Field } from '../model/field.ts';
import type { Values } from '../model/value.ts';

/** A record of the fake app; `at` counts its changes. */
interface Kept {
  values: Values;
  at: number;
  gone?: 'archived' | 'missing';
}

/** What a fake object has and does. */
export interface FakeObject {
  name: string;
  fields: Field[];
  associations?: Association[];
  /** Whether writes answer with what they stored. */
  images: 'yes' | 'no';
  /** What the app makes of a value it stores. */
  stores?(name: string, value: Values[string]): Values[string];
  /** What the app gives a new record by itself. */
  gives?(values: Values): Values;
}

/** An app in memory for tests of the engine: a person edits it by `put`, `set` and `remove`; `writes` is what the engine sent. */
export interface FakeApp {
  connector: Connector;
  /** A person's new record; answers its id. */
  put(object: string, values: Values): string;
  /** A person's edit. */
  set(object: string, id: string, values: Values): void;
  remove(object: string, id: string): void;
  restore(object: string, id: string): void;
  /** The live records' values by id. */
  all(object: string): Record<string, Values>;
  writes: { op: string; object: string; id: string; values: Values }[];
}

/** The records of an app, and the count of its changes. */
interface Ground {
  tables: Map<string, Map<string, Kept>>;
  last: number;
  writes: FakeApp['writes'];
}

/** Makes an app with these objects. Ids tell the app and the order. */
export function fakeApp(app: string, objects: FakeObject[]): FakeApp {
  const ground: Ground = { tables: new Map(objects.map(({ name }) => [name, new Map()])), last: 0, writes: [] };
  const typeOf = (object: FakeObject): ObjectType => ({
    name: object.name,
    label: object.name,
    fields: object.fields,
    associations: object.associations ?? [],
    keys: ['email'],
    reads: readsOf(tableOf(ground, object.name), () => ground.last),
    writes: writesOf(app, ground, object),
  });
  return {
    connector: {
      app: { name: app, label: app, about: 'an app of tests', category: 'crm', notices: 'by polling' },
      auth: { kind: 'own', secrets: [] },
      limits: [],
      objects: objects.map(typeOf),
      whoami: async () => ({ id: app, label: app }),
    },
    put: (name, values) => put(app, ground, objects.find((each) => each.name === name) as FakeObject, values),
    set: (object, id, values) =>
      change(ground, object, id, (kept) => ({ ...kept, values: { ...kept.values, ...values } })),
    remove: (object, id) => change(ground, object, id, (kept) => ({ ...kept, gone: 'missing' })),
    restore: (object, id) => change(ground, object, id, ({ values, at }) => ({ values, at })),
    all: (object) => {
      const live = [...tableOf(ground, object)].filter(([, kept]) => !kept.gone);
      return Object.fromEntries(live.map(([id, kept]) => [id, kept.values]));
    },
    writes: ground.writes,
  };
}

function tableOf({ tables }: Ground, object: string): Map<string, Kept> {
  return tables.get(object) as Map<string, Kept>;
}

function put(app: string, ground: Ground, object: FakeObject, values: Values): string {
  const id = `${app}${++ground.last}`;
  const empty = [...object.fields, ...(object.associations ?? [])].map(({ name }) => [name, null] as const);
  const shown = { ...Object.fromEntries(empty), ...stored(object, values), ...object.gives?.(values) };
  tableOf(ground, object.name).set(id, { values: shown, at: ground.last });
  return id;
}

function change(ground: Ground, object: string, id: string, next: (kept: Kept) => Kept): void {
  const kept = tableOf(ground, object).get(id);
  if (!kept) throw new Error(`there is no ${object} ${id}`);
  tableOf(ground, object).set(id, { ...next(kept), at: ++ground.last });
}

function writesOf(app: string, ground: Ground, object: FakeObject): Writes {
  const { name } = object;
  const answer = (id: string): WriteResult =>
    object.images === 'yes' ? { done: id, image: { ...tableOf(ground, name).get(id)?.values } } : { done: id };
  const make = ({ values }: CreateItem) => {
    const id = put(app, ground, object, values);
    ground.writes.push({ op: 'create', object: name, id, values });
    return answer(id);
  };
  const update = ({ id, values, edges = {} }: UpdateItem): WriteResult => {
    if (tableOf(ground, name).get(id)?.gone) return { refused: { kind: 'missing', message: 'it is gone' } };
    change(ground, name, id, (kept) => ({ ...kept, values: { ...kept.values, ...stored(object, values) } }));
    for (const [edge, { add, remove }] of Object.entries(edges)) {
      change(ground, name, id, (kept) => {
        const now = (kept.values[edge] ?? []) as string[];
        return { ...kept, values: { ...kept.values, [edge]: [...now.filter((far) => !remove.includes(far)), ...add] } };
      });
    }
    ground.writes.push({ op: 'update', object: name, id, values: { ...values, ...edgeTexts(edges) } });
    return answer(id);
  };
  const archive = (id: string): WriteResult => {
    change(ground, name, id, (kept) => ({ ...kept, gone: 'archived' }));
    ground.writes.push({ op: 'archive', object: name, id, values: {} });
    return { done: id };
  };
  return {
    create: { size: 50, safety: [{ by: 'window' }], send: async (_s, items) => items.map(make) },
    update: { size: 50, conditional: false, edges: true, send: async (_s, items) => items.map(update) },
    archive: { size: 50, conditional: false, send: async (_s, items) => items.map(({ id }) => archive(id)) },
  };
}

function stored(object: FakeObject, values: Values): Values {
  const { stores } = object;
  if (!stores) return values;
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, stores(name, value)]));
}

function edgeTexts(edges: NonNullable<UpdateItem['edges']>): Values {
  return Object.fromEntries(
    Object.entries(edges).map(([name, { add, remove }]) => [
      name,
      [...add.map((far) => `+${far}`), ...remove.map((far) => `-${far}`)],
    ]),
  );
}

function readsOf(records: Map<string, Kept>, now: () => number): ObjectType['reads'] {
  const show = (entries: [string, Kept][], fields: string[]): Page => ({
    records: entries
      .filter(([, kept]) => !kept.gone)
      .map(([id, { values, at }]) => ({
        id,
        version: String(at).padStart(9, '0'),
        values: Object.fromEntries(
          Object.entries(values)
            .filter(([name]) => fields.includes(name))
            .map(([name, value]) => [name, structuredClone(value)]),
        ),
      })),
    gone: entries.flatMap(([id, { gone }]) => (gone ? [{ id, how: gone }] : [])),
  });
  return {
    page: async (_s, { since, fields }) => {
      const from = Number(since ?? 0);
      return {
        ...show(
          [...records].filter(([, kept]) => kept.at > from),
          fields,
        ),
        until: String(now()),
      };
    },
    byIds: async (_s, ids, fields) => {
      const known = ids.flatMap((id) => (records.has(id) ? [[id, records.get(id) as Kept] as [string, Kept]] : []));
      const page = show(known, fields);
      const unknown = ids.filter((id) => !records.has(id)).map((id) => ({ id, how: 'missing' as const }));
      return { ...page, gone: [...(page.gone ?? []), ...unknown] };
    },
    byIdsMost: 50,
    deletions: 'told',
    changes: 'since',
    overlapSeconds: 0,
    freshOnList: true,
    orderedVersions: true,
  };
}

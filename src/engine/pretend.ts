import type {
  Connector,
  CreateItem,
  ObjectType,
  Page,
  UpdateItem,
  WriteResult,
  Writes,
} from '../connector/contract.ts';
import type { Session } from '../connector/session.ts';
import type { Values } from '../model/value.ts';
import type { Access } from './engine.ts';

/**
 * The same account, whose writes go nowhere: each is answered as an app would that takes everything as it is. Reads are
 * real, with what was "written" laid over them. With it and a rolled-back transaction (`store.scratch`) the engine
 * itself plays a dry run or a preview, so that what is shown is what would be done.
 */
export function pretend(access: Access): Access {
  const overlays = new Map<string, Overlay>();
  const { connector } = access;
  const wrap = (type: ObjectType): ObjectType => pretendObject(type, overlayOf(overlays, type.name));
  const { objects } = connector;
  const wrapped: Connector = {
    ...connector,
    objects: typeof objects === 'function' ? async (s) => (await objects(s)).map(wrap) : objects.map(wrap),
  };
  return { connector: wrapped, session: access.session };
}

/** What was "written", by record id. */
interface Overlay {
  values: Map<string, Values>;
  edges: Map<string, NonNullable<UpdateItem['edges']>[]>;
  gone: Map<string, 'archived' | 'missing'>;
}

function overlayOf(overlays: Map<string, Overlay>, object: string): Overlay {
  const overlay = overlays.get(object) ?? { values: new Map(), edges: new Map(), gone: new Map() };
  overlays.set(object, overlay);
  return overlay;
}

function pretendObject(type: ObjectType, overlay: Overlay): ObjectType {
  const { reads, writes } = type;
  const page: ObjectType['reads']['page'] = async (s, ask) => laidOver(await reads.page(s, ask), overlay);
  const byIds: ObjectType['reads']['byIds'] = async (s, ids, fields) => {
    const real = ids.filter((id) => !isNew(id));
    const made = ids.filter((id) => isNew(id) && overlay.values.has(id)).map((id) => ({ id, values: {} }));
    const shown: Page = real.length > 0 ? await reads.byIds(s, real, fields) : { records: [] };
    return laidOver({ ...shown, records: [...shown.records, ...made] }, overlay);
  };
  return {
    ...type,
    reads: { ...reads, page, byIds },
    ...(writes ? { writes: pretendWrites(type, writes, overlay) } : {}),
  };
}

/** A page as the app would show it had it been written. */
function laidOver(page: Page, { values, edges, gone }: Overlay): Page {
  const left = page.records.flatMap(({ id }) => {
    const how = gone.get(id);
    return how === undefined ? [] : [{ id, how }];
  });
  const records = page.records
    .filter(({ id }) => !gone.has(id))
    .map((record) => {
      const shown: Values = { ...record.values, ...values.get(record.id) };
      for (const change of edges.get(record.id) ?? []) {
        for (const [name, { add, remove }] of Object.entries(change)) {
          const now = Array.isArray(shown[name]) ? (shown[name] as string[]) : [];
          shown[name] = [...now.filter((id) => !remove.includes(id) && !add.includes(id)), ...add];
        }
      }
      return { ...record, values: shown };
    });
  return { ...page, records, gone: [...(page.gone ?? []), ...left] };
}

function pretendWrites(type: ObjectType, writes: Writes, overlay: Overlay): Writes {
  const out: Writes = {};
  const { create, update, archive, delete: remove } = writes;
  if (create) {
    const { reserve: _, ...rest } = create;
    const blank = once((s) => emptyRecord(s, type));
    out.create = {
      ...rest,
      send: async (s, items) => {
        const empty = await blank(s);
        return items.map((item) => make(overlay, item, empty));
      },
    };
  }
  if (update) out.update = { ...update, send: async (_s, items) => items.map((item) => change(overlay, item)) };
  if (archive)
    out.archive = { ...archive, send: async (_s, items) => items.map(({ id }) => take(overlay, id, 'archived')) };
  if (remove)
    out.delete = { ...remove, send: async (_s, items) => items.map(({ id }) => take(overlay, id, 'missing')) };
  return out;
}

/** D2: a new record shows its empty fields as empty; what the app would fill in by itself is not known, so it is absent. */
async function emptyRecord(s: Session, { fields, associations = [] }: ObjectType): Promise<Values> {
  const known = typeof fields === 'function' ? await fields(s) : fields;
  const shown = [...known, ...associations].filter(({ writable }) => writable !== 'never');
  return Object.fromEntries(shown.map(({ name }) => [name, null]));
}

function once<T>(learn: (s: Session) => Promise<T>): (s: Session) => Promise<T> {
  let learning: Promise<T> | undefined;
  return (s) => {
    learning ??= learn(s);
    return learning;
  };
}

function make(overlay: Overlay, item: CreateItem, empty: Values): WriteResult {
  const id = `${NEW}${item.token}`;
  const image = { ...empty, ...item.values };
  overlay.values.set(id, image);
  return { done: id, image };
}

function change(overlay: Overlay, { id, values, edges }: UpdateItem): WriteResult {
  overlay.values.set(id, { ...overlay.values.get(id), ...values });
  if (edges) overlay.edges.set(id, [...(overlay.edges.get(id) ?? []), edges]);
  return { done: id, image: values };
}

function take(overlay: Overlay, id: string, how: 'archived' | 'missing'): WriteResult {
  overlay.gone.set(id, how);
  return { done: id };
}

const NEW = 'new:';

function isNew(id: string): boolean {
  return id.startsWith(NEW);
}

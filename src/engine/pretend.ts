import type {
  Connector,
  CreateItem,
  ObjectType,
  Page,
  UpdateItem,
  WriteResult,
  Writes,
} from '../connector/contract.ts';
import type { Values } from '../model/value.ts';
import type { Access } from './engine.ts';

/**
 * The same account, whose writes go nowhere: each is answered as an app would that takes everything as it is. Reads are
 * real, with what was "written" laid over them. With it and a rolled-back transaction (`store.scratch`) the engine
 * itself plays a dry run or a preview, so that what is shown is what would be done.
 */
export function pretend(access: Access): Access {
  const written = new Map<string, Map<string, Values>>();
  const { connector } = access;
  const wrap = (type: ObjectType): ObjectType => pretendObject(type, overlayOf(written, type.name));
  const { objects } = connector;
  const wrapped: Connector = {
    ...connector,
    objects: typeof objects === 'function' ? async (s) => (await objects(s)).map(wrap) : objects.map(wrap),
  };
  return { connector: wrapped, session: access.session };
}

/** What was "written", by record id. */
type Overlay = Map<string, Values>;

function overlayOf(written: Map<string, Overlay>, object: string): Overlay {
  const overlay = written.get(object) ?? new Map<string, Values>();
  written.set(object, overlay);
  return overlay;
}

function pretendObject(type: ObjectType, overlay: Overlay): ObjectType {
  const { reads, writes } = type;
  const byIds: ObjectType['reads']['byIds'] = async (s, ids, fields) => {
    const real = ids.filter((id) => !overlay.get(id) || !isNew(id));
    const page: Page = real.length > 0 ? await reads.byIds(s, real, fields) : { records: [] };
    const made = ids
      .filter((id) => isNew(id) && overlay.has(id))
      .map((id) => ({ id, values: overlay.get(id) as Values }));
    const records = page.records.map((record) => ({
      ...record,
      values: { ...record.values, ...overlay.get(record.id) },
    }));
    return { ...page, records: [...records, ...made] };
  };
  return { ...type, reads: { ...reads, byIds }, ...(writes ? { writes: pretendWrites(writes, overlay) } : {}) };
}

function pretendWrites(writes: Writes, overlay: Overlay): Writes {
  const out: Writes = {};
  const { create, update, archive, delete: remove } = writes;
  if (create) {
    const { reserve: _, ...rest } = create;
    out.create = { ...rest, send: async (_s, items) => items.map((item) => make(overlay, item)) };
  }
  if (update) out.update = { ...update, send: async (_s, items) => items.map((item) => change(overlay, item)) };
  if (archive) out.archive = { ...archive, send: async (_s, items) => items.map(({ id }) => ({ done: id })) };
  if (remove) out.delete = { ...remove, send: async (_s, items) => items.map(({ id }) => ({ done: id })) };
  return out;
}

function make(overlay: Overlay, item: CreateItem): WriteResult {
  const id = `${NEW}${item.token}`;
  overlay.set(id, item.values);
  return { done: id, image: item.values };
}

function change(overlay: Overlay, item: UpdateItem): WriteResult {
  const values: Values = { ...overlay.get(item.id), ...item.values };
  overlay.set(item.id, values);
  return { done: item.id, image: item.values };
}

const NEW = 'new:';

function isNew(id: string): boolean {
  return id.startsWith(NEW);
}

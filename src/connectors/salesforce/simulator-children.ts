import type { RecordStore } from '../../simulator/record-store.ts';
import type { SimRecord } from '../../simulator/sim-record.ts';

/** Live records by the record that one of their lookups leads to, so that sums need not go through whole tables. */
export class Children {
  readonly #store: RecordStore;
  /** `OrderItem.OrderId` → parent id → ids. */
  readonly #indexes = new Map<string, Map<string, Set<string>>>();

  constructor(store: RecordStore) {
    this.#store = store;
    store.listen(({ object, before, after }) => {
      for (const [name, index] of this.#indexes) {
        const [owner, field] = name.split('.') as [string, string];
        if (owner !== object) continue;
        if (before) index.get(String(before.values[field]))?.delete(before.id);
        if (after && after.archivedAt === undefined) put(index, after, field);
      }
    });
  }

  /** The live records of an object type whose lookup leads to this record. */
  of(object: string, field: string, parentId: string): SimRecord[] {
    const table = this.#store.table(object);
    const ids = this.#index(object, field).get(parentId) ?? [];
    return [...ids].flatMap((id) => table.get(id) ?? []);
  }

  #index(object: string, field: string): Map<string, Set<string>> {
    const name = `${object}.${field}`;
    const known = this.#indexes.get(name);
    if (known) return known;
    const index = new Map<string, Set<string>>();
    for (const record of this.#store.table(object).all())
      if (record.archivedAt === undefined) put(index, record, field);
    this.#indexes.set(name, index);
    return index;
  }
}

function put(index: Map<string, Set<string>>, record: SimRecord, field: string): void {
  const parent = String(record.values[field]);
  const ids = index.get(parent) ?? new Set();
  ids.add(record.id);
  index.set(parent, ids);
}

import type { Actor } from './sim-record.ts';

/** One end of an association. */
export interface End {
  object: string;
  id: string;
}

/** A kind of association seen from both ends. */
export interface EdgeType {
  type: number;
  /** The same association's type as the far end sees it. */
  inverse: number;
}

/** An association came or went. */
export interface EdgeChange {
  kind: 'add' | 'remove';
  from: End;
  to: End;
  type: number;
  actor: Actor;
}

/** Far records and the types that lead to each, in the order they were added. */
export type Edges = ReadonlyMap<string, ReadonlySet<number>>;

const noEdges: Edges = new Map();

/** Associations among the records of an app; each is seen from both of its ends. */
export class EdgeStore {
  /** near end → far object type → far id → types. */
  readonly #edges = new Map<string, Map<string, Map<string, Map<number, number>>>>();
  readonly #listeners: ((change: EdgeChange) => void)[] = [];

  /** Is told each change at once, from the end it was made. */
  listen(listener: (change: EdgeChange) => void): void {
    this.#listeners.push(listener);
  }

  /** Associates two records. False when they were already, by that type. */
  add(from: End, to: End, { type, inverse }: EdgeType, actor: Actor): boolean {
    if (this.of(from, to.object).get(to.id)?.has(type)) return false;
    this.#types(from, to).set(type, inverse);
    this.#types(to, from).set(inverse, type);
    this.#tell({ kind: 'add', from, to, type, actor });
    return true;
  }

  /** Takes one type of association away, or all between the two records. False when there was none. */
  remove(from: End, to: End, type: number | 'all', actor: Actor): boolean {
    const types = this.#edges.get(keyOf(from))?.get(to.object)?.get(to.id);
    const gone = [...(types ?? [])].filter(([one]) => type === 'all' || one === type);
    for (const [one, inverse] of gone) {
      this.#forget(from, to, one);
      this.#forget(to, from, inverse);
      this.#tell({ kind: 'remove', from, to, type: one, actor });
    }
    return gone.length > 0;
  }

  /** What a record is associated with, of one object type. */
  of(from: End, toObject: string): Edges {
    const far = this.#edges.get(keyOf(from))?.get(toObject);
    return far ? new Map([...far].map(([id, types]) => [id, new Set(types.keys())])) : noEdges;
  }

  /** Every association of a record: far object types with their edges. */
  all(from: End): { toObject: string; edges: Edges }[] {
    return [...(this.#edges.get(keyOf(from))?.keys() ?? [])].map((toObject) => ({
      toObject,
      edges: this.of(from, toObject),
    }));
  }

  /** Gives the associations of one record to another: after a merge. Nobody is told. */
  move(from: End, to: End): void {
    for (const [object, ids] of this.#edges.get(keyOf(from)) ?? []) {
      for (const [id, types] of ids) {
        const far = { object, id };
        for (const [type, inverse] of [...types]) {
          this.#forget(from, far, type);
          this.#forget(far, from, inverse);
          if (far.object === to.object && far.id === to.id) continue;
          this.#types(to, far).set(type, inverse);
          this.#types(far, to).set(inverse, type);
        }
      }
    }
    this.#edges.delete(keyOf(from));
  }

  /** Forgets a record that is gone for good. Nobody is told. */
  drop(end: End): void {
    for (const [object, ids] of this.#edges.get(keyOf(end)) ?? []) {
      for (const [id, types] of ids) {
        for (const inverse of types.values()) this.#forget({ object, id }, end, inverse);
      }
    }
    this.#edges.delete(keyOf(end));
  }

  #types(from: End, to: End): Map<number, number> {
    const objects = ensured(this.#edges, keyOf(from), () => new Map<string, Map<string, Map<number, number>>>());
    const ids = ensured(objects, to.object, () => new Map<string, Map<number, number>>());
    return ensured(ids, to.id, () => new Map<number, number>());
  }

  #forget(from: End, to: End, type: number): void {
    const ids = this.#edges.get(keyOf(from))?.get(to.object);
    const types = ids?.get(to.id);
    types?.delete(type);
    if (types?.size === 0) ids?.delete(to.id);
  }

  #tell(change: EdgeChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

function keyOf({ object, id }: End): string {
  return `${object}/${id}`;
}

function ensured<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}

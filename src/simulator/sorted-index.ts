/** An entry of a `SortedIndex`. */
export interface IndexEntry<Key extends number | string> {
  readonly key: Key;
  /** Decides among equal keys. */
  readonly tie: number;
  readonly id: string;
}

/**
 * Ids in the order of a key, kept sorted as records come and go, so that a search sorted by it need not sort again.
 * A change costs a binary search and one move of memory.
 */
export class SortedIndex<Key extends number | string> {
  #entries: IndexEntry<Key>[] = [];
  #byId = new Map<string, IndexEntry<Key>>();

  get length(): number {
    return this.#entries.length;
  }

  /** Puts an id at its key, or moves it there. */
  set(id: string, key: Key, tie = 0): void {
    this.delete(id);
    const entry = { key, tie, id };
    this.#entries.splice(this.#position(entry), 0, entry);
    this.#byId.set(id, entry);
  }

  /** Takes an id out; an unknown one is no mistake. */
  delete(id: string): void {
    const entry = this.#byId.get(id);
    if (!entry) return;
    this.#entries.splice(this.#position(entry), 1);
    this.#byId.delete(id);
  }

  /** Adds many new ids at once: one sort instead of many moves. */
  load(entries: Iterable<IndexEntry<Key>>): void {
    for (const entry of entries) {
      this.#entries.push(entry);
      this.#byId.set(entry.id, entry);
    }
    this.#entries.sort(compare);
  }

  /** Position of the first entry whose key is at or after `key`. */
  from(key: Key): number {
    return this.#position({ key, tie: -Infinity, id: '' });
  }

  /** Position behind the last entry whose key is at or before `key`. */
  behind(key: Key): number {
    return this.#position({ key, tie: Infinity, id: '' });
  }

  /** The id at a position. */
  at(position: number): string | undefined {
    return this.#entries[position]?.id;
  }

  #position(wanted: IndexEntry<Key>): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compare(this.#entries[middle] as IndexEntry<Key>, wanted) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function compare<Key extends number | string>(a: IndexEntry<Key>, b: IndexEntry<Key>): number {
  if (a.key !== b.key) return a.key < b.key ? -1 : 1;
  if (a.tie !== b.tie) return a.tie - b.tie;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

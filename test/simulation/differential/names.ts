import type { RigWorld } from '../../../src/store/suite.ts';

/** What a store gives by itself. */
type Met = 'link' | 'ask' | 'seq';

/**
 * The names under which two stores speak of the same thing: '#sync:people', '#feed:crm/contacts', '#link:3', '#ask:7',
 * '#seq:12'. Syncs and feeds have theirs by key; what a store gives by itself is named in the order in which it is first
 * told of, which is the same for stores that do the same.
 */
export class Names {
  readonly #own = new Map<string, unknown>();
  readonly #given = {
    sync: new Map<unknown, string>(),
    feed: new Map<unknown, string>(),
    account: new Map<unknown, string>(),
  };
  readonly #met: Record<Met, Map<unknown, string>> = { link: new Map(), ask: new Map(), seq: new Map() };

  constructor({ syncs, feeds, accounts }: RigWorld) {
    this.#keep('sync', syncs);
    this.#keep('feed', feeds);
    this.#keep('account', accounts);
  }

  #keep(kind: 'sync' | 'feed' | 'account', ids: Record<string, string>): void {
    for (const [key, id] of Object.entries(ids)) {
      this.#own.set(`#${kind}:${key}`, id);
      this.#given[kind].set(id, `#${kind}:${key}`);
    }
  }

  /** Arguments as this store is to be given them. */
  given(value: unknown): unknown {
    if (typeof value === 'string' && value.startsWith('#')) {
      if (!this.#own.has(value)) throw new Error(`nothing is called ${value}`);
      return this.#own.get(value);
    }
    return each(value, (part) => this.given(part));
  }

  /** An answer of this store, under names. */
  told(method: string, answer: unknown): unknown {
    if (method === 'ask' || method === 'barrier') return answer === null ? null : this.#name('ask', answer);
    if (method === 'linkIds') return (answer as string[]).map((id) => this.#name('link', id));
    if (method === 'syncsOn') return (answer as string[]).map((id) => this.#given.sync.get(id));
    return this.#renamed(answer, '');
  }

  #renamed(value: unknown, key: string): unknown {
    if (value === null || value === undefined) return value;
    if (asking.has(key) && typeof value === 'number') return this.#name('ask', value);
    if (key === 'seq') return this.#name('seq', value);
    if (key === 'link' && typeof value === 'string') return this.#name('link', value);
    if (Array.isArray(value) || typeof value !== 'object') return each(value, (part) => this.#renamed(part, ''));
    // Counts, where 'changed' is how many.
    if ('fresh' in value) return value;
    const made: Record<string, unknown> = {};
    for (const [name, part] of Object.entries(value)) {
      if (part === undefined || ownOnly.has(name)) continue;
      made[name] = this.#renamed(part, name);
    }
    return this.#identified(value as Record<string, unknown>, made);
  }

  /** What kind of thing an id stands for is told by what stands beside it. */
  #identified(value: Record<string, unknown>, made: Record<string, unknown>): Record<string, unknown> {
    if ('generation' in value) made.id = this.#name('link', value.id);
    else if ('epoch' in value) made.id = this.#given[value.kind as 'sync' | 'feed'].get(value.id);
    else if ('neighbours' in value) {
      const { a, b } = value.feeds as Record<string, unknown>;
      made.id = this.#given.sync.get(value.id);
      made.feeds = { a: this.#given.feed.get(a), b: this.#given.feed.get(b) };
      delete made.accounts;
    } else if ('object' in value && 'progress' in value) {
      made.id = this.#given.feed.get(value.id);
      made.account = this.#given.account.get(value.account);
    } else if ('at' in value && 'op' in value) delete made.id;
    return made;
  }

  #name(kind: Met, own: unknown): string {
    const known = this.#met[kind].get(own);
    if (known !== undefined) return known;
    const name = `#${kind}:${this.#met[kind].size + 1}`;
    this.#met[kind].set(own, name);
    this.#own.set(name, own);
    return name;
  }
}

/** Keys under which numbers of calls stand. */
const asking = new Set(['answered', 'firstSeen', 'changed', 'asked', 'arrived']);
/** What each store chooses by itself and nothing follows from. */
const ownOnly = new Set(['salt', 'workspace']);

function each(value: unknown, change: (part: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(change);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, change(part)]));
}

import type { RecordStore } from '../../simulator/record-store.ts';

/** A record that was deleted, and when. */
export interface Deletion {
  object: string;
  id: string;
  at: number;
}

/** What `deleted` tells from: whoever went to the recycle bin or was removed for good. */
export class DeleteLog {
  readonly #entries: Deletion[] = [];
  #purgedAt = Number.NEGATIVE_INFINITY;

  constructor(store: RecordStore) {
    store.listen(({ object, id, kind, at, before }) => {
      const wasLive = before?.archivedAt === undefined;
      if (kind === 'archive' || (kind === 'purge' && wasLive)) this.#entries.push({ object, id, at });
    });
  }

  /** Deletions of an object type, from `start` on and before `end`. */
  between(object: string, start: number, end: number): Deletion[] {
    return this.#entries.filter((entry) => entry.object === object && entry.at >= start && entry.at < end);
  }

  /** The time from which on the log is complete; undefined while nothing was ever removed from it. */
  get completeSince(): number | undefined {
    return Number.isFinite(this.#purgedAt) ? this.#purgedAt : undefined;
  }

  /** Forgets old entries, as the app does when there are too many. */
  purge(before: number): void {
    const kept = this.#entries.filter((entry) => entry.at >= before);
    this.#entries.splice(0, this.#entries.length, ...kept);
    this.#purgedAt = before;
  }
}

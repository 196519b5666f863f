import type { Random } from '../../lib/random.ts';
import type { Ground } from '../../simulator/ground.ts';
import type { Change, SimRecord } from '../../simulator/sim-record.ts';
import { drawFrom } from '../../simulator/sim-settings.ts';

/** What sync reads show: each change some time after it was made, in the order of the changes. */
export class SyncView {
  readonly #ground: Ground;
  readonly #random: Random;
  readonly #log: { visibleAt: number; id: string; after: SimRecord | undefined }[] = [];
  readonly #shown = new Map<string, SimRecord>();
  #position = 0;

  constructor(ground: Ground) {
    this.#ground = ground;
    this.#random = ground.random('lag');
    ground.store.listen((change) => this.#note(change));
  }

  /** How many changes show by now: the heart of a sync token. */
  get position(): number {
    const now = this.#ground.clock.now();
    for (let next = this.#log[this.#position]; next && next.visibleAt <= now; next = this.#log[this.#position]) {
      if (next.after) this.#shown.set(next.id, next.after);
      else this.#shown.delete(next.id);
      this.#position += 1;
    }
    return this.#position;
  }

  /** Ids that changed behind one position, up to another. */
  changed(from: number, to: number): string[] {
    return [...new Set(this.#log.slice(from, to).map(({ id }) => id))];
  }

  /** The contact as it shows; undefined once its removal does. */
  shown(id: string): SimRecord | undefined {
    return this.#shown.get(id);
  }

  #note({ id, after }: Change): void {
    const last = this.#log.at(-1)?.visibleAt ?? 0;
    const lag = drawFrom(this.#ground.settings.searchLagMilliseconds, this.#random);
    const live = after?.archivedAt === undefined ? after : undefined;
    this.#log.push({ visibleAt: Math.max(last, this.#ground.clock.now() + lag), id, after: live });
  }
}

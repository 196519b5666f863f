import type { Ground } from '../../simulator/ground.ts';
import type { Change, SimRecord } from '../../simulator/sim-record.ts';
import { drawFrom } from '../../simulator/sim-settings.ts';

/** A change that is not committed yet. */
interface Open {
  seq: number;
  object: string;
  id: string;
  /** What everybody else still sees. */
  before: SimRecord | undefined;
  stamp: number;
  until: number;
}

/**
 * Long transactions: what people and their automation save has its time stamp at once, and shows only when the whole
 * transaction is done (the knob `searchLagMilliseconds`). Integrations' own calls are answered once they are committed.
 */
export class Transactions {
  readonly #ground: Ground;
  #open: Open[] = [];

  constructor(ground: Ground) {
    this.#ground = ground;
    const random = ground.random('transactions');
    ground.store.listen((change) => this.#note(change, drawFrom(ground.settings.searchLagMilliseconds, random)));
  }

  /** A record as everybody sees it; undefined before it is committed. */
  committed(object: string, record: SimRecord): SimRecord | undefined {
    if (this.#open.length === 0) return record;
    const first = this.#current().find((one) => one.object === object && one.id === record.id);
    return first ? first.before : record;
  }

  /** Does somebody else's transaction hold this record? */
  isLocked(object: string, id: string): boolean {
    return this.#open.length > 0 && this.#current().some((one) => one.object === object && one.id === id);
  }

  /** The earliest stamp that is not committed yet, of an object type. */
  earliest(object: string): number | undefined {
    const stamps = this.#current().filter((one) => one.object === object);
    return stamps.length === 0 ? undefined : Math.min(...stamps.map((one) => one.stamp));
  }

  #current(): Open[] {
    const now = this.#ground.clock.now();
    this.#open = this.#open.filter((one) => one.until > now);
    return this.#open;
  }

  #note({ seq, object, id, before, after, actor, at }: Change, lag: number): void {
    if (lag === 0 || actor.kind !== 'person') return;
    this.#open.push({ seq, object, id, before, stamp: after?.updatedAt ?? at, until: at + lag });
  }
}

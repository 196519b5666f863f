import type { Intent } from '../../../src/model/decision.ts';
import type { Link } from '../../../src/model/link.ts';
import type { Value, Values } from '../../../src/model/value.ts';
import type { Batch, Observed } from '../../../src/store/store.ts';
import type { Dice } from '../chance.ts';
import { keyTexts, recordIds, specs } from './world.ts';

/** Draws the things that calls hold. Numbers of calls and ids stand in them by name, so they are typed as they are sent. */
export class Drawn {
  readonly #die: Dice;
  #batches = 0;

  constructor(die: Dice) {
    this.#die = die;
  }

  side(): 'a' | 'b' {
    return this.#die.one(['a', 'b']);
  }

  /** Some of these, each at most once. */
  some<T>(things: readonly T[], most: number): T[] {
    return things.filter(() => this.#die.often(Math.min(1, most / Math.max(1, things.length)))).slice(0, most);
  }

  value(): Value {
    return this.#die.one<Value>([
      null,
      '',
      'ann',
      'bo',
      'Ann ',
      '7',
      true,
      false,
      ['x', 'y'],
      [],
      'ü ✓ "quoted" \\ back',
    ]);
  }

  values(): Values {
    return Object.fromEntries(this.some(['email', 'name', 'firm', 'note'], 3).map((name) => [name, this.value()]));
  }

  keys(): Record<string, string> {
    const given = specs.filter(() => this.#die.often(0.8));
    return Object.fromEntries(given.map((spec) => [spec, this.#die.one(keyTexts)]));
  }

  /** What a call showed. `asked`, `arrived`: the names of its numbers. */
  observed(asked: string, arrived?: string): Observed {
    const how = this.#die.one(['direct', 'direct', 'index', 'index', 'image'] as const);
    const shown = this.some(recordIds, 4).map((id) => ({
      id,
      values: this.values(),
      keys: this.keys(),
      ...(this.#die.often(0.7) ? { version: this.#die.one(['001', '002', '003', '010']) } : {}),
    }));
    const gone = this.some(recordIds, 1).map((id) => ({
      id,
      how: this.#die.one(['archived', 'missing', 'moved'] as const),
      ...(this.#die.often(0.3) ? { survivor: this.#die.one(recordIds) } : {}),
    }));
    const seen: Observed = {
      asked: asked as never,
      how,
      ordered: this.#die.often(0.7),
      records: this.#die.often(0.1) && shown[0] ? [...shown, { ...shown[0], values: this.values() }] : shown,
      gone,
      fields: this.#die.one([['email', 'name', 'firm', 'note'], ['email', 'name'], []]),
    };
    if (arrived !== undefined) seen.arrived = arrived as never;
    if (this.#die.often(0.2)) seen.stage = 'yes';
    if (this.#die.often(0.4)) seen.clean = this.some(recordIds, 4);
    return seen;
  }

  /** A link between these records, as it may stand. */
  link(id: string, a: string | null, b: string | null, asked: string): Link {
    const whole = a !== null && b !== null;
    const stage = this.#die.one<Link['stage']>(
      whole ? ['open', 'active', 'active', 'active', 'gone'] : ['open', 'gone', 'creating'],
    );
    const status = this.#die.one(['in-sync', 'failing', 'excluded', 'waiting'] as const);
    const target = a === null ? 'a' : 'b';
    const pending = { op: 'create', state: 'sent', asked, sentAt: 5, slots: {}, edges: {}, token: 't' } as never;
    return {
      id,
      ids: { a, b },
      generation: this.#die.below(3),
      stage,
      status,
      problem:
        status === 'failing'
          ? {
              category: this.#die.one(['unknown', 'too-long', 'ambiguous-match']),
              message: 'why',
              side: this.side(),
              others: ['1'],
            }
          : null,
      base: { a: this.#base(), b: this.#base() },
      edges: { a: this.#die.often(0.2) ? { 1: ['x', 'y'] } : {}, b: {} },
      pending: { a: null, b: null, ...(stage === 'creating' || this.#die.often(0.1) ? { [target]: pending } : {}) },
      flips: this.#die.often(0.1) ? { 2: { repeats: 1, turns: 2, last: 'a', hashes: [1, 2], at: 9 } } : {},
      held: this.#die.often(0.1) ? this.#die.one(['unlinked', 'left', 'new'] as const) : null,
    };
  }

  #base(): number[] {
    return this.#die.one([[], [11], [11, 0, 9_007_199_254_740_991], [0, 5, 0]]);
  }

  /** A batch with an item for each of these links. */
  batch(links: Link[], asked: string): Batch {
    this.#batches += 1;
    const op = this.#die.one(['create', 'create', 'update', 'archive', 'delete'] as const);
    const side = this.side();
    const items = links.map((link) => this.#intent(link, side));
    return {
      id: `batch-${this.#batches}`,
      run: 'run',
      side,
      op,
      asked: asked as never,
      sentAt: this.#die.one([null, 1000]),
      items,
    };
  }

  #intent(link: Link, side: 'a' | 'b'): Intent {
    return {
      link,
      target: link.ids[side],
      source: link.ids[side === 'a' ? 'b' : 'a'],
      values: this.values(),
      edges: {},
      before: this.values(),
      slots: { 1: { written: ['x'], before: [null], source: 12 } },
      edgeSlots: {},
      rule: { email: 'changed in a' },
      claims: this.some(['id:1', 'id:2', 'email=5', 'email=6', 'id:a'], 2),
      work: [],
      attempts: this.#die.below(4),
    };
  }
}
